/**
 * Where single requests go when a run keeps them: batches of columns, so that memory stays the same
 * however many there are.
 *
 * @module
 */

/** Requests in one full batch. */
export const REQUEST_BATCH = 8_192;

/** The request was served from the cache. */
export const FLAG_HIT = 1;
/** The request was held back for a copy. */
export const FLAG_HELD = 2;

/** Columns of requests; the first {@link count} of each are filled. Reused after every hand-over. */
export interface RequestColumns {
  count: number;
  /** Simulated nanoseconds. */
  readonly arrival: Float64Array;
  readonly loadClass: Uint8Array;
  /** 0 read, 1 write. */
  readonly operation: Uint8Array;
  readonly device: Uint32Array;
  readonly track: Uint32Array;
  readonly bytes: Uint32Array;
  /** Parts of the response time, nanoseconds. */
  readonly queue: Float64Array;
  readonly pend: Float64Array;
  readonly disconnect: Float64Array;
  readonly connect: Float64Array;
  /** {@link FLAG_HIT} and {@link FLAG_HELD}. */
  readonly flags: Uint8Array;
}

/** Takes batches of requests, in the order of completion. */
export interface RequestSink {
  /** Takes what it needs before it returns: the columns are reused. */
  requests(columns: RequestColumns): void;
}

/** Empty columns. */
export function createRequestColumns(): RequestColumns {
  return {
    count: 0,
    arrival: new Float64Array(REQUEST_BATCH),
    loadClass: new Uint8Array(REQUEST_BATCH),
    operation: new Uint8Array(REQUEST_BATCH),
    device: new Uint32Array(REQUEST_BATCH),
    track: new Uint32Array(REQUEST_BATCH),
    bytes: new Uint32Array(REQUEST_BATCH),
    queue: new Float64Array(REQUEST_BATCH),
    pend: new Float64Array(REQUEST_BATCH),
    disconnect: new Float64Array(REQUEST_BATCH),
    connect: new Float64Array(REQUEST_BATCH),
    flags: new Uint8Array(REQUEST_BATCH),
  };
}
