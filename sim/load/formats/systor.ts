/**
 * SYSTOR '17 traces (Fujitsu virtual desktops, SNIA IOTTA): comma-separated.
 *
 * `Timestamp,Response,IOType,LUN,Offset,Size`: seconds since 1970 with nine decimals of which six
 * mean something, response in seconds, `R`, `W` or nothing (no reply was seen), unit number, byte
 * offset, bytes. A line of titles stands first. Requests without a type were never answered, so
 * nobody knows what they were: they are counted and left out.
 *
 * @module
 */
import type { LineParser, LineVerdict } from '../line-reader.ts';
import type { LineScanner } from '../line-scanner.ts';
import { NO_RESPONSE, READ, type RequestBatch, WRITE } from '../request-batch.ts';
import type { RowWriter, TextRow, WriterContext } from '../text-writer.ts';
import { operationOfLetter, type RequestIntake } from '../trace-reader.ts';

const COMMA = 0x2c;
const DOT = 0x2e;
const NANO_DIGITS = 9;
const MICROS_PLACES = 6;
const NANOS_PER_MICRO = 1_000;

/** Parses lines of SYSTOR '17. */
export class SystorParser implements LineParser {
  readonly #intake: RequestIntake;

  constructor(intake: RequestIntake) {
    this.#intake = intake;
  }

  /** Titles are passed over: the columns are always the same. */
  titles(): void {}

  line(scan: LineScanner): LineVerdict {
    if (!scan.time(0)) return 'time';
    const { seconds, nanos } = scan;
    if (!scan.separator(COMMA)) return 'fields';
    let response = NO_RESPONSE;
    if (scan.peek() !== COMMA) {
      response = scan.duration(0);
      if (response < 0) return 'response';
    }
    if (!scan.separator(COMMA)) return 'fields';
    const isUnanswered = scan.peek() === COMMA;
    const operation = isUnanswered ? READ : operationOfLetter(scan.peek());
    if (operation < 0) return 'operation';
    if (!isUnanswered) scan.at += 1;
    if (!scan.separator(COMMA)) return 'fields';
    const unit = scan.whole();
    if (unit < 0) return 'volume';
    if (!scan.separator(COMMA)) return 'fields';
    const offset = scan.whole();
    if (offset < 0) return 'offset';
    if (!scan.separator(COMMA)) return 'fields';
    const length = scan.whole();
    if (length < 0) return 'length';
    scan.blanks();
    if (!scan.isAtEnd()) return 'fields';
    if (isUnanswered) return 'skip';
    const intake = this.#intake;
    const arrival = intake.clock.arrival(seconds, nanos);
    return intake.take(arrival, intake.volumes.ofNumber(unit), operation, offset, length, response);
  }
}

/** Writes rows of SYSTOR '17. */
export class SystorRows implements RowWriter {
  head(): string {
    return 'Timestamp,Response,IOType,LUN,Offset,Size\n';
  }

  row(out: TextRow, batch: RequestBatch, at: number, context: WriterContext): boolean {
    const operation = batch.operation[at] as number;
    if (operation > WRITE) return false;
    context.moment(batch.arrival[at] as number);
    out.number(context.seconds);
    out.byte(DOT);
    out.digits(wholeMicros(context.nanos), NANO_DIGITS);
    out.byte(COMMA);
    const response = batch.response[at] as number;
    if (response >= 0) {
      out.decimal(wholeMicros(response), 0, MICROS_PLACES);
      out.text('000');
    }
    out.text(operation === READ ? ',R,' : ',W,');
    out.number(context.volumeNumber(batch.volume[at] as number));
    out.byte(COMMA);
    out.number(batch.offset[at] as number);
    out.byte(COMMA);
    out.number(batch.length[at] as number);
    return true;
  }
}

function wholeMicros(nanos: number): number {
  return Math.floor(nanos / NANOS_PER_MICRO) * NANOS_PER_MICRO;
}
