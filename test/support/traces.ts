/**
 * Traces for tests: text or bytes read to the end, requests as rows.
 *
 * @module
 */
import { OPERATION_NAMES, type RequestBatch } from '../../sim/load/request-batch.ts';
import { type OpenTrace, TraceFeed, type TraceFeedOptions } from '../../sim/load/trace-feed.ts';
import { createTraceWriter, traceFormat } from '../../sim/load/trace-formats.ts';
import { WHOLE_TRACE } from '../../sim/load/trace-selection.ts';
import { TraceVolumes } from '../../sim/load/trace-volumes.ts';

/** A trace that was read, its requests as `arrival volume operation offset length response`. */
export interface ReadRows {
  readonly rows: readonly string[];
  readonly trace: OpenTrace;
}

/** Reads a trace in pieces of so many bytes. */
export function readRows(
  content: string | Uint8Array,
  options: Partial<TraceFeedOptions> = {},
  pieceBytes = Number.POSITIVE_INFINITY,
): ReadRows {
  const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : content;
  const rows: string[] = [];
  const feed = new TraceFeed(
    { file: 'trace', rejectLimit: 0, spread: 'auto', selection: WHOLE_TRACE, ...options },
    ({ volumes }) =>
      (batch) => {
        rows.push(...rowsOf(batch, volumes.names));
      },
  );
  const piece = Math.min(pieceBytes, Math.max(1, bytes.length));
  for (let at = 0; at < bytes.length; at += piece) feed.push(bytes.slice(at, at + piece));
  return { trace: feed.end(), rows };
}

/** Requests of a batch as rows; an unknown response is `-`. */
export function rowsOf(batch: RequestBatch, names: readonly string[]): readonly string[] {
  return Array.from({ length: batch.count }, (_, at) =>
    [
      batch.arrival[at],
      names[batch.volume[at] ?? 0],
      OPERATION_NAMES[batch.operation[at] ?? 0],
      batch.offset[at],
      batch.length[at],
      (batch.response[at] ?? 0) < 0 ? '-' : batch.response[at],
    ].join(' '),
  );
}

/** A batch of requests `[arrival, volume, operation, offset, length, response]`. */
export function batchOf(
  requests: readonly (readonly [number, number, number, number, number, number?])[],
): RequestBatch {
  const column = (at: number): Float64Array =>
    Float64Array.from(requests, (request) => request[at] ?? -1);
  return {
    count: requests.length,
    arrival: column(0),
    volume: Uint32Array.from(column(1)),
    operation: Uint8Array.from(column(2)),
    offset: column(3),
    length: column(4),
    response: column(5),
  };
}

/** Writes a batch in a format. */
export function writeTrace(
  format: string,
  batch: RequestBatch,
  names: readonly string[],
  originSeconds = 0,
): Uint8Array {
  const volumes = new TraceVolumes();
  for (const name of names) volumes.add(name);
  const pieces: Uint8Array[] = [];
  const writer = createTraceWriter(traceFormat(format), {
    bytes: (bytes) => {
      pieces.push(bytes);
    },
    volumes,
    originSeconds,
    originNanos: 0,
    blockBytes: 512,
  });
  writer.write(batch);
  writer.end();
  return Buffer.concat(pieces);
}
