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
import { KeptArray, KeptPages, type Plain, type StateKeeping } from '../base/kept-state.ts';
import { PagedRecords } from '../base/paged-records.ts';

/** Words of a block as a power of two: the next block, then ids. */
const BLOCK_BITS = 7;
const BLOCK_IDS = (1 << BLOCK_BITS) - 1;
const CHAIN = 0x8000_0000;
const COUNT_MASK = 0x7fff_ffff;

/** Cylinders of one page. */
const PAGE_BITS = 12;
const PAGE_MASK = (1 << PAGE_BITS) - 1;

/** Ids for which a list has room at first. */
const FIRST_ROOM = 128;

/** The list of one cylinder while it grows: one after the other uses the same memory. */
export class GrowingDirectory {
  /** The ids so far, and room for more. */
  ids = new Uint32Array(FIRST_ROOM);
  count = 0;
  readonly #kept: KeptArray;

  /** @param name - Of the list, where it is kept. */
  constructor(name: string) {
    this.#kept = new KeptArray(
      name,
      () => this.ids,
      (count) => this.#makeRoom(count),
    );
  }

  /** The ids outlive the process; {@link count} is for the owner to keep. */
  keepIds(keeping: StateKeeping): void {
    keeping.keep(this.#kept);
  }

  append(id: number): void {
    const { count } = this;
    if (count === this.ids.length) this.#makeRoom(count + 1);
    this.ids[count] = id;
    this.#kept.touch(count);
    this.count = count + 1;
  }

  /** Begins anew. */
  reset(): void {
    this.count = 0;
  }

  /** The ids so far. */
  copy(): Uint32Array {
    return this.ids.slice(0, this.count);
  }

  #makeRoom(count: number): void {
    let room = this.ids.length;
    while (room < count) room *= 2;
    const longer = new Uint32Array(room);
    longer.set(this.ids);
    this.ids = longer;
  }
}

/** The lists of all cylinders of a group. */
export class CylinderDirectories {
  readonly #blocks: PagedRecords;
  readonly #pages: Uint32Array[] = [];
  readonly #heads: KeptPages;
  readonly #name: string;
  #keptCount = 0;

  /**
   * @param name - Of the lists, where they are kept.
   * @param memoryBits - Words taken from memory at a time, as a power of two.
   */
  constructor(name: string, memoryBits: number) {
    this.#name = name;
    this.#blocks = new PagedRecords(BLOCK_BITS, 0, 1, memoryBits);
    this.#heads = new KeptPages(`${name}.heads`, this.#pages, PAGE_BITS + 1, () => this.#addPage());
  }

  /** The lists outlive the process. */
  keepLists(keeping: StateKeeping): void {
    keeping.keep(this.#heads);
    this.#blocks.keep(keeping, `${this.#name}.blocks`);
    keeping.keep({
      kind: 'figures',
      name: this.#name,
      save: () => this.#keptCount,
      restore: (saved: Plain | undefined) => {
        if (saved !== undefined) this.#keptCount = saved as number;
      },
    });
  }

  /** Keeps the list of a cylinder that is left. */
  keep(cylinder: number, list: GrowingDirectory): void {
    const at = cylinder >>> PAGE_BITS;
    while (this.#pages.length <= at) this.#addPage();
    this.#heads.touch(cylinder << 1, 2);
    const page = this.#pages[at] as Uint32Array;
    const base = (cylinder & PAGE_MASK) << 1;
    const { ids, count } = list;
    if (followEachOther(ids, count)) {
      page[base] = ids[0] as number;
      page[base + 1] = count;
    } else {
      page[base] = this.#chain(ids, count);
      page[base + 1] = count | CHAIN;
    }
    this.#keptCount = Math.max(this.#keptCount, cylinder + 1);
  }

  /** Forgets the list of a cylinder that was left. */
  forget(cylinder: number): void {
    const page = this.#pages[cylinder >>> PAGE_BITS] as Uint32Array;
    const base = (cylinder & PAGE_MASK) << 1;
    if (((page[base + 1] as number) & CHAIN) !== 0) this.#freeChain(page[base] as number);
    page[base] = 0;
    page[base + 1] = 0;
    this.#heads.touch(cylinder << 1, 2);
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

  /** Writes ids into blocks. @returns The first block. */
  #chain(ids: Uint32Array, count: number): number {
    let head = 0;
    let last = 0;
    for (let at = 0; at < count; ) {
      const block = this.#blocks.allocate();
      const words = this.#words(block);
      const base = this.#base(block);
      words[base] = 0;
      this.#blocks.touch(block);
      // Copied one by one: a call that copies costs more than so few words.
      const end = Math.min(count, at + BLOCK_IDS);
      for (let word = base + 1; at < end; at += 1, word += 1) words[word] = ids[at] as number;
      if (head === 0) head = block;
      else this.#words(last)[this.#base(last)] = block;
      last = block;
    }
    return head;
  }

  #freeChain(head: number): void {
    for (let block = head; block !== 0; ) {
      const next = this.#words(block)[this.#base(block)] as number;
      this.#blocks.free(block);
      block = next;
    }
  }

  #addPage(): void {
    this.#pages.push(new Uint32Array(2 << PAGE_BITS));
  }

  #words(block: number): Uint32Array {
    return this.#blocks.pages[block >>> this.#blocks.pageShift] as Uint32Array;
  }

  #base(block: number): number {
    return (block & this.#blocks.recordMask) << BLOCK_BITS;
  }
}

function followEachOther(ids: Uint32Array, count: number): boolean {
  const first = ids[0] as number;
  for (let at = 1; at < count; at += 1) if (ids[at] !== first + at) return false;
  return true;
}
