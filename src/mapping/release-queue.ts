/**
 * The release queue: trees that nobody names any more, taken apart in slices.
 *
 * Dropping a tree costs O(1) in the foreground. A queued tree still counts: the queue is the last
 * parent of its root, and its instances stay live until their slot is drained. A slice stops
 * anywhere, even inside a page; slots that are done are zero, so a walk over what is left stays exact.
 *
 * @module
 */
import { invariant } from '../base/invariant.ts';
import type { KeptFigures, Plain, StateKeeping } from '../base/kept-state.ts';
import { WordList } from '../base/word-list.ts';
import { RESERVED_ENTRY_COUNT } from '../track/null-track.ts';
import type { DirectoryPages } from './directory-pages.ts';
import type { TrackInstances } from './track-instances.ts';

/** A subtree by its root page and level. */
export interface Subtree {
  readonly page: number;
  readonly level: number;
}

/** Trees to be taken apart, oldest first. */
export class ReleaseQueue implements KeptFigures {
  readonly kind = 'figures';
  readonly name = 'releaseQueue';
  /** Pages freed since the process began. */
  releasedPageCount = 0;
  readonly #pages: DirectoryPages;
  readonly #instances: TrackInstances;
  /** Waiting trees as page and level alternating. */
  readonly #waiting = new WordList();
  /** Pages that are being drained, outermost first, each with its level and its next slot. */
  readonly #openPages: number[] = [];
  readonly #openLevels: number[] = [];
  readonly #openSlots: number[] = [];

  constructor(pages: DirectoryPages, instances: TrackInstances) {
    this.#pages = pages;
    this.#instances = instances;
  }

  /** What waits and what is being drained outlive the process. */
  keep(keeping: StateKeeping): void {
    this.#waiting.keep(keeping, `${this.name}.waiting`);
    keeping.keep(this);
  }

  /** Pages that are being drained, outermost first: number, level and next slot of each. */
  save(): Plain {
    return this.#openPages.map((page, at) => [
      page,
      this.#openLevels[at] as number,
      this.#openSlots[at] as number,
    ]);
  }

  restore(saved: Plain | undefined): void {
    for (const [page, level, slot] of (saved ?? []) as [number, number, number][]) {
      this.#openPages.push(page);
      this.#openLevels.push(level);
      this.#openSlots.push(slot);
    }
  }

  isEmpty(): boolean {
    return this.#openPages.length === 0 && this.#waiting.length === 0;
  }

  /** A holder lets go of a subtree. Costs O(1). */
  drop(level: number, page: number): void {
    if (page === 0) return;
    const arena = this.#pages.arena(level);
    if (arena.parents(page) > 1) arena.dropParent(page);
    else this.#wait(level, page);
  }

  /**
   * Drains so many slots.
   *
   * @returns Slots drained; fewer than `slotBudget` only when the queue is empty.
   */
  drain(slotBudget: number): number {
    let left = slotBudget;
    while (left > 0) {
      const depth = this.#openPages.length;
      if (depth === 0) {
        if (!this.#openNext()) break;
        continue;
      }
      left = this.#openLevels[depth - 1] === 0 ? this.#drainLeaf(left) : this.#drainInterior(left);
    }
    return slotBudget - left;
  }

  /** Every subtree that the queue is a parent of, those being drained included. */
  *held(): Generator<Subtree> {
    for (let at = 0; at < this.#waiting.length; at += 2) {
      yield { page: this.#waiting.at(at), level: this.#waiting.at(at + 1) };
    }
    for (let at = 0; at < this.#openPages.length; at += 1) {
      yield { page: this.#openPages[at] as number, level: this.#openLevels[at] as number };
    }
  }

  #wait(level: number, page: number): void {
    this.#waiting.push(page);
    this.#waiting.push(level);
  }

  #openNext(): boolean {
    const page = this.#waiting.shift();
    const level = this.#waiting.shift();
    if (page === undefined || level === undefined) return false;
    this.#open(page, level);
    return true;
  }

  /** Starts on a page, or only lets go of it where somebody else holds it, too. */
  #open(page: number, level: number): void {
    const arena = this.#pages.arena(level);
    if (arena.parents(page) > 1) {
      arena.dropParent(page);
      return;
    }
    this.#openPages.push(page);
    this.#openLevels.push(level);
    this.#openSlots.push(0);
  }

  #drainLeaf(budget: number): number {
    const depth = this.#openPages.length - 1;
    const page = this.#openPages[depth] as number;
    const { leaves, leafBits } = this.#pages;
    const words = leaves.words(page);
    const base = leaves.base(page);
    const first = this.#openSlots[depth] as number;
    const end = Math.min(1 << leafBits, first + budget);
    leaves.touchPage(page);
    for (let slot = first; slot < end; slot += 1) {
      const entry = words[base + slot] as number;
      words[base + slot] = 0;
      if (entry >= RESERVED_ENTRY_COUNT) this.#instances.release(entry);
    }
    this.#openSlots[depth] = end;
    if (end === 1 << leafBits) this.#close();
    return budget - (end - first);
  }

  #drainInterior(budget: number): number {
    const depth = this.#openPages.length - 1;
    const page = this.#openPages[depth] as number;
    const level = this.#openLevels[depth] as number;
    const { interiors, interiorBits } = this.#pages;
    const slot = this.#openSlots[depth] as number;
    if (slot === 1 << interiorBits) {
      this.#close();
      return budget;
    }
    const words = interiors.words(page);
    const at = interiors.base(page) + slot;
    const child = words[at] as number;
    words[at] = 0;
    interiors.touch(page, slot);
    this.#openSlots[depth] = slot + 1;
    if (child !== 0) this.#open(child, level - 1);
    return budget - 1;
  }

  #close(): void {
    const page = this.#openPages.pop();
    const level = this.#openLevels.pop();
    this.#openSlots.pop();
    invariant(page !== undefined && level !== undefined, 'release-queue-page-open');
    this.#pages.arena(level).free(page);
    this.releasedPageCount += 1;
  }
}
