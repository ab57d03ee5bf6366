/**
 * The volumes of a trace: names as the trace has them, places from 0 up in the order of appearance.
 *
 * A lookup happens for every request and allocates nothing: numbers go through a table, names are
 * compared as bytes.
 *
 * @module
 */
import { InputError } from '../../src/index.ts';

/** Volumes that a trace may have: what the compact format can number. */
const VOLUME_COUNT_MAX = 2 ** 20;

/** Numbers below this go through a plain array. */
const DENSE_NUMBERS = 65_536;
const EMPTY = -1;

/** Names and places of volumes. */
export class TraceVolumes {
  readonly names: string[] = [];
  readonly #dense = new Int32Array(DENSE_NUMBERS).fill(EMPTY);
  readonly #sparse = new Map<number, number>();
  // Open addressing over names as bytes.
  readonly #keys: Uint8Array[] = [];
  #slots = new Int32Array(64).fill(EMPTY);
  #last = EMPTY;

  /** Place of the volume with this number. */
  ofNumber(number: number): number {
    if (number < DENSE_NUMBERS) {
      const place = this.#dense[number] as number;
      return place === EMPTY ? this.#addNumber(number) : place;
    }
    return this.#sparse.get(number) ?? this.#addNumber(number);
  }

  /**
   * Place of the volume whose name stands in these bytes.
   *
   * @param separator - Byte inside the name that the name shows as `_` (MSR: host and disk).
   */
  ofBytes(bytes: Uint8Array, start: number, end: number, separator = 0): number {
    if (this.#last !== EMPTY && isSame(this.#keys[this.#last], bytes, start, end)) {
      return this.#last;
    }
    const mask = this.#slots.length - 1;
    let slot = hash(bytes, start, end) & mask;
    for (;;) {
      const place = this.#slots[slot] as number;
      if (place === EMPTY) break;
      if (isSame(this.#keys[place], bytes, start, end)) {
        this.#last = place;
        return place;
      }
      slot = (slot + 1) & mask;
    }
    return this.#addName(bytes.slice(start, end), separator);
  }

  /** Adds a volume by its name alone, for formats that list them. @returns its place. */
  add(name: string): number {
    const place = this.names.length;
    if (place >= VOLUME_COUNT_MAX) tooMany();
    this.names.push(name);
    return place;
  }

  /** Changes the name of a place, for formats that tell names late. */
  rename(place: number, name: string): void {
    while (this.names.length <= place) this.add(`${this.names.length}`);
    this.names[place] = name;
  }

  #addNumber(number: number): number {
    const place = this.add(`${number}`);
    if (number < DENSE_NUMBERS) this.#dense[number] = place;
    else this.#sparse.set(number, place);
    return place;
  }

  #addName(key: Uint8Array, separator: number): number {
    const shown = separator === 0 ? key : key.map((byte) => (byte === separator ? 0x5f : byte));
    const place = this.add(new TextDecoder().decode(shown));
    this.#keys[place] = key;
    if (this.names.length * 2 > this.#slots.length) {
      this.#slots = new Int32Array(this.#slots.length * 2).fill(EMPTY);
      for (const [at, other] of this.#keys.entries()) this.#insert(other, at);
    } else {
      this.#insert(key, place);
    }
    this.#last = place;
    return place;
  }

  #insert(key: Uint8Array, place: number): void {
    const mask = this.#slots.length - 1;
    let slot = hash(key, 0, key.length) & mask;
    while (this.#slots[slot] !== EMPTY) slot = (slot + 1) & mask;
    this.#slots[slot] = place;
  }
}

function isSame(
  key: Uint8Array | undefined,
  bytes: Uint8Array,
  start: number,
  end: number,
): boolean {
  if (key === undefined || key.length !== end - start) return false;
  for (let at = 0; at < key.length; at += 1) {
    if (key[at] !== bytes[start + at]) return false;
  }
  return true;
}

/** FNV-1a. */
function hash(bytes: Uint8Array, start: number, end: number): number {
  let value = 0x811c_9dc5;
  for (let at = start; at < end; at += 1) {
    value = Math.imul(value ^ (bytes[at] as number), 0x0100_0193);
  }
  return value ^ (value >>> 15);
}

function tooMany(): never {
  throw new InputError('CAPACITY_EXCEEDED', {
    what: `more than ${VOLUME_COUNT_MAX} volumes in one trace`,
    limit: `a trace has at most ${VOLUME_COUNT_MAX} volumes`,
    fix: 'check the format and its columns: what is read as the volume may be something else',
  });
}
