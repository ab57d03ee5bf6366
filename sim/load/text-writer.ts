/**
 * Writes traces as text: rows are put together as bytes and handed on in pieces.
 *
 * @module
 */
import type { RequestBatch } from './request-batch.ts';
import type { TraceVolumes } from './trace-volumes.ts';
import type { TraceOutput, TraceWriteAccount, TraceWriter } from './trace-writer.ts';

/** Bytes handed on at a time. */
const PIECE_BYTES = 262_144;
/** Room that one row needs at most, names aside. */
const ROW_BYTES_MAX = 4_096;
const ZERO = 0x30;
const DOT = 0x2e;
const LINE_FEED = 0x0a;
const NANO_DIGITS = 9;
const NANOS_PER_SECOND = 1e9;

/** Numbers for volumes with names, in a trace whose first volume has a number. */
const OTHER_NUMBERS = 1_000_000;

/** What a row needs to know about the trace. */
export class WriterContext {
  readonly volumes: TraceVolumes;
  /** The moment that {@link moment} took apart. */
  seconds = 0;
  nanos = 0;
  readonly #originSeconds: number;
  readonly #originNanos: number;
  readonly #earliestSeconds: number;
  readonly #numbers: number[] = [];

  constructor(output: TraceOutput) {
    this.volumes = output.volumes;
    const { earliestSeconds = 0, originSeconds, originNanos } = output;
    // Where the format cannot say the date, times count from its own beginning.
    const isSaid = originSeconds >= earliestSeconds;
    this.#originSeconds = isSaid ? originSeconds : earliestSeconds;
    this.#originNanos = isSaid ? originNanos : 0;
    this.#earliestSeconds = earliestSeconds;
  }

  /**
   * Number of a volume, for formats that have numbers only: its name where that is one, otherwise its
   * place. Should a trace have both kinds, names that are none come behind a million.
   */
  volumeNumber(place: number): number {
    return this.#numbers[place] ?? this.#numberVolume(place);
  }

  #numberVolume(place: number): number {
    const { names } = this.volumes;
    const name = names[place] ?? '';
    const areNumbers = isNumber(names[0] ?? '');
    const other = areNumbers ? OTHER_NUMBERS + place : place;
    const number = areNumbers && isNumber(name) ? Number(name) : other;
    this.#numbers[place] = number;
    return number;
  }

  /** Takes an arrival apart into seconds and nanoseconds of the trace's own epoch. */
  moment(arrival: number): void {
    const seconds = Math.floor(arrival / NANOS_PER_SECOND);
    const nanos = arrival - seconds * NANOS_PER_SECOND + this.#originNanos;
    const carry = nanos >= NANOS_PER_SECOND ? 1 : 0;
    this.seconds = this.#originSeconds + seconds + carry;
    this.nanos = nanos - carry * NANOS_PER_SECOND;
    // Before the beginning of time: what came before the zero point of a trace without a date.
    if (this.seconds < this.#earliestSeconds) {
      this.seconds = this.#earliestSeconds;
      this.nanos = 0;
    }
  }
}

/** Writes one request. */
export interface RowWriter {
  /** Rows end their lines themselves: part of a line is known with the next request only. */
  readonly endsLines?: true;
  /** Lines at the beginning, each with its line end. */
  head?(): string;
  /** What is left to write at the end. */
  foot?(out: TextRow, context: WriterContext): void;
  /** Appends a row without its line end. @returns false when the format cannot say this request. */
  row(out: TextRow, batch: RequestBatch, at: number, context: WriterContext): boolean;
}

/** Text that grows, as bytes. */
export class TextRow {
  bytes = new Uint8Array(PIECE_BYTES + ROW_BYTES_MAX);
  length = 0;

  byte(value: number): void {
    this.bytes[this.length] = value;
    this.length += 1;
  }

  /** Text of any characters. */
  text(text: string): void {
    this.room(text.length * 3);
    for (let at = 0; at < text.length; at += 1) {
      const code = text.charCodeAt(at);
      if (code > 0x7f) {
        this.length += new TextEncoder().encodeInto(
          text.slice(at),
          this.bytes.subarray(this.length),
        ).written;
        return;
      }
      this.byte(code);
    }
  }

  /** A whole number from 0 to 2^53. */
  number(value: number): void {
    let digits = 1;
    for (let bound = 10; value >= bound; bound *= 10) digits += 1;
    this.digits(value, digits);
  }

  /** A number in so many digits, zeros before it. */
  digits(value: number, count: number): void {
    let rest = value;
    for (let at = this.length + count - 1; at >= this.length; at -= 1) {
      const next = Math.floor(rest / 10);
      this.bytes[at] = ZERO + (rest - next * 10);
      rest = next;
    }
    this.length += count;
  }

  /** Seconds and nanoseconds as a whole number of a unit with so many digits below the second; cut off. */
  time(seconds: number, nanos: number, unitDigits: number): void {
    const below = Math.floor(nanos / 10 ** (NANO_DIGITS - unitDigits));
    if (seconds === 0) {
      this.number(below);
      return;
    }
    this.number(seconds);
    if (unitDigits > 0) this.digits(below, unitDigits);
  }

  /** Nanoseconds as a decimal number of a unit with so many digits below the second. */
  decimal(nanos: number, unitDigits: number, places: number): void {
    const unit = 10 ** (NANO_DIGITS - unitDigits);
    const scale = 10 ** places;
    const whole = Math.floor(nanos / unit);
    this.number(whole);
    this.byte(DOT);
    this.digits(Math.floor(((nanos - whole * unit) * scale) / unit), places);
  }

  /** Makes sure that so many bytes more have room. */
  room(bytes: number): void {
    if (this.length + bytes + ROW_BYTES_MAX <= this.bytes.length) return;
    const larger = new Uint8Array((this.bytes.length + bytes) * 2);
    larger.set(this.bytes.subarray(0, this.length));
    this.bytes = larger;
  }
}

/** A writer of lines. */
export class LineWriter implements TraceWriter {
  readonly account: TraceWriteAccount = { requests: 0, left: 0 };
  readonly #output: TraceOutput;
  readonly #rows: RowWriter;
  readonly #out = new TextRow();
  #context: WriterContext | undefined;

  constructor(output: TraceOutput, rows: RowWriter) {
    this.#output = output;
    this.#rows = rows;
  }

  write(batch: RequestBatch): void {
    const context = this.#begin();
    const out = this.#out;
    for (let at = 0; at < batch.count; at += 1) {
      const start = out.length;
      if (this.#rows.row(out, batch, at, context)) {
        if (this.#rows.endsLines !== true) out.byte(LINE_FEED);
        this.account.requests += 1;
      } else {
        out.length = start;
        this.account.left += 1;
      }
      if (out.length >= PIECE_BYTES) this.#emit();
    }
  }

  end(): void {
    const context = this.#begin();
    this.#rows.foot?.(this.#out, context);
    this.#emit();
  }

  /** The zero point of a trace is known with its first request, so the context is made then. */
  #begin(): WriterContext {
    if (this.#context === undefined) {
      this.#context = new WriterContext(this.#output);
      this.#out.text(this.#rows.head?.() ?? '');
    }
    return this.#context;
  }

  #emit(): void {
    if (this.#out.length > 0) this.#output.bytes(this.#out.bytes.slice(0, this.#out.length));
    this.#out.length = 0;
  }
}

function isNumber(name: string): boolean {
  return /^(0|[1-9]\d{0,9})$/.test(name);
}
