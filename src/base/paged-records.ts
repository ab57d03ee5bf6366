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

/** Words of a page by default, as a power of two: 2 MiB. */
const PAGE_WORD_BITS_DEFAULT = 19;

/** Records numbered from 1; number 0 stands for "none" and is a record of zeros. */
export class PagedRecords {
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
