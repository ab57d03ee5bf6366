/**
 * A simulated day at the timing level: 400 I/Os a second, three in ten of them writes, 85 in a hundred
 * found in the cache, and a backup of a volume every hour with its background copy. To reach: three
 * minutes.
 *
 * @module
 */
import { checkTimedStations } from '../../sim/device/timed-stations.ts';
import { Substream } from '../../sim/engine/substream.ts';
import type { Device } from '../../src/index.ts';
import { rvaParameters, type TimedVolumes, timedVolumes } from './timed-volumes.ts';

const VOLUMES = 16;
const PER_SECOND = 400;
const DAY_NANOS = 86_400e9;
const HOUR_NANOS = 3_600e9;
const BYTES = 4_096;
/** Tracks of each volume that are asked for again and again: they fit the cache. */
const HOT_TRACKS = 3_000;
const HOT_SHARE = 0.83;
const WRITE_SHARE = 0.3;

/** One line of the table. */
export interface DayRow {
  readonly name: string;
  readonly seconds: number;
  readonly requests: number;
  readonly perSecond: number;
  readonly hitRatio: number;
  readonly responseMillis: number;
  readonly copiedTracks: number;
  readonly slots: number;
}

/** Runs the day; a minute or two. */
export async function run(): Promise<readonly DayRow[]> {
  const volumes = timedVolumes(rvaParameters(), VOLUMES, 1);
  const { engine, timed, subsystem } = volumes;
  let responses = 0;
  const done = timed.onDone((slot) => {
    responses += engine.now - (timed.requests.arrival[slot] as number);
  });
  startLoad(volumes, done);
  startBackups(volumes);
  timed.startBackground();
  const start = performance.now();
  engine.runUntil(DAY_NANOS);
  const seconds = (performance.now() - start) / 1_000;
  checkTimedStations(timed);
  subsystem.flushMeter();
  return [
    {
      name: 'a day of 400 I/O/s',
      seconds,
      requests: timed.completedCount,
      perSecond: timed.completedCount / seconds,
      hitRatio: timed.hitCount / timed.completedCount,
      responseMillis: responses / timed.completedCount / 1e6,
      copiedTracks: copiedTracks(volumes),
      slots: timed.requests.highest,
    },
  ];
}

function startLoad({ engine, timed, devices, trackCount }: TimedVolumes, done: number): void {
  const chance = new Substream(1, 0, 'day');
  const arrive = engine.handler('arrival', () => {
    const device = devices[chance.below(VOLUMES)] as number;
    const isHot = chance.fraction() < HOT_SHARE;
    const track = chance.below(isHot ? HOT_TRACKS : trackCount);
    const operation = chance.fraction() < WRITE_SHARE ? 1 : 0;
    timed.submit(device, track, BYTES, operation, 0, done, 0);
    engine.schedule(chance.exponentialNanos(1e9 / PER_SECOND), arrive);
  });
  engine.schedule(0, arrive);
}

/** A snapshot of one volume after the other, each with a background copy. */
function startBackups({ engine, timed, subsystem, devices }: TimedVolumes): void {
  const target = devices[VOLUMES] as Device['index'];
  let turn = 0;
  const backUp = engine.handler('backup', () => {
    const source = devices[turn % VOLUMES] as Device['index'];
    turn += 1;
    const wholeDevices = [{ source, target }];
    const taken = subsystem.snapshot({ wholeDevices, background: 'copy', supersede: true });
    if (taken.kind !== 'done') throw new Error(taken.limit);
    timed.purge(target);
    engine.schedule(HOUR_NANOS, backUp);
  });
  engine.schedule(HOUR_NANOS / 2, backUp);
}

function copiedTracks({ subsystem }: TimedVolumes): number {
  let copied = 0;
  for (const { id } of subsystem.relations()) copied += subsystem.relationState(id).tracksCopied;
  return copied;
}
