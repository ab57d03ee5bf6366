/**
 * Which instances were written into each logical cylinder, in order: what collection, rebuild and
 * scrub go through instead of searching the instance table.
 *
 * Ids are only added. An instance that died since, or moved, is told by looking it up: whoever goes
 * through a cylinder asks where each instance lies now. As long as the ids of a cylinder follow each
 * other, as in a load, only the first is kept; otherwise they stand in a chain of blocks.
 *
 * Two words a cylinder: the first id, or the first block of the chain; and the number of ids, with a
 * flag for a chain.
 *
 * @module
 */
import { PagedRecords } from '../base/paged-records.ts';

/** Words of a block as a power of two: the next block, then ids. */
const BLOCK_BITS = 7;
const BLOCK_IDS = (1 << BLOCK_BITS) - 1;
const CHAIN = 0x8000_0000;
const COUNT_MASK = 0x7fff_ffff;

/** Cylinders of one page. */
const PAGE_BITS = 12;
const PAGE_MASK = (1 << PAGE_BITS) - 1;

const NO_WORDS = new Uint32Array(0);

/** The list of one cylinder while it grows. */
export class GrowingDirectory {
  /** Words of the last block, and where the next id goes in them; no room when both are equal. */
  words: Uint32Array = NO_WORDS;
  next = 0;
  end = 0;
  /** As long as ids follow each other: the first, and how many. */
  first = 0;
  run = 0;
  /** The first and the last block of the chain; 0 when there is none. */
  head = 0;
  tail = 0;
  /** Blocks of the chain. */
  blockCount = 0;

  /** Begins anew. */
  reset(): void {
    this.words = NO_WORDS;
    this.next = 0;
    this.end = 0;
    this.first = 0;
    this.run = 0;
    this.head = 0;
    this.tail = 0;
    this.blockCount = 0;
  }

  get count(): number {
    return this.run + this.blockCount * BLOCK_IDS - (this.end - this.next);
  }
}

/** The lists of all cylinders of a group. */
export class CylinderDirectories {
  readonly #blocks: PagedRecords;
  readonly #pages: Uint32Array[] = [];
  #keptCount = 0;

  /** @param memoryBits - Words taken from memory at a time, as a power of two. */
  constructor(memoryBits: number) {
    this.#blocks = new PagedRecords(BLOCK_BITS, 0, 1, memoryBits);
  }

  /** Adds an id to a list that grows. */
  append(list: GrowingDirectory, id: number): void {
    const { next } = list;
    if (next === list.end) {
      this.#appendSlowly(list, id);
    } else {
      list.words[next] = id;
      list.next = next + 1;
    }
  }

  /** Keeps the list of a cylinder that is left. */
  keep(cylinder: number, list: GrowingDirectory): void {
    const at = cylinder >>> PAGE_BITS;
    while (this.#pages.length <= at) this.#pages.push(new Uint32Array(2 << PAGE_BITS));
    const page = this.#pages[at] as Uint32Array;
    const base = (cylinder & PAGE_MASK) << 1;
    page[base] = list.head === 0 ? list.first : list.head;
    page[base + 1] = list.head === 0 ? list.count : list.count | CHAIN;
    this.#keptCount = Math.max(this.#keptCount, cylinder + 1);
  }

  /** Forgets the list of a cylinder that was left. */
  forget(cylinder: number): void {
    const page = this.#pages[cylinder >>> PAGE_BITS] as Uint32Array;
    const base = (cylinder & PAGE_MASK) << 1;
    if (((page[base + 1] as number) & CHAIN) !== 0) this.#freeChain(page[base] as number);
    page[base] = 0;
    page[base + 1] = 0;
  }

  /** The ids of a cylinder that was left, in order of writing; not looked up. */
  ids(cylinder: number): Uint32Array {
    const page = this.#pages[cylinder >>> PAGE_BITS];
    if (page === undefined) return new Uint32Array(0);
    const base = (cylinder & PAGE_MASK) << 1;
    const head = page[base] as number;
    const count = page[base + 1] as number;
    return (count & CHAIN) === 0
      ? this.#collect(0, head, count)
      : this.#collect(head, 0, count & COUNT_MASK);
  }

  /** The ids of a list that grows. */
  growing(list: GrowingDirectory): Uint32Array {
    return this.#collect(list.head, list.first, list.count);
  }

  /** Bytes of the lists. */
  get usedBytes(): number {
    return this.#blocks.usedCount * (4 << BLOCK_BITS) + this.#keptCount * 8;
  }

  #collect(head: number, first: number, count: number): Uint32Array {
    const ids = new Uint32Array(count);
    if (head === 0) {
      for (let at = 0; at < count; at += 1) ids[at] = first + at;
      return ids;
    }
    let block = head;
    for (let at = 0; at < count; at += BLOCK_IDS) {
      const words = this.#words(block);
      const base = this.#base(block);
      ids.set(words.subarray(base + 1, base + 1 + Math.min(BLOCK_IDS, count - at)), at);
      block = words[base] as number;
    }
    return ids;
  }

  /** The last block is full, or there is none. */
  #appendSlowly(list: GrowingDirectory, id: number): void {
    if (list.head === 0) {
      if (list.run === 0) list.first = id;
      if (id === list.first + list.run) {
        list.run += 1;
        return;
      }
      // The ids no longer follow each other: they are written out.
      const { first, run } = list;
      list.run = 0;
      for (let at = 0; at < run; at += 1) this.#push(list, first + at);
    }
    this.#push(list, id);
  }

  #push(list: GrowingDirectory, id: number): void {
    if (list.next === list.end) this.#extend(list);
    list.words[list.next] = id;
    list.next += 1;
  }

  #extend(list: GrowingDirectory): void {
    const block = this.#blocks.allocate();
    const words = this.#words(block);
    const base = this.#base(block);
    words[base] = 0;
    if (list.head === 0) list.head = block;
    else this.#words(list.tail)[this.#base(list.tail)] = block;
    list.tail = block;
    list.blockCount += 1;
    list.words = words;
    list.next = base + 1;
    list.end = base + 1 + BLOCK_IDS;
  }

  #freeChain(head: number): void {
    for (let block = head; block !== 0; ) {
      const next = this.#words(block)[this.#base(block)] as number;
      this.#blocks.free(block);
      block = next;
    }
  }

  #words(block: number): Uint32Array {
    return this.#blocks.pages[block >>> this.#blocks.pageShift] as Uint32Array;
  }

  #base(block: number): number {
    return (block & this.#blocks.recordMask) << BLOCK_BITS;
  }
}
