/**
 * How long the arm takes over a distance: a table over all distances, made once.
 *
 * @module
 */
import type { SeekParameters } from './drive-parameters.ts';

const NANOS_PER_MILLI = 1e6;

/**
 * Seek times by distance.
 *
 * @param seek - The curve.
 * @param cylinders - Cylinders of the drive, at least 1.
 * @returns Nanoseconds for every distance from 0 (which takes none) to one less than `cylinders`.
 */
export function seekTable(seek: SeekParameters, cylinders: number): Float64Array {
  const table = new Float64Array(cylinders);
  for (let distance = 1; distance < cylinders; distance += 1) {
    table[distance] = seekMillis(seek, distance, cylinders) * NANOS_PER_MILLI;
  }
  return table;
}

/** What a seek over all pairs of cylinders takes: both places independent and uniform, nanoseconds. */
export function meanSeekNanos(table: Float64Array): number {
  const cylinders = table.length;
  let sum = 0;
  for (let distance = 1; distance < cylinders; distance += 1) {
    sum += 2 * (cylinders - distance) * (table[distance] as number);
  }
  return sum / (cylinders * cylinders);
}

function seekMillis(seek: SeekParameters, distance: number, cylinders: number): number {
  switch (seek.kind) {
    case 'constant':
      return seek.time;
    case 'table':
      return between(seek.distances, seek.times, distance);
    case 'two-piece': {
      const measured = seek.shortest[distance - 1];
      if (measured !== undefined) return measured;
      return distance < seek.boundary
        ? seek.nearConstant + seek.nearRoot * Math.sqrt(distance)
        : seek.farConstant + seek.farSlope * distance;
    }
    case 'three-point-line':
      return between(
        [1, cylinders / 3, cylinders - 1],
        [seek.single, seek.average, seek.full],
        distance,
      );
    case 'three-point-curve': {
      // Lee and Katz: the three coefficients that meet the three points for uniform seeks.
      const { single, average, full } = seek;
      const root = (-10 * single + 15 * average - 5 * full) / (3 * Math.sqrt(cylinders));
      const slope = (7 * single - 15 * average + 8 * full) / (3 * cylinders);
      return root * Math.sqrt(distance - 1) + slope * (distance - 1) + single;
    }
  }
}

/** A point on the line through the two measured points around it; beyond the ends their lines go on. */
function between(distances: readonly number[], times: readonly number[], distance: number): number {
  const last = distances.length - 1;
  let right = distances.findIndex((known) => known >= distance);
  if (right < 0) right = last;
  if (right === 0) return times[0] as number;
  const [x0, x1] = [distances[right - 1] as number, distances[right] as number];
  const [y0, y1] = [times[right - 1] as number, times[right] as number];
  return y0 + ((y1 - y0) * (distance - x0)) / (x1 - x0);
}
