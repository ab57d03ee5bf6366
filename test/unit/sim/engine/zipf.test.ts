import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Scatter } from '../../../../sim/engine/scatter.ts';
import { Substream } from '../../../../sim/engine/substream.ts';
import { Zipf } from '../../../../sim/engine/zipf.ts';

describe('Zipf', () => {
  it.each([0, 0.5, 0.99, 1, 1.3, 3])(
    'draws ranks in proportion to their weights, theta %d',
    (theta) => {
      const count = 12;
      const draws = 120_000;
      const zipf = new Zipf(count, theta);
      const stream = new Substream(2, 0, 'ranks');
      const counts = new Float64Array(count);
      for (let draw = 0; draw < draws; draw += 1) {
        const rank = zipf.rank(stream);
        counts[rank] = (counts[rank] ?? 0) + 1;
      }
      const weights = Array.from({ length: count }, (_, rank) => 1 / (rank + 1) ** theta);
      const all = weights.reduce((sum, weight) => sum + weight, 0);
      const distance = weights.reduce((sum, weight, rank) => {
        const expected = (draws * weight) / all;
        return sum + ((counts[rank] ?? 0) - expected) ** 2 / expected;
      }, 0);
      // Chi-square of 11 degrees of freedom: beyond 31.3 once in a thousand.
      expect(distance).toBeLessThan(31.3);
    },
  );

  it('gives the popular share that the harmonic numbers say, over millions of addresses', () => {
    const zipf = new Zipf(4_000_000, 1);
    const stream = new Substream(3, 0, 'share');
    let popular = 0;
    for (let draw = 0; draw < 50_000; draw += 1) if (zipf.rank(stream) < 1_000) popular += 1;
    const harmonic = (n: number): number => Math.log(n) + 0.577_215_664_9 + 1 / (2 * n);
    expect(popular / 50_000).toBeCloseTo(harmonic(1_000) / harmonic(4_000_000), 2);
  });

  it('has nothing to choose from one address', () => {
    expect(new Zipf(1, 0.99).address(new Substream(1, 0, 'one'))).toBe(0);
  });

  it.each([
    [0, 1],
    [1.5, 1],
    [10, -1],
    [10, Number.NaN],
  ])('refuses %d addresses with theta %d', (count, theta) => {
    expect(() => new Zipf(count, theta)).toThrow('invariant zipf');
  });
});

describe('Scatter', () => {
  it('is a permutation, for any count and key', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 3_000 }), fc.integer(), (count, key) => {
        const scatter = new Scatter(count, key | 0);
        const seen = new Set<number>();
        for (let rank = 0; rank < count; rank += 1) seen.add(scatter.addressOf(rank));
        expect(seen.size).toBe(count);
        expect(Math.min(...seen)).toBe(0);
        expect(Math.max(...seen)).toBe(count - 1);
      }),
      { numRuns: 60 },
    );
  });

  it('puts neighbouring ranks far apart, and the largest space in bounds', () => {
    const scatter = new Scatter(1_000_000, 1);
    let distance = 0;
    for (let rank = 0; rank < 1_000; rank += 1) {
      distance += Math.abs(scatter.addressOf(rank) - scatter.addressOf(rank + 1));
    }
    // Two random places are a third of the space apart on the mean.
    expect(distance / 1_000 / 1_000_000).toBeCloseTo(1 / 3, 1);
    const largest = new Scatter(2 ** 32, 0);
    expect(largest.addressOf(2 ** 32 - 1)).toBeLessThan(2 ** 32);
  });
});
