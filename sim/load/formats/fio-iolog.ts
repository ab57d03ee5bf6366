/**
 * Logs of fio (`write_iolog`, `read_iolog`), versions 2 and 3.
 *
 * Version 2: `file action [offset length]` and `file wait N`; version 3: `time file action [offset
 * length]`, the time in microseconds since the start. Actions `add`, `open` and `close` are passed
 * over; `read`, `write`, `trim`, `sync` and `datasync` are requests; bytes throughout.
 *
 * `wait N`: fio's handbook says microseconds after the wait before, its code sleeps until N
 * milliseconds after its start and passes over waits that are already past. Read as the code has it;
 * the other reading is an option.
 *
 * @module
 */
import type { LineParser, LineVerdict } from '../line-reader.ts';
import type { LineScanner } from '../line-scanner.ts';
import { FLUSH, READ, type RequestBatch, TRIM, WRITE } from '../request-batch.ts';
import type { RowWriter, TextRow, WriterContext } from '../text-writer.ts';
import type { RequestIntake } from '../trace-reader.ts';

const SPACE = 0x20;
const MICRO_DIGITS = 6;
const NANOS_PER_SECOND = 1e9;
const NANOS_PER_MILLI = 1e6;
const NANOS_PER_MICRO = 1_000;

/** Version of a fio log. */
export type FioVersion = 2 | 3;

/** Version that the first line of a log names; undefined for none. */
export function fioVersion(head: string): FioVersion | undefined {
  const found = /^\uFEFF?fio version ([23]) iolog\s/.exec(head);
  if (found === null) return undefined;
  return found[1] === '2' ? 2 : 3;
}

/** Parses lines of a fio log. */
export class FioParser implements LineParser {
  readonly #intake: RequestIntake;
  readonly #version: FioVersion;
  readonly #isRelativeWait: boolean;
  /** Where the waits of version 2 have brought us, nanoseconds. */
  #now = 0;

  constructor(
    intake: RequestIntake,
    version: FioVersion,
    wait: 'absoluteMillis' | 'relativeMicros',
  ) {
    this.#intake = intake;
    this.#version = version;
    this.#isRelativeWait = wait === 'relativeMicros';
  }

  line(scan: LineScanner): LineVerdict {
    const isHead = this.#intake.account.records === 1;
    if (isHead && scan.isWord(scan.at, Math.min(scan.end, scan.at + 3), 'fio')) return 'skip';
    let seconds = 0;
    let nanos = 0;
    if (this.#version === 3) {
      if (!scan.time(MICRO_DIGITS) || !scan.gap()) return 'time';
      seconds = scan.seconds;
      nanos = scan.nanos;
    }
    const fileStart = scan.at;
    const fileEnd = scan.wordEnd();
    if (!scan.gap()) return 'fields';
    const start = scan.at;
    const end = scan.wordEnd();
    if (isFileAction(scan, start, end)) return scanRest(scan);
    if (this.#version === 2) {
      if (scan.isWord(start, end, 'wait')) return this.#wait(scan);
      seconds = Math.floor(this.#now / NANOS_PER_SECOND);
      nanos = this.#now - seconds * NANOS_PER_SECOND;
    }
    const operation = operationOf(scan, start, end);
    if (operation < 0) return 'operation';
    return this.#range(scan, operation, fileStart, fileEnd, seconds, nanos);
  }

  #range(
    scan: LineScanner,
    operation: number,
    fileStart: number,
    fileEnd: number,
    seconds: number,
    nanos: number,
  ): LineVerdict {
    let offset = 0;
    let length = 0;
    scan.blanks();
    // A sync may stand without a range.
    if (!scan.isAtEnd() || operation !== FLUSH) {
      offset = scan.whole();
      if (offset < 0) return 'offset';
      length = scan.gap() ? scan.whole() : -1;
      if (length < 0) return 'length';
      scan.blanks();
      if (!scan.isAtEnd()) return 'fields';
    }
    const intake = this.#intake;
    const volume = intake.volumes.ofBytes(scan.bytes, fileStart, fileEnd);
    return intake.take(intake.clock.arrival(seconds, nanos), volume, operation, offset, length);
  }

  #wait(scan: LineScanner): LineVerdict {
    scan.blanks();
    const amount = scan.whole();
    scan.blanks();
    if (amount < 0 || !scan.isAtEnd()) return 'time';
    if (this.#isRelativeWait) this.#now += amount * NANOS_PER_MICRO;
    else this.#now = Math.max(this.#now, amount * NANOS_PER_MILLI);
    return 'skip';
  }
}

function isFileAction(scan: LineScanner, start: number, end: number): boolean {
  return (
    scan.isWord(start, end, 'add') ||
    scan.isWord(start, end, 'open') ||
    scan.isWord(start, end, 'close')
  );
}

function scanRest(scan: LineScanner): LineVerdict {
  scan.blanks();
  return scan.isAtEnd() ? 'skip' : 'fields';
}

function operationOf(scan: LineScanner, start: number, end: number): number {
  if (scan.isWord(start, end, 'read')) return READ;
  if (scan.isWord(start, end, 'write')) return WRITE;
  if (scan.isWord(start, end, 'trim')) return TRIM;
  const isFlush =
    scan.isWord(start, end, 'sync') ||
    scan.isWord(start, end, 'datasync') ||
    scan.isWord(start, end, 'sync_file_range');
  return isFlush ? FLUSH : -1;
}

const ACTIONS = Object.freeze([' read ', ' write ', ' trim ', ' sync ']);

/** Writes rows of a fio log. */
export class FioRows implements RowWriter {
  readonly #version: FioVersion;
  readonly #files: string[] = [];
  #lastMillis = 0;

  constructor(version: FioVersion) {
    this.#version = version;
  }

  head(): string {
    return `fio version ${this.#version} iolog\n`;
  }

  row(out: TextRow, batch: RequestBatch, at: number, context: WriterContext): boolean {
    const arrival = Math.max(0, batch.arrival[at] as number);
    const file = this.#file(out, batch.volume[at] as number, arrival, context);
    if (this.#version === 3) {
      out.number(Math.floor(arrival / NANOS_PER_MICRO));
      out.byte(SPACE);
    } else {
      const millis = Math.floor(arrival / NANOS_PER_MILLI);
      if (millis > this.#lastMillis) out.text(`${file} wait ${millis}\n`);
      this.#lastMillis = Math.max(this.#lastMillis, millis);
    }
    out.text(file);
    out.text(ACTIONS[batch.operation[at] as number] ?? '');
    out.number(batch.offset[at] as number);
    out.byte(SPACE);
    out.number(batch.length[at] as number);
    return true;
  }

  /** Name of the file of a volume; a file is added and opened before its first request. */
  #file(out: TextRow, volume: number, arrival: number, context: WriterContext): string {
    const known = this.#files[volume];
    if (known !== undefined) return known;
    const name = (context.volumes.names[volume] ?? '').replaceAll(/\s/g, '_');
    const file = name === '' ? `volume${volume}` : name;
    this.#files[volume] = file;
    const time = this.#version === 3 ? `${Math.floor(arrival / NANOS_PER_MICRO)} ` : '';
    out.text(`${time}${file} add\n${time}${file} open\n`);
    return file;
  }
}
