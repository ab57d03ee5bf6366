/**
 * What a reader of traces is, and what all of them share.
 *
 * A reader is pushed bytes and fills batches. It knows no file, no compression and no wall clock, so
 * that it runs wherever bytes come from.
 *
 * @module
 */
import {
  BATCH_REQUESTS,
  type BatchSink,
  createRequestBatch,
  FLUSH,
  NO_RESPONSE,
  READ,
  type RequestBatch,
  WRITE,
} from './request-batch.ts';
import type { RejectReason } from './trace-account.ts';
import { TraceAccount } from './trace-account.ts';
import { TraceClock, type ZeroPoint } from './trace-clock.ts';
import { TraceVolumes } from './trace-volumes.ts';

/** Is pushed the bytes of a trace, in order, in pieces of any size. */
export interface TraceReader {
  /** @throws InputError TRACE_MALFORMED past the limit of rejects. The bytes may be reused afterwards. */
  push(chunk: Uint8Array): void;
  /** No more bytes come: what is left is handed over. */
  end(): void;
  readonly intake: RequestIntake;
}

/** How a trace is to be read; every field that does not concern the format is ignored. */
export interface TraceReadOptions {
  /** Name for messages. */
  readonly file: string;
  /** Rejects that are put up with. */
  readonly rejectLimit: number;
  /** Default: by format. */
  readonly zero?: ZeroPoint;
  /** Bytes of a block, for formats that count in blocks; default 512. */
  readonly blockBytes?: number;
  /** Unit of whole-number times, as a power of ten a second: 9 are nanoseconds. MQSim; default 9. */
  readonly timeDigits?: number;
  /** Event of blkparse text that is the request, such as `D` or `Q`; default by what the head holds. */
  readonly action?: string;
  /** Meaning of `wait N` in a fio log of version 2; default `absoluteMillis`. */
  readonly wait?: 'absoluteMillis' | 'relativeMicros';
  /** Columns of the declared-columns format, as `docs/traces.md` has them. */
  readonly columns?: string;
}

/** Largest length of one request, in bytes: what the compact format holds. */
const LENGTH_BYTES_MAX = 2 ** 40 - 1;

const OFFSET_BYTES_MAX = Number.MAX_SAFE_INTEGER;

/** Takes requests one by one, checks their ranges, and hands them on in batches. */
export class RequestIntake {
  readonly account: TraceAccount;
  readonly clock: TraceClock;
  readonly volumes = new TraceVolumes();
  readonly #sink: BatchSink;
  readonly #batch: RequestBatch = createRequestBatch();
  #lastArrival = Number.NEGATIVE_INFINITY;

  constructor(options: TraceReadOptions, zero: ZeroPoint, sink: BatchSink) {
    this.account = new TraceAccount(options.file, options.rejectLimit);
    this.clock = new TraceClock(options.zero ?? zero);
    this.#sink = sink;
  }

  /**
   * Takes one request. A read or write of no bytes is counted as empty and goes nowhere.
   *
   * @param arrival - As {@link TraceClock.arrival} gives it.
   * @returns Why the request was not taken, or undefined.
   */
  take(
    arrival: number,
    volume: number,
    operation: number,
    offset: number,
    length: number,
    response: number = NO_RESPONSE,
  ): RejectReason | undefined {
    if (arrival !== arrival) return 'timeRange';
    if (!(offset >= 0 && offset <= OFFSET_BYTES_MAX)) return 'offset';
    if (!(length >= 0 && length <= LENGTH_BYTES_MAX)) return 'length';
    const { account } = this;
    if (length === 0 && operation !== FLUSH) {
      account.skipped.empty += 1;
      return undefined;
    }
    const batch = this.#batch;
    const at = batch.count;
    batch.arrival[at] = arrival;
    batch.volume[at] = volume;
    batch.operation[at] = operation;
    batch.offset[at] = offset;
    batch.length[at] = length;
    batch.response[at] = response;
    if (arrival < this.#lastArrival) account.outOfOrder += 1;
    this.#lastArrival = arrival;
    account.requests += 1;
    batch.count = at + 1;
    if (at + 1 === BATCH_REQUESTS) this.flush();
    return undefined;
  }

  /** Hands over what waits. */
  flush(): void {
    if (this.#batch.count === 0) return;
    this.#sink(this.#batch);
    this.#batch.count = 0;
  }
}

/** The operation that a letter means in most formats; -1 for none. */
export function operationOfLetter(byte: number): number {
  // Bit 5 makes a letter lower case.
  const letter = byte | 0x20;
  if (letter === 0x72) return READ;
  return letter === 0x77 ? WRITE : -1;
}
