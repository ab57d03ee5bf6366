/**
 * Statistics beside jStat, and against values that are known otherwise.
 *
 * @module
 */
import fc from 'fast-check';
import jstat from 'jstat';
import { describe, expect, it } from 'vitest';
import {
  batchMeans,
  meanOf,
  mser5,
  quantileOf,
  tInterval,
  varianceOf,
} from '../../../../sim/engine/statistics.ts';
import { tQuantile } from '../../../../sim/engine/student-t.ts';
import { Substream } from '../../../../sim/engine/substream.ts';

const { jStat } = jstat;

const sample = fc.array(fc.double({ min: -1e6, max: 1e6, noNaN: true }), { minLength: 2 });

describe('the t distribution', () => {
  it('agrees with jStat', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0.001, max: 0.999, noNaN: true }),
        fc.integer({ min: 1, max: 1_000 }),
        (probability, freedom) => {
          const ours = tQuantile(probability, freedom);
          const theirs = jStat.studentt.inv(probability, freedom);
          // Theirs is good to some eight digits.
          expect(Math.abs(ours - theirs)).toBeLessThan(1e-6 * Math.max(1, Math.abs(theirs)));
        },
      ),
    );
  });

  it.each([
    [0.75, 1, 1],
    [0.975, 2, 4.302652729911275],
    [0.975, 19, 2.093024054408263],
    [0.995, 30, 2.7499956535670305],
    [0.975, 1_000, 1.9623390808264078],
  ])('has the known quantile of %d with %d degrees of freedom', (probability, freedom, known) => {
    expect(tQuantile(probability, freedom)).toBeCloseTo(known, 8);
    expect(tQuantile(1 - probability, freedom)).toBeCloseTo(-known, 8);
  });

  it('refuses what is no probability', () => {
    expect(() => tQuantile(1, 5)).toThrow('t-quantile-arguments');
    expect(() => tQuantile(0.5, 0)).toThrow('t-quantile-arguments');
  });
});

describe('means', () => {
  it('and variances agree with jStat', () => {
    fc.assert(
      fc.property(sample, (values) => {
        expect(meanOf(values)).toBeCloseTo(jStat.mean(values), 5);
        const theirs = jStat.variance(values, true);
        expect(Math.abs(varianceOf(values) - theirs)).toBeLessThanOrEqual(
          1e-9 * Math.max(1, theirs),
        );
      }),
    );
  });

  it('have the interval that jStat gives', () => {
    fc.assert(
      fc.property(sample, (values) => {
        const { low, high, mean, count } = tInterval(values);
        const [theirLow = 0, theirHigh = 0] = jStat.tci(mean, 0.05, values);
        const scale = 1e-6 * Math.max(1, Math.abs(low), Math.abs(high));
        expect(Math.abs(low - theirLow)).toBeLessThan(scale);
        expect(Math.abs(high - theirHigh)).toBeLessThan(scale);
        expect(count).toBe(values.length);
      }),
    );
  });

  it('of one value are worth nothing', () => {
    expect(tInterval([7])).toMatchObject({ mean: 7, low: -Infinity, high: Infinity });
    expect(() => tInterval([])).toThrow('interval-of-something');
  });

  it('lie in their interval as often as it promises', () => {
    const stream = new Substream(1, 0, 'coverage');
    let inside = 0;
    for (let trial = 0; trial < 2_000; trial += 1) {
      const values = Array.from({ length: 6 }, () => stream.normal(10, 4));
      const { low, high } = tInterval(values);
      if (low <= 10 && 10 <= high) inside += 1;
    }
    // Binomial with mean 1,900 and deviation 9.7.
    expect(Math.abs(inside - 1_900)).toBeLessThan(40);
  });

  it('of batches are those of equal parts', () => {
    expect([...batchMeans([1, 3, 5, 7, 100, 102, 9], 3)]).toEqual([2, 6, 101]);
    expect(() => batchMeans([1, 2], 3)).toThrow('batches-hold-something');
  });
});

describe('quantiles', () => {
  it('agree with jStat', () => {
    fc.assert(
      fc.property(sample, fc.double({ min: 0, max: 1, noNaN: true }), (values, share) => {
        const sorted = values.toSorted((one, other) => one - other);
        expect(quantileOf(sorted, share)).toBeCloseTo(
          jStat.quantiles(sorted, [share], 1, 1)[0] ?? 0,
          4,
        );
      }),
    );
    expect(quantileOf([], 0.5)).toBeNaN();
  });
});

describe('MSER-5', () => {
  const noise = (count: number): number[] => {
    const stream = new Substream(8, 0, 'noise');
    return Array.from({ length: count }, () => stream.normal(100, 5));
  };

  it('cuts off a climb and little more', () => {
    const values = noise(2_000).map((one, at) => one - 90 * Math.exp(-at / 40));
    const { truncated, isSettled } = mser5(values);
    expect(isSettled).toBe(true);
    expect(truncated).toBeGreaterThan(90);
    expect(truncated).toBeLessThan(500);
    expect(truncated % 5).toBe(0);
  });

  it('finds the best point by its definition', () => {
    const values = noise(200).map((one, at) => one + (at < 30 ? 40 : 0));
    const means = [...batchMeans(values, 40)];
    const errorFrom = (cut: number): number => {
      const rest = means.slice(cut);
      const mean = meanOf(rest);
      return rest.reduce((sum, one) => sum + (one - mean) ** 2, 0) / rest.length ** 2;
    };
    const errors = Array.from({ length: 21 }, (_, cut) => errorFrom(cut));
    expect(mser5(values).truncated).toBe(5 * errors.indexOf(Math.min(...errors)));
  });

  it('throws nothing away without a reason', () => {
    expect(mser5(Array.from({ length: 100 }, () => 7))).toEqual({ truncated: 0, isSettled: true });
  });

  it('says when a run has not settled, or is too short to tell', () => {
    const climbing = Array.from({ length: 400 }, (_, at) => 3 * at);
    expect(mser5(climbing).isSettled).toBe(false);
    expect(mser5([1, 2, 3])).toEqual({ truncated: 0, isSettled: false });
  });
});
