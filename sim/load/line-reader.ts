/**
 * Reads text traces: cuts bytes into lines, has the format parse each, and accounts for what it said.
 *
 * Line ends are LF or CR LF; the last may be missing. A byte order mark, blank lines and lines that
 * begin with `#` are passed over. One line of column titles may stand before the first request.
 *
 * @module
 */
import { LineScanner } from './line-scanner.ts';
import type { RejectReason } from './trace-account.ts';
import type { RequestIntake, TraceReader } from './trace-reader.ts';

/** What a format says of a line: nothing when it was taken, `skip` when it is no request. */
export type LineVerdict = RejectReason | 'skip' | undefined;

/** The part of a text format that differs: what a line means. */
export interface LineParser {
  /** Parses the line in the scanner, which stands at its first byte that is not blank. */
  line(scan: LineScanner): LineVerdict;
  /**
   * The line of titles, if the trace has one; `#` is off. Columns may be found by name. A format
   * without this method knows no titles.
   */
  titles?(text: string): void;
  /** Called at the end of the trace. */
  end?(): void;
}

const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;
const NUMBER_SIGN = 0x23;
/** Longest line; more is no trace in text. */
const LINE_BYTES_MAX = 65_536;
const BYTE_ORDER_MARK = Uint8Array.of(0xef, 0xbb, 0xbf);

/** A reader of lines. */
export class LineReader implements TraceReader {
  readonly intake: RequestIntake;
  readonly #parser: LineParser;
  readonly #scan = new LineScanner();
  // The beginning of a line whose end comes with a later chunk.
  readonly #carry = new Uint8Array(LINE_BYTES_MAX);
  #carried = 0;
  #isOverlong = false;
  /** Bytes of an overlong line that were not kept. */
  #overlongBytes = 0;
  #lines = 0;
  /** Byte of the trace at which what is carried begins, or else the chunk. */
  #base = 0;
  #hasTitles = false;

  constructor(intake: RequestIntake, parser: LineParser) {
    this.intake = intake;
    this.#parser = parser;
  }

  push(chunk: Uint8Array): void {
    let from = 0;
    if (this.#carried > 0 || this.#isOverlong) {
      const end = chunk.indexOf(LINE_FEED);
      this.#keep(chunk, 0, end < 0 ? chunk.length : end);
      if (end < 0) return;
      this.#carriedLine();
      from = end + 1;
      // From here on the base is that of the chunk again.
      this.#base -= from;
    }
    const { length } = chunk;
    for (;;) {
      const end = chunk.indexOf(LINE_FEED, from);
      if (end < 0) break;
      this.#line(chunk, from, end);
      from = end + 1;
    }
    this.#base += from;
    if (from < length) this.#keep(chunk, from, length);
  }

  end(): void {
    if (this.#carried > 0 || this.#isOverlong) this.#carriedLine();
    this.#parser.end?.();
    this.intake.flush();
  }

  #keep(chunk: Uint8Array, from: number, to: number): void {
    const room = LINE_BYTES_MAX - this.#carried;
    if (to - from > room) this.#isOverlong = true;
    const part = chunk.subarray(from, Math.min(to, from + room));
    this.#carry.set(part, this.#carried);
    this.#carried += part.length;
    this.#overlongBytes += to - from - part.length;
  }

  #carriedLine(): void {
    const length = this.#carried;
    const skipped = this.#overlongBytes;
    const isOverlong = this.#isOverlong;
    this.#carried = 0;
    this.#overlongBytes = 0;
    this.#isOverlong = false;
    if (isOverlong) {
      this.#lines += 1;
      this.intake.account.records += 1;
      this.#reject('fields', this.#carry.subarray(0, length), 0, this.#base);
    } else {
      this.#line(this.#carry, 0, length);
    }
    // The next line begins behind this one and its line feed.
    this.#base += length + skipped + 1;
  }

  #line(bytes: Uint8Array, from: number, to: number): void {
    let end = to;
    if (end > from && bytes[end - 1] === CARRIAGE_RETURN) end -= 1;
    this.#lines += 1;
    const { account } = this.intake;
    account.records += 1;
    const scan = this.#scan;
    scan.begin(bytes, this.#lines === 1 ? afterMark(bytes, from, end) : from, end);
    scan.blanks();
    if (scan.at === end) {
      account.skipped.blank += 1;
      return;
    }
    if (bytes[scan.at] === NUMBER_SIGN) {
      this.#comment(bytes.subarray(scan.at + 1, end));
      return;
    }
    const start = scan.at;
    const verdict = this.#parser.line(scan);
    if (verdict === undefined) return;
    if (verdict === 'skip') account.skipped.other += 1;
    else this.#refuse(verdict, bytes.subarray(start, end), scan.at - start, this.#base + start);
  }

  #comment(bytes: Uint8Array): void {
    const { account } = this.intake;
    if (this.#mayBeTitles() && looksLikeTitles(bytes)) this.#takeTitles(bytes);
    else account.skipped.comment += 1;
  }

  #refuse(reason: RejectReason, bytes: Uint8Array, column: number, offset: number): void {
    if (this.#mayBeTitles() && looksLikeTitles(bytes)) this.#takeTitles(bytes);
    else this.#reject(reason, bytes, column, offset);
  }

  #mayBeTitles(): boolean {
    const { requests, rejects } = this.intake.account;
    const isFirst = !this.#hasTitles && requests === 0 && rejects === 0;
    return isFirst && this.#parser.titles !== undefined;
  }

  #reject(reason: RejectReason, bytes: Uint8Array, column: number, offset: number): void {
    const place = { line: this.#lines, column: column + 1, offset };
    this.intake.account.reject(reason, place, bytes);
  }

  #takeTitles(bytes: Uint8Array): void {
    this.#hasTitles = true;
    this.intake.account.skipped.header += 1;
    this.#parser.titles?.(new TextDecoder().decode(bytes).trim());
  }
}

/** Whether a line holds column titles: at least two fields, each beginning with a letter. */
function looksLikeTitles(bytes: Uint8Array): boolean {
  const text = new TextDecoder().decode(bytes).trim();
  const fields = text.split(text.includes(',') ? ',' : /[\s;]+/);
  return fields.length > 1 && fields.every((field) => /^["'\s]*[A-Za-z_]/.test(field));
}

function afterMark(bytes: Uint8Array, from: number, end: number): number {
  if (end - from < BYTE_ORDER_MARK.length) return from;
  const isMarked = BYTE_ORDER_MARK.every((byte, at) => bytes[from + at] === byte);
  return isMarked ? from + BYTE_ORDER_MARK.length : from;
}
