import { describe, expect, it } from 'vitest';
import { READ, type RequestBatch, TRIM, WRITE } from '../../../../sim/load/request-batch.ts';
import { REPLAY_DEFAULTS } from '../../../../sim/replay/replay-options.ts';
import {
  type TimingOptions,
  TimingReplay,
  type TimingResult,
} from '../../../../sim/replay/timing-replay.ts';
import { TouchedTracks } from '../../../../sim/replay/touched-tracks.ts';
import { SeededRandom } from '../../../../src/index.ts';
import { ROUND_PARAMETERS } from '../../../support/timed-rig.ts';
import { batchOf } from '../../../support/traces.ts';

const TRACK = 56_664;
const OPTIONS: TimingOptions = {
  ...REPLAY_DEFAULTS,
  capacityBytes: 2 ** 30,
  mode: { kind: 'open' },
};

function replay(
  batches: readonly RequestBatch[],
  change: Partial<TimingOptions> = {},
): TimingResult {
  const options = { ...OPTIONS, ...change };
  const touched = new TouchedTracks(options.trackBytes);
  for (const batch of batches) touched.take(batch);
  const parts = { parameters: ROUND_PARAMETERS, drive: undefined };
  const run = new TimingReplay(options, parts, options.isPreloaded ? touched : undefined);
  for (const batch of batches) run.take(batch);
  return run.end();
}

type Request = readonly [number, number, number, number, number, number?];

function randomRequests(count: number, apart: number): readonly Request[] {
  const random = new SeededRandom(9, 'timing replay test');
  return Array.from({ length: count }, (_, at) => [
    at * apart,
    random.below(3),
    random.below(3) === 0 ? WRITE : READ,
    random.below(400) * TRACK,
    4_096,
    1_000_000,
  ]);
}

describe('replay with timing', () => {
  it('reads what was there before from the drives, once', () => {
    const result = replay([
      batchOf([
        [0, 0, READ, 0, 4_096],
        [1e9, 0, READ, 4_096, 4_096],
      ]),
    ]);
    expect(result).toMatchObject({ requests: 2, preloadedTracks: 1, hitRatio: 0.5 });
    // The drives of the round figures take 10 ms a command.
    expect(result.all?.maxNanos).toBeGreaterThan(10e6);
    expect(result.parts?.disconnectNanos).toBeGreaterThan(4e6);
    expect(result.simulatedNanos).toBeGreaterThan(1e9);
  });

  it('reads nothing from the drives when nothing was there', () => {
    const result = replay([batchOf([[0, 0, READ, 0, 4_096]])], { isPreloaded: false });
    expect(result.preloadedTracks).toBe(0);
    expect(result.all?.maxNanos).toBeLessThan(1e6);
  });

  it('does every request, whatever batches they come in, and the same way twice', () => {
    const requests = randomRequests(400, 2e6);
    const parts = [0, 7, 200, 399].map((from, at, all) =>
      batchOf(requests.slice(from, all[at + 1])),
    );
    const whole = replay([batchOf(requests)]);
    expect(whole.all?.requests).toBe(400);
    expect(whole.reads?.requests).toBe(requests.filter(([, , kind]) => kind === READ).length);
    expect(whole.measured?.meanNanos).toBeCloseTo(1e6, -4);
    const again = replay([batchOf(requests)]);
    expect(again).toEqual(whole);
    expect(replay(parts).all).toEqual(whole.all);
  });

  it('keeps so many requests under way when closed, and takes no notice of arrivals', () => {
    const requests = randomRequests(300, 1e9);
    const one = replay([batchOf(requests)], { mode: { kind: 'closed', outstanding: 1 } });
    const eight = replay([batchOf(requests)], { mode: { kind: 'closed', outstanding: 8 } });
    expect(one.peakOutstanding).toBe(1);
    expect(eight.peakOutstanding).toBe(8);
    expect(one.simulatedNanos).toBeLessThan(10e9);
    expect(eight.simulatedNanos).toBeLessThan(one.simulatedNanos);
    // With one under way, time is the sum of the responses.
    const sum = (one.all?.meanNanos ?? 0) * 300;
    expect(one.simulatedNanos).toBeGreaterThan(0.99 * sum);
    expect(one.simulatedNanos).toBeLessThan(1.01 * sum);
  });

  it('lets requests wait for the completions that they came after', () => {
    // Each came 1 ms after the one before was done, which took 1 ms there and 10 ms here.
    const chain = Array.from(
      { length: 50 },
      (_, at): Request => [at * 2e6, 0, READ, at * TRACK, 4_096, 1e6],
    );
    const open = replay([batchOf(chain)]);
    const dependent = replay([batchOf(chain.slice(0, 20)), batchOf(chain.slice(20))], {
      mode: { kind: 'dependency' },
    });
    expect(open.peakOutstanding).toBeGreaterThan(10);
    expect(dependent.peakOutstanding).toBe(1);
    expect(dependent.all?.requests).toBe(50);
    const think = dependent.simulatedNanos - 50 * (dependent.all?.meanNanos ?? 0);
    expect(think).toBeGreaterThan(48e6);
    expect(think).toBeLessThan(50e6);
  });

  it('is done with a request when its last track is', () => {
    const result = replay([batchOf([[0, 0, READ, TRACK - 100, 200]])]);
    expect(result.all?.requests).toBe(1);
    expect(result.preloadedTracks).toBe(2);
    expect(result.stations.find(({ name }) => name === 'controller')?.arrivals).toBe(2);
  });

  it('takes snapshots without disturbing the load, leaves warm-up and trims out', () => {
    const requests: Request[] = [...randomRequests(200, 5e6), [2e9, 0, TRIM, 0, TRACK]];
    const result = replay([batchOf(requests)], {
      snapshots: { kind: 'time', nanos: 250e6 },
      snapshotsKept: 2,
      warmUp: { kind: 'requests', count: 50 },
    });
    expect(result).toMatchObject({ snapshotCount: 4, trimRequests: 1, warmUpRequests: 50 });
    expect(result.all?.requests).toBe(150);
    const without = replay([batchOf(requests)], { warmUp: { kind: 'requests', count: 50 } });
    expect(result.reads).toEqual(without.reads);
  });

  it('refuses to count nothing, and tells the latest time of the trace', () => {
    const back = batchOf([
      [0, 0, READ, 0, 512],
      [4e9, 0, READ, TRACK, 512],
      [2e9, 0, WRITE, 0, 512],
    ]);
    expect(replay([back]).traceNanos).toBe(4e9);
    const warmUp = { kind: 'requests', count: 3 } as const;
    expect(() => replay([back], { warmUp })).toThrow('was not over after all 3 requests');
  });
});
