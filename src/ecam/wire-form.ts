/**
 * The form of a message on the wire, as data, and the strict reading of bytes against it.
 *
 * A form says which MessagePack values may stand where. Bytes are checked against their form *before*
 * the MessagePack library sees them, because the library takes more than a closed protocol should:
 * extension types, record definitions that would replace the shared ones, maps with any key,
 * nesting as deep as the message is long. Forms do not recurse, so neither can bytes that fit one.
 *
 * | form | MessagePack |
 * | --- | --- |
 * | whole | positive fixint below X'40', uint 8, 16, 32; from 2^32 up float 64 |
 * | instant | as a whole; beyond 2^53 a multiple of 1,024, below 2^63 |
 * | hundredths | a hundred times the value, as a whole |
 * | flag | true, false |
 * | choice | the place in the list of choices, as a whole |
 * | text | str; printable ASCII |
 * | bytes | bin 8 of a fixed length |
 * | list | array |
 * | optional | nil, or the value |
 * | record | X'40' + record id, then the values of its fields in order |
 *
 * Wholes from X'40' to X'7F' are written as uint 8, because these bytes introduce records.
 *
 * @module
 */
import { unreachable } from '../base/invariant.ts';
import { isNanos } from '../base/units.ts';

/** What may stand at one place of a message. */
export type WireForm =
  | { readonly kind: 'whole'; readonly least: number; readonly most: number }
  | { readonly kind: 'instant' }
  | { readonly kind: 'hundredths' }
  | { readonly kind: 'flag' }
  | { readonly kind: 'choice'; readonly of: readonly string[] }
  | { readonly kind: 'text'; readonly bytesMin: number; readonly bytesMax: number }
  | { readonly kind: 'bytes'; readonly count: number }
  | {
      readonly kind: 'list';
      readonly of: WireForm;
      readonly countMin: number;
      readonly countMax: number;
    }
  | { readonly kind: 'optional'; readonly of: WireForm }
  | WireRecord;

/** A record: named fields in a fixed order under a fixed id. */
export interface WireRecord {
  readonly kind: 'record';
  /** 0 to 63; never used again for another record. */
  readonly id: number;
  readonly fields: Readonly<Record<string, WireForm>>;
}

/** Why bytes do not have a form. */
export interface WireFault {
  /** Path of the field, for instance `extents[3].trackCount`. */
  readonly field: string;
  /** Offset in the payload. */
  readonly offset: number;
  readonly what: string;
}

/** A whole number of one of the given bounds. */
export const whole = (most = Number.MAX_SAFE_INTEGER, least = 0): WireForm =>
  Object.freeze({ kind: 'whole', least, most });
/** A moment of model time, in nanoseconds. */
export const instant: WireForm = Object.freeze({ kind: 'instant' });
/** A number kept to two decimal places. */
export const hundredths: WireForm = Object.freeze({ kind: 'hundredths' });
/** True or false. */
export const flag: WireForm = Object.freeze({ kind: 'flag' });
/** One of several words, sent as its place in the list. */
export const choice = (...of: readonly string[]): WireForm => Object.freeze({ kind: 'choice', of });
/** Printable ASCII text. */
export const text = (bytesMin: number, bytesMax: number): WireForm =>
  Object.freeze({ kind: 'text', bytesMin, bytesMax });
/** So many bytes. */
export const bytes = (count: number): WireForm => Object.freeze({ kind: 'bytes', count });
/** Values of one form. */
export const list = (of: WireForm, countMin: number, countMax: number): WireForm =>
  Object.freeze({ kind: 'list', of, countMin, countMax });
/** A value, or nothing. */
export const optional = (of: WireForm): WireForm => Object.freeze({ kind: 'optional', of });
/** Named fields in order. */
export const record = (id: number, fields: Readonly<Record<string, WireForm>>): WireRecord =>
  Object.freeze({ kind: 'record', id, fields: Object.freeze(fields) });

/** Byte that introduces record 0. */
const RECORD_BYTE = 0x40;
const TWO_32 = 2 ** 32;

/**
 * Checks that `payload` is one value of `form` and nothing more.
 *
 * @returns `undefined` when it is, otherwise the first place at which it is not.
 */
export function checkWire(payload: Uint8Array, form: WireForm): WireFault | undefined {
  const reader = new WireReader(payload);
  if (!reader.read(form, '')) return reader.fault;
  if (reader.at === payload.length) return undefined;
  const trailing = payload.length - reader.at;
  return { field: '', offset: reader.at, what: `${trailing} bytes follow the message` };
}

