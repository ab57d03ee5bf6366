/**
 * Requests of a trace as columns: the one form behind every format.
 *
 * A reader fills one batch over and over and hands it to a sink when it is full, so that memory stays
 * the same however long the trace is.
 *
 * @module
 */

/** Operations of requests, as batches hold them. */
export const READ = 0;
export const WRITE = 1;
/** The range is not needed any more (discard, unmap). */
export const TRIM = 2;
/** Everything written before is to be safe. Has no range. */
export const FLUSH = 3;

/** Names of the operations, by their number. */
export const OPERATION_NAMES = Object.freeze(['read', 'write', 'trim', 'flush'] as const);

/** Requests that a batch holds. */
export const BATCH_REQUESTS = 8_192;

/** Response time of a request whose trace does not tell it. */
export const NO_RESPONSE = -1;

/** Columns of requests; the first {@link count} of each are filled. */
export interface RequestBatch {
  count: number;
  /** Nanoseconds from the zero point of the trace; below zero for what came before it. */
  readonly arrival: Float64Array;
  /** Place in the table of volumes, 0 up. */
  readonly volume: Uint32Array;
  /** {@link READ}, {@link WRITE}, {@link TRIM} or {@link FLUSH}. */
  readonly operation: Uint8Array;
  /** Bytes from the start of the volume. */
  readonly offset: Float64Array;
  /** Bytes. */
  readonly length: Float64Array;
  /** Measured nanoseconds, or {@link NO_RESPONSE}. */
  readonly response: Float64Array;
}

/** Takes a batch; the columns are reused when it returns. */
export type BatchSink = (batch: RequestBatch) => void;

/** An empty batch. */
export function createRequestBatch(requests: number = BATCH_REQUESTS): RequestBatch {
  return {
    count: 0,
    arrival: new Float64Array(requests),
    volume: new Uint32Array(requests),
    operation: new Uint8Array(requests),
    offset: new Float64Array(requests),
    length: new Float64Array(requests),
    response: new Float64Array(requests),
  };
}

/** Latest arrival of a batch: traces that go back in time end before it. */
export function latestArrival({ arrival, count }: RequestBatch): number {
  let latest = Number.NEGATIVE_INFINITY;
  for (let at = 0; at < count; at += 1) {
    if ((arrival[at] as number) > latest) latest = arrival[at] as number;
  }
  return latest;
}

/** Copies request `from` of one batch to place `to` of another, or of the same. */
export function copyRequest(
  source: RequestBatch,
  from: number,
  target: RequestBatch,
  to: number,
): void {
  target.arrival[to] = source.arrival[from] as number;
  target.volume[to] = source.volume[from] as number;
  target.operation[to] = source.operation[from] as number;
  target.offset[to] = source.offset[from] as number;
  target.length[to] = source.length[from] as number;
  target.response[to] = source.response[from] as number;
}
