/**
 * What a writer of traces is: batches in, bytes out.
 *
 * @module
 */
import type { RequestBatch } from './request-batch.ts';
import type { TraceVolumes } from './trace-volumes.ts';

/** Where a writer's bytes go, and what it has to know of the trace. */
export interface TraceOutput {
  /** Takes the next bytes, which are the taker's from then on. */
  readonly bytes: (bytes: Uint8Array) => void;
  /** Names of the volumes; grows while batches come. */
  readonly volumes: TraceVolumes;
  /** Moment of the zero point since 1970 where the trace tells it, otherwise 0; asked with the first batch. */
  readonly originSeconds: number;
  readonly originNanos: number;
  /** Earliest moment that the format can say, in seconds since 1970; 0 when left out. */
  readonly earliestSeconds?: number;
  /** Bytes of a block, for formats that count in blocks. */
  readonly blockBytes: number;
}

/** What a writer has done. */
export interface TraceWriteAccount {
  /** Requests written. */
  requests: number;
  /** Requests left out because the format has no word for them. */
  left: number;
}

/** Takes the requests of a trace in order. */
export interface TraceWriter {
  readonly account: TraceWriteAccount;
  /** Takes what it needs before it returns. */
  write(batch: RequestBatch): void;
  /** Writes what is left. */
  end(): void;
}
