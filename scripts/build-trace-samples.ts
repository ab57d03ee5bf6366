/**
 * Makes the samples of trace formats in `sim/samples/` with our own writers: `node
 * scripts/build-trace-samples.ts`. The requests are made up from a seed; no line of a published trace is
 * in them.
 *
 * @module
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import {
  createRequestBatch,
  FLUSH,
  NO_RESPONSE,
  READ,
  type RequestBatch,
  TRIM,
  WRITE,
} from '../sim/load/request-batch.ts';
import {
  createTraceWriter,
  TRACE_FORMATS,
  type TraceFormatName,
  traceFormat,
} from '../sim/load/trace-formats.ts';
import { TraceVolumes } from '../sim/load/trace-volumes.ts';
import { SeededRandom } from '../src/index.ts';

const FOLDER = join(import.meta.dirname, '../sim/samples');
const SEED = 2007;
const REQUESTS = 48;
/** 2026-01-05T08:00:00Z, a Monday. */
const ORIGIN_SECONDS = 1_767_600_000;
const ORIGIN_NANOS = 123_456_700;

/** Names of the two volumes, in the way of each format; plain numbers for the others. */
const NAMES: Partial<Record<TraceFormatName, readonly [string, string]>> = {
  msr: ['payroll_0', 'payroll_1'],
  blkparse: ['8,16', '8,32'],
  fio2: ['/dev/sdb', '/dev/sdc'],
  fio3: ['/dev/sdb', '/dev/sdc'],
  columns: ['PAY001', 'PAY002'],
  compact: ['PAY001', 'PAY002'],
};

/** Requests of a small office: reads here and there, a log that is written in sequence. */
function makeRequests(): RequestBatch {
  const random = new SeededRandom(SEED, 'trace samples');
  const batch = createRequestBatch(REQUESTS);
  let arrival = 0;
  let log = 2 ** 30;
  for (let at = 0; at < REQUESTS; at += 1) {
    const isLog = random.below(3) === 0;
    const isWrite = isLog || random.below(4) === 0;
    const isTrim = at === 20;
    const isFlush = at === 31;
    const operation = isFlush ? FLUSH : isTrim ? TRIM : isWrite ? WRITE : READ;
    const length = isFlush ? 0 : isTrim ? 2 ** 20 : 4_096 * (1 + random.below(16));
    batch.arrival[at] = arrival;
    batch.volume[at] = isLog ? 1 : 0;
    batch.operation[at] = operation;
    batch.offset[at] = isFlush ? 0 : isLog ? log : 4_096 * random.below(2 ** 20);
    batch.length[at] = length;
    // Multiples of 100 ns, the finest that one of the formats has.
    batch.response[at] =
      operation > WRITE ? NO_RESPONSE : 100 * (isWrite ? 2_000 : 40_000 + random.below(90_000));
    if (isLog) log += length;
    arrival += 100 * random.below(400_000);
  }
  batch.count = REQUESTS;
  return batch;
}

/** The bytes of a sample. */
function sample(name: TraceFormatName, batch: RequestBatch): Uint8Array {
  const volumes = new TraceVolumes();
  for (const volume of NAMES[name] ?? ['0', '1']) volumes.add(volume);
  const pieces: Uint8Array[] = [];
  const writer = createTraceWriter(traceFormat(name), {
    bytes: (bytes) => {
      pieces.push(bytes);
    },
    volumes,
    originSeconds: ORIGIN_SECONDS,
    originNanos: ORIGIN_NANOS,
    blockBytes: 512,
  });
  writer.write(batch);
  writer.end();
  return Buffer.concat(pieces);
}

mkdirSync(FOLDER, { recursive: true });
const requests = makeRequests();
for (const name of TRACE_FORMATS) {
  const bytes = sample(name, requests);
  const file = `${name}.${traceFormat(name).suffix}`;
  writeFileSync(join(FOLDER, file), bytes);
  if (name === 'alibaba') writeFileSync(join(FOLDER, `${file}.gz`), gzipSync(bytes));
  if (name === 'tencent') writeFileSync(join(FOLDER, `${file}.zst`), zstdCompressSync(bytes));
  process.stdout.write(`sim/samples/${file}: ${bytes.length} bytes\n`);
}
