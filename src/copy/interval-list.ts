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

  /** First and end of every stretch, ascending. */
  bounds(): readonly number[] {
    return this.#intervals.flatMap(({ first, end }) => [first, end]);
  }

  /** The stretches with these bounds, as {@link bounds} gave them, and nothing else. */
  keepOnly(bounds: readonly number[]): void {
    this.#intervals = [];
    this.#total = 0;
    for (let at = 0; at < bounds.length; at += 2) {
      const [first, end] = bounds.slice(at, at + 2) as [number, number];
      this.#intervals.push({ first, end });
      this.#total += end - first;
    }
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
    const removed = this.within(first, end);
    const [lowest] = removed;
    const highest = removed.at(-1);
    if (lowest === undefined || highest === undefined) return removed;
    const at = this.#firstEndingBehind(first);
    const low = this.#intervals[at] as Interval;
    const high = this.#intervals[at + removed.length - 1] as Interval;
    const kept: Interval[] = [];
    if (low.first < lowest.first) kept.push({ first: low.first, end: lowest.first });
    if (highest.end < high.end) kept.push({ first: highest.end, end: high.end });
    this.#intervals.splice(at, removed.length, ...kept);
    for (const stretch of removed) this.#total -= stretch.end - stretch.first;
    return removed;
  }

  /** The numbers from `first` up to `end` that are in the set. */
  within(first: number, end: number): readonly Interval[] {
    const found: Interval[] = [];
    for (let at = this.#firstEndingBehind(first); at < this.#intervals.length; at += 1) {
      const interval = this.#intervals[at] as Interval;
      const from = Math.max(first, interval.first);
      const to = Math.min(end, interval.end);
      if (from >= to) break;
      found.push({ first: from, end: to });
    }
    return found;
  }

  /** Place of the first stretch that ends behind a number. */
  #firstEndingBehind(number: number): number {
    let low = 0;
    let high = this.#intervals.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#intervals[middle] as Interval).end > number) high = middle;
      else low = middle + 1;
    }
    return low;
  }
}
