/**
 * NetApp workload traces (WLC; hfplayer, TraceRAR): comma-separated with typed titles.
 *
 * A line of titles after `#`, each with a type suffix (.I, .D, .S), may stand first and then says
 * where the columns are; without it they stand in the order below. Used: `ELAPSED_USECS` microseconds
 * from the start, `LUN_SSID` the unit, `OP` 0 read or 1 write, `LBA` and `NBLKS` in blocks of 512,
 * `LATENCY_USECS` the response.
 *
 * @module
 */
import type { LineParser, LineVerdict } from '../line-reader.ts';
import type { LineScanner } from '../line-scanner.ts';
import { NO_RESPONSE, READ, type RequestBatch, WRITE } from '../request-batch.ts';
import type { RowWriter, TextRow, WriterContext } from '../text-writer.ts';
import type { RequestIntake } from '../trace-reader.ts';

const COMMA = 0x2c;
const BLOCK_BYTES = 512;
const MICRO_DIGITS = 6;
const NANO_PLACES = 3;
const NANOS_PER_SECOND = 1e9;
const NANOS_PER_MICRO = 1_000;

const COLUMNS = Object.freeze([
  'DUMP_OFFSET.I',
  'ELAPSED_USECS.D',
  'ELAPSED_TICKS.I',
  'CMD.S',
  'INFLIGHT_IOS.I',
  'TS.I',
  'SEQID.I',
  'LUN_SSID.I',
  'OP.I',
  'PHASE.I',
  'LBA.I',
  'NBLKS.I',
  'LATENCY_TICKS.I',
  'HOST_ID.I',
  'HOST_LUN.I',
  'LATENCY_USECS.D',
]);

/** What a column is to us; 0 is nothing. */
const USES: Readonly<Record<string, number>> = Object.freeze({
  ELAPSED_USECS: 1,
  LUN_SSID: 2,
  OP: 3,
  LBA: 4,
  NBLKS: 5,
  LATENCY_USECS: 6,
});
const NEEDED = 5;

/** Whether a line names columns of this format. */
export function isNetappTitles(line: string): boolean {
  return /^\s*#?\s*[A-Z_]+\.[IDS]\s*,/.test(line) && line.includes('ELAPSED_USECS');
}

/** Parses lines of NetApp. */
export class NetappParser implements LineParser {
  readonly #intake: RequestIntake;
  #uses = usesOf(COLUMNS);

  constructor(intake: RequestIntake) {
    this.#intake = intake;
  }

  titles(text: string): void {
    const uses = usesOf(text.split(','));
    // Titles of something else leave the order as it is.
    if (uses.filter((use) => use > 0 && use <= NEEDED).length === NEEDED) this.#uses = uses;
  }

  line(scan: LineScanner): LineVerdict {
    const uses = this.#uses;
    let seconds = -1;
    let nanos = 0;
    let volume = -1;
    let operation = -1;
    let block = -1;
    let blocks = -1;
    let response = NO_RESPONSE;
    for (let column = 0; column < uses.length; column += 1) {
      if (column > 0 && !scan.separator(COMMA)) {
        if (column > this.#lastNeeded()) break;
        return 'fields';
      }
      switch (uses[column]) {
        case 1:
          if (!scan.time(MICRO_DIGITS)) return 'time';
          ({ seconds, nanos } = scan);
          break;
        case 2:
          volume = scan.whole();
          if (volume < 0) return 'volume';
          break;
        case 3:
          operation = scan.whole();
          if (operation !== READ && operation !== WRITE) return 'operation';
          break;
        case 4:
          block = scan.whole();
          if (block < 0) return 'offset';
          break;
        case 5:
          blocks = scan.whole();
          if (blocks < 0) return 'length';
          break;
        case 6:
          response = scan.duration(MICRO_DIGITS);
          if (response < 0) return 'response';
          break;
        default:
          scan.fieldEnd(COMMA);
      }
    }
    scan.blanks();
    if (!scan.isAtEnd()) return 'fields';
    const intake = this.#intake;
    return intake.take(
      intake.clock.arrival(seconds, nanos),
      intake.volumes.ofNumber(volume),
      operation,
      block * BLOCK_BYTES,
      blocks * BLOCK_BYTES,
      response,
    );
  }

  /** Column behind which nothing is needed any more. */
  #lastNeeded(): number {
    return this.#uses.findLastIndex((use) => use > 0 && use <= NEEDED);
  }
}

function usesOf(titles: readonly string[]): Uint8Array {
  return Uint8Array.from(titles, (title) => {
    const [name = ''] = title.trim().replace(/^#\s*/, '').split('.');
    return USES[name] ?? 0;
  });
}

/** Writes rows of NetApp; columns that requests do not have are 0. */
export class NetappRows implements RowWriter {
  #sequence = 0;

  head(): string {
    return `#${COLUMNS.join(',')}\n`;
  }

  row(out: TextRow, batch: RequestBatch, at: number, context: WriterContext): boolean {
    const operation = batch.operation[at] as number;
    if (operation > WRITE) return false;
    context.moment(batch.arrival[at] as number);
    const offset = batch.offset[at] as number;
    const first = Math.floor(offset / BLOCK_BYTES);
    const behind = Math.ceil((offset + (batch.length[at] as number)) / BLOCK_BYTES);
    const elapsed = context.seconds * NANOS_PER_SECOND + context.nanos;
    out.text('0,');
    if (elapsed <= Number.MAX_SAFE_INTEGER) {
      out.decimal(elapsed, MICRO_DIGITS, NANO_PLACES);
    } else {
      out.time(context.seconds, context.nanos, MICRO_DIGITS);
      out.byte(0x2e);
      out.digits(context.nanos % NANOS_PER_MICRO, NANO_PLACES);
    }
    out.text(operation === READ ? ',0,RD_IN,0,0,' : ',0,WR_IN,0,0,');
    out.number(this.#sequence);
    out.byte(COMMA);
    out.number(context.volumeNumber(batch.volume[at] as number));
    out.text(operation === READ ? ',0,0,' : ',1,0,');
    out.number(first);
    out.byte(COMMA);
    out.number(behind - first);
    out.text(',0,0,0,');
    out.decimal(Math.max(0, batch.response[at] as number), MICRO_DIGITS, NANO_PLACES);
    this.#sequence += 1;
    return true;
  }
}
