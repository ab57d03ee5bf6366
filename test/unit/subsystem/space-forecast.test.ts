/**
 * The forecast: samples over model time, and the line through them.
 *
 * @module
 */
import { describe, expect, it } from 'vitest';
import { nanos } from '../../../src/base/units.ts';
import { StateKeeper } from '../../../src/store/state-keeper.ts';
import { LoadSamples, SAMPLES_MAX } from '../../../src/subsystem/space-forecast.ts';
import { compareKeptState, noState } from '../../support/compare-kept-state.ts';

const SECOND = 1_000_000_000;
const HOUR = 3_600 * SECOND;

/** Samples of loads, one every so many seconds. */
function samplesOf(loads: readonly number[], everySeconds = 3_600): LoadSamples {
  const samples = new LoadSamples();
  loads.forEach((load, at) => {
    samples.note(nanos(at * everySeconds * SECOND), load);
  });
  return samples;
}

describe('a forecast', () => {
  it('says when there is too little to go by', () => {
    expect(samplesOf([]).forecast(100)).toEqual({ kind: 'notEnoughSamples', samples: 0 });
    expect(samplesOf([1, 2]).forecast(100)).toEqual({ kind: 'notEnoughSamples', samples: 2 });
  });

  it('follows a straight line to the moment at which space is full', () => {
    expect(samplesOf([10, 20, 30, 40]).forecast(100)).toEqual({
      kind: 'growing',
      samples: 4,
      windowNanos: 3 * HOUR,
      bytesPerHour: 10,
      fullAt: 9 * HOUR,
    });
  });

  it('takes the line that is nearest to all samples, from the load as it is now', () => {
    // Fitted by hand: mean time 1.5 h, mean load 25, slope (-1.5*-25 + -.5*5 + .5*-5 + 1.5*25)/5.
    const forecast = samplesOf([0, 30, 20, 50]).forecast(190);
    expect(forecast).toMatchObject({ kind: 'growing', bytesPerHour: 14, fullAt: 13 * HOUR });
  });

  it('says that a load which stays or falls does not grow', () => {
    expect(samplesOf([7, 7, 7]).forecast(100)).toEqual({
      kind: 'notGrowing',
      samples: 3,
      windowNanos: 2 * HOUR,
      bytesPerHour: 0,
    });
    expect(samplesOf([9, 8, 7]).forecast(100)).toMatchObject({
      kind: 'notGrowing',
      bytesPerHour: -1,
    });
  });

  it('does not name a moment beyond the end of model time', () => {
    const slow = samplesOf([0, 1, 2]).forecast(2 ** 52);
    expect(slow).toMatchObject({ kind: 'notGrowing', bytesPerHour: 1 });
  });

  it('is now when space is full already', () => {
    expect(samplesOf([50, 80, 110]).forecast(100)).toMatchObject({
      kind: 'growing',
      fullAt: 2 * HOUR,
    });
  });
});

describe('samples', () => {
  it('of one moment or of one second are one, the newest', () => {
    const samples = new LoadSamples();
    for (const [at, load] of [
      [0, 1],
      [0, 5],
      [1, 6],
      [SECOND / 2, 7],
      [SECOND, 10],
      [2 * SECOND, 15],
    ] as const) {
      samples.note(nanos(at), load);
    }
    // 5 at 0 s, 10 at 1 s, 15 at 2 s.
    expect(samples.forecast(20)).toMatchObject({
      samples: 3,
      bytesPerHour: 18_000,
      fullAt: 3 * SECOND,
    });
  });

  it('are thinned as time goes on, and still reach back to the beginning', () => {
    const loads = Array.from({ length: 10_000 }, (_, at) => at);
    const samples = samplesOf(loads, 1);
    expect(samples.count).toBeLessThanOrEqual(SAMPLES_MAX);
    expect(samples.count).toBeGreaterThan(SAMPLES_MAX / 4);
    const forecast = samples.forecast(20_000);
    expect(forecast).toMatchObject({ kind: 'growing', windowNanos: 9_999 * SECOND });
    expect(forecast.kind === 'growing' && forecast.fullAt / SECOND).toBeCloseTo(20_000, 3);
  });
});

describe('samples that outlive the process', () => {
  it('come back as they were after each of them, also when every second one has gone', () => {
    const samples = new LoadSamples();
    const keeper = new StateKeeper();
    samples.keep(keeper, 'samples');
    const changes: ReturnType<StateKeeper['collect']>[] = [];
    const counts = noState();
    for (let at = 0; at < 3 * SAMPLES_MAX; at += 1) {
      samples.note(nanos(at * 1_500_000_000), 1_000 * at);
      changes.push(keeper.collect());
      const again = new LoadSamples();
      const fresh = new StateKeeper();
      again.keep(fresh, 'samples');
      for (const change of changes) fresh.apply(change);
      fresh.restore();
      compareKeptState(keeper, fresh, counts);
      expect(again.forecast(1e9)).toEqual(samples.forecast(1e9));
    }
    expect(samples.count).toBeLessThan(SAMPLES_MAX);
    expect(counts.parts).toBe(6 * SAMPLES_MAX);
  });
});
