/**
 * A mean with its confidence interval.
 *
 * @module
 */
import { tInterval } from '../engine/statistics.ts';

/** A mean over replications; without an interval when there is only one. */
export interface Estimate {
  readonly mean: number;
  readonly low: number | null;
  readonly high: number | null;
}

/** Mean and Student's t interval of independent values; at least one. */
export function estimateOf(values: readonly number[], confidence: number): Estimate {
  const { mean, low, high } = tInterval(values, confidence);
  return values.length < 2 ? { mean, low: null, high: null } : { mean, low, high };
}
