/**
 * Fixed-size records of 32-bit words in pages that never move.
 *
 * Growing adds a page and copies nothing, so a caller may hold on to a page while others are added.
 * Freed numbers are used again last in, first out: the record used next is the one most likely still
 * in the processor's cache. The list of free numbers lives inside the free records.
 *
 * Hot paths read {@link PagedRecords.pages} directly: record `n` starts at word
 * `(n & recordMask) << recordBits` of page `n >>> pageShift`.
 *
 * @module
 */
import { invariant } from './invariant.ts';
import {
  KEPT_BLOCK_BITS,
  KEPT_BLOCK_WORDS,
  type KeptWords,
  type Plain,
  type StateKeeping,
  type TouchedBlocks,
} from './kept-state.ts';

/** Words of a page by default, as a power of two: 2 MiB. */
const PAGE_WORD_BITS_DEFAULT = 19;

/**
 * Records numbered from 1; number 0 stands for "none" and is a record of zeros.
 *
 * They may outlive the process ({@link keep}). Then whoever writes words of a record touches it.
 */
export class PagedRecords implements KeptWords {
  readonly kind = 'words';
  /** Where touched blocks are noted; nobody keeps the records as long as there is none. */
  touched: TouchedBlocks | undefined;
  readonly recordBits: number;
  /** Bits of a record number that select the record within its page. */
  readonly pageShift: number;
  readonly recordMask: number;
  readonly pages: Uint32Array[] = [];
  readonly #pageWordBits: number;
  readonly #linkWord: number;
  #free = 0;
  #highest: number;
  #limit = 0;
  #usedCount = 0;
  readonly #lowest: number;
  #name = '';

  /**
   * @param recordBits - Words of a record as a power of two.
   * @param linkWord - Word of a free record that may hold the free list.
   * @param lowest - The lowest number handed out, at least 1.
   * @param pageWordBits - Words of a page as a power of two. Few large pages are found faster, and
   * untouched parts of them cost address space, not memory.
   */
  constructor(
    recordBits: number,
    linkWord: number,
    lowest: number,
    pageWordBits = PAGE_WORD_BITS_DEFAULT,
  ) {
    this.recordBits = recordBits;
    this.#pageWordBits = pageWordBits;
    this.pageShift = pageWordBits - recordBits;
    this.recordMask = (1 << this.pageShift) - 1;
    this.#linkWord = linkWord;
    this.#lowest = lowest;
    this.#highest = lowest - 1;
    this.#grow();
  }

  /** The records, and which of them are in use, outlive the process under this name. */
  keep(keeping: StateKeeping, name: string): void {
    this.#name = name;
    keeping.keep(this);
    keeping.keep({
      kind: 'figures',
      name: `${name}.numbers`,
      save: () => [this.#free, this.#highest, this.#usedCount],
      restore: (saved) => this.#restore(saved),
    });
  }

  get name(): string {
    return this.#name;
  }

  /** Words of a record change. */
  touch(record: number): void {
    if (this.touched !== undefined) this.#note(this.touched, record);
  }

  /** A word of a record changes. */
  touchWord(record: number, word: number): void {
    const { touched } = this;
    if (touched !== undefined) touched.add(this.#block(record) + (word >>> KEPT_BLOCK_BITS));
  }

  get wordCount(): number {
    return (this.#highest + 1) * 2 ** this.recordBits;
  }

  copyOut(block: number, into: Uint32Array, at: number): void {
    const page = this.pages[block >>> (this.#pageWordBits - KEPT_BLOCK_BITS)];
    invariant(page !== undefined, 'kept-block-in-table', this.#name);
    const base = this.#wordInPage(block);
    for (let word = 0; word < KEPT_BLOCK_WORDS; word += 1) {
      into[at + word] = page[base + word] as number;
    }
  }

  copyIn(block: number, from: Uint32Array, at: number): void {
    const number = block >>> (this.#pageWordBits - KEPT_BLOCK_BITS);
    while (this.pages.length <= number) this.#grow();
    const page = this.pages[number] as Uint32Array;
    page.set(from.subarray(at, at + KEPT_BLOCK_WORDS), this.#wordInPage(block));
  }

  /** Records in use. */
  get usedCount(): number {
    return this.#usedCount;
  }

  /** Lowest number that is ever handed out. */
  get lowest(): number {
    return this.#lowest;
  }

  /** Highest number ever handed out. */
  get highest(): number {
    return this.#highest;
  }

  /** Takes a record. Its words are what its last user left. */
  allocate(): number {
    this.#usedCount += 1;
    const record = this.#free;
    if (record === 0) return this.#extend();
    const page = this.pages[record >>> this.pageShift] as Uint32Array;
    const base = (record & this.recordMask) << this.recordBits;
    this.#free = page[base + this.#linkWord] as number;
    return record;
  }

  /** Gives a record back. The caller has made sure that nobody names it any more. */
  free(record: number): void {
    const page = this.pages[record >>> this.pageShift] as Uint32Array;
    page[((record & this.recordMask) << this.recordBits) + this.#linkWord] = this.#free;
    this.touchWord(record, this.#linkWord);
    this.#free = record;
    this.#usedCount -= 1;
  }

  /** The free numbers, the next one to be used first. */
  *freeRecords(): Generator<number> {
    for (let record = this.#free; record !== 0; ) {
      yield record;
      const page = this.pages[record >>> this.pageShift] as Uint32Array;
      record = page[((record & this.recordMask) << this.recordBits) + this.#linkWord] as number;
    }
  }

  /** The first block of a record, or the one in which it lies together with others. */
  #block(record: number): number {
    const bits = this.recordBits - KEPT_BLOCK_BITS;
    return bits < 0 ? record >>> -bits : record * 2 ** bits;
  }

  #wordInPage(block: number): number {
    return (block << KEPT_BLOCK_BITS) & ((1 << this.#pageWordBits) - 1);
  }

  #note(touched: TouchedBlocks, record: number): void {
    const first = this.#block(record);
    const count = Math.max(1, 2 ** (this.recordBits - KEPT_BLOCK_BITS));
    for (let at = 0; at < count; at += 1) touched.add(first + at);
  }

  #restore(saved: Plain | undefined): void {
    if (saved === undefined) return;
    const [free, highest, usedCount] = saved as [number, number, number];
    this.#free = free;
    this.#highest = highest;
    this.#usedCount = usedCount;
    while (this.#highest >= this.#limit) this.#grow();
  }

  #extend(): number {
    this.#highest += 1;
    if (this.#highest >= this.#limit) this.#grow();
    return this.#highest;
  }

  #grow(): void {
    this.pages.push(new Uint32Array(1 << this.#pageWordBits));
    this.#limit += 1 << this.pageShift;
    invariant(this.#limit <= 2 ** 31, 'paged-records-number-fits', String(this.#limit));
  }
}
