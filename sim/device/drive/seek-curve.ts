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
  const millisOf = lawOf(seek, cylinders);
  for (let distance = 1; distance < cylinders; distance += 1) {
    table[distance] = millisOf(distance) * NANOS_PER_MILLI;
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

/** Milliseconds by distance; asked for ascending distances from 1. */
function lawOf(seek: SeekParameters, cylinders: number): (distance: number) => number {
  if (seek.kind === 'constant') return () => seek.time;
  if (seek.kind === 'table') return linesThrough(seek.distances, seek.times);
  if (seek.kind === 'two-piece') return (distance) => twoPieceMillis(seek, distance);
  const { single, average, full } = seek;
  if (seek.kind === 'three-point-line') {
    return linesThrough([1, cylinders / 3, cylinders - 1], [single, average, full]);
  }
  // Lee and Katz: the coefficients that meet the three points for uniform seeks.
  const root = (-10 * single + 15 * average - 5 * full) / (3 * Math.sqrt(cylinders));
  const slope = (7 * single - 15 * average + 8 * full) / (3 * cylinders);
  return (distance) => root * Math.sqrt(distance - 1) + slope * (distance - 1) + single;
}

function twoPieceMillis(
  seek: Extract<SeekParameters, { kind: 'two-piece' }>,
  distance: number,
): number {
  const measured = seek.shortest[distance - 1];
  if (measured !== undefined) return measured;
  return distance < seek.boundary
    ? seek.nearConstant + seek.nearRoot * Math.sqrt(distance)
    : seek.farConstant + seek.farSlope * distance;
}

/** Straight lines between points; before the first its time, beyond the last its line goes on. */
function linesThrough(
  distances: readonly number[],
  times: readonly number[],
): (distance: number) => number {
  let right = 0;
  return (distance) => {
    while (right < distances.length - 1 && (distances[right] as number) < distance) right += 1;
    if (right === 0) return times[0] as number;
    const [x0, x1] = [distances[right - 1] as number, distances[right] as number];
    const [y0, y1] = [times[right - 1] as number, times[right] as number];
    return y0 + ((y1 - y0) * (distance - x0)) / (x1 - x0);
  };
}
