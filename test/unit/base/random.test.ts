/**
 * Seeded streams: golden vectors that pin them across library upgrades, and that they are uniform and
 * apart from each other.
 *
 * @module
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { InvariantViolation } from '../../../src/base/invariant.ts';
import { SeededRandom } from '../../../src/base/random.ts';
import { StateKeeper } from '../../../src/store/state-keeper.ts';

/** What the streams gave when they were first published. A change here changes every replayed run. */
const GOLDEN = [
  {
    seed: 0,
    name: 'subsystem',
    words: [470_954_002, 1_557_519_524, 2_466_911_887, 3_449_651_767, 2_932_464_080],
    fractions: [0.01003503048180443, 0.5659579742310792],
    bytes: '0e8328f8c5ff11',
    digits: [2, 2, 9, 6, 6, 4],
  },
  {
    seed: 7,
    name: 'tokens',
    words: [418_601_335, 2_861_229_627, 2_605_909_255, 2_697_779_992, 1_027_831_588],
    fractions: [0.6010949811396997, 0.9545678598077887],
    bytes: 'b34891e25af420',
    digits: [8, 2, 4, 7, 7, 4],
  },
  {
    seed: 2 ** 53 - 1,
    name: 'load',
    words: [2_674_430_877, 880_629_869, 4_009_686_030, 3_454_836_845, 1_661_442_963],
    fractions: [0.2518498434813309, 0.7964635834522881],
    bytes: '388d2dbbdcc587',
    digits: [2, 1, 5, 5, 8, 3],
  },
];

describe('SeededRandom', () => {
  it('goes on where it stood when it is kept', () => {
    const [one, other] = [new StateKeeper(), new StateKeeper()];
    const random = new SeededRandom(3, 'tokens');
    random.keep(one, 'tokens');
    random.bytes(9);
    const reopened = new SeededRandom(3, 'tokens');
    reopened.keep(other, 'tokens');
    other.apply(one.collect());
    other.restore();
    expect(reopened.bytes(40)).toEqual(random.bytes(40));
    expect(reopened.bytes(9)).not.toEqual(new SeededRandom(3, 'tokens').bytes(9));
  });

  it.each(GOLDEN)('gives the golden values of stream $name under seed $seed', (golden) => {
    const random = new SeededRandom(golden.seed, golden.name);
    expect(golden.words.map(() => random.below(2 ** 32))).toEqual(golden.words);
    expect(golden.fractions.map(() => random.fraction())).toEqual(golden.fractions);
    expect(Buffer.from(random.bytes(7)).toString('hex')).toBe(golden.bytes);
    expect(golden.digits.map(() => random.below(10))).toEqual(golden.digits);
  });

  it('gives the same stream to the same seed and name', () => {
    fc.assert(
      fc.property(fc.maxSafeNat(), fc.string(), (seed, name) => {
        const one = new SeededRandom(seed, name).bytes(16);
        expect(new SeededRandom(seed, name).bytes(16)).toEqual(one);
      }),
    );
  });

  it('gives different streams to neighbouring seeds and names', () => {
    const streams = new Set<string>();
    for (let seed = 0; seed < 50; seed += 1) {
      for (const name of ['a', 'b', 'ab', 'ba', '']) {
        streams.add(Buffer.from(new SeededRandom(seed, name).bytes(16)).toString('hex'));
      }
    }
    expect(streams.size).toBe(250);
  });

  it('stays below the bound and reaches every value of a small one', () => {
    const random = new SeededRandom(3, 'bounds');
    const counts = Array.from({ length: 7 }, () => 0);
    for (let draw = 0; draw < 7_000; draw += 1) {
      const drawn = random.below(7);
      counts[drawn] = (counts[drawn] ?? 0) + 1;
    }
    expect(counts).toHaveLength(7);
    // 1,000 expected each; 200 are over six standard deviations.
    for (const count of counts) expect(Math.abs(count - 1_000)).toBeLessThan(200);
  });

  it('gives fractions from 0 up to 1 with a mean near the middle', () => {
    const random = new SeededRandom(4, 'fractions');
    let sum = 0;
    for (let draw = 0; draw < 10_000; draw += 1) {
      const fraction = random.fraction();
      expect(fraction >= 0 && fraction < 1).toBe(true);
      sum += fraction;
    }
    expect(Math.abs(sum / 10_000 - 0.5)).toBeLessThan(0.02);
  });

  it('gives nothing but 0 below 1, and no bytes when none are asked for', () => {
    const random = new SeededRandom(5, 'edges');
    expect([random.below(1), random.below(1)]).toEqual([0, 0]);
    expect(random.bytes(0)).toEqual(new Uint8Array(0));
    expect(random.bytes(5)).toHaveLength(5);
  });

  it.each([0, -1, 2 ** 32 + 1])('stops on the bound %d', (bound) => {
    const random = new SeededRandom(6, 'wrong');
    expect(() => random.below(bound)).toThrow(InvariantViolation);
  });

  it.each([-1, 0.5, 2 ** 53, Number.NaN])('stops on the seed %d', (seed) => {
    expect(() => new SeededRandom(seed, 'wrong')).toThrow('random-seed-whole');
  });
});
