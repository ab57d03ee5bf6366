/**
 * Stretches of whole numbers: sorted, disjoint, none empty.
 *
 * @module
 */
import { invariant } from '../base/invariant.ts';

/** From `first` up to, not including, `end`. */
export interface Interval {
  readonly first: number;
  readonly end: number;
}

/** A set of whole numbers as stretches. */
export class IntervalList {
  #intervals: Interval[];
  #total: number;

  constructor(first: number, end: number) {
    this.#intervals = end > first ? [{ first, end }] : [];
    this.#total = Math.max(0, end - first);
  }

  /** How many numbers are in the set. */
  get total(): number {
    return this.#total;
  }

  /** The lowest stretch. */
  get front(): Interval | undefined {
    return this.#intervals[0];
  }

  /** Takes the lowest `count` numbers away; they must lie in the lowest stretch. */
  advance(count: number): void {
    const front = this.#intervals[0];
    invariant(front !== undefined && count <= front.end - front.first, 'interval-advance-in-front');
    if (front.first + count === front.end) this.#intervals.shift();
    else this.#intervals[0] = { first: front.first + count, end: front.end };
    this.#total -= count;
  }

  /** Takes numbers away. @returns Those of them that were in the set. */
  subtract(first: number, end: number): readonly Interval[] {
    const kept: Interval[] = [];
    const removed: Interval[] = [];
    for (const interval of this.#intervals) {
      const from = Math.max(first, interval.first);
      const to = Math.min(end, interval.end);
      if (from >= to) {
        kept.push(interval);
        continue;
      }
      removed.push({ first: from, end: to });
      this.#total -= to - from;
      if (interval.first < from) kept.push({ first: interval.first, end: from });
      if (to < interval.end) kept.push({ first: to, end: interval.end });
    }
    this.#intervals = kept;
    return removed;
  }

  /** The numbers from `first` up to `end` that are in the set. */
  within(first: number, end: number): readonly Interval[] {
    const found: Interval[] = [];
    for (const interval of this.#intervals) {
      const from = Math.max(first, interval.first);
      const to = Math.min(end, interval.end);
      if (from < to) found.push({ first: from, end: to });
    }
    return found;
  }
}
