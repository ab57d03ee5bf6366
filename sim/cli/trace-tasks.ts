/**
 * Does what the trace and replay commands ask, in the task thread.
 *
 * @module
 */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { unreachable } from '../../src/index.ts';
import { loadDriveSet } from '../device/drive/drive-loading.ts';
import { loadSubsystemParameters } from '../device/parameters-loading.ts';
import { type BatchSink, OPERATION_NAMES, type RequestBatch } from '../load/request-batch.ts';
import { TraceFeed, type TraceFeedOptions } from '../load/trace-feed.ts';
import { createTraceWriter, traceFormat } from '../load/trace-formats.ts';
import { TraceStatistics } from '../load/trace-statistics.ts';
import type { TraceWriter } from '../load/trace-writer.ts';
import { MappingReplay } from '../replay/mapping-replay.ts';
import { ObjectTrace } from '../replay/object-caches.ts';
import type { TimedTargetParts } from '../replay/timed-target.ts';
import { TimingReplay } from '../replay/timing-replay.ts';
import { TouchedTracks } from '../replay/touched-tracks.ts';
import type {
  ReplayLevel,
  ReplayRecord,
  ShownRequest,
  TraceConversion,
  TraceInspection,
  TraceReading,
  TraceStats,
} from '../report/trace-record.ts';
import { readParameters } from '../sweep/node-files.ts';
import { type ReadTrace, readTraceFile, TraceSinkFile } from '../sweep/trace-files.ts';
import type { TaskEars } from './convert-image.ts';
import type { TraceTask, TraceTaskResults } from './trace-task.ts';

const FIRST_REQUESTS = 10;
const VOLUMES_SHOWN = 20;

/** Does a task about a trace to its end. @throws InputError */
export async function performTraceTask(
  task: TraceTask,
  ears: TaskEars,
): Promise<TraceTaskResults[TraceTask['kind']]> {
  switch (task.kind) {
    case 'traceInspect':
      return await inspectTrace(task.input, ears);
    case 'traceConvert':
      return await convertTrace(task, ears);
    case 'traceStats':
      return await traceStats(task.input, task.cacheObjects, ears);
    case 'replay':
      return await replayTrace(task.input, task.level, ears);
    default:
      return unreachable(task, 'trace-task-kind');
  }
}

async function inspectTrace(input: TraceFeedOptions, ears: TaskEars): Promise<TraceInspection> {
  const first: ShownRequest[] = [];
  const feed = new TraceFeed(input, ({ volumes }) => (batch) => {
    for (let at = 0; at < batch.count && first.length < FIRST_REQUESTS; at += 1) {
      first.push(shownRequest(batch, at, volumes.names));
    }
  });
  const read = await readTraceFile(input.file, feed, ears.progress);
  const reading = await readingOf(input, feed, read);
  return { reading, first, volumes: read.trace.volumes.names.slice(0, VOLUMES_SHOWN) };
}

async function convertTrace(
  task: Extract<TraceTask, { kind: 'traceConvert' }>,
  ears: TaskEars,
): Promise<TraceConversion> {
  const { input, to, compression } = task;
  const format = traceFormat(task.format);
  ears.writes(to);
  const file = new TraceSinkFile(to, compression);
  let writer: TraceWriter | undefined;
  const feed = new TraceFeed(input, (trace) => {
    const made = createTraceWriter(format, {
      bytes: (bytes) => {
        file.write(bytes);
      },
      volumes: trace.volumes,
      get originSeconds() {
        return trace.originSeconds;
      },
      get originNanos() {
        return trace.originNanos;
      },
      blockBytes: task.blockBytes,
    });
    writer = made;
    return (batch) => {
      made.write(batch);
    };
  });
  const read = await readTraceFile(input.file, feed, ears.progress, () => file.ready());
  writer?.end();
  await file.finish();
  return {
    reading: await readingOf(input, feed, read),
    to,
    format: format.name,
    compression,
    written: writer?.account.requests ?? 0,
    leftOut: writer?.account.left ?? 0,
    writtenBytes: file.writtenBytes,
    losses: format.losses,
  };
}

