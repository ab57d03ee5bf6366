/**
 * Any text in columns, by a declaration of what they mean (`column-declaration.ts`), and our own text
 * form, which has titles and needs no declaration.
 *
 * @module
 */
import { type ColumnDeclaration, type ColumnPlace, parseColumns } from '../column-declaration.ts';
import type { LineParser, LineVerdict } from '../line-reader.ts';
import type { LineScanner } from '../line-scanner.ts';
import {
  FLUSH,
  NO_RESPONSE,
  OPERATION_NAMES,
  READ,
  type RequestBatch,
  TRIM,
  WRITE,
} from '../request-batch.ts';
import type { RowWriter, TextRow, WriterContext } from '../text-writer.ts';
import type { RejectReason } from '../trace-account.ts';
import type { RequestIntake } from '../trace-reader.ts';

const COMMA = 0x2c;
const SEMICOLON = 0x3b;
const TAB = 0x09;
const QUOTE = 0x22;
const NANOS_PER_SECOND = 1e9;
const NANOS_PER_MICRO = 1_000;

/** Titles of our own text form. */
export const OWN_TITLES = 'time_ns,volume,operation,offset,length,response_ns';
/** Its declaration. */
export const OWN_COLUMNS =
  'time=time_ns:ns,volume=volume,op=operation,offset=offset,length=length,response=response_ns:ns,sep=comma';

// What a column is.
const NOTHING = 0;
const TIME = 1;
const VOLUME = 2;
const OPERATION = 3;
const OFFSET = 4;
const LENGTH = 5;
const RESPONSE = 6;

/** Parses lines by a declaration. */
export class DeclaredParser implements LineParser {
  readonly #intake: RequestIntake;
  readonly #declared: ColumnDeclaration;
  #separator: number | undefined;
  /** What each column is; undefined until titles tell it. */
  #uses: Uint8Array | undefined;
  #lines = 0;
  // The request of the line at hand.
  #seconds = 0;
  #nanos = 0;
  #volume = 0;
  #operation = 0;
  #offset = 0;
  #length = 0;
  #response = 0;

  /** @throws InputError USAGE when the declaration says nothing that can be used. */
  constructor(intake: RequestIntake, columns: string) {
    this.#intake = intake;
    this.#declared = parseColumns(columns);
    this.#separator = this.#declared.separator;
    this.#uses = usesOf(this.#declared, undefined);
    this.#constants();
  }

  titles(text: string): void {
    const separator = this.#separator ?? guessSeparator(text);
    const titles = text
      .split(separator === 0 ? /\s+/ : String.fromCharCode(separator))
      .map((title) => title.trim().replaceAll('"', ''));
    this.#uses = usesOf(this.#declared, titles) ?? this.#uses;
  }

  line(scan: LineScanner): LineVerdict {
    const uses = this.#uses;
    if (uses === undefined) return 'fields';
    this.#separator ??= guessSeparator(
      new TextDecoder().decode(scan.bytes.subarray(scan.at, scan.end)),
    );
    const separator = this.#separator;
    this.#response = NO_RESPONSE;
    for (let column = 0; column < uses.length; column += 1) {
      if (column > 0) {
        const isNext = separator === 0 ? scan.gap() : scan.separator(separator);
        // A response at the end may be missing.
        if (!isNext && uses.subarray(column).every((use) => use === NOTHING || use === RESPONSE))
          break;
        if (!isNext) return 'fields';
      }
      const reason = this.#field(scan, uses[column] as number, separator);
      if (reason !== undefined) return reason;
    }
    return this.#take();
  }

  #take(): LineVerdict {
    if (this.#declared.time === undefined) {
      const now = this.#lines * NANOS_PER_MICRO;
      this.#seconds = Math.floor(now / NANOS_PER_SECOND);
      this.#nanos = now - this.#seconds * NANOS_PER_SECOND;
    }
    this.#lines += 1;
    const intake = this.#intake;
    const arrival = intake.clock.arrival(this.#seconds, this.#nanos);
    const { offset, length } = this.#declared;
    return intake.take(
      arrival,
      this.#declared.volume === undefined ? intake.volumes.ofNumber(0) : this.#volume,
      this.#operation,
      this.#offset * offset.unitBytes,
      this.#length * length.unitBytes,
      this.#response,
    );
  }

  /** Values that are the same for every request. */
  #constants(): void {
    const { volume, operation, offset, length } = this.#declared;
    if (volume?.kind === 'constant') {
      const name = new TextEncoder().encode(volume.text);
      this.#volume = this.#intake.volumes.ofBytes(name, 0, name.length);
    }
    if (operation.place.kind === 'constant') {
      this.#operation = this.#meaning(operation.place.text.toLowerCase());
    }
    if (offset.place.kind === 'constant') this.#offset = Number(offset.place.text);
    if (length.place.kind === 'constant') this.#length = Number(length.place.text);
  }

  #field(scan: LineScanner, use: number, separator: number): RejectReason | undefined {
    const isQuoted = scan.peek() === QUOTE;
    if (isQuoted) scan.at += 1;
    const reason = this.#value(scan, use, isQuoted ? QUOTE : separator);
    if (isQuoted && scan.peek() === QUOTE) scan.at += 1;
    return reason;
  }

  #value(scan: LineScanner, use: number, separator: number): RejectReason | undefined {
    const { time, offset, length, response } = this.#declared;
    switch (use) {
      case TIME:
        if (!scan.time(time?.digits ?? 0)) return 'time';
        this.#seconds = scan.seconds;
        this.#nanos = scan.nanos;
        return undefined;
      case OFFSET:
        this.#offset = offset.isHexadecimal ? scan.hexadecimal() : scan.whole();
        return this.#offset < 0 ? 'offset' : undefined;
      case LENGTH:
        this.#length = length.isHexadecimal ? scan.hexadecimal() : scan.whole();
        return this.#length < 0 ? 'length' : undefined;
      case RESPONSE:
        if (scan.isAtEnd() || scan.peek() === separator) return undefined;
        this.#response = scan.duration(response?.digits ?? 0);
        return this.#response < 0 ? 'response' : undefined;
      default:
        return this.#word(scan, use, separator);
    }
  }

  #word(scan: LineScanner, use: number, separator: number): RejectReason | undefined {
    const start = scan.at;
    const end = separator === 0 ? scan.wordEnd() : scan.fieldEnd(separator);
    if (use === VOLUME) {
      if (end === start) return 'volume';
      this.#volume = this.#intake.volumes.ofBytes(scan.bytes, start, end);
    } else if (use === OPERATION) {
      this.#operation = this.#operationOf(scan, start, end);
      if (this.#operation < 0) return 'operation';
    }
    return undefined;
  }

  #operationOf(scan: LineScanner, start: number, end: number): number {
    const { meanings } = this.#declared.operation;
    if (meanings.size === 0) return end > start ? ofLetter(scan.bytes[start] as number) : -1;
    for (const [word, operation] of meanings) {
      if (scan.isWord(start, end, word)) return operation;
    }
    return -1;
  }

  #meaning(word: string): number {
    return this.#declared.operation.meanings.get(word) ?? ofLetter(word.charCodeAt(0));
  }
}

