/**
 * Our own compact format: binary, little-endian, 32 bytes a record; nothing is lost in it.
 *
 * Header, 32 bytes: `VDASDTRC`, version u32 at 8 (1), record size u32 at 12 (32), the zero point as
 * seconds since 1970 f64 at 16 and nanoseconds u32 at 24 (both 0 when unknown), 0 at 28. Records:
 *
 * | at | field |
 * | --- | --- |
 * | 0 | arrival f64, nanoseconds from the zero point |
 * | 8 | offset f64, bytes |
 * | 16 | length, low 32 bits u32, bytes |
 * | 20 | u32: volume in bits 12 to 31, high 8 bits of the length in bits 4 to 11, kind in bits 0 to 3 |
 * | 24 | response f64, nanoseconds; -1 unknown |
 *
 * Kinds 0 to 3 are read, write, trim and flush. Kind 14 is the end of the trace, with the number of
 * requests in place of the arrival: a file without it was cut off. Kind 15 names a volume: the length
 * is that of the name in UTF-8, which follows, filled up with zeros to whole records.
 *
 * @module
 */
import { InputError } from '../../../src/index.ts';
import type { RequestBatch } from '../request-batch.ts';
import { FLUSH } from '../request-batch.ts';
import type { RejectReason } from '../trace-account.ts';
import type { RequestIntake, TraceReader } from '../trace-reader.ts';
import type { TraceOutput, TraceWriteAccount, TraceWriter } from '../trace-writer.ts';

const MAGIC = new TextEncoder().encode('VDASDTRC');
const VERSION = 1;
const RECORD_BYTES = 32;
const END = 14;
const NAME = 15;
const NAME_BYTES_MAX = 4_096;
const TWO_32 = 2 ** 32;
const PIECE_RECORDS = 8_192;

/** Whether a trace that begins so is in the compact format. */
export function isCompact(head: Uint8Array): boolean {
  return head.length >= MAGIC.length && MAGIC.every((byte, at) => head[at] === byte);
}

/** Reads the compact format. */
export class CompactReader implements TraceReader {
  readonly intake: RequestIntake;
  readonly #file: string;
  readonly #carry = new Uint8Array(RECORD_BYTES);
  #carried = 0;
  /** Byte of the trace at which the next record begins. */
  #offset = 0;
  #name = new Uint8Array(0);
  /** Bytes of a name that are still to come, filling included. */
  #nameLeft = 0;
  #nameVolume = 0;
  #isEnded = false;

  constructor(intake: RequestIntake, file: string) {
    this.intake = intake;
    this.#file = file;
  }

