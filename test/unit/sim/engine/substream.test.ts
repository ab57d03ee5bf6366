/**
 * Substreams: golden vectors, replications and components apart, and distributions with the moments they
 * promise.
 *
 * @module
 */
import { describe, expect, it } from 'vitest';
import { meanOf, varianceOf } from '../../../../sim/engine/statistics.ts';
import { Substream } from '../../../../sim/engine/substream.ts';

const DRAWS = 200_000;

function draws(of: (stream: Substream) => number, component = 'moments'): Float64Array {
  const stream = new Substream(11, 3, component);
  return Float64Array.from({ length: DRAWS }, () => of(stream));
}

describe('Substream', () => {
  it.each([
    [0, 0, 'arrivals', [581700059, 1233343217, 43677765, 631232037]],
    [1, 0, 'arrivals', [3185672440, 603996180, 276747494, 2457994840]],
    [1, 7, 'arrivals', [3284141802, 776396896, 3584205284, 1044137347]],
  ])(
    'draws for seed %d, replication %d, component %s what it always drew',
    (seed, replication, component, words) => {
      const stream = new Substream(seed, replication, component);
      expect(words.map(() => stream.below(2 ** 32))).toEqual(words);
    },
  );

  it('gives different draws to neighbouring seeds, replications and components', () => {
    const firsts = new Set<number>();
    for (const seed of [0, 1, 2]) {
      for (let replication = 0; replication < 20; replication += 1) {
        for (const component of ['a', 'b', 'ab', '']) {
          firsts.add(new Substream(seed, replication, component).fraction());
        }
      }
    }
    expect(firsts.size).toBe(240);
  });

  it.each([-1, 0.5, 65_536])('refuses the replication %d', (replication) => {
    expect(() => new Substream(0, replication, 'a')).toThrow('replication-in-range');
  });

  it.each([
    [1, 1],
    [7, 7],
    [1_000, 1_000],
    [2 ** 21 + 1, 10],
    [3 * 2 ** 30, 12],
  ])('is uniform below %d', (bound, cells) => {
    const stream = new Substream(4, 0, 'below');
    const counts = new Float64Array(cells);
    const rounds = 500 * cells;
    for (let draw = 0; draw < rounds; draw += 1) {
      const drawn = stream.below(bound);
      expect(drawn).toBeLessThan(bound);
      const cell = Math.floor((drawn / bound) * cells);
      counts[cell] = (counts[cell] ?? 0) + 1;
    }
    // Chi-square: its mean is the number of cells less one, its deviation the root of twice that.
    const distance = counts.reduce((sum, count) => sum + (count - 500) ** 2 / 500, 0);
    expect(distance).toBeLessThan(cells - 1 + 5 * Math.sqrt(2 * cells));
  });

  it.each([
    ['exponential', (s: Substream) => s.exponential(3), 3, 1],
    ['exponential nanoseconds', (s: Substream) => s.exponentialNanos(1e6), 1e6, 1],
    ['erlang of 4', (s: Substream) => s.erlang(4, 3), 3, 0.25],
    ['hyperexponential', (s: Substream) => s.hyperexponential(3, 4), 3, 4],
    ['lognormal', (s: Substream) => s.lognormal(3, 0.5), 3, 0.5],
    ['uniform', (s: Substream) => s.uniform(2, 4), 3, 1 / 27],
    ['normal', (s: Substream) => s.normal(3, 1.5), 3, 0.25],
    ['pareto', (s: Substream) => s.pareto(2, 5), 2.5, 1 / 15],
  ])('%s: mean and squared coefficient of variation', (_, of, mean, squaredVariation) => {
    const values = draws(of);
    const standardError = (mean * Math.sqrt(squaredVariation)) / Math.sqrt(DRAWS);
    expect(Math.abs(meanOf(values) - mean)).toBeLessThan(4 * standardError);
    expect(varianceOf(values) / mean ** 2 / squaredVariation).toBeGreaterThan(0.92);
    expect(varianceOf(values) / mean ** 2 / squaredVariation).toBeLessThan(1.08);
  });

  it('has tails as long as they should be', () => {
    const share = (values: Float64Array, above: number): number =>
      values.filter((value) => value > above).length / DRAWS;
    expect(
      share(
        draws((s) => s.exponential(1)),
        5,
      ),
    ).toBeCloseTo(Math.exp(-5), 3);
    expect(
      share(
        draws((s) => s.pareto(1, 2)),
        10,
      ),
    ).toBeCloseTo(0.01, 2.5);
    expect(
      share(
        draws((s) => s.normal(0, 1)),
        2,
      ),
    ).toBeCloseTo(0.02275, 2.5);
    expect(
      share(
        draws((s) => (s.chance(0.3) ? 1 : 0)),
        0.5,
      ),
    ).toBeCloseTo(0.3, 2);
  });

  it('goes on where it was saved', () => {
    const stream = new Substream(1, 1, 'saved');
    stream.fraction();
    const state = structuredClone(stream.save());
    const next = [stream.fraction(), stream.normal(0, 1), stream.below(9)];
    const other = new Substream(9, 9, 'saved');
    other.restore(state);
    expect([other.fraction(), other.normal(0, 1), other.below(9)]).toEqual(next);
    expect(other.bytes(5)).toEqual(stream.bytes(5));
  });
});
