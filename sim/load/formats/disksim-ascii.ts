/**
 * DiskSim's ascii traces and what descends from them (MQSim, SSDSim, FlashSim): five columns between
 * blanks.
 *
 * `arrival device block blocks flags`. DiskSim: milliseconds with a fraction, flags in hexadecimal
 * whose bit 0 is 1 for a read. MQSim: whole numbers of a unit set elsewhere (nanoseconds in its
 * samples), last column 0 write, 1 read. Blocks have 512 bytes in both.
 *
 * @module
 */
import type { LineParser, LineVerdict } from '../line-reader.ts';
import type { LineScanner } from '../line-scanner.ts';
import { READ, type RequestBatch, WRITE } from '../request-batch.ts';
import type { RowWriter, TextRow, WriterContext } from '../text-writer.ts';
import type { RequestIntake } from '../trace-reader.ts';

const SPACE = 0x20;
const DOT = 0x2e;
const READ_FLAG = 1;
const MILLI_DIGITS = 3;
const NANO_DIGITS = 9;
const NANOS_PER_MILLI = 1e6;

/** Which of the two. */
export type FiveColumnDialect = 'disksim' | 'mqsim';

/** Parses lines of five columns. */
export class FiveColumnParser implements LineParser {
  readonly #intake: RequestIntake;
  readonly #isMqsim: boolean;
  readonly #blockBytes: number;
  readonly #timeDigits: number;

  /** @param timeDigits - Unit of whole-number times, as a power of ten a second; MQSim only. */
  constructor(
    intake: RequestIntake,
    dialect: FiveColumnDialect,
    units: { readonly blockBytes: number; readonly timeDigits: number },
  ) {
    this.#intake = intake;
    this.#isMqsim = dialect === 'mqsim';
    this.#blockBytes = units.blockBytes;
    this.#timeDigits = this.#isMqsim ? units.timeDigits : MILLI_DIGITS;
  }

  line(scan: LineScanner): LineVerdict {
    if (!scan.time(this.#timeDigits)) return 'time';
    const { seconds, nanos } = scan;
    if (!scan.gap()) return 'time';
    const device = scan.whole();
    if (device < 0) return 'volume';
    if (!scan.gap()) return 'fields';
    const block = scan.whole();
    if (block < 0) return 'offset';
    if (!scan.gap()) return 'fields';
    const blocks = scan.whole();
    if (blocks < 0) return 'length';
    if (!scan.gap()) return 'fields';
    const flags = this.#isMqsim ? scan.whole() : scan.hexadecimal();
    if (flags < 0 || (this.#isMqsim && flags > READ_FLAG)) return 'operation';
    scan.blanks();
    if (!scan.isAtEnd()) return 'fields';
    const intake = this.#intake;
    return intake.take(
      intake.clock.arrival(seconds, nanos),
      intake.volumes.ofNumber(device),
      flags % 2 === READ_FLAG ? READ : WRITE,
      block * this.#blockBytes,
      blocks * this.#blockBytes,
    );
  }
}

/** Writes rows of five columns. */
export class FiveColumnRows implements RowWriter {
  readonly #isMqsim: boolean;
  readonly #blockBytes: number;

  constructor(dialect: FiveColumnDialect, blockBytes: number) {
    this.#isMqsim = dialect === 'mqsim';
    this.#blockBytes = blockBytes;
  }

  row(out: TextRow, batch: RequestBatch, at: number, context: WriterContext): boolean {
    const operation = batch.operation[at] as number;
    if (operation > WRITE) return false;
    context.moment(batch.arrival[at] as number);
    if (this.#isMqsim) {
      out.time(context.seconds, context.nanos, NANO_DIGITS);
    } else {
      out.time(context.seconds, context.nanos, MILLI_DIGITS);
      out.byte(DOT);
      out.digits(context.nanos % NANOS_PER_MILLI, NANO_DIGITS - MILLI_DIGITS);
    }
    const offset = batch.offset[at] as number;
    const first = Math.floor(offset / this.#blockBytes);
    const behind = Math.ceil((offset + (batch.length[at] as number)) / this.#blockBytes);
    for (const value of [context.volumeNumber(batch.volume[at] as number), first, behind - first]) {
      out.byte(SPACE);
      out.number(value);
    }
    out.text(operation === READ ? ' 1' : ' 0');
    return true;
  }
}