  push(chunk: Uint8Array): void {
    let from = 0;
    if (this.#carried > 0) {
      from = Math.min(RECORD_BYTES - this.#carried, chunk.length);
      this.#carry.set(chunk.subarray(0, from), this.#carried);
      this.#carried += from;
      if (this.#carried < RECORD_BYTES) return;
      this.#carried = 0;
      this.#records(this.#carry, 0, RECORD_BYTES);
    }
    const whole = from + Math.floor((chunk.length - from) / RECORD_BYTES) * RECORD_BYTES;
    this.#records(chunk, from, whole);
    this.#carry.set(chunk.subarray(whole));
    this.#carried = chunk.length - whole;
  }

  end(): void {
    if (!this.#isEnded) {
      this.#reject('truncated', this.#carry.subarray(0, this.#carried));
    }
    this.intake.flush();
  }

  #records(bytes: Uint8Array, from: number, to: number): void {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const { intake } = this;
    const { account } = intake;
    const { names } = intake.volumes;
    for (let at = from; at < to; at += RECORD_BYTES) {
      const word = view.getUint32(at + 20, true);
      const kind = word & 0xf;
      if (kind > FLUSH || this.#nameLeft > 0 || this.#offset === 0 || this.#isEnded) {
        this.#special(bytes, view, at, kind);
      } else {
        account.records += 1;
        const arrival = view.getFloat64(at, true);
        const length = ((word >>> 4) & 0xff) * TWO_32 + view.getUint32(at + 16, true);
        const offset = view.getFloat64(at + 8, true);
        const response = view.getFloat64(at + 24, true);
        const volume = word >>> 12;
        let reason: RejectReason | undefined = 'volume';
        if (!isExact(arrival, offset)) reason = 'record';
        else if (volume < names.length) {
          reason = intake.take(arrival, volume, kind, offset, length, response);
        }
        if (reason !== undefined) this.#reject(reason, bytes.subarray(at, at + RECORD_BYTES));
      }
      this.#offset += RECORD_BYTES;
    }
  }

  /** Everything that is no request: header, names, the end, and what should not be there. */
  #special(bytes: Uint8Array, view: DataView, at: number, kind: number): void {
    const record = bytes.subarray(at, at + RECORD_BYTES);
    if (this.#offset === 0) this.#header(view, at, record);
    else if (this.#nameLeft > 0) this.#namePart(record);
    else if (this.#isEnded) this.#reject('record', record);
    else if (kind === NAME) this.#beginName(view, at, record);
    else if (kind === END) {
      this.#isEnded = true;
      // Requests that were rejected were written, too.
      const { requests, skipped, rejects } = this.intake.account;
      const met = requests + skipped.empty + rejects;
      if (view.getFloat64(at, true) !== met) this.#reject('truncated', record);
    } else this.#reject('operation', record);
  }

  #header(view: DataView, at: number, record: Uint8Array): void {
    const version = view.getUint32(at + 8, true);
    const size = view.getUint32(at + 12, true);
    if (!isCompact(record) || version !== VERSION || size !== RECORD_BYTES) {
      throw new InputError('TRACE_NOT_RECOGNISED', {
        what: `version ${version} with records of ${size} bytes`,
        place: { file: this.#file, offset: 0 },
        limit: `the compact format begins with VDASDTRC, version ${VERSION}, records of ${RECORD_BYTES} bytes`,
        fix: 'convert the trace anew from its source',
      });
    }
    this.intake.clock.originSeconds = view.getFloat64(at + 16, true);
    this.intake.clock.originNanos = view.getUint32(at + 24, true);
  }

  #beginName(view: DataView, at: number, record: Uint8Array): void {
    const length = view.getUint32(at + 16, true);
    if (length > NAME_BYTES_MAX) {
      this.#reject('volume', record);
      return;
    }
    this.#nameVolume = view.getUint32(at + 20, true) >>> 12;
    this.#name = new Uint8Array(length);
    this.#nameLeft = Math.ceil(length / RECORD_BYTES) * RECORD_BYTES;
    if (length === 0) this.intake.volumes.rename(this.#nameVolume, '');
  }

  #namePart(record: Uint8Array): void {
    const { length } = this.#name;
    const padded = Math.ceil(length / RECORD_BYTES) * RECORD_BYTES;
    const from = padded - this.#nameLeft;
    this.#name.set(record.subarray(0, Math.min(RECORD_BYTES, length - from)), from);
    this.#nameLeft -= RECORD_BYTES;
    if (this.#nameLeft > 0) return;
    this.intake.volumes.rename(this.#nameVolume, new TextDecoder().decode(this.#name));
  }

  #reject(reason: RejectReason, bytes: Uint8Array): void {
    this.intake.account.reject(reason, { offset: this.#offset }, bytes);
  }
}

function isExact(arrival: number, offset: number): boolean {
  return Number.isSafeInteger(arrival) && Number.isSafeInteger(offset);
}

/** Writes the compact format. */
export class CompactWriter implements TraceWriter {
  readonly account: TraceWriteAccount = { requests: 0, left: 0 };
  readonly #output: TraceOutput;
  readonly #bytes = new Uint8Array(PIECE_RECORDS * RECORD_BYTES);
  readonly #view = new DataView(this.#bytes.buffer);
  #used = 0;
  #isBegun = false;
  #named = 0;

  constructor(output: TraceOutput) {
    this.#output = output;
  }

  write(batch: RequestBatch): void {
    this.#begin();
    const view = this.#view;
    for (let at = 0; at < batch.count; at += 1) {
      const volume = batch.volume[at] as number;
      while (this.#named <= volume) this.#writeName();
      const length = batch.length[at] as number;
      const place = this.#used;
      view.setFloat64(place, batch.arrival[at] as number, true);
      view.setFloat64(place + 8, batch.offset[at] as number, true);
      view.setUint32(place + 16, length % TWO_32, true);
      const high = Math.floor(length / TWO_32);
      view.setUint32(
        place + 20,
        (volume << 12) | (high << 4) | (batch.operation[at] as number),
        true,
      );
      view.setFloat64(place + 24, batch.response[at] as number, true);
      this.#next();
    }
    this.account.requests += batch.count;
  }

  end(): void {
    this.#begin();
    this.#special(END, 0, 0);
    this.#view.setFloat64(this.#used - RECORD_BYTES, this.account.requests, true);
    this.#emit();
  }

  #begin(): void {
    if (this.#isBegun) return;
    this.#isBegun = true;
    this.#bytes.set(MAGIC);
    this.#view.setUint32(8, VERSION, true);
    this.#view.setUint32(12, RECORD_BYTES, true);
    this.#view.setFloat64(16, this.#output.originSeconds, true);
    this.#view.setUint32(24, this.#output.originNanos, true);
    this.#next();
  }

  #writeName(): void {
    const name = new TextEncoder()
      .encode(this.#output.volumes.names[this.#named] ?? '')
      .subarray(0, NAME_BYTES_MAX);
    this.#special(NAME, this.#named, name.length);
    for (let from = 0; from < name.length; from += RECORD_BYTES) {
      this.#bytes.fill(0, this.#used, this.#used + RECORD_BYTES);
      this.#bytes.set(name.subarray(from, from + RECORD_BYTES), this.#used);
      this.#next();
    }
    this.#named += 1;
  }

  #special(kind: number, volume: number, length: number): void {
    this.#bytes.fill(0, this.#used, this.#used + RECORD_BYTES);
    this.#view.setUint32(this.#used + 16, length, true);
    this.#view.setUint32(this.#used + 20, (volume << 12) | kind, true);
    // One record is always free behind the last, so that the end can be filled in.
    this.#used += RECORD_BYTES;
    if (kind === NAME && this.#used === this.#bytes.length) this.#emit();
  }

  #next(): void {
    this.#used += RECORD_BYTES;
    if (this.#used === this.#bytes.length) this.#emit();
  }

  #emit(): void {
    this.#output.bytes(this.#bytes.slice(0, this.#used));
    this.#used = 0;
  }
}
