import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LogHistogram } from '../../../../sim/engine/log-histogram.ts';

const value = fc.oneof(
  fc.integer({ min: 0, max: 300 }),
  fc.integer({ min: 0, max: 1e9 }),
  fc.maxSafeNat(),
);

function histogramOf(values: readonly number[]): LogHistogram {
  const histogram = new LogHistogram();
  for (const nanos of values) histogram.record(nanos);
  return histogram;
}

describe('LogHistogram', () => {
  it('knows count, least, greatest and mean exactly and every quantile to 0.4 %', () => {
    fc.assert(
      fc.property(
        fc.array(value, { minLength: 1, maxLength: 200 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (values, share) => {
          const histogram = histogramOf(values);
          const sorted = values.toSorted((one, other) => one - other);
          expect(histogram.count).toBe(values.length);
          expect([histogram.min, histogram.max]).toEqual([sorted[0], sorted.at(-1)]);
          expect(histogram.sum).toBe(values.reduce((sum, nanos) => sum + nanos, 0));
          const exact = sorted[Math.max(1, Math.ceil(share * values.length)) - 1] ?? 0;
          expect(Math.abs(histogram.quantile(share) - exact)).toBeLessThanOrEqual(0.004 * exact);
        },
      ),
    );
  });

  it('counts every value between the edges of its bucket', () => {
    fc.assert(
      fc.property(value, (nanos) => {
        const [bucket] = histogramOf([nanos]).buckets();
        expect(bucket?.count).toBe(1);
        expect(bucket?.fromNanos).toBeLessThanOrEqual(nanos);
        expect(bucket?.toNanos).toBeGreaterThan(nanos);
        if (nanos > 0)
          expect((bucket?.toNanos ?? 0) / (bucket?.fromNanos ?? 1)).toBeLessThan(1.008);
      }),
    );
  });

  it('merges into what one histogram of both would be, and comes back from its plain data', () => {
    fc.assert(
      fc.property(fc.array(value), fc.array(value), (one, other) => {
        const merged = histogramOf(one);
        merged.merge(histogramOf(other));
        const whole = histogramOf([...one, ...other]);
        expect(merged.buckets()).toEqual(whole.buckets());
        expect([merged.count, merged.min, merged.max]).toEqual([whole.count, whole.min, whole.max]);
        const again = LogHistogram.from(structuredClone(merged.toCounts()));
        expect(again.toCounts()).toEqual(merged.toCounts());
        expect([again.count, again.min, again.mean]).toEqual([
          merged.count,
          merged.min,
          merged.mean,
        ]);
      }),
    );
  });

  it('says 0 when nothing was recorded', () => {
    const histogram = new LogHistogram();
    expect([histogram.mean, histogram.min, histogram.max, histogram.quantile(0.5)]).toEqual([
      0, 0, 0, 0,
    ]);
    expect(() => histogram.quantile(1.5)).toThrow('quantile-share');
  });
});
