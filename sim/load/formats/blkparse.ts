/**
 * Text of blkparse in its default format.
 *
 * `maj,min cpu sequence seconds.nanos pid action rwbs sector + count [process]`: sectors of 512 bytes,
 * time from the start of the tracing. Every request appears several times (queued, issued,
 * completed, …), so one action stands for it and the others are passed over. The letters of `rwbs`:
 * R read, W write, D discard, F flush; others are attributes. Lines that do not begin with a device
 * (the summary at the end) are passed over, and so are commands that went past the block layer, which
 * show the bytes of the command in place of a range: `R 36 (12 00 …)`.
 *
 * @module
 */
import type { LineParser, LineVerdict } from '../line-reader.ts';
import type { LineScanner } from '../line-scanner.ts';
import { FLUSH, READ, type RequestBatch, TRIM, WRITE } from '../request-batch.ts';
import type { RowWriter, TextRow, WriterContext } from '../text-writer.ts';
import type { RequestIntake } from '../trace-reader.ts';

const COMMA = 0x2c;
const DOT = 0x2e;
const PLUS = 0x2b;
const PARENTHESIS = 0x28;
const SECTOR_BYTES = 512;
const LETTER_D = 0x44;
const LETTER_F = 0x46;
const LETTER_R = 0x52;
const LETTER_W = 0x57;
const NANO_DIGITS = 9;

/** Actions that can stand for a request, the best first: issued to the drive, queued, completed. */
const ACTIONS = Object.freeze(['D', 'Q', 'I', 'G', 'C'] as const);

/** The action that stands for requests in a trace that begins so: D where there is one. */
export function blkparseAction(head: string): string {
  const found = new Set(
    [...head.matchAll(/^\s*\d+,\d+\s+\d+\s+\d+\s+[\d.]+\s+\d+\s+([A-Z])\s/gm)].map(
      ([, action]) => action,
    ),
  );
  return ACTIONS.find((action) => found.has(action)) ?? 'D';
}

/** Parses lines of blkparse. */
export class BlkparseParser implements LineParser {
  readonly #intake: RequestIntake;
  readonly #action: string;

  constructor(intake: RequestIntake, action: string) {
    this.#intake = intake;
    this.#action = action.toLowerCase();
  }

  line(scan: LineScanner): LineVerdict {
    const deviceStart = scan.at;
    if (scan.whole() < 0 || scan.peek() !== COMMA) return 'skip';
    scan.at += 1;
    if (scan.whole() < 0) return 'volume';
    const deviceEnd = scan.at;
    if (!scan.gap() || scan.whole() < 0 || !scan.gap()) return 'fields';
    if (scan.whole() < 0 || !scan.gap()) return 'fields';
    if (!scan.time(0)) return 'time';
    const { seconds, nanos } = scan;
    if (!scan.gap() || scan.whole() < 0 || !scan.gap()) return 'fields';
    const actionStart = scan.at;
    if (!scan.isWord(actionStart, scan.wordEnd(), this.#action)) return 'skip';
    if (!scan.gap()) return 'fields';
    const isFlushFirst = scan.peek() === LETTER_F;
    const letters = operationOf(scan);
    if (letters < 0) return letters === NOTHING ? 'skip' : 'operation';
    const hasRange = scan.gap() && isDigit(scan.peek());
    const operation = isFlushFirst && !hasRange ? FLUSH : letters;
    if (!hasRange && operation !== FLUSH) return 'offset';
    const sector = hasRange ? scan.whole() : 0;
    if (sector < 0) return 'offset';
    let sectors = 0;
    const isApart = hasRange && scan.gap();
    if (isApart && scan.peek() === PARENTHESIS) return 'skip';
    if (isApart && scan.peek() === PLUS) {
      scan.at += 1;
      sectors = scan.gap() ? scan.whole() : -1;
      if (sectors < 0) return 'length';
    } else if (operation !== FLUSH) {
      return 'length';
    }
    const intake = this.#intake;
    return intake.take(
      intake.clock.arrival(seconds, nanos),
      intake.volumes.ofBytes(scan.bytes, deviceStart, deviceEnd),
      operation,
      sector * SECTOR_BYTES,
      sectors * SECTOR_BYTES,
    );
  }
}

/** `N`: neither reads nor writes. */
const NOTHING = -2;

/**
 * The operation of the `rwbs` letters. The first F is a flush before the request, a later one says
 * that the data go past the cache; a request that only flushes has no R, W or D, or no sectors.
 */
function operationOf(scan: LineScanner): number {
  const { bytes } = scan;
  const start = scan.at;
  const end = scan.wordEnd();
  let operation = -1;
  for (let at = start; at < end; at += 1) {
    const letter = bytes[at] as number;
    if (letter === LETTER_D) return TRIM;
    if (letter === LETTER_R) return READ;
    if (letter === LETTER_W) return WRITE;
    if (letter === LETTER_F) operation = FLUSH;
    else if (letter < 0x41 || letter > 0x5a) return -1;
    else if (operation < 0) operation = NOTHING;
  }
  return operation;
}

function isDigit(byte: number): boolean {
  return byte >= 0x30 && byte <= 0x39;
}

/** Writes rows of blkparse: one line a request, with the action given. */
export class BlkparseRows implements RowWriter {
  readonly #action: string;
  readonly #names = new Map<number, string>();
  #sequence = 0;

  constructor(action: string) {
    this.#action = action;
  }

  row(out: TextRow, batch: RequestBatch, at: number, context: WriterContext): boolean {
    this.#sequence += 1;
    context.moment(batch.arrival[at] as number);
    out.text(this.#name(batch.volume[at] as number, context));
    out.text(' 0 ');
    out.number(this.#sequence);
    out.byte(0x20);
    out.number(context.seconds);
    out.byte(DOT);
    out.digits(context.nanos, NANO_DIGITS);
    out.text(` 0 ${this.#action} ${LETTERS[batch.operation[at] as number] ?? 'N'}`);
    const length = batch.length[at] as number;
    if (batch.operation[at] !== FLUSH) {
      const offset = batch.offset[at] as number;
      const first = Math.floor(offset / SECTOR_BYTES);
      out.byte(0x20);
      out.number(first);
      out.text(' + ');
      out.number(Math.ceil((offset + length) / SECTOR_BYTES) - first);
    }
    out.text(' [trace]');
    return true;
  }

  /** `major,minor`; volumes with other names are numbered under major 8. */
  #name(volume: number, context: WriterContext): string {
    let name = this.#names.get(volume);
    if (name === undefined) {
      const full = context.volumes.names[volume] ?? '';
      name = /^\d+,\d+$/.test(full) ? full : `8,${volume}`;
      this.#names.set(volume, name);
    }
    return name;
  }
}

/** `rwbs` by operation. */
const LETTERS = Object.freeze(['R', 'W', 'D', 'FN']);
