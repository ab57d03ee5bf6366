/**
 * Kept state: which parts of the model outlive the process, and how each tells what has changed.
 *
 * A part is of one of four kinds. Whoever keeps the state (the journal, through {@link StateKeeping})
 * learns of each part once, when it is made; an in-memory subsystem has nobody who does.
 *
 * | kind | for | what is kept of a change |
 * | --- | --- | --- |
 * | words | tables of 32-bit words on hot paths | blocks of 16 words that were touched |
 * | records | control-plane records (record-table.ts) | Immer patches |
 * | entries | many small things by key that change now and then | those that were touched, whole |
 * | figures | a few figures that change all the time | all of them, when they differ |
 *
 * Restoring goes by kinds: first all words, then records, then entries, then figures, each in the order
 * in which the parts became known. What can be derived is not kept, but derived by the `restore` of the
 * part that owns it. A restored subsystem is the same machine as the one that was kept, word for word.
 *
 * @module
 */
import { invariant } from './invariant.ts';

/** Words of a block, as a power of two: 64 bytes, a line of the processor's cache. */
export const KEPT_BLOCK_BITS = 4;
/** Words of a block. */
export const KEPT_BLOCK_WORDS = 1 << KEPT_BLOCK_BITS;

/** Plain data: what MessagePack carries without help. */
export type Plain =
  | null
  | undefined
  | boolean
  | number
  | string
  | Uint8Array
  | readonly Plain[]
  | { readonly [name: string]: Plain };

/** A table of words. Blocks are numbered from 0; the last one may reach beyond the table. */
export interface KeptWords {
  readonly kind: 'words';
  readonly name: string;
  /** Where touched blocks are noted; set by whoever keeps the state, else nothing is noted. */
  touched: TouchedBlocks | undefined;
  /** Words in use: every block that holds any other than 0 begins below. */
  readonly wordCount: number;
  /** Copies a block out. */
  copyOut(block: number, into: Uint32Array, at: number): void;
  /** Copies a block in, and grows as needed. */
  copyIn(block: number, from: Uint32Array, at: number): void;
}

/** Records by key; {@link RecordTable} is the only one. */
export interface KeptRecords {
  readonly kind: 'records';
  /** The subject of its journal records. */
  readonly name: string;
  entries(): Iterable<readonly [string | number, object]>;
  /** Takes these records, in this order, instead of what it has; journals nothing. */
  restore(records: ReadonlyMap<string | number, object>): void;
}

/** Small things by key. */
export interface KeptEntries {
  readonly kind: 'entries';
  readonly name: string;
  /** Set by whoever keeps the state, before anything else; as long as it is not, nothing need be noted. */
  isKept: boolean;
  /** Keys that were touched since the last time, once each; forgets them. Removed ones are among them. */
  takeTouched(): Iterable<string | number>;
  keys(): Iterable<string | number>;
  /** `undefined`: there is no such thing any more. */
  save(key: string | number): Plain | undefined;
  /** In the order in which the keys were first saved. */
  restore(saved: ReadonlyMap<string | number, Plain>): void;
}

/** A few figures. */
export interface KeptFigures {
  readonly kind: 'figures';
  readonly name: string;
  /** Does what was put off: all figures are asked before anything of any part is saved. */
  beforeSaving?(): void;
  save(): Plain;
  /** Called even when nothing was saved, so that what is derived can be derived. */
  restore(saved: Plain | undefined): void;
}

/** A part of the state that outlives the process, of one of the four kinds. */
export type KeptPart = KeptWords | KeptRecords | KeptEntries | KeptFigures;

/** Whoever keeps the state. */
export interface StateKeeping {
  /** A part came into being. Its name is its own. */
  keep(part: KeptPart): void;
}

/** Numbers of blocks that were touched, each once. */
export class TouchedBlocks {
  #bits = new Uint32Array(64);
  #list = new Uint32Array(64);
  #count = 0;

  get count(): number {
    return this.#count;
  }

