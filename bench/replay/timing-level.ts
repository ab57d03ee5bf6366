/**
 * Replay with timing from memory: the whole way of a request from bytes of a compact trace through the
 * engine, on cache hits and on a mix with misses.
 *
 * @module
 */
import { readFileSync } from 'node:fs';
import { loadSubsystemParameters } from '../../sim/device/parameters-loading.ts';
import { createRequestBatch, READ, type RequestBatch } from '../../sim/load/request-batch.ts';
import { REPLAY_DEFAULTS } from '../../sim/replay/replay-options.ts';
import { TimingReplay } from '../../sim/replay/timing-replay.ts';
import { TouchedTracks } from '../../sim/replay/touched-tracks.ts';
import { SeededRandom } from '../../src/index.ts';
import { type Measured, measure, rate } from '../measure.ts';
import type { BenchRow } from '../report.ts';

/** One line of the table. */
export interface TimingReplayRow extends BenchRow {
  readonly perSecond: number;
  readonly nanosMedian: number;
}

const BATCHES = 25;
const ROUNDS = 5;
const TRACK_BYTES = REPLAY_DEFAULTS.trackBytes;

/** Runs everything; half a minute. */
export async function run(): Promise<readonly TimingReplayRow[]> {
  return [
    { name: 'hits: 1,000 tracks', ...rate(replayed(makeBatches(1_000))) },
    { name: 'misses: 200,000 tracks', ...rate(replayed(makeBatches(200_000))) },
  ];
}

/** Reads of one volume each millisecond on sixteen volumes. */
function makeBatches(tracks: number): readonly RequestBatch[] {
  const random = new SeededRandom(2, 'bench timing replay');
  return Array.from({ length: BATCHES }, (_, number) => {
    const batch = createRequestBatch();
    const { length } = batch.arrival;
    for (let at = 0; at < length; at += 1) {
      batch.arrival[at] = (number * length + at) * 200_000;
      batch.volume[at] = random.below(16);
      batch.operation[at] = READ;
      batch.offset[at] = random.below(tracks / 16) * TRACK_BYTES;
      batch.length[at] = 4_096;
      batch.response[at] = -1;
    }
    batch.count = length;
    return batch;
  });
}

function replayed(batches: readonly RequestBatch[]): Measured {
  const set = new URL('../../sim/device/parameters/flash-array.yaml', import.meta.url);
  const parameters = loadSubsystemParameters(readFileSync(set, 'utf8'), 'flash-array.yaml');
  const touched = new TouchedTracks(TRACK_BYTES);
  for (const batch of batches) touched.take(batch);
  const options = { ...REPLAY_DEFAULTS, capacityBytes: null, mode: { kind: 'open' } } as const;
  let replay: TimingReplay | undefined;
  return measure('timing replay', {
    operations: batches.reduce((sum, { count }) => sum + count, 0),
    rounds: ROUNDS,
    before: () => {
      replay = new TimingReplay(options, { parameters, drive: undefined }, touched);
    },
    run: () => {
      for (const batch of batches) replay?.take(batch);
      replay?.end();
    },
  });
}