/** What columns are; undefined when titles are needed and not there, or do not name them all. */
function usesOf(
  declared: ColumnDeclaration,
  titles: readonly string[] | undefined,
): Uint8Array | undefined {
  const places: readonly [number, ColumnPlace | undefined][] = [
    [TIME, declared.time?.place],
    [VOLUME, declared.volume],
    [OPERATION, declared.operation.place],
    [OFFSET, declared.offset.place],
    [LENGTH, declared.length.place],
    [RESPONSE, declared.response?.place],
  ];
  const uses: number[] = [];
  for (const [use, place] of places) {
    if (place === undefined || place.kind === 'constant') continue;
    const column = place.kind === 'number' ? place.number - 1 : columnOf(place.title, titles);
    if (column < 0) return undefined;
    uses[column] = use;
  }
  return Uint8Array.from(uses, (use) => use ?? NOTHING);
}

function columnOf(title: string, titles: readonly string[] | undefined): number {
  const wanted = title.toLowerCase();
  return titles?.findIndex((one) => one.toLowerCase() === wanted) ?? -1;
}

function guessSeparator(line: string): number {
  if (line.includes(',')) return COMMA;
  if (line.includes(';')) return SEMICOLON;
  return line.includes('\t') ? TAB : 0;
}

/** Operation by first letter: read, write, trim or discard or unmap, flush or sync. */
function ofLetter(byte: number): number {
  switch (byte | 0x20) {
    case 0x72:
      return READ;
    case 0x77:
      return WRITE;
    case 0x74:
    case 0x64:
    case 0x75:
      return TRIM;
    case 0x66:
    case 0x73:
      return FLUSH;
    default:
      return -1;
  }
}

/** Writes our own text form. */
export class ColumnRows implements RowWriter {
  readonly #names: string[] = [];

  head(): string {
    return `${OWN_TITLES}\n`;
  }

  row(out: TextRow, batch: RequestBatch, at: number, context: WriterContext): boolean {
    out.number(Math.max(0, batch.arrival[at] as number));
    out.text(this.#name(batch.volume[at] as number, context));
    out.text(OPERATION_NAMES[batch.operation[at] as number] ?? '');
    out.byte(COMMA);
    out.number(batch.offset[at] as number);
    out.byte(COMMA);
    out.number(batch.length[at] as number);
    out.byte(COMMA);
    const response = batch.response[at] as number;
    if (response >= 0) out.number(response);
    return true;
  }

  /** `,name,` of a volume. */
  #name(volume: number, context: WriterContext): string {
    const known = this.#names[volume];
    if (known !== undefined) return known;
    const name = (context.volumes.names[volume] ?? '').replaceAll(/[\s,"]/g, '_') || `${volume}`;
    this.#names[volume] = `,${name},`;
    return `,${name},`;
  }
}
