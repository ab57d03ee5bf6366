/**
 * Replay at mapping level from memory: parsing a trace and doing its requests to a real subsystem and a
 * cache of tracks, beside a plain typed-array LRU over the same trace.
 *
 * The trace is made up: 2 million requests of 4 KiB on one volume, 70 of 100 reads, addresses by a
 * power law over 20,000 tracks, a cache of 10,000. "Parse alone" hands batches to nobody. "Plain LRU"
 * is some thirty lines over the addresses as they are, without subsystem, batches or counters. Writes go to
 * the mapping one by one; `mapping/track-access` measures what that costs at least.
 *
 * @module
 */
import {
  createRequestBatch,
  NO_RESPONSE,
  READ,
  type RequestBatch,
  WRITE,
} from '../../sim/load/request-batch.ts';
import {
  createTraceWriter,
  openTraceReader,
  type TraceFormatName,
  traceFormat,
} from '../../sim/load/trace-formats.ts';
import { TraceVolumes } from '../../sim/load/trace-volumes.ts';
import { MappingReplay } from '../../sim/replay/mapping-replay.ts';
import { REPLAY_DEFAULTS } from '../../sim/replay/replay-options.ts';
import { SeededRandom } from '../../src/index.ts';
import { type Measured, measure, rate } from '../measure.ts';
import type { BenchRow } from '../report.ts';

/** One line of the table. */
export interface ReplayRow extends BenchRow {
  readonly nanosMedian: number;
  readonly nanosBest: number;
  readonly perSecond: number;
}

const REQUESTS = 2_000_000;
const TRACKS = 20_000;
const CACHE_TRACKS = 10_000;
const TRACK_BYTES = REPLAY_DEFAULTS.trackBytes;
const CHUNK_BYTES = 262_144;
const ROUNDS = 5;
const FORMATS: readonly TraceFormatName[] = ['compact', 'vscsi1', 'alibaba', 'msr', 'spc', 'mqsim'];

/** Runs everything; about a minute. */
export async function run(): Promise<readonly ReplayRow[]> {
  const rows: ReplayRow[] = [];
  const mixed = makeBatches(0.7);
  for (const format of FORMATS) {
    const chunks = written(format, mixed);
    rows.push(row(`${format}: parse alone`, parseAlone(format, chunks)));
    rows.push(row(`${format}: parse and replay`, replayed(format, chunks)));
  }
  const reads = written('compact', makeBatches(1));
  rows.push(row('compact, reads only: parse and replay', replayed('compact', reads)));
  const writes = written('compact', makeBatches(0));
  rows.push(row('compact, writes only: parse and replay', replayed('compact', writes)));
  rows.push(row('peer: plain LRU over the same addresses', plainLru(mixed)));
  return rows;
}

function row(name: string, measured: Measured): ReplayRow {
  return { name, ...rate(measured) };
}

function makeBatches(readShare: number): readonly RequestBatch[] {
  const random = new SeededRandom(1, 'bench replay');
  const batches: RequestBatch[] = [];
  for (let made = 0; made < REQUESTS; ) {
    const batch = createRequestBatch();
    const count = Math.min(batch.arrival.length, REQUESTS - made);
    for (let at = 0; at < count; at += 1) {
      // A power law: a fraction raised to the fourth power lies near 0 mostly. Scattered by a stride.
      const rank = Math.floor(random.fraction() ** 4 * TRACKS);
      const track = (rank * 7_919) % TRACKS;
      batch.arrival[at] = (made + at) * 1_000;
      batch.operation[at] = random.fraction() < readShare ? READ : WRITE;
      batch.offset[at] = Math.floor((track * TRACK_BYTES) / 512) * 512 + 4_096;
      batch.length[at] = 4_096;
      batch.response[at] = NO_RESPONSE;
    }
    batch.count = count;
    batches.push(batch);
    made += count;
  }
  return batches;
}

/** A trace in chunks as a file is read. */
function written(format: TraceFormatName, batches: readonly RequestBatch[]): readonly Uint8Array[] {
  const volumes = new TraceVolumes();
  volumes.add('0');
  const pieces: Uint8Array[] = [];
  const writer = createTraceWriter(traceFormat(format), {
    bytes: (bytes) => {
      pieces.push(bytes);
    },
    volumes,
    originSeconds: 1_767_600_000,
    originNanos: 0,
    blockBytes: 512,
  });
  for (const batch of batches) writer.write(batch);
  writer.end();
  const whole = Buffer.concat(pieces);
  return Array.from({ length: Math.ceil(whole.length / CHUNK_BYTES) }, (_, at) =>
    whole.subarray(at * CHUNK_BYTES, (at + 1) * CHUNK_BYTES),
  );
}

function read(
  format: TraceFormatName,
  chunks: readonly Uint8Array[],
  sink: (batch: RequestBatch) => void,
): void {
  const reader = openTraceReader(traceFormat(format), { file: format, rejectLimit: 0 }, sink);
  for (const chunk of chunks) reader.push(chunk);
  reader.end();
}

function parseAlone(format: TraceFormatName, chunks: readonly Uint8Array[]): Measured {
  let requests = 0;
  const measured = measure(format, {
    operations: REQUESTS,
    rounds: ROUNDS,
    run: () => {
      requests = 0;
      read(format, chunks, (batch) => {
        requests += batch.count;
      });
    },
  });
  if (requests !== REQUESTS) throw new Error(`${requests} requests read`);
  return measured;
}

function replayed(format: TraceFormatName, chunks: readonly Uint8Array[]): Measured {
  const options = { cacheBytes: CACHE_TRACKS * TRACK_BYTES, policy: 'lru' } as const;
  // The subsystem stays: its memory has been touched before the first round that counts.
  const replay = new MappingReplay({ ...REPLAY_DEFAULTS, ...options });
  const measured = measure(format, {
    operations: REQUESTS,
    rounds: ROUNDS,
    run: () => {
      read(format, chunks, (batch) => {
        replay.take(batch);
      });
    },
  });
  if (replay.result().counts.requests % REQUESTS !== 0) throw new Error('requests are missing');
  return measured;
}

/** Least recently used by arrays over the numbers of tracks: nothing less does the same. */
function plainLru(batches: readonly RequestBatch[]): Measured {
  let hits = 0;
  const measured = measure('plain LRU', {
    operations: REQUESTS,
    rounds: ROUNDS,
    run: () => {
      const newer = new Int32Array(TRACKS + 1).fill(-1);
      const older = new Int32Array(TRACKS + 1).fill(-1);
      newer[TRACKS] = TRACKS;
      older[TRACKS] = TRACKS;
      let used = 0;
      let found = 0;
      for (const { count, offset } of batches) {
        for (let at = 0; at < count; at += 1) {
          const track = Math.floor((offset[at] as number) / TRACK_BYTES);
          if (newer[track] !== -1) {
            found += 1;
            older[newer[track] as number] = older[track] as number;
            newer[older[track] as number] = newer[track] as number;
          } else if (used < CACHE_TRACKS) {
            used += 1;
          } else {
            const gone = newer[TRACKS];
            newer[TRACKS] = newer[gone] as number;
            older[newer[gone] as number] = TRACKS;
            newer[gone] = -1;
          }
          const newest = older[TRACKS];
          older[track] = newest;
          newer[track] = TRACKS;
          newer[newest] = track;
          older[TRACKS] = track;
        }
      }
      hits = found;
    },
  });
  if (hits === 0) throw new Error('nothing was hit');
  return measured;
}
