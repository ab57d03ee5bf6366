/**
 * Tencent block storage traces of 2018 (SNIA IOTTA 27917): comma-separated.
 *
 * `Timestamp,Offset,Size,IOType,VolumeID`: whole seconds since 1970, address and size in sectors of
 * 512 bytes, 0 read or 1 write, volume number. Requests of one second are spread over it
 * (`second-spreader.ts`): all at its beginning they would be bursts that never were.
 *
 * @module
 */
import type { LineParser, LineVerdict } from '../line-reader.ts';
import type { LineScanner } from '../line-scanner.ts';
import { READ, type RequestBatch, WRITE } from '../request-batch.ts';
import type { RowWriter, TextRow, WriterContext } from '../text-writer.ts';
import type { RequestIntake } from '../trace-reader.ts';

const COMMA = 0x2c;
const SECTOR_BYTES = 512;

/** Parses lines of Tencent. */
export class TencentParser implements LineParser {
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
    const sector = scan.whole();
    if (sector < 0) return 'offset';
    if (!scan.separator(COMMA)) return 'fields';
    const sectors = scan.whole();
    if (sectors < 0) return 'length';
    if (!scan.separator(COMMA)) return 'fields';
    const operation = scan.whole();
    if (operation !== READ && operation !== WRITE) return 'operation';
    if (!scan.separator(COMMA)) return 'fields';
    const number = scan.whole();
    if (number < 0) return 'volume';
    scan.blanks();
    if (!scan.isAtEnd()) return 'fields';
    const intake = this.#intake;
    return intake.take(
      intake.clock.arrival(seconds, nanos),
      intake.volumes.ofNumber(number),
      operation,
      sector * SECTOR_BYTES,
      sectors * SECTOR_BYTES,
    );
  }
}

/** Writes rows of Tencent. */
export class TencentRows implements RowWriter {
  row(out: TextRow, batch: RequestBatch, at: number, context: WriterContext): boolean {
    const operation = batch.operation[at] as number;
    if (operation > WRITE) return false;
    const offset = batch.offset[at] as number;
    const first = Math.floor(offset / SECTOR_BYTES);
    const behind = Math.ceil((offset + (batch.length[at] as number)) / SECTOR_BYTES);
    context.moment(batch.arrival[at] as number);
    out.number(context.seconds);
    out.byte(COMMA);
    out.number(first);
    out.byte(COMMA);
    out.number(behind - first);
    out.text(operation === READ ? ',0,' : ',1,');
    out.number(context.volumeNumber(batch.volume[at] as number));
    return true;
  }
}
