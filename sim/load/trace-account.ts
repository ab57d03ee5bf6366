/**
 * What a reader met: requests, lines passed over, and what it could not understand, with its place.
 *
 * A line or record that is not understood is rejected, never guessed at. Rejects are counted by
 * reason, the first are kept with their place, and past a limit the reading ends with an error.
 *
 * @module
 */
import { InputError } from '../../src/index.ts';

/** Why a line or record was rejected. */
export const REJECT_REASONS = Object.freeze({
  fields: 'too few fields, or a field where none belongs',
  time: 'the time is no number',
  timeRange: 'the time is more than 104 days from the zero point',
  volume: 'the volume is missing or no number',
  operation: 'the operation is none that the format has',
  offset: 'the address is no whole number below 2^53 bytes',
  length: 'the length is no whole number up to 2^40 bytes',
  response: 'the response time is no number',
  record: 'the record is not one of this format',
  truncated: 'the file ends inside a record',
} as const);

/** One of {@link REJECT_REASONS}. */
export type RejectReason = keyof typeof REJECT_REASONS;

/** Why a line was passed over without being a reject. */
export type SkipReason = 'header' | 'comment' | 'blank' | 'other' | 'empty';

/** Something that was not understood. */
export interface Reject {
  readonly reason: RejectReason;
  /** Line, counted from 1, of text formats. */
  readonly line?: number;
  /** Character in the line, counted from 1, at which it stopped making sense. */
  readonly column?: number;
  /** Byte of the (expanded) file. */
  readonly offset: number;
  /** The line as far as it is short, control characters shown as `\xNN`; of binary formats, hexadecimal. */
  readonly text: string;
}

/** Rejects kept with their place. */
const KEPT_REJECTS = 20;
const TEXT_BYTES = 80;

/** Counts of one reading. */
export class TraceAccount {
  requests = 0;
  /** Lines of text formats, records of binary ones. */
  records = 0;
  rejects = 0;
  /** Requests whose arrival lies before that of the request above them. */
  outOfOrder = 0;
  readonly skipped: Record<SkipReason, number> = {
    header: 0,
    comment: 0,
    blank: 0,
    other: 0,
    empty: 0,
  };
  readonly rejectsByReason: Partial<Record<RejectReason, number>> = {};
  readonly firstRejects: Reject[] = [];
  readonly #file: string;
  readonly #rejectLimit: number;

  /** @param file - Name for messages. @param rejectLimit - Rejects that are put up with. */
  constructor(file: string, rejectLimit: number) {
    this.#file = file;
    this.#rejectLimit = rejectLimit;
  }

  /** Counts a reject. @throws InputError TRACE_MALFORMED past the limit. */
  reject(
    reason: RejectReason,
    place: { readonly line?: number; readonly column?: number; readonly offset: number },
    bytes: Uint8Array,
  ): void {
    this.rejects += 1;
    this.rejectsByReason[reason] = (this.rejectsByReason[reason] ?? 0) + 1;
    const text = place.line === undefined ? hexadecimal(bytes) : printable(bytes);
    if (this.firstRejects.length < KEPT_REJECTS) {
      this.firstRejects.push(Object.freeze({ reason, ...place, text }));
    }
    if (this.rejects <= this.#rejectLimit) return;
    const { line, column, offset } = place;
    throw new InputError('TRACE_MALFORMED', {
      what: `${REJECT_REASONS[reason]}: ${text}`,
      place: {
        file: this.#file,
        ...(line === undefined ? { offset } : { line }),
        ...(column === undefined ? {} : { column }),
      },
      limit:
        this.#rejectLimit === 0
          ? 'no line or record may be rejected'
          : `more than ${this.#rejectLimit} lines or records are rejected`,
      fix: 'correct the trace, name its format (--format), or raise the limit (--rejects)',
    });
  }

  /** @throws InputError TRACE_EMPTY when there was no request in the whole trace. */
  requireRequests(format: string): void {
    if (this.requests > 0) return;
    const [first] = this.firstRejects;
    const place =
      first === undefined
        ? {}
        : first.line === undefined
          ? { offset: first.offset }
          : { line: first.line };
    throw new InputError('TRACE_EMPTY', {
      what:
        first === undefined
          ? `no request in ${this.records} lines or records read as ${format}`
          : `no request in ${this.records} lines or records read as ${format}; the first reject: ` +
            `${REJECT_REASONS[first.reason]}: ${first.text}`,
      place: { file: this.#file, ...place },
      limit: 'a trace has at least one request',
      fix: 'look at it with `vdasd trace inspect`, and name its format or columns',
    });
  }
}

/** Bytes of a line as text that steers no terminal. */
export function printable(bytes: Uint8Array): string {
  let text = '';
  const end = Math.min(bytes.length, TEXT_BYTES);
  for (let at = 0; at < end; at += 1) {
    const byte = bytes[at] as number;
    const isPlain = byte >= 0x20 && byte < 0x7f;
    text += isPlain ? String.fromCharCode(byte) : `\\x${hex(byte)}`;
  }
  return bytes.length > end ? `${text}…` : text;
}

function hexadecimal(bytes: Uint8Array): string {
  const shown = bytes.subarray(0, TEXT_BYTES / 2);
  const text = Array.from(shown, hex).join('');
  return bytes.length > shown.length ? `${text}…` : text;
}

function hex(byte: number): string {
  return byte.toString(16).toUpperCase().padStart(2, '0');
}
