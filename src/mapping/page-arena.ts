/**
 * Pages of track directories, all of one size, each with the number of parents that hold it.
 *
 * A parent is a slot of a page above, the root of a device, a retained point, or an entry of the
 * release queue. A page with one parent may be changed in place; one with several is copied first.
 * Page 0 is the empty subtree: a page of zeros that is read like any other and never changed.
 *
 * @module
 */
import { invariant } from '../base/invariant.ts';
import { KeptPages, type StateKeeping } from '../base/kept-state.ts';
import { PagedRecords } from '../base/paged-records.ts';

/** Pages by number. */
export class PageArena {
  /** Of its kept parts. */
  readonly name: string;
  /** Entries of a page as a power of two. */
  readonly pageBits: number;
  readonly records: PagedRecords;
  readonly #parents: Uint32Array[] = [];
  readonly #keptParents: KeptPages;
  readonly #shift: number;
  readonly #mask: number;

  /**
   * @param pageBits - Entries of a page as a power of two.
   * @param memoryBits - Words taken from memory at a time, as a power of two.
   */
  constructor(name: string, pageBits: number, memoryBits: number) {
    this.name = name;
    this.pageBits = pageBits;
    this.records = new PagedRecords(pageBits, 0, 1, memoryBits);
    this.#shift = this.records.pageShift;
    this.#mask = this.records.recordMask;
    this.#keptParents = new KeptPages(`${name}.parents`, this.#parents, this.#shift, () =>
      this.#growParents(),
    );
    this.#growParents();
  }

  /** The pages outlive the process. Whoever changes their words says so ({@link touch}). */
  keep(keeping: StateKeeping): void {
    this.records.keep(keeping, this.name);
    keeping.keep(this.#keptParents);
  }

  /** A slot of a page changes. */
  touch(page: number, slot: number): void {
    this.records.touchWord(page, slot);
  }

  /** Any slots of a page change. */
  touchPage(page: number): void {
    this.records.touch(page);
  }

  /** Pages in use. */
  get usedCount(): number {
    return this.records.usedCount;
  }

  /** Highest page number ever used. */
  get highestPage(): number {
    return this.records.highest;
  }

  /** The words among which a page lies. */
  words(page: number): Uint32Array {
    return this.records.pages[page >>> this.#shift] as Uint32Array;
  }

  /** Where a page begins among its words. */
  base(page: number): number {
    return (page & this.#mask) << this.pageBits;
  }

  /** Parents of a page; 0 when it is free. */
  parents(page: number): number {
    return (this.#parents[page >>> this.#shift] as Uint32Array)[page & this.#mask] as number;
  }

  /** One more parent holds the page. */
  addParent(page: number): void {
    const parents = this.#parents[page >>> this.#shift] as Uint32Array;
    const at = page & this.#mask;
    const count = parents[at] as number;
    if (count === 0) notHeld();
    parents[at] = count + 1;
    this.#keptParents.touch(page);
  }

  /** One of several parents lets go. The last one frees the page instead ({@link free}). */
  dropParent(page: number): void {
    const parents = this.#parents[page >>> this.#shift] as Uint32Array;
    const at = page & this.#mask;
    const count = parents[at] as number;
    if (count < 2) notHeld();
    parents[at] = count - 1;
    this.#keptParents.touch(page);
  }

  /** A page with one parent. Its words are to be filled by the caller. */
  allocate(): number {
    const page = this.records.allocate();
    if (page >>> this.#shift === this.#parents.length) this.#growParents();
    const parents = this.#parents[page >>> this.#shift] as Uint32Array;
    if (parents[page & this.#mask] !== 0) notFree();
    parents[page & this.#mask] = 1;
    this.#keptParents.touch(page);
    this.records.touch(page);
    return page;
  }

  /** A page of zeros with one parent. */
  allocateEmpty(): number {
    const page = this.allocate();
    const base = this.base(page);
    this.words(page).fill(0, base, base + (1 << this.pageBits));
    return page;
  }

  /** Frees a page whose last parent lets go. */
  free(page: number): void {
    const parents = this.#parents[page >>> this.#shift] as Uint32Array;
    invariant(parents[page & this.#mask] === 1, 'page-has-one-parent-when-freed');
    parents[page & this.#mask] = 0;
    this.#keptParents.touch(page);
    this.records.free(page);
  }

  #growParents(): void {
    this.#parents.push(new Uint32Array(1 << this.#shift));
  }
}

function notHeld(): never {
  invariant(false, 'page-held');
}

function notFree(): never {
  invariant(false, 'page-free-when-allocated');
}
