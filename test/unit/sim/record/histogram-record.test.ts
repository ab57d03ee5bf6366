import { describe, expect, it } from 'vitest';
import { LogHistogram } from '../../../../sim/engine/log-histogram.ts';
import {
  addHistograms,
  histogramRecord,
  NO_TIMES,
  quantileOf,
  seenQuantile,
} from '../../../../sim/record/histogram-record.ts';
import { SeededRandom } from '../../../../src/index.ts';

/** Times over six decades. */
function times(name: string, count: number): readonly number[] {
  const random = new SeededRandom(11, name);
  return Array.from({ length: count }, () => {
    const decade = 10 ** random.below(6);
    return decade * (1 + random.below(1000) / 100);
  });
}

function recordOf(values: readonly number[]): ReturnType<typeof histogramRecord> {
  const histogram = new LogHistogram();
  for (const value of values) histogram.record(value);
  return histogramRecord(histogram);
}

describe('histograms as plain data', () => {
  it('answer quantiles within one percent of the sorted values', () => {
    const values = times('one', 20_000);
    const sorted = values.toSorted((one, other) => one - other);
    const record = recordOf(values);
    for (const share of [0.01, 0.1, 0.5, 0.9, 0.95, 0.99, 0.999]) {
      const exact = sorted[Math.ceil(share * sorted.length) - 1] ?? 0;
      expect(Math.abs((quantileOf(record, share) ?? 0) / exact - 1)).toBeLessThan(0.01);
    }
    expect(quantileOf(record, 1)).toBe(sorted.at(-1));
  });

  it('add up to the histogram of all values', () => {
    const [one, other] = [times('one', 5_000), times('other', 7_000)];
    const sum = addHistograms([recordOf(one), NO_TIMES, recordOf(other)]);
    const all = recordOf([...one, ...other]);
    expect({ ...sum, meanNanos: 0 }).toEqual({ ...all, meanNanos: 0 });
    expect(sum.meanNanos).toBeCloseTo(all.meanNanos, 3);
  });

  it('answer nothing without times, and no percentile that too few times show', () => {
    expect(addHistograms([])).toBe(NO_TIMES);
    expect(quantileOf(NO_TIMES, 0.5)).toBeNull();
    expect(seenQuantile(recordOf(times('few', 99)), 0.99)).toBeNull();
    expect(seenQuantile(recordOf(times('few', 100)), 0.99)).not.toBeNull();
  });
});
