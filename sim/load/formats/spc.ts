/**
 * SPC traces (UMass Financial and WebSearch): comma-separated.
 *
 * `ASU,LBA,Size,Opcode,Timestamp[,extra...]`: unit number, address in blocks (512 bytes unless the
 * trace's description says otherwise), size in bytes, `R` or `W` in either case, seconds from the start.
 * Blanks may stand around fields; further fields are legal and ignored.
 *
 * @module
 */
import type { LineParser, LineVerdict } from '../line-reader.ts';
import type { LineScanner } from '../line-scanner.ts';
import { READ, type RequestBatch, WRITE } from '../request-batch.ts';
import type { RowWriter, TextRow, WriterContext } from '../text-writer.ts';
import { operationOfLetter, type RequestIntake } from '../trace-reader.ts';

const COMMA = 0x2c;
const DOT = 0x2e;
const MICRO_DIGITS = 6;

/** Parses lines of SPC. */
export class SpcParser implements LineParser {
  readonly #intake: RequestIntake;
  readonly #blockBytes: number;

  constructor(intake: RequestIntake, blockBytes: number) {
    this.#intake = intake;
    this.#blockBytes = blockBytes;
  }

  /** Titles are passed over: the columns are always the same. */
  titles(): void {}

  line(scan: LineScanner): LineVerdict {
    const unit = scan.whole();
    if (unit < 0) return 'volume';
    if (!scan.separator(COMMA)) return 'fields';
    const block = scan.whole();
    if (block < 0) return 'offset';
    if (!scan.separator(COMMA)) return 'fields';
    const length = scan.whole();
    if (length < 0) return 'length';
    if (!scan.separator(COMMA)) return 'fields';
    const operation = operationOfLetter(scan.peek());
    if (operation < 0) return 'operation';
    scan.at += 1;
    if (!scan.separator(COMMA)) return 'fields';
    if (!scan.time(0)) return 'time';
    const { seconds, nanos } = scan;
    // Whatever stands behind the next comma is somebody's extra field.
    if (!scan.isAtEnd() && !scan.separator(COMMA) && !scan.isAtEnd()) return 'fields';
    const intake = this.#intake;
    const arrival = intake.clock.arrival(seconds, nanos);
    const volume = intake.volumes.ofNumber(unit);
    return intake.take(arrival, volume, operation, block * this.#blockBytes, length);
  }
}

/** Writes rows of SPC. */
export class SpcRows implements RowWriter {
  readonly #blockBytes: number;

  constructor(blockBytes: number) {
    this.#blockBytes = blockBytes;
  }

  row(out: TextRow, batch: RequestBatch, at: number, context: WriterContext): boolean {
    const operation = batch.operation[at] as number;
    if (operation > WRITE) return false;
    out.number(context.volumeNumber(batch.volume[at] as number));
    out.byte(COMMA);
    out.number(Math.floor((batch.offset[at] as number) / this.#blockBytes));
    out.byte(COMMA);
    out.number(batch.length[at] as number);
    out.text(operation === READ ? ',R,' : ',W,');
    context.moment(batch.arrival[at] as number);
    out.number(context.seconds);
    out.byte(DOT);
    out.digits(Math.floor(context.nanos / 1e3), MICRO_DIGITS);
    return true;
  }
}
