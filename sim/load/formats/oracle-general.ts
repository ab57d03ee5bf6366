/**
 * oracleGeneral traces (libCacheSim): binary, little-endian, 24 bytes a record.
 *
 * Whole seconds u32 at 0, object id u64 at 4, size u32 at 12, place of the next request for the
 * object i64 at 16 (-1 or the largest i64 for none). The format knows neither operations nor
 * addresses: every request is read as a read, and the id times the block size as its address, because
 * ids of block traces are their start blocks. Ids that are too large for that are folded by a hash.
 *
 * @module
 */
import { type RecordParser, type RecordVerdict, set64, wholeOf64 } from '../record-reader.ts';
import { FLUSH, READ, type RequestBatch } from '../request-batch.ts';
import { WriterContext } from '../text-writer.ts';
import type { RequestIntake } from '../trace-reader.ts';
import type { TraceOutput, TraceWriteAccount, TraceWriter } from '../trace-writer.ts';

const RECORD_BYTES = 24;
/** Ids from here on are hashes, not blocks: folded below. */
const BLOCK_MAX = 2 ** 40;
const PIECE_RECORDS = 65_536;
const TWO_32 = 2 ** 32;
const NONE = 0xffff_ffff;

/** Whether a trace may begin so: times in order, sizes that may be, next places beyond the own. */
export function looksLikeOracleGeneral(head: Uint8Array): boolean {
  const count = Math.min(64, Math.floor(head.length / RECORD_BYTES));
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
  let last = 0;
  for (let record = 0; record < count; record += 1) {
    const at = record * RECORD_BYTES;
    const seconds = view.getUint32(at, true);
    if (seconds < last || !isNextPlace(view, at + 16, record)) return false;
    last = seconds;
  }
  return count > 0;
}

function isNextPlace(view: DataView, at: number, record: number): boolean {
  const low = view.getUint32(at, true);
  const high = view.getUint32(at + 4, true);
  const isNone = low === NONE && (high === NONE || high === 0x7fff_ffff);
  return isNone || (high < 2 ** 16 && high * TWO_32 + low > record);
}

/** Parses records of oracleGeneral. */
export class OracleGeneralParser implements RecordParser {
  readonly recordBytes = RECORD_BYTES;
  readonly #intake: RequestIntake;
  readonly #blockBytes: number;
  readonly #volume: number;

  constructor(intake: RequestIntake, blockBytes: number) {
    this.#intake = intake;
    this.#blockBytes = blockBytes;
    this.#volume = intake.volumes.ofNumber(0);
  }

  record(view: DataView, at: number): RecordVerdict {
    // Next places are not used, but one that cannot be says that this is something else.
    if (!isNextPlace(view, at + 16, -1)) return 'record';
    const id = wholeOf64(view, at + 4);
    const block = id < BLOCK_MAX ? id : folded(view, at + 4);
    const length = view.getUint32(at + 12, true);
    const intake = this.#intake;
    const arrival = intake.clock.arrival(view.getUint32(at, true), 0);
    return intake.take(arrival, this.#volume, READ, block * this.#blockBytes, length);
  }
}

/** 40 bits of a mixed 64-bit id. */
function folded(view: DataView, at: number): number {
  const low = view.getUint32(at, true);
  const high = view.getUint32(at + 4, true);
  const a = Math.imul(low ^ Math.imul(high ^ (high >>> 15), 0x85eb_ca6b), 0xc2b2_ae35);
  const b = Math.imul(high ^ (a >>> 13), 0x27d4_eb2f);
  return (b >>> 24) * TWO_32 + ((a ^ (b >>> 7)) >>> 0);
}

/**
 * Writes oracleGeneral. A record holds the place of the *next* request for its object, so this is the
 * one writer that keeps the trace in memory until its end: 24 bytes a request and a map of objects.
 */
export class OracleGeneralWriter implements TraceWriter {
  readonly account: TraceWriteAccount = { requests: 0, left: 0 };
  readonly #output: TraceOutput;
  readonly #pieces: Uint8Array[] = [];
  readonly #views: DataView[] = [];
  readonly #lastPlaces = new Map<number, number>();
  #context: WriterContext | undefined;

  constructor(output: TraceOutput) {
    this.#output = output;
  }

  write(batch: RequestBatch): void {
    this.#context ??= new WriterContext(this.#output);
    for (let at = 0; at < batch.count; at += 1) {
      const length = batch.length[at] as number;
      const isOther = batch.volume[at] !== 0 || batch.operation[at] === FLUSH || length >= TWO_32;
      if (isOther) {
        this.account.left += 1;
        continue;
      }
      this.#context.moment(batch.arrival[at] as number);
      const block = Math.floor((batch.offset[at] as number) / this.#output.blockBytes);
      this.#record(this.#context.seconds, block, length);
    }
  }

  end(): void {
    const left = this.account.requests % PIECE_RECORDS;
    for (const [at, piece] of this.#pieces.entries()) {
      const isLast = at === this.#pieces.length - 1 && left > 0;
      this.#output.bytes(isLast ? piece.subarray(0, left * RECORD_BYTES) : piece);
    }
  }

  #record(seconds: number, block: number, length: number): void {
    const place = this.account.requests;
    if (place % PIECE_RECORDS === 0) {
      const piece = new Uint8Array(PIECE_RECORDS * RECORD_BYTES);
      this.#pieces.push(piece);
      this.#views.push(new DataView(piece.buffer));
    }
    const at = (place % PIECE_RECORDS) * RECORD_BYTES;
    const view = this.#views.at(-1) as DataView;
    view.setUint32(at, seconds, true);
    set64(view, at + 4, block);
    view.setUint32(at + 12, length, true);
    view.setUint32(at + 16, NONE, true);
    view.setUint32(at + 20, NONE, true);
    const former = this.#lastPlaces.get(block);
    if (former !== undefined) {
      const piece = this.#views[Math.floor(former / PIECE_RECORDS)] as DataView;
      set64(piece, (former % PIECE_RECORDS) * RECORD_BYTES + 16, place);
    }
    this.#lastPlaces.set(block, place);
    this.account.requests += 1;
  }
}
