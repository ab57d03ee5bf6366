/**
 * Means with what they are worth: t-intervals over replications, batch means and truncation of the
 * warm-up within one run.
 *
 * @module
 */
import { invariant } from '../../src/index.ts';
import { tQuantile } from './student-t.ts';

/** Share of intervals that contain the true mean. */
const CONFIDENCE = 0.95;
/** Values in one batch of MSER-5. */
const MSER_BATCH = 5;

/** A mean and the interval that contains the true one in 95 of 100 cases. */
export interface MeanInterval {
  readonly mean: number;
  readonly low: number;
  readonly high: number;
  /** Half the width; infinite for a single value. */
  readonly halfWidth: number;
  readonly count: number;
}

/** Where a run had settled. */
export interface Truncation {
  /** Values at the start to leave out; a multiple of 5. */
  readonly truncated: number;
  /** False when the best point lies at the end of the first half: not settled, or too short to tell. */
  readonly isSettled: boolean;
}

/** Arithmetic mean; NaN of nothing. */
export function meanOf(values: ArrayLike<number>): number {
  let sum = 0;
  for (let at = 0; at < values.length; at += 1) sum += values[at] as number;
  return sum / values.length;
}

/** Variance of a sample (n - 1 below the line), in two passes; NaN of fewer than two values. */
export function varianceOf(values: ArrayLike<number>): number {
  const mean = meanOf(values);
  let squares = 0;
  for (let at = 0; at < values.length; at += 1) {
    const distance = (values[at] as number) - mean;
    squares += distance * distance;
  }
  return values.length < 2 ? Number.NaN : squares / (values.length - 1);
}

/**
 * The mean of independent values, one for each replication, with its t-interval.
 *
 * @param confidence - 0 to 1, both excluded. Default 0.95.
 */
export function tInterval(values: ArrayLike<number>, confidence = CONFIDENCE): MeanInterval {
  const count = values.length;
  invariant(count > 0, 'interval-of-something');
  const mean = meanOf(values);
  const halfWidth =
    count === 1
      ? Number.POSITIVE_INFINITY
      : tQuantile((1 + confidence) / 2, count - 1) * Math.sqrt(varianceOf(values) / count);
  return Object.freeze({ mean, low: mean - halfWidth, high: mean + halfWidth, halfWidth, count });
}

/** Means of `batches` equal batches of successive values; what is left over at the end is not used. */
export function batchMeans(values: ArrayLike<number>, batches: number): Float64Array {
  const size = Math.floor(values.length / batches);
  invariant(size >= 1, 'batches-hold-something', `${values.length} values, ${batches} batches`);
  return meansOfSize(values, size).slice(0, batches);
}

/**
 * How many values at the start of a run to leave out: MSER-5 (K. P. White, M. J. Cobb, S. C. Spratt,
 * Winter Simulation Conference 2000). Of all truncation points in the first half, the one that leaves
 * the smallest standard error of the rest, looked for in means of five values.
 */
export function mser5(values: ArrayLike<number>): Truncation {
  const means = meansOfSize(values, MSER_BATCH);
  let sum = 0;
  let squares = 0;
  let best = Number.POSITIVE_INFINITY;
  let bestAt = 0;
  const half = Math.floor(means.length / 2);
  if (half < 1) return Object.freeze({ truncated: 0, isSettled: false });
  // Centred, so that squares of large values do not swallow their differences.
  const centre = meanOf(means);
  for (let at = means.length - 1; at >= 0; at -= 1) {
    const value = (means[at] as number) - centre;
    sum += value;
    squares += value * value;
    const left = means.length - at;
    const error = Math.max(0, squares - (sum * sum) / left) / (left * left);
    // Of equal ones the earliest: nothing is thrown away without a reason.
    if (at <= half && error <= best) {
      best = error;
      bestAt = at;
    }
  }
  return Object.freeze({ truncated: bestAt * MSER_BATCH, isSettled: bestAt < half });
}

/**
 * The value that a share of all does not exceed, between neighbours by their distance (Hyndman and
 * Fan's definition 7). NaN of nothing.
 *
 * @param sorted - Ascending.
 */
export function quantileOf(sorted: ArrayLike<number>, share: number): number {
  const place = share * (sorted.length - 1);
  const below = Math.floor(place);
  const low = sorted[below] ?? Number.NaN;
  const high = sorted[Math.min(below + 1, sorted.length - 1)] ?? Number.NaN;
  return low + (place - below) * (high - low);
}

function meansOfSize(values: ArrayLike<number>, size: number): Float64Array {
  const means = new Float64Array(Math.floor(values.length / size));
  for (let batch = 0; batch < means.length; batch += 1) {
    let sum = 0;
    for (let at = batch * size; at < (batch + 1) * size; at += 1) sum += values[at] as number;
    means[batch] = sum / size;
  }
  return means;
}