async function traceStats(
  input: TraceFeedOptions,
  cacheObjects: readonly number[],
  ears: TaskEars,
): Promise<TraceStats> {
  const statistics = new TraceStatistics();
  const objects = cacheObjects.length === 0 ? undefined : new ObjectTrace();
  const feed = new TraceFeed(input, () => (batch) => {
    statistics.take(batch);
    objects?.take(batch);
  });
  const read = await readTraceFile(input.file, feed, ears.progress);
  return {
    reading: await readingOf(input, feed, read),
    figures: statistics.figures(read.trace.volumes.names),
    misses: objects?.misses(cacheObjects) ?? [],
  };
}

async function replayTrace(
  input: TraceFeedOptions,
  level: ReplayLevel,
  ears: TaskEars,
): Promise<ReplayRecord> {
  if (level.kind === 'mapping') {
    const replay = new MappingReplay(level.options);
    const { feed, read } = await feedAll(input, ears, (batch) => {
      replay.take(batch);
    });
    return {
      reading: await readingOf(input, feed, read),
      level,
      timing: null,
      volumes: read.trace.volumes.names,
      mapping: replay.result(),
    };
  }
  const parts = timedParts(level.parameters);
  let touched: TouchedTracks | undefined;
  if (level.options.isPreloaded) {
    const collected = new TouchedTracks(level.options.trackBytes);
    await feedAll(input, ears, (batch) => {
      collected.take(batch);
    });
    touched = collected;
  }
  const replay = new TimingReplay(level.options, parts, touched);
  const { feed, read } = await feedAll(input, ears, (batch) => {
    replay.take(batch);
  });
  return {
    reading: await readingOf(input, feed, read),
    level,
    mapping: null,
    volumes: read.trace.volumes.names,
    timing: replay.end(),
  };
}

async function feedAll(
  input: TraceFeedOptions,
  ears: TaskEars,
  sink: BatchSink,
): Promise<{ readonly feed: TraceFeed; readonly read: ReadTrace }> {
  const feed = new TraceFeed(input, () => sink);
  return { feed, read: await readTraceFile(input.file, feed, ears.progress) };
}

/** Parameter sets by name, or files from the current folder. @throws InputError */
function timedParts(name: string): TimedTargetParts {
  const set = readParameters(name, '.');
  const parameters = loadSubsystemParameters(set.text, set.name);
  if (typeof parameters.drives !== 'string') return { parameters, drive: undefined };
  const drive = readParameters(parameters.drives, '.');
  return { parameters, drive: loadDriveSet(drive.text, drive.name).parameters };
}

function shownRequest(batch: RequestBatch, at: number, names: readonly string[]): ShownRequest {
  const response = batch.response[at] as number;
  return {
    arrivalNanos: batch.arrival[at] as number,
    volume: names[batch.volume[at] as number] ?? '',
    operation: OPERATION_NAMES[batch.operation[at] as number] ?? '',
    offset: batch.offset[at] as number,
    length: batch.length[at] as number,
    responseNanos: response < 0 ? null : response,
  };
}

async function readingOf(
  input: TraceFeedOptions,
  feed: TraceFeed,
  { trace, compression, fileBytes }: ReadTrace,
): Promise<TraceReading> {
  const { account, format } = trace;
  return {
    file: input.file,
    sha256: await digestOf(input.file),
    fileBytes,
    compression,
    format: format.name,
    title: format.title,
    zeroPoint: dateOf(trace.originSeconds, trace.originNanos),
    assumptions: trace.assumptions,
    records: account.records,
    requests: account.requests,
    outOfOrder: account.outOfOrder,
    skipped: { ...account.skipped },
    rejects: account.rejects,
    rejectsByReason: { ...account.rejectsByReason },
    firstRejects: account.firstRejects,
    left: feed.left,
    volumeCount: trace.volumes.names.length,
  };
}

/** Digest of a file as it stands on the disk. */
async function digestOf(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path)) hash.update(chunk as Uint8Array);
  return hash.digest('hex');
}

/** `2007-02-22T17:00:00.306166200Z`; null for a trace without a date. */
function dateOf(seconds: number, nanos: number): string | null {
  if (seconds === 0 && nanos === 0) return null;
  const date = new Date(seconds * 1_000);
  if (Number.isNaN(date.getTime())) return null;
  return `${date.toISOString().slice(0, -'.000Z'.length)}.${String(nanos).padStart(9, '0')}Z`;
}
