/**
 * The two traces that come with MQSim, where they are at hand (VDASD_SHARED, or ../shared): both
 * replay at both levels. Says how much was used.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { BatchSink } from '../../../../sim/load/request-batch.ts';
import { TraceFeed } from '../../../../sim/load/trace-feed.ts';
import { WHOLE_TRACE } from '../../../../sim/load/trace-selection.ts';
import { CACHE_BYTES_DEFAULT, MappingReplay } from '../../../../sim/replay/mapping-replay.ts';
import { REPLAY_DEFAULTS } from '../../../../sim/replay/replay-options.ts';
import { TimingReplay } from '../../../../sim/replay/timing-replay.ts';
import { TouchedTracks } from '../../../../sim/replay/touched-tracks.ts';
import { ROUND_PARAMETERS } from '../../../support/timed-rig.ts';
import { TOP } from '../../../support/tree.ts';

const FOLDER = join(process.env['VDASD_SHARED'] ?? join(TOP, '../shared'), 'data/traces/mqsim');
const TRACES = [
  ['tpcc-small.trace', 6_999],
  ['wsrch-small.trace', 24_783],
] as const;

function feed(file: string, sink: BatchSink): void {
  const options = { file, rejectLimit: 0, spread: 'auto', selection: WHOLE_TRACE } as const;
  const trace = new TraceFeed(options, () => sink);
  trace.push(readFileSync(join(FOLDER, file)));
  expect(trace.end().format.name).toBe('mqsim');
}

describe.skipIf(!existsSync(FOLDER))("MQSim's traces", () => {
  it.each(TRACES)('%s replays at both levels', (file, requests) => {
    const snapshots = { kind: 'requests', count: 1_000 } as const;
    const mapping = new MappingReplay({
      ...REPLAY_DEFAULTS,
      cacheBytes: CACHE_BYTES_DEFAULT,
      policy: 'lru',
      snapshots,
    });
    const touched = new TouchedTracks(REPLAY_DEFAULTS.trackBytes);
    feed(file, (batch) => {
      mapping.take(batch);
      touched.take(batch);
    });
    const mapped = mapping.result();
    expect(mapped.counts.requests).toBe(requests);
    expect(mapped.snapshotCount).toBe(Math.floor(requests / 1_000));
    expect(mapping.subsystem.check().violations).toEqual([]);
    const parts = { parameters: ROUND_PARAMETERS, drive: undefined };
    const options = { ...REPLAY_DEFAULTS, mode: { kind: 'open' }, capacityBytes: 2 ** 33 } as const;
    const timing = new TimingReplay(options, parts, touched);
    feed(file, (batch) => {
      timing.take(batch);
    });
    const timed = timing.end();
    expect(timed.all?.requests).toBe(requests);
    expect(timed.preloadedTracks).toBe(touched.count);
    process.stdout.write(`${file}: ${requests} requests, ${touched.count} tracks\n`);
  });
});
