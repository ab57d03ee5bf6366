/**
 * Writes binary traces of fixed-size records.
 *
 * @module
 */
import type { RequestBatch } from './request-batch.ts';
import { WriterContext } from './text-writer.ts';
import type { TraceOutput, TraceWriteAccount, TraceWriter } from './trace-writer.ts';

/** Records handed on at a time. */
const PIECE_RECORDS = 8_192;

/** The part of a binary format that differs. */
export interface RecordRows {
  readonly recordBytes: number;
  /** Writes one request. @returns false when the format cannot say it. */
  row(
    view: DataView,
    place: number,
    batch: RequestBatch,
    at: number,
    context: WriterContext,
  ): boolean;
}

/** A writer of fixed-size records. */
export class RecordWriter implements TraceWriter {
  readonly account: TraceWriteAccount = { requests: 0, left: 0 };
  readonly #output: TraceOutput;
  readonly #rows: RecordRows;
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #used = 0;
  #context: WriterContext | undefined;

  constructor(output: TraceOutput, rows: RecordRows) {
    this.#output = output;
    this.#rows = rows;
    this.#bytes = new Uint8Array(PIECE_RECORDS * rows.recordBytes);
    this.#view = new DataView(this.#bytes.buffer);
  }

  write(batch: RequestBatch): void {
    // The zero point of a trace is known with its first request.
    this.#context ??= new WriterContext(this.#output);
    const context = this.#context;
    for (let at = 0; at < batch.count; at += 1) {
      if (!this.#rows.row(this.#view, this.#used, batch, at, context)) {
        this.account.left += 1;
        continue;
      }
      this.account.requests += 1;
      this.#used += this.#rows.recordBytes;
      if (this.#used === this.#bytes.length) this.#emit();
    }
  }

  end(): void {
    if (this.#used > 0) this.#emit();
  }

  #emit(): void {
    this.#output.bytes(this.#bytes.slice(0, this.#used));
    this.#used = 0;
  }
}
