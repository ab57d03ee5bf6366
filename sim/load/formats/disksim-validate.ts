/**
 * DiskSim's validation traces: what was done to a real drive, one request after the other.
 *
 * `R|W Hit|Miss|Doub|Trip block blocks service_us gap_us` between blanks. Service is what the drive
 * took; the gap runs from the completion of this request to the arrival of the next. Arrivals are
 * therefore put together from both: they say when the requests came *to that drive*. The second word
 * is passed over; it means something for one of the drives only.
 *
 * @module
 */
import type { LineParser, LineVerdict } from '../line-reader.ts';
import type { LineScanner } from '../line-scanner.ts';
import { READ, type RequestBatch, WRITE } from '../request-batch.ts';
import type { RowWriter, TextRow } from '../text-writer.ts';
import { operationOfLetter, type RequestIntake } from '../trace-reader.ts';

const SPACE = 0x20;
const LINE_FEED = 0x0a;
const MICRO_DIGITS = 6;
const PLACES = 3;
const NANOS_PER_SECOND = 1e9;
const WORDS: readonly string[] = ['hit', 'miss', 'doub', 'trip'];
const BLOCK_BYTES = 512;

/** Parses lines of validation traces. */
export class ValidateParser implements LineParser {
  readonly #intake: RequestIntake;
  #arrival = 0;

  constructor(intake: RequestIntake) {
    this.#intake = intake;
  }

  line(scan: LineScanner): LineVerdict {
    const operation = operationOfLetter(scan.peek());
    scan.at += 1;
    if (operation < 0 || !scan.gap()) return 'operation';
    const start = scan.at;
    const end = scan.wordEnd();
    if (!WORDS.some((word) => scan.isWord(start, end, word))) return 'fields';
    if (!scan.gap()) return 'fields';
    const block = scan.whole();
    if (block < 0) return 'offset';
    if (!scan.gap()) return 'fields';
    const blocks = scan.whole();
    if (blocks < 0) return 'length';
    if (!scan.gap()) return 'fields';
    const service = scan.duration(MICRO_DIGITS);
    if (service < 0) return 'response';
    if (!scan.gap()) return 'fields';
    const gap = scan.duration(MICRO_DIGITS);
    if (gap < 0) return 'time';
    scan.blanks();
    if (!scan.isAtEnd()) return 'fields';
    const intake = this.#intake;
    const seconds = Math.floor(this.#arrival / NANOS_PER_SECOND);
    const arrival = intake.clock.arrival(seconds, this.#arrival - seconds * NANOS_PER_SECOND);
    this.#arrival += service + gap;
    return intake.take(
      arrival,
      intake.volumes.ofNumber(0),
      operation,
      block * BLOCK_BYTES,
      blocks * BLOCK_BYTES,
      service,
    );
  }
}

/**
 * Writes rows of validation traces. A gap is known when the next request has come, so each row ends
 * with the one behind it; where that came before the former was done, the gap is 0. Unknown responses
 * are written as 0.
 */
export class ValidateRows implements RowWriter {
  readonly endsLines = true;
  /** When the drive was done with the request above; not a number before the first. */
  #doneAt = Number.NaN;

  row(out: TextRow, batch: RequestBatch, at: number): boolean {
    const operation = batch.operation[at] as number;
    if (operation > WRITE) return false;
    const offset = batch.offset[at] as number;
    const first = Math.floor(offset / BLOCK_BYTES);
    const behind = Math.ceil((offset + (batch.length[at] as number)) / BLOCK_BYTES);
    const response = Math.max(0, batch.response[at] as number);
    const arrival = batch.arrival[at] as number;
    if (!Number.isNaN(this.#doneAt)) this.#gap(out, Math.max(0, arrival - this.#doneAt));
    this.#doneAt = arrival + response;
    out.text(operation === READ ? 'R Miss ' : 'W Miss ');
    out.number(first);
    out.byte(SPACE);
    out.number(behind - first);
    out.byte(SPACE);
    out.decimal(response, MICRO_DIGITS, PLACES);
    return true;
  }

  foot(out: TextRow): void {
    if (!Number.isNaN(this.#doneAt)) this.#gap(out, 0);
  }

  #gap(out: TextRow, nanos: number): void {
    out.byte(SPACE);
    out.decimal(nanos, MICRO_DIGITS, PLACES);
    out.byte(LINE_FEED);
  }
}
