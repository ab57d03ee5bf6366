/**
 * Requests a second at the timing level: reads that are found in the cache, reads that are not, and a
 * mix with writes. A hundred requests are always under way, over 32 volumes.
 *
 * The peer is what the same requests cost where nothing takes time: the look-up in the same cache, and
 * the model's own read or write.
 *
 * @module
 */
import { TrackCache } from '../../sim/device/track-cache.ts';
import { type Device, trackIndex } from '../../src/index.ts';
import { QuickRandom, rvaParameters, type TimedVolumes, timedVolumes } from './timed-volumes.ts';

const VOLUMES = 32;
const UNDER_WAY = 100;
const BYTES = 4_096;

/** One line of the table. */
export interface RequestRow {
  readonly name: string;
  readonly perSecond: number;
  readonly eventsPerRequest?: number;
  readonly hitRatio?: number;
  readonly slots?: number;
}

/** Runs everything; half a minute. */
export async function run(): Promise<readonly RequestRow[]> {
  const { cache } = rvaParameters();
  const hot = Math.floor(cache.bytes / cache.trackBytes / VOLUMES / 2);
  const volumes = timedVolumes(rvaParameters(), VOLUMES);
  const { trackCount } = volumes;
  load(volumes, 200_000, hot, 0);
  const rows = [
    load(volumes, 2_000_000, hot, 0, 'cache hits'),
    load(volumes, 300_000, trackCount, 0, 'cache misses'),
    load(volumes, 1_000_000, hot, 0.3, 'cache hits, 3 in 10 write'),
  ];
  return [...rows, ...peers(volumes, hot)];
}

/** A closed load without think time. */
function load(
  { timed, engine, devices }: TimedVolumes,
  requests: number,
  tracks: number,
  writes: number,
  name = '',
): RequestRow {
  const random = new QuickRandom();
  let left = requests;
  const before = { events: engine.eventCount, hits: timed.hitCount, done: timed.completedCount };
  const go = (): void => {
    left -= 1;
    const device = devices[random.below(VOLUMES)] as number;
    const operation = writes > 0 && random.below(1_000) < writes * 1_000 ? 1 : 0;
    timed.submit(device, random.below(tracks), BYTES, operation, 0, done, 0);
  };
  const done = timed.onDone(() => {
    if (left > 0) go();
  });
  const start = performance.now();
  for (let at = 0; at < UNDER_WAY; at += 1) go();
  engine.run();
  const seconds = (performance.now() - start) / 1_000;
  const count = timed.completedCount - before.done;
  return {
    name,
    perSecond: count / seconds,
    eventsPerRequest: (engine.eventCount - before.events) / count,
    hitRatio: (timed.hitCount - before.hits) / count,
    slots: timed.requests.highest,
  };
}

function peers({ subsystem, devices }: TimedVolumes, hot: number): readonly RequestRow[] {
  const { cache } = rvaParameters();
  const lookup = new TrackCache(cache.bytes, cache.trackBytes);
  const random = new QuickRandom();
  const timeOf = (name: string, count: number, one: () => void): RequestRow => {
    const start = performance.now();
    for (let at = 0; at < count; at += 1) one();
    return { name, perSecond: (count * 1_000) / (performance.now() - start) };
  };
  return [
    timeOf('peer: the cache alone', 5_000_000, () => {
      const device = random.below(VOLUMES);
      const track = random.below(hot);
      const slot = lookup.find(device, track);
      if (slot === 0) lookup.insert(device, track, 0);
      else lookup.touch(slot);
    }),
    timeOf('peer: the model alone', 5_000_000, () => {
      const device = devices[random.below(VOLUMES)] as Device['index'];
      subsystem.readSignature(device, trackIndex(random.below(hot)));
    }),
  ];
}