  /** A block was touched, or is about to be. */
  add(block: number): void {
    const word = block >>> 5;
    if (word >= this.#bits.length) this.#growBits(word);
    const mask = 1 << (block & 31);
    const bits = this.#bits[word] as number;
    if ((bits & mask) !== 0) return;
    this.#bits[word] = bits | mask;
    if (this.#count === this.#list.length) this.#growList();
    this.#list[this.#count++] = block;
  }

  /** All blocks of a stretch of words. */
  addWords(first: number, count: number): void {
    if (count <= 0) return;
    const last = Math.floor((first + count - 1) / KEPT_BLOCK_WORDS);
    for (let block = Math.floor(first / KEPT_BLOCK_WORDS); block <= last; block += 1) {
      this.add(block);
    }
  }

  /** The touched blocks in ascending order; none is touched any more. */
  take(): Uint32Array {
    const blocks = this.#list.slice(0, this.#count).toSorted();
    for (const block of blocks) this.#bits[block >>> 5] = 0;
    this.#count = 0;
    return blocks;
  }

  #growBits(word: number): void {
    const longer = new Uint32Array(Math.max(word + 1, this.#bits.length * 2));
    longer.set(this.#bits);
    this.#bits = longer;
  }

  #growList(): void {
    const longer = new Uint32Array(this.#list.length * 2);
    longer.set(this.#list);
    this.#list = longer;
  }
}

/** Words in pages of one size that never move: page `n` begins at word `n << pageBits`. */
export class KeptPages implements KeptWords {
  readonly kind = 'words';
  readonly name: string;
  touched: TouchedBlocks | undefined;
  readonly #pages: readonly Uint32Array[];
  readonly #pageBits: number;
  readonly #grow: () => void;

  /**
   * @param pages - The owner's own; it adds pages to the array.
   * @param pageBits - Words of a page as a power of two, at least {@link KEPT_BLOCK_BITS}.
   * @param grow - Adds one page.
   */
  constructor(name: string, pages: readonly Uint32Array[], pageBits: number, grow: () => void) {
    invariant(pageBits >= KEPT_BLOCK_BITS, 'kept-page-holds-a-block', name);
    this.name = name;
    this.#pages = pages;
    this.#pageBits = pageBits;
    this.#grow = grow;
  }

  get wordCount(): number {
    return this.#pages.length * 2 ** this.#pageBits;
  }

  /** Words from `word` on, counted over all pages, change. */
  touch(word: number, count = 1): void {
    this.touched?.addWords(word, count);
  }

  copyOut(block: number, into: Uint32Array, at: number): void {
    const page = this.#pages[block >>> (this.#pageBits - KEPT_BLOCK_BITS)];
    invariant(page !== undefined, 'kept-block-in-table', this.name);
    const base = this.#base(block);
    for (let word = 0; word < KEPT_BLOCK_WORDS; word += 1) {
      into[at + word] = page[base + word] as number;
    }
  }

  copyIn(block: number, from: Uint32Array, at: number): void {
    const number = block >>> (this.#pageBits - KEPT_BLOCK_BITS);
    while (this.#pages.length <= number) this.#grow();
    const page = this.#pages[number] as Uint32Array;
    page.set(from.subarray(at, at + KEPT_BLOCK_WORDS), this.#base(block));
  }

  #base(block: number): number {
    return (block << KEPT_BLOCK_BITS) & ((1 << this.#pageBits) - 1);
  }
}

/** The arrays whose bits may be kept as words. */
export type KeptArrayForm =
  | Uint8Array
  | Int8Array
  | Uint16Array
  | Int16Array
  | Uint32Array
  | Int32Array
  | Float64Array;

/** Elements of one array, which its owner may exchange for a longer one. */
export class KeptArray implements KeptWords {
  readonly kind = 'words';
  readonly name: string;
  touched: TouchedBlocks | undefined;
  readonly #array: () => KeptArrayForm;
  readonly #grow: (elementCount: number) => void;

  /**
   * @param array - The array as it is now; its buffer is all its own.
   * @param grow - Makes it at least so many elements long and keeps what it holds.
   */
  constructor(name: string, array: () => KeptArrayForm, grow: (elementCount: number) => void) {
    this.name = name;
    this.#array = array;
    this.#grow = grow;
  }

  get wordCount(): number {
    return Math.ceil(this.#array().byteLength / 4);
  }

  /** Elements from `element` on change. */
  touch(element: number, count = 1): void {
    const { touched } = this;
    if (touched === undefined) return;
    const bytes = this.#array().BYTES_PER_ELEMENT;
    const first = Math.floor((element * bytes) / 4);
    touched.addWords(first, Math.ceil(((element + count) * bytes) / 4) - first);
  }

  copyOut(block: number, into: Uint32Array, at: number): void {
    const bytes = new Uint8Array(into.buffer, into.byteOffset + at * 4, KEPT_BLOCK_WORDS * 4);
    const array = this.#array();
    const from = block * KEPT_BLOCK_WORDS * 4;
    const count = Math.min(bytes.length, array.byteLength - from);
    bytes.fill(0).set(new Uint8Array(array.buffer, array.byteOffset + from, count));
  }

  copyIn(block: number, from: Uint32Array, at: number): void {
    const bytes = new Uint8Array(from.buffer, from.byteOffset + at * 4, KEPT_BLOCK_WORDS * 4);
    const first = block * KEPT_BLOCK_WORDS * 4;
    const used = bytes.findLastIndex((byte) => byte !== 0) + 1;
    const size = this.#array().BYTES_PER_ELEMENT;
    if (first + used > this.#array().byteLength) this.#grow(Math.ceil((first + used) / size));
    const array = this.#array();
    const count = Math.min(bytes.length, array.byteLength - first);
    if (count > 0)
      new Uint8Array(array.buffer, array.byteOffset + first).set(bytes.subarray(0, count));
  }
}
