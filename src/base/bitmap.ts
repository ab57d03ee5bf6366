/**
 * A sparse bitmap: empty at first whatever its size, with memory only where bits are set.
 *
 * @module
 */
import { invariant } from './invariant.ts';

/** Bits of one page: 4,096, half a kilobyte. */
const PAGE_SIZE = 4096;
const PAGE_WORDS = PAGE_SIZE / 32;
const PAGE_MASK = PAGE_SIZE - 1;

/** Bits numbered from 0 to `size` - 1. */
export class SparseBitmap {
  readonly size: number;
  #pages: Map<number, Uint32Array> | undefined;
  #count = 0;
  /** Pages touched since they were taken last; only where somebody watches. */
  #touched: Set<number> | undefined;
  #onTouch: (() => void) | undefined;

  constructor(size: number) {
    this.size = size;
  }

  /** Bits that are set. */
  get count(): number {
    return this.#count;
  }

  /** Bytes that the pages take. */
  get bytes(): number {
    return (this.#pages?.size ?? 0) * PAGE_WORDS * 4;
  }

  /**
   * Notes from now on which pages are touched.
   *
   * @param onTouch - Called for the first one since {@link takeTouched}.
   */
  watch(onTouch: () => void): void {
    this.#touched = new Set();
    this.#onTouch = onTouch;
  }

  /** Numbers of the pages that were touched since the last time, those that are gone included. */
  takeTouched(): readonly number[] {
    const pages = [...(this.#touched ?? [])];
    this.#touched?.clear();
    return pages;
  }

  /** Bytes of a page up to the last that is not 0, low bits first; `undefined` when there is none. */
  savePage(at: number): Uint8Array | undefined {
    const words = this.#pages?.get(at);
    if (words === undefined) return undefined;
    const used = words.findLastIndex((word) => word !== 0) + 1;
    const bytes = new Uint8Array(used * 4);
    const view = new DataView(bytes.buffer);
    for (let word = 0; word < used; word += 1)
      view.setUint32(word * 4, words[word] as number, true);
    return bytes;
  }

  /** Takes a page that was saved, in the place of any that is there. */
  restorePage(at: number, bytes: Uint8Array): void {
    invariant(bytes.length <= PAGE_WORDS * 4 && bytes.length % 4 === 0, 'bitmap-page-fits');
    const page = this.#page(at);
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    this.#count -= countBits(page);
    page.fill(0);
    for (let word = 0; word * 4 < bytes.length; word += 1)
      page[word] = view.getUint32(word * 4, true);
    this.#count += countBits(page);
  }

  /** Clears all bits and gives their memory back. */
  reset(): void {
    for (const at of this.#pages?.keys() ?? []) this.#touch(at);
    this.#pages = undefined;
    this.#count = 0;
  }

  has(bit: number): boolean {
    const page = this.#pages?.get(Math.floor(bit / PAGE_SIZE));
    if (page === undefined) return false;
    return (((page[(bit & PAGE_MASK) >>> 5] as number) >>> (bit & 31)) & 1) === 1;
  }

  /** Sets a bit. @returns Whether it was clear before. */
  set(bit: number): boolean {
    invariant(bit >= 0 && bit < this.size, 'bitmap-bit-in-range');
    const at = Math.floor(bit / PAGE_SIZE);
    const page = this.#page(at);
    const word = (bit & PAGE_MASK) >>> 5;
    const mask = 1 << (bit & 31);
    if (((page[word] as number) & mask) !== 0) return false;
    page[word] = (page[word] as number) | mask;
    this.#count += 1;
    if (this.#touched !== undefined) this.#touch(at);
    return true;
  }

  /** Clears a bit. @returns Whether it was set before. */
  clear(bit: number): boolean {
    if (!this.has(bit)) return false;
    const at = Math.floor(bit / PAGE_SIZE);
    const page = this.#pages?.get(at) as Uint32Array;
    const word = (bit & PAGE_MASK) >>> 5;
    page[word] = (page[word] as number) & ~(1 << (bit & 31));
    this.#count -= 1;
    if (this.#touched !== undefined) this.#touch(at);
    return true;
  }

  /** The bits that are set, ascending. The bit just given may be cleared meanwhile. */
  *bits(): Generator<number> {
    for (const at of this.pageNumbers()) {
      const page = this.#pages?.get(at) as Uint32Array;
      for (let word = 0; word < PAGE_WORDS; word += 1) {
        for (let rest = page[word] as number; rest !== 0; rest &= rest - 1) {
          yield at * PAGE_SIZE + word * 32 + (31 - Math.clz32(rest & -rest));
        }
      }
    }
  }

  /** Numbers of the pages that there are, ascending. */
  pageNumbers(): readonly number[] {
    return [...(this.#pages?.keys() ?? [])].toSorted((one, other) => one - other);
  }

  /** How many of `count` bits from `first` on are set. Pages without any set bit cost one look. */
  countIn(first: number, count: number): number {
    if (this.#count === 0) return 0;
    const end = first + count;
    let found = 0;
    for (let bit = first; bit < end; ) {
      const at = Math.floor(bit / PAGE_SIZE);
      const stop = Math.min(end, (at + 1) * PAGE_SIZE);
      if (this.#pages?.has(at) === true) {
        for (; bit < stop; bit += 1) if (this.has(bit)) found += 1;
      }
      bit = stop;
    }
    return found;
  }

  /** Counts the set bits one by one, for comparison with {@link count}. */
  recount(): number {
    let count = 0;
    for (const page of this.#pages?.values() ?? []) count += countBits(page);
    return count;
  }

  #page(at: number): Uint32Array {
    this.#pages ??= new Map();
    let page = this.#pages.get(at);
    if (page === undefined) {
      page = new Uint32Array(PAGE_WORDS);
      this.#pages.set(at, page);
    }
    return page;
  }

  #touch(at: number): void {
    if (this.#touched === undefined) return;
    if (this.#touched.size === 0) this.#onTouch?.();
    this.#touched.add(at);
  }
}

function countBits(page: Uint32Array): number {
  let count = 0;
  for (const word of page) for (let rest = word; rest !== 0; rest &= rest - 1) count += 1;
  return count;
}
