/**
 * Alibaba block traces of 2020: comma-separated.
 *
 * `device_id,opcode,offset,length,timestamp`: device number, `R` or `W`, byte offset, bytes,
 * microseconds since 1970. A line of titles may stand first.
 *
 * @module
 */
import type { LineParser, LineVerdict } from '../line-reader.ts';
import type { LineScanner } from '../line-scanner.ts';
import { READ, type RequestBatch, WRITE } from '../request-batch.ts';
import type { RowWriter, TextRow, WriterContext } from '../text-writer.ts';
import { operationOfLetter, type RequestIntake } from '../trace-reader.ts';

const COMMA = 0x2c;
const MICRO_DIGITS = 6;

/** Parses lines of Alibaba. */
export class AlibabaParser implements LineParser {
  readonly #intake: RequestIntake;

  constructor(intake: RequestIntake) {
    this.#intake = intake;
  }

  /** Titles are passed over: the columns are always the same. */
  titles(): void {}

  line(scan: LineScanner): LineVerdict {
    const device = scan.whole();
    if (device < 0) return 'volume';
    if (!scan.separator(COMMA)) return 'fields';
    const operation = operationOfLetter(scan.peek());
    if (operation < 0) return 'operation';
    scan.at += 1;
    if (!scan.separator(COMMA)) return 'fields';
    const offset = scan.whole();
    if (offset < 0) return 'offset';
    if (!scan.separator(COMMA)) return 'fields';
    const length = scan.whole();
    if (length < 0) return 'length';
    if (!scan.separator(COMMA)) return 'fields';
    if (!scan.time(MICRO_DIGITS)) return 'time';
    const { seconds, nanos } = scan;
    scan.blanks();
    if (!scan.isAtEnd()) return 'fields';
    const intake = this.#intake;
    const arrival = intake.clock.arrival(seconds, nanos);
    return intake.take(arrival, intake.volumes.ofNumber(device), operation, offset, length);
  }
}

/** Writes rows of Alibaba. */
export class AlibabaRows implements RowWriter {
  row(out: TextRow, batch: RequestBatch, at: number, context: WriterContext): boolean {
    const operation = batch.operation[at] as number;
    if (operation > WRITE) return false;
    out.number(context.volumeNumber(batch.volume[at] as number));
    out.text(operation === READ ? ',R,' : ',W,');
    out.number(batch.offset[at] as number);
    out.byte(COMMA);
    out.number(batch.length[at] as number);
    out.byte(COMMA);
    context.moment(batch.arrival[at] as number);
    out.time(context.seconds, context.nanos, MICRO_DIGITS);
    return true;
  }
}
