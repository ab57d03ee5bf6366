/**
 * A release that may still be undone: the tracks as they were, and which of them were changed since.
 *
 * @module
 */
import { SparseBitmap } from '../base/bitmap.ts';
import type { Nanos } from '../base/units.ts';
import type { Interval } from '../copy/interval-list.ts';
import { IntervalList } from '../copy/interval-list.ts';
import type { ChangeListener } from '../mapping/change-watch.ts';
import type { HeldRange } from '../mapping/held-ranges.ts';
import type { RetainedPoint } from '../mapping/retained-points.ts';

/** One hold. Listens to its device. */
export class ReleaseHold implements ChangeListener {
  /** Holds the released tracks and nothing else. */
  readonly point: RetainedPoint;
  /** Model time from which it cannot be undone any more. */
  readonly expiresAt: Nanos;
  readonly #end: () => void;
  /** Released tracks that were not changed together with others since. */
  readonly #untouched: IntervalList;
  /** Tracks that a host wrote since, released ones among them. */
  readonly #written: SparseBitmap;

  /**
   * @param ranges - Released tracks: ascending, disjoint.
   * @param end - Called when there is nothing left to undo.
   */
  constructor(
    point: RetainedPoint,
    ranges: readonly HeldRange[],
    expiresAt: Nanos,
    end: () => void,
  ) {
    this.point = point;
    this.expiresAt = expiresAt;
    this.#end = end;
    this.#written = new SparseBitmap(point.trackCount);
    this.#untouched = new IntervalList(0, point.trackCount);
    let at = 0;
    for (const range of ranges) {
      this.#untouched.subtract(at, range.first);
      at = range.end;
    }
    this.#untouched.subtract(at, point.trackCount);
  }

  noteWrite(track: number): void {
    if (track < this.#written.size) this.#written.set(track);
  }

  noteChange(first: number, end: number): void {
    this.#untouched.subtract(first, end);
  }

  noteRemoval(): void {
    this.#end();
  }

  /** Stretches of released tracks that nobody changed since, ascending. */
  unchanged(): readonly Interval[] {
    const untouched = this.#untouched.within(0, this.point.trackCount);
    return this.#written.count === 0 ? untouched : untouched.flatMap((one) => this.#without(one));
  }

  /** A stretch without the tracks that were written. */
  #without({ first, end }: Interval): readonly Interval[] {
    const left: Interval[] = [];
    let from = first;
    for (let track = first; track < end; track += 1) {
      if (!this.#written.has(track)) continue;
      if (track > from) left.push({ first: from, end: track });
      from = track + 1;
    }
    if (end > from) left.push({ first: from, end });
    return left;
  }
}