/** One walk over the bytes of a message; stops at the first fault. */
class WireReader {
  at = 0;
  fault: WireFault | undefined;
  readonly #bytes: Uint8Array;
  readonly #view: DataView;

  constructor(payload: Uint8Array) {
    this.#bytes = payload;
    this.#view = new DataView(payload.buffer, payload.byteOffset, payload.byteLength);
  }

  /** Reads one value; false when there is a fault. `field` is extended only where faults arise. */
  read(form: WireForm, field: string): boolean {
    switch (form.kind) {
      case 'whole':
        return this.#readWhole(form.least, form.most, field);
      case 'instant':
        return this.#readInstant(field);
      case 'hundredths':
        return this.#readWhole(0, Number.MAX_SAFE_INTEGER, field);
      case 'flag': {
        const byte = this.#bytes[this.at];
        if (byte !== 0xc2 && byte !== 0xc3) return this.#fail(field, 'is not true or false');
        this.at += 1;
        return true;
      }
      case 'choice':
        return this.#readWhole(0, form.of.length - 1, field);
      case 'text':
        return this.#readText(form.bytesMin, form.bytesMax, field);
      case 'bytes':
        return this.#readBytes(form.count, field);
      case 'list':
        return this.#readList(form, field);
      case 'optional':
        if (this.#bytes[this.at] !== 0xc0) return this.read(form.of, field);
        this.at += 1;
        return true;
      case 'record':
        return this.#readRecord(form, field);
      default:
        return unreachable(form, 'wire-form-known');
    }
  }

  #readWhole(least: number, most: number, field: string): boolean {
    const start = this.at;
    const value = this.#wholeAt();
    if (value === undefined) return this.#fail(field, 'is not a whole number');
    if (value >= least && value <= most) return true;
    this.at = start;
    return this.#fail(field, `is ${value}, not ${least} to ${most}`);
  }

  #readInstant(field: string): boolean {
    const start = this.at;
    const value = this.#wholeAt();
    if (value === undefined) return this.#fail(field, 'is not a whole number');
    if (isNanos(value)) return true;
    this.at = start;
    return this.#fail(field, `is ${value}, no moment of model time`);
  }

  /** The whole number here, with the place moved behind it; `undefined` when there is none. */
  #wholeAt(): number | undefined {
    const byte = this.#bytes[this.at] ?? 0xff;
    if (byte < RECORD_BYTE) {
      this.at += 1;
      return byte;
    }
    const length = WHOLE_BYTES[byte - 0xcb] ?? 0;
    const from = this.at + 1;
    if (length === 0 || from + length > this.#bytes.length) return undefined;
    const value = this.#wholeOf(length, from);
    if (value !== undefined) this.at = from + length;
    return value;
  }

  #wholeOf(length: number, from: number): number | undefined {
    if (length === 1) return this.#view.getUint8(from);
    if (length === 2) return this.#view.getUint16(from);
    if (length === 4) return this.#view.getUint32(from);
    const value = this.#view.getFloat64(from);
    return Number.isInteger(value) && value >= TWO_32 ? value : undefined;
  }

  #readText(bytesMin: number, bytesMax: number, field: string): boolean {
    const byte = this.#bytes[this.at] ?? 0;
    let from = this.at + 1;
    let length: number;
    if (byte >= 0xa0 && byte < 0xc0) length = byte - 0xa0;
    else if (byte === 0xd9 && from < this.#bytes.length) length = this.#view.getUint8(from++);
    else if (byte === 0xda && from + 2 <= this.#bytes.length) {
      length = this.#view.getUint16(from);
      from += 2;
    } else return this.#fail(field, 'is not text');
    if (length < bytesMin || length > bytesMax) {
      return this.#fail(field, `has ${length} characters, not ${bytesMin} to ${bytesMax}`);
    }
    if (from + length > this.#bytes.length) return this.#fail(field, 'runs past the message');
    for (let at = from; at < from + length; at += 1) {
      const character = this.#bytes[at] ?? 0;
      if (character < 0x20 || character > 0x7e) return this.#fail(field, 'is not printable ASCII');
    }
    this.at = from + length;
    return true;
  }

  #readBytes(count: number, field: string): boolean {
    if (this.#bytes[this.at] !== 0xc4 || this.#bytes[this.at + 1] !== count) {
      return this.#fail(field, `is not ${count} bytes`);
    }
    if (this.at + 2 + count > this.#bytes.length) return this.#fail(field, 'runs past the message');
    this.at += 2 + count;
    return true;
  }

  #readList(form: WireForm & { readonly kind: 'list' }, field: string): boolean {
    const byte = this.#bytes[this.at] ?? 0;
    let from = this.at + 1;
    let count: number;
    if (byte >= 0x90 && byte < 0xa0) count = byte - 0x90;
    else if (byte === 0xdc && from + 2 <= this.#bytes.length) {
      count = this.#view.getUint16(from);
      from += 2;
    } else if (byte === 0xdd && from + 4 <= this.#bytes.length) {
      count = this.#view.getUint32(from);
      from += 4;
    } else return this.#fail(field, 'is not a list');
    if (count < form.countMin || count > form.countMax) {
      return this.#fail(field, `has ${count} entries, not ${form.countMin} to ${form.countMax}`);
    }
    // Every entry takes a byte at least: a length that the message cannot hold costs nothing.
    if (count > this.#bytes.length - from) return this.#fail(field, 'runs past the message');
    this.at = from;
    for (let entry = 0; entry < count; entry += 1) {
      if (!this.read(form.of, '')) return this.#failInside(`${field}[${entry}]`);
    }
    return true;
  }

  #readRecord(form: WireRecord, field: string): boolean {
    if (this.#bytes[this.at] !== RECORD_BYTE + form.id) {
      return this.#fail(field, `is not record ${form.id}`);
    }
    this.at += 1;
    for (const name in form.fields) {
      const of = form.fields[name];
      if (of === undefined || !this.read(of, '')) return this.#failInside(`${field}.${name}`);
    }
    return true;
  }

  #fail(field: string, what: string): false {
    const isPast = this.at >= this.#bytes.length;
    this.fault = { field, offset: this.at, what: isPast ? 'is missing' : what };
    return false;
  }

  /** Puts the enclosing field before the path of a fault found further in. */
  #failInside(outer: string): false {
    const { fault } = this;
    if (fault !== undefined) this.fault = { ...fault, field: `${outer}${fault.field}` };
    return false;
  }
}

