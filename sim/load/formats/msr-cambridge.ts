/**
 * MSR Cambridge traces (SNIA IOTTA set 387): comma-separated, one volume a file.
 *
 * `Timestamp,Hostname,DiskNumber,Type,Offset,Size,ResponseTime`: Windows file time (ticks of 100 ns
 * since 1601), host, disk number within the host, `Read` or `Write`, byte offset, bytes, response in
 * the same ticks. Disk numbers repeat from host to host, so host and disk together name the volume.
 *
 * @module
 */
import type { LineParser, LineVerdict } from '../line-reader.ts';
import type { LineScanner } from '../line-scanner.ts';
import { NO_RESPONSE, READ, type RequestBatch, WRITE } from '../request-batch.ts';
import type { RowWriter, TextRow, WriterContext } from '../text-writer.ts';
import type { RequestIntake } from '../trace-reader.ts';

const COMMA = 0x2c;
/** Ticks of 100 ns: seven digits below a second. */
const TICK_DIGITS = 7;
const NANOS_PER_TICK = 100;
/** Seconds from 1601 to 1970. */
export const FILE_TIME_EPOCH_SECONDS = 11_644_473_600;

/** Parses lines of MSR Cambridge. */
export class MsrParser implements LineParser {
  readonly #intake: RequestIntake;

  constructor(intake: RequestIntake) {
    this.#intake = intake;
  }

  /** Titles are passed over: the columns are always the same. */
  titles(): void {}

  line(scan: LineScanner): LineVerdict {
    if (!scan.time(TICK_DIGITS)) return 'time';
    const { seconds, nanos } = scan;
    if (!scan.separator(COMMA)) return 'fields';
    const hostStart = scan.at;
    if (scan.fieldEnd(COMMA) === hostStart) return 'volume';
    if (!scan.separator(COMMA)) return 'fields';
    if (scan.whole() < 0) return 'volume';
    const volumeEnd = scan.at;
    if (!scan.separator(COMMA)) return 'fields';
    const operation = operationOf(scan);
    if (operation < 0) return 'operation';
    if (!scan.separator(COMMA)) return 'fields';
    const offset = scan.whole();
    if (offset < 0) return 'offset';
    if (!scan.separator(COMMA)) return 'fields';
    const length = scan.whole();
    if (length < 0) return 'length';
    let response = NO_RESPONSE;
    if (scan.separator(COMMA) && !scan.isAtEnd()) {
      response = scan.duration(TICK_DIGITS);
      if (response < 0) return 'response';
      scan.blanks();
    }
    if (!scan.isAtEnd()) return 'fields';
    const intake = this.#intake;
    const volume = intake.volumes.ofBytes(scan.bytes, hostStart, volumeEnd, COMMA);
    return intake.take(
      intake.clock.arrival(seconds, nanos),
      volume,
      operation,
      offset,
      length,
      response,
    );
  }
}

function operationOf(scan: LineScanner): number {
  const start = scan.at;
  const end = scan.fieldEnd(COMMA);
  if (scan.isWord(start, end, 'read')) return READ;
  return scan.isWord(start, end, 'write') ? WRITE : -1;
}

/** Writes rows of MSR Cambridge. */
export class MsrRows implements RowWriter {
  readonly #names = new Map<number, string>();

  row(out: TextRow, batch: RequestBatch, at: number, context: WriterContext): boolean {
    const operation = batch.operation[at] as number;
    if (operation > WRITE) return false;
    context.moment(batch.arrival[at] as number);
    out.time(context.seconds + FILE_TIME_EPOCH_SECONDS, context.nanos, TICK_DIGITS);
    out.text(this.#name(batch.volume[at] as number, context));
    out.text(operation === READ ? 'Read,' : 'Write,');
    out.number(batch.offset[at] as number);
    out.byte(COMMA);
    out.number(batch.length[at] as number);
    out.byte(COMMA);
    const response = batch.response[at] as number;
    out.number(response < 0 ? 0 : Math.round(response / NANOS_PER_TICK));
    return true;
  }

  /** `,host,disk,` of a volume; names that have no disk number get disk 0. */
  #name(volume: number, context: WriterContext): string {
    let name = this.#names.get(volume);
    if (name === undefined) {
      const full = context.volumes.names[volume] ?? '';
      const [, host = full, disk = '0'] = /^(.+)_(\d+)$/.exec(full) ?? [];
      name = `,${host.replaceAll(/[\s,]/g, '-')},${disk},`;
      this.#names.set(volume, name);
    }
    return name;
  }
}
