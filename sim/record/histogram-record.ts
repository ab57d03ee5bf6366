/**
 * Histograms as plain data: made from those of a run, added up, asked for quantiles.
 *
 * @module
 */
import type { LogHistogram } from '../engine/log-histogram.ts';
import type { HistogramRecord } from './unit-measures.ts';

/** No times. */
export const NO_TIMES: HistogramRecord = Object.freeze({
  count: 0,
  meanNanos: 0,
  minNanos: 0,
  maxNanos: 0,
  values: [],
  counts: [],
});

/** What a histogram of a run holds; the middle of a bucket stands for its values. */
export function histogramRecord(histogram: LogHistogram): HistogramRecord {
  const { count, mean, min, max } = histogram;
  const buckets = histogram.buckets();
  return {
    count,
    meanNanos: mean,
    minNanos: min,
    maxNanos: max,
    values: buckets.map(({ fromNanos, toNanos }) => (fromNanos + toNanos) / 2),
    counts: buckets.map((bucket) => bucket.count),
  };
}

/** Times of several histograms together. */
export function addHistograms(records: readonly HistogramRecord[]): HistogramRecord {
  const seen = records.filter(({ count }) => count > 0);
  if (seen.length === 0) return NO_TIMES;
  const buckets = new Map<number, number>();
  for (const { values, counts } of seen) {
    for (const [at, value] of values.entries()) {
      buckets.set(value, (buckets.get(value) ?? 0) + (counts[at] ?? 0));
    }
  }
  const sorted = [...buckets].toSorted(([one], [other]) => one - other);
  const count = seen.reduce((sum, one) => sum + one.count, 0);
  return {
    count,
    meanNanos: seen.reduce((sum, one) => sum + one.meanNanos * one.count, 0) / count,
    minNanos: Math.min(...seen.map(({ minNanos }) => minNanos)),
    maxNanos: Math.max(...seen.map(({ maxNanos }) => maxNanos)),
    values: sorted.map(([value]) => value),
    counts: sorted.map(([, times]) => times),
  };
}

/**
 * The time that a share of all times does not exceed; `null` unless at least one time is expected
 * beyond it: a 99th percentile takes a hundred times.
 */
export function seenQuantile(record: HistogramRecord, share: number): number | null {
  return record.count * (1 - share) < 1 - 1e-9 ? null : quantileOf(record, share);
}

/** The time that a share (0 to 1) of all times does not exceed; `null` without times. */
export function quantileOf(record: HistogramRecord, share: number): number | null {
  if (record.count === 0) return null;
  const rank = Math.max(1, Math.ceil(share * record.count));
  if (rank >= record.count) return record.maxNanos;
  let seen = 0;
  for (const [at, value] of record.values.entries()) {
    seen += record.counts[at] ?? 0;
    if (seen >= rank) return Math.min(Math.max(value, record.minNanos), record.maxNanos);
  }
  return record.maxNanos;
}