/** Bytes of a whole by its introducer, from X'CB': float 64, uint 8, uint 16, uint 32. */
const WHOLE_BYTES: readonly number[] = [8, 1, 2, 4];

/**
 * A typed value in the shape that the MessagePack library writes: fields in the order of the form,
 * choices as their places, nothing as nil. Fields that the form does not name are left out.
 */
export function toWire(form: WireForm, value: unknown): unknown {
  switch (form.kind) {
    case 'choice':
      return form.of.indexOf(value as string);
    case 'hundredths':
      return Math.round((value as number) * 100);
    case 'list':
      return (value as readonly unknown[]).map((entry) => toWire(form.of, entry));
    case 'optional':
      return value === undefined ? null : toWire(form.of, value);
    case 'record': {
      const given = value as Readonly<Record<string, unknown>>;
      const wire: Record<string, unknown> = {};
      for (const name in form.fields) {
        wire[name] = toWire(form.fields[name] as WireForm, given[name]);
      }
      return wire;
    }
    case 'whole':
    case 'instant':
    case 'flag':
    case 'text':
    case 'bytes':
      return value;
    default:
      return unreachable(form, 'wire-form-known');
  }
}

/** The typed value of a checked one: places back to choices, nil left out. */
export function fromWire(form: WireForm, wire: unknown): unknown {
  switch (form.kind) {
    case 'choice':
      return form.of[wire as number];
    case 'hundredths':
      return (wire as number) / 100;
    case 'list':
      return (wire as readonly unknown[]).map((entry) => fromWire(form.of, entry));
    case 'optional':
      return wire === null ? undefined : fromWire(form.of, wire);
    case 'record': {
      const given = wire as Readonly<Record<string, unknown>>;
      const value: Record<string, unknown> = {};
      for (const name in form.fields) {
        const entry = fromWire(form.fields[name] as WireForm, given[name]);
        if (entry !== undefined) value[name] = entry;
      }
      return value;
    }
    case 'whole':
    case 'instant':
    case 'flag':
    case 'text':
    case 'bytes':
      return wire;
    default:
      return unreachable(form, 'wire-form-known');
  }
}
