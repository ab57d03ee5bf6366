/**
 * Free ranges inside cylinders that also hold live tracks, ready to be used again.
 *
 * One stack per length in sectors, so that a track of the usual length takes and gives space with one
 * push or pop. A range remembers the epoch of its cylinder; when a whole cylinder died in between, the
 * range is stale and is dropped when it surfaces.
 *
 * @module
 */
import { PagedStack } from '../base/paged-stack.ts';
import type { CylinderTable } from './cylinder-table.ts';
import { MEMBER_SECTORS } from './logical-cylinder.ts';

/** One free range, for walks. */
export interface FreeRange {
  readonly cylinder: number;
  readonly place: number;
  readonly sectors: number;
}

/** Stacks of ranges by length. A taken range stands in {@link cylinder} and {@link place}. */
export class FreeRanges {
  cylinder = 0;
  place = 0;
  readonly #cylinders: CylinderTable;
  readonly #stacks: readonly PagedStack[];
  /** Something was freed since the last {@link coalesce}. */
  #isFresh = false;

  constructor(cylinders: CylinderTable) {
    this.#cylinders = cylinders;
    this.#stacks = Array.from({ length: MEMBER_SECTORS + 1 }, () => new PagedStack());
  }

  /** Keeps a dead range for later. */
  put(cylinder: number, place: number, sectors: number): void {
    const stack = this.#stacks[sectors] as PagedStack;
    stack.push(cylinder, place, this.#cylinders.epoch(cylinder));
    this.#isFresh = true;
  }

  /** Takes a range of exactly this length and makes its sectors live. @returns Whether there was one. */
  take(sectors: number): boolean {
    const stack = this.#stacks[sectors] as PagedStack;
    while (stack.depth > 0) {
      stack.pop();
      if (this.#cylinders.revive(stack.first, sectors, stack.third)) {
        this.cylinder = stack.first;
        this.place = stack.second;
        return true;
      }
    }
    return false;
  }

  /** Takes the beginning of the shortest range that is longer. @returns Whether there was one. */
  takeSplit(sectors: number): boolean {
    for (let length = sectors + 1; length <= MEMBER_SECTORS; length += 1) {
      const stack = this.#stacks[length] as PagedStack;
      while (stack.depth > 0) {
        stack.pop();
        if (!this.#cylinders.revive(stack.first, sectors, stack.third)) continue;
        this.cylinder = stack.first;
        this.place = stack.second;
        this.put(stack.first, stack.second + sectors, length - sectors);
        return true;
      }
    }
    return false;
  }

  /**
   * Joins neighbouring ranges. Costs a sort of all ranges, so it runs only when space has run out.
   *
   * @returns Whether it is worth trying again.
   */
  coalesce(): boolean {
    if (!this.#isFresh) return false;
    const sorted = [...this.ranges()].toSorted(
      (a, b) => a.cylinder - b.cylinder || a.place - b.place,
    );
    for (const stack of this.#stacks) stack.clear();
    let joined = 0;
    for (let at = 0; at < sorted.length; ) {
      const { cylinder, place, sectors } = sorted[at] as FreeRange;
      let length = sectors;
      for (at += 1; at < sorted.length; at += 1) {
        const next = sorted[at] as FreeRange;
        // A place counts sectors in its low half, so the sum meets the next member only by its number.
        if (next.cylinder !== cylinder || next.place !== place + length) break;
        length += next.sectors;
        joined += 1;
      }
      this.put(cylinder, place, length);
    }
    this.#isFresh = false;
    return joined > 0;
  }

  /** Every range that is not stale. */
  *ranges(): Generator<FreeRange> {
    for (let sectors = 1; sectors <= MEMBER_SECTORS; sectors += 1) {
      const stack = this.#stacks[sectors] as PagedStack;
      for (let at = 0; at < stack.depth; at += 1) {
        stack.peek(at);
        if (stack.third !== this.#cylinders.epoch(stack.first)) continue;
        yield { cylinder: stack.first, place: stack.second, sectors };
      }
    }
  }

  /** Bytes of all kept ranges, stale ones included. */
  get usedBytes(): number {
    let entries = 0;
    for (const stack of this.#stacks) entries += stack.depth;
    return entries * 12;
  }
}
