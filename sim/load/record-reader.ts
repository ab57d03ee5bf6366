/**
 * Reads binary traces of fixed-size records: joins records that chunks cut in two.
 *
 * @module
 */
import type { RejectReason } from './trace-account.ts';
import type { RequestIntake, TraceReader } from './trace-reader.ts';

/** What a format says of a record: nothing when it was taken, `skip` when it is no request. */
export type RecordVerdict = RejectReason | 'skip' | undefined;

/** The part of a binary format that differs. */
export interface RecordParser {
  readonly recordBytes: number;
  /** Parses the record at this place. */
  record(view: DataView, at: number): RecordVerdict;
}

/** A reader of fixed-size records. */
export class RecordReader implements TraceReader {
  readonly intake: RequestIntake;
  readonly #parser: RecordParser;
  // The beginning of a record whose end comes with a later chunk.
  readonly #carry: Uint8Array;
  #carried = 0;
  /** Byte of the trace at which the next record begins. */
  #offset = 0;

  constructor(intake: RequestIntake, parser: RecordParser) {
    this.intake = intake;
    this.#parser = parser;
    this.#carry = new Uint8Array(parser.recordBytes);
  }

  push(chunk: Uint8Array): void {
    const { recordBytes } = this.#parser;
    let from = 0;
    if (this.#carried > 0) {
      from = Math.min(recordBytes - this.#carried, chunk.length);
      this.#carry.set(chunk.subarray(0, from), this.#carried);
      this.#carried += from;
      if (this.#carried < recordBytes) return;
      this.#carried = 0;
      this.#records(this.#carry, 0, recordBytes);
    }
    const whole = from + Math.floor((chunk.length - from) / recordBytes) * recordBytes;
    this.#records(chunk, from, whole);
    this.#carry.set(chunk.subarray(whole));
    this.#carried = chunk.length - whole;
  }

  end(): void {
    if (this.#carried > 0) {
      const left = this.#carry.subarray(0, this.#carried);
      const { account } = this.intake;
      account.records += 1;
      account.reject('truncated', { offset: this.#offset }, left);
    }
    this.intake.flush();
  }

  #records(bytes: Uint8Array, from: number, to: number): void {
    const parser = this.#parser;
    const { recordBytes } = parser;
    const { account } = this.intake;
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    for (let at = from; at < to; at += recordBytes) {
      const verdict = parser.record(view, at);
      account.records += 1;
      if (verdict === 'skip') account.skipped.other += 1;
      else if (verdict !== undefined) {
        account.reject(verdict, { offset: this.#offset }, bytes.subarray(at, at + recordBytes));
      }
      this.#offset += recordBytes;
    }
  }
}

const TWO_32 = 2 ** 32;

/** An unsigned 64-bit little-endian number; not a number when it is not below 2^53. */
export function wholeOf64(view: DataView, at: number): number {
  const high = view.getUint32(at + 4, true);
  if (high >= 2 ** 21) return Number.NaN;
  return high * TWO_32 + view.getUint32(at, true);
}

/** Writes a number from 0 to 2^53 as 64 bits, little-endian. */
export function set64(view: DataView, at: number, value: number): void {
  view.setUint32(at, value % TWO_32, true);
  view.setUint32(at + 4, Math.floor(value / TWO_32), true);
}
