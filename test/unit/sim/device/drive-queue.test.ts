import { describe, expect, it } from 'vitest';
import { Substream } from '../../../../sim/engine/substream.ts';
import { type ParameterChange, TimedRig } from '../../../support/timed-rig.ts';

const REPLICATIONS = 20;
/** Student's t for 19 degrees of freedom, two-sided 95 %. */
const T_19 = 2.093;
const REQUESTS = 4_000;
const WARM_UP = 400;
const TRACKS = 189;

type BytesOf = (track: number) => number;

/** Everything but the one drive is so wide and fast that nobody waits for it. */
const ONE_DRIVE: ParameterChange = {
  processor: { processors: 1 },
  controller: {
    processors: 64,
    commandNanos: 0,
    deviceConcurrency: 1_000,
    drivePieceSectors: 4_096,
  },
  channels: {
    paths: 8,
    programsPerPath: 1_000,
    bytesPerSecond: 1e12,
    programNanos: 0,
    interleaveBytes: 1e6,
  },
};

/** Reads of random tracks at random times; mean time that they were disconnected: drive and its line. */
function meanAtDrive(
  change: ParameterChange,
  perSecond: number,
  replication: number,
  bytesOf?: BytesOf,
): number {
  const rig = new TimedRig(
    { ...ONE_DRIVE, ...change },
    {
      devices: 1,
      filledTracks: TRACKS,
      ...(bytesOf && { bytesOf }),
      subsystem: { groups: [{ dataDrives: 1, redundancyDrives: 0, cylinderSectors: 1024 }] },
    },
  );
  const chance = new Substream(4711, replication, 'drive-queue');
  const { engine, timed } = rig;
  let sum = 0;
  let counted = 0;
  const done = timed.onDone((slot, tag) => {
    const { disconnect } = timed.requests;
    if (tag < WARM_UP) return;
    sum += disconnect[slot] as number;
    counted += 1;
  });
  let arrived = 0;
  const arrive = engine.handler('arrival', () => {
    // Nothing is ever found in the cache, or on its way there.
    timed.purge(rig.devices[0] as number);
    timed.submit(rig.devices[0] as number, chance.below(TRACKS), 4_096, 0, 0, done, arrived);
    arrived += 1;
    if (arrived < REQUESTS) engine.schedule(chance.exponentialNanos(1e9 / perSecond), arrive);
  });
  engine.schedule(0, arrive);
  rig.run();
  return sum / counted;
}

function interval(values: readonly number[]): readonly [number, number] {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance =
    values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1);
  const half = T_19 * Math.sqrt(variance / values.length);
  return [mean - half, mean + half];
}

/** Whether the interval over the replications holds what the Pollaczek-Khinchine formula says. */
function expectFormula(
  change: ParameterChange,
  perSecond: number,
  secondMoment: number,
  mean: number,
  bytesOf?: BytesOf,
): void {
  const load = perSecond * mean;
  const expected = mean + (perSecond * secondMoment) / (2 * (1 - load));
  const values = Array.from({ length: REPLICATIONS }, (_, replication) =>
    meanAtDrive(change, perSecond, replication, bytesOf),
  );
  const [low, high] = interval(values);
  expect(low / 1e9).toBeLessThan(expected);
  expect(high / 1e9).toBeGreaterThan(expected);
  // The interval says something: it is narrow.
  expect((high - low) / 1e9 / expected).toBeLessThan(0.2);
}

describe('a subsystem of one drive', () => {
  it.each([0.3, 0.6, 0.8])('waits as M/D/1 at a load of %d', (load) => {
    expectFormula({}, load / 0.01, 0.01 ** 2, 0.01);
  });

  it('waits as M/G/1 when service times differ', () => {
    // 1 ms, and 0.2 ms a sector: 1 sector for every other track, 111 for the rest.
    const drives = { readNanos: 1_000_000, bytesPerSecond: 512 / 0.000_2 };
    const [short, long] = [0.001_2, 0.023_2];
    const shorts = Math.ceil(TRACKS / 2) / TRACKS;
    const mean = shorts * short + (1 - shorts) * long;
    const second = shorts * short ** 2 + (1 - shorts) * long ** 2;
    expectFormula({ drives }, 50, second, mean, (track) => (track % 2 === 0 ? 400 : 56_664));
  });
});
