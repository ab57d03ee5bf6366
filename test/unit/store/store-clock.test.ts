/** Model time of a store, and its chance. */
import { describe, expect, it } from 'vitest';
import { CryptoRandom } from '../../../src/store/crypto-random.ts';
import { StoreClock } from '../../../src/store/store-clock.ts';

describe('the clock of a store', () => {
  it('tells real time since the store was made', () => {
    const clock = new StoreClock(Date.now() - 5_000);
    const seconds = clock.now() / 1e9;
    expect(seconds).toBeGreaterThan(4.5);
    expect(seconds).toBeLessThan(60);
    expect(Number.isInteger(clock.now())).toBe(true);
  });

  it('never goes back, not behind what it told before the process began', () => {
    const clock = new StoreClock(Date.now() + 3_600_000);
    expect(clock.now()).toBe(0);
    clock.resume(7e12);
    expect(clock.now()).toBe(7e12);
    clock.resume(5);
    expect(clock.now()).toBe(7e12);
    let last = 0;
    const running = new StoreClock(Date.now() - 1_000);
    for (let look = 0; look < 1_000; look += 1) {
      const now = running.now();
      expect(now).toBeGreaterThanOrEqual(last);
      last = now;
    }
  });

  it('counts in steps of 1,024 ns when a number holds no finer ones', () => {
    const year = 365 * 24 * 3_600 * 1_000;
    const clock = new StoreClock(Date.now() - 10 * year);
    const now = clock.now();
    expect(now).toBeGreaterThan(Number.MAX_SAFE_INTEGER);
    expect(now % 1_024).toBe(0);
  });
});

describe('chance of a store', () => {
  it('draws from all numbers below a bound, and no other', () => {
    const random = new CryptoRandom();
    const seen = new Map<number, number>();
    for (let draw = 0; draw < 3_000; draw += 1) {
      const drawn = random.below(6);
      seen.set(drawn, (seen.get(drawn) ?? 0) + 1);
    }
    expect(new Set(seen.keys())).toEqual(new Set([0, 1, 2, 3, 4, 5]));
    // Each 500 times on average, with a deviation of 20: eight of them are as good as never.
    for (const times of seen.values()) expect(Math.abs(times - 500)).toBeLessThan(160);
    expect(random.below(1)).toBe(0);
    expect(random.below(2 ** 32)).toBeLessThan(2 ** 32);
  });

  it('draws fractions below 1, and bytes that differ', () => {
    const random = new CryptoRandom();
    const fractions = Array.from({ length: 1_000 }, () => random.fraction());
    expect(fractions.every((fraction) => fraction >= 0 && fraction < 1)).toBe(true);
    const mean = fractions.reduce((sum, fraction) => sum + fraction, 0) / fractions.length;
    expect(Math.abs(mean - 0.5)).toBeLessThan(0.08);
    expect(random.bytes(16)).toHaveLength(16);
    expect(random.bytes(16)).not.toEqual(random.bytes(16));
  });
});
