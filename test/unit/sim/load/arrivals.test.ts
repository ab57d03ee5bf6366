/**
 * Laws of arrival: their mean rate, their shape, and that they go on where they were saved.
 *
 * @module
 */
import { describe, expect, it } from 'vitest';
import { meanOf, varianceOf } from '../../../../sim/engine/statistics.ts';
import { Substream } from '../../../../sim/engine/substream.ts';
import { type ArrivalLaw, createArrivals, WORKING_DAY } from '../../../../sim/load/arrivals.ts';

const HOUR = 3_600e9;

/** Times of the arrivals before `until`. */
function timesOf(law: ArrivalLaw, until: number): number[] {
  const arrivals = createArrivals(law, new Substream(3, 0, 'arrivals'));
  const times: number[] = [];
  for (let now = 0; ; ) {
    const delay = arrivals.nextDelay(now);
    if (!Number.isInteger(delay) || delay < 0) throw new Error(`a gap of ${delay} ns`);
    now += delay;
    if (now >= until) return times;
    times.push(now);
  }
}

function gapsOf(times: readonly number[]): number[] {
  return times.slice(1).map((time, at) => time - (times[at] ?? 0));
}

function perHour(times: readonly number[]): number[] {
  const counts = new Float64Array(24);
  for (const time of times) (counts[Math.floor(time / HOUR)] as number) += 1;
  return [...counts];
}

describe('arrivals', () => {
  it('come evenly, without drifting away from the rate', () => {
    const times = timesOf({ kind: 'even', perSecond: 3 }, 1_000e9);
    expect(times).toHaveLength(3_000);
    expect(Math.max(...gapsOf(times)) - Math.min(...gapsOf(times))).toBeLessThanOrEqual(1);
    expect(times.at(-1)).toBe(999_999_999_999);
  });

  it('come as Poisson arrivals do: independent, with exponential gaps', () => {
    const times = timesOf({ kind: 'poisson', perSecond: 100 }, 1_000e9);
    // Poisson with mean 100,000 and deviation 316.
    expect(Math.abs(times.length - 100_000)).toBeLessThan(1_300);
    const gaps = gapsOf(times);
    expect(varianceOf(gaps) / meanOf(gaps) ** 2).toBeCloseTo(1, 1);
  });

  it('come in bursts that are as dense and as long as said, with the mean rate kept', () => {
    const law = { kind: 'bursts', perSecond: 20, peak: 10, burstNanos: 1e9 } as const;
    const times = timesOf(law, 20_000e9);
    // 2,000 bursts of some 200 requests, their lengths exponential: 3 % of deviation.
    expect(times.length / 20_000).toBeGreaterThan(18);
    expect(times.length / 20_000).toBeLessThan(22);
    const gaps = gapsOf(times);
    const inside = gaps.filter((gap) => gap < 100e6);
    expect(meanOf(inside) / 5e6).toBeCloseTo(1, 1);
    // Between bursts 9 s on the mean; gaps of a second are pauses.
    const pauses = gaps.filter((gap) => gap > 1e9);
    expect(meanOf(pauses) / 1e9).toBeGreaterThan(9);
    expect(meanOf(pauses) / 1e9).toBeLessThan(11);
  });

  it('follow the hours of the day', () => {
    const law = { kind: 'daily', perSecond: 10, startOfDayNanos: 0, hours: WORKING_DAY } as const;
    const counts = perHour(timesOf(law, 24 * HOUR));
    const all = counts.reduce((sum, count) => sum + count, 0);
    expect(all / 86_400).toBeCloseTo(10, 0);
    const mean = meanOf(WORKING_DAY);
    for (const [hour, weight] of WORKING_DAY.entries()) {
      const before = WORKING_DAY[(hour + 23) % 24] ?? 0;
      const after = WORKING_DAY[(hour + 1) % 24] ?? 0;
      // Straight lines between the middles of the hours: a quarter of an hour belongs to each side.
      const expected = (0.75 * weight + 0.125 * (before + after)) / mean;
      expect(Math.abs((counts[hour] ?? 0) / (10 * 3_600) - expected)).toBeLessThan(0.05);
    }
  });

  it('begin the day when the run begins', () => {
    const law = { kind: 'daily', perSecond: 20, hours: WORKING_DAY } as const;
    const night = timesOf({ ...law, startOfDayNanos: 1 * HOUR }, HOUR).length;
    const morning = timesOf({ ...law, startOfDayNanos: 10 * HOUR }, HOUR).length;
    expect(morning / night).toBeGreaterThan(5);
  });

  it('may have the whole day as their window', () => {
    const law = { kind: 'window', perSecond: 1, fromNanos: 0, toNanos: 24 * HOUR } as const;
    const stream = new Substream(1, 0, 'day');
    const day = createArrivals({ ...law, startOfDayNanos: 0 }, stream);
    let now = 0;
    let count = 0;
    for (; now < 24 * HOUR; count += 1) now += day.nextDelay(now);
    expect(count / 86_400).toBeCloseTo(1, 1);
  });

  it('keep to their window, over midnight too', () => {
    const law = { kind: 'window', perSecond: 5, fromNanos: 22 * HOUR, toNanos: 4 * HOUR } as const;
    const counts = perHour(timesOf({ ...law, startOfDayNanos: 0 }, 24 * HOUR));
    expect(counts.slice(4, 22)).toEqual(Array.from({ length: 18 }, () => 0));
    for (const hour of [0, 1, 2, 3, 22, 23]) expect(counts[hour]).toBeGreaterThan(17_000);
    const late = perHour(timesOf({ ...law, startOfDayNanos: 23 * HOUR }, 24 * HOUR));
    expect(late.slice(5, 23)).toEqual(Array.from({ length: 18 }, () => 0));
  });

  it.each<ArrivalLaw>([
    { kind: 'even', perSecond: 7 },
    { kind: 'poisson', perSecond: 7 },
    { kind: 'bursts', perSecond: 7, peak: 4, burstNanos: 1e9 },
    { kind: 'daily', perSecond: 7, startOfDayNanos: 5, hours: WORKING_DAY },
  ])('go on where they were saved: $kind', (law) => {
    const streams = [1, 2].map((seed) => new Substream(seed, 0, 'saved'));
    const [stream, otherStream] = streams;
    if (stream === undefined || otherStream === undefined) throw new Error('two streams');
    const arrivals = createArrivals(law, stream);
    let now = 0;
    for (let left = 100; left > 0; left -= 1) now += arrivals.nextDelay(now);
    const other = createArrivals(law, otherStream);
    otherStream.restore(stream.save());
    other.restore(structuredClone(arrivals.save()));
    for (let left = 100; left > 0; left -= 1) {
      const delay = arrivals.nextDelay(now);
      expect(other.nextDelay(now)).toBe(delay);
      now += delay;
    }
  });

  it.each<[ArrivalLaw, string]>([
    [{ kind: 'poisson', perSecond: 0 }, 'arrival-rate-positive'],
    [{ kind: 'bursts', perSecond: 1, peak: 1, burstNanos: 1 }, 'bursts-denser-than-mean'],
    [{ kind: 'daily', perSecond: 1, startOfDayNanos: 0, hours: [1, 2] }, 'day-has-24-hours'],
    [
      { kind: 'window', perSecond: 1, startOfDayNanos: 0, fromNanos: 5, toNanos: 5 },
      'window-has-length',
    ],
  ])('refuse %o', (law, name) => {
    expect(() => createArrivals(law, new Substream(1, 0, 'refused'))).toThrow(name);
  });
});
