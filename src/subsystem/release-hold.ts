/**
 * A release that may still be undone: the tracks as they were, and which of them were changed since.
 *
 * @module
 */
import { SparseBitmap } from '../base/bitmap.ts';
import type { Plain } from '../base/kept-state.ts';
import type { Nanos } from '../base/units.ts';
import type { Interval } from '../copy/interval-list.ts';
import { IntervalList } from '../copy/interval-list.ts';
import type { ChangeListener } from '../mapping/change-watch.ts';
import type { HeldRange } from '../mapping/held-ranges.ts';
import type { PointId } from '../mapping/retained-point.ts';
import type { RetainedPoint } from '../mapping/retained-points.ts';

/** Whoever keeps a hold. */
export interface HoldKeeper {
  /** There is nothing left to undo. */
  end(id: PointId): void;
  /** Something that {@link ReleaseHold.save} tells has changed. */
  touch(id: PointId): void;
}

/** What is kept of a hold beside its point and the tracks that were written. */
interface SavedHold {
  readonly expiresAt: Nanos;
  /** First and end of each stretch that was not changed together with others. */
  readonly untouched: readonly number[];
}

/** One hold. Listens to its device. */
export class ReleaseHold implements ChangeListener {
  readonly rank: number;
  /** Holds the released tracks and nothing else. */
  readonly point: RetainedPoint;
  /** Model time from which it cannot be undone any more. */
  readonly expiresAt: Nanos;
  /** Tracks that a host wrote since, released ones among them. */
  readonly written: SparseBitmap;
  readonly #keeper: HoldKeeper;
  /** Released tracks that were not changed together with others since. */
  readonly #untouched: IntervalList;

  /** @param ranges - Released tracks: ascending, disjoint. */
  constructor(
    point: RetainedPoint,
    ranges: readonly HeldRange[],
    expiresAt: Nanos,
    keeper: HoldKeeper,
  ) {
    this.rank = point.id;
    this.point = point;
    this.expiresAt = expiresAt;
    this.#keeper = keeper;
    this.written = new SparseBitmap(point.trackCount);
    this.#untouched = new IntervalList(0, point.trackCount);
    let at = 0;
    for (const range of ranges) {
      this.#untouched.subtract(at, range.first);
      at = range.end;
    }
    this.#untouched.subtract(at, point.trackCount);
  }

  /** A hold as it was saved, its bitmap empty. */
  static restore(point: RetainedPoint, saved: Plain, keeper: HoldKeeper): ReleaseHold {
    const { expiresAt, untouched } = saved as unknown as SavedHold;
    const hold = new ReleaseHold(point, [], expiresAt, keeper);
    hold.#untouched.keepOnly(untouched);
    return hold;
  }

  save(): Plain {
    const saved: SavedHold = { expiresAt: this.expiresAt, untouched: this.#untouched.bounds() };
    return { ...saved };
  }

  noteWrite(track: number): void {
    if (track < this.written.size) this.written.set(track);
  }

  noteChange(first: number, end: number): void {
    if (this.#untouched.subtract(first, end).length > 0) this.#keeper.touch(this.point.id);
  }

  noteRemoval(): void {
    this.#keeper.end(this.point.id);
  }

  /** Stretches of released tracks that nobody changed since, ascending. */
  unchanged(): readonly Interval[] {
    const untouched = this.#untouched.within(0, this.point.trackCount);
    return this.written.count === 0 ? untouched : untouched.flatMap((one) => this.#without(one));
  }

  /** A stretch without the tracks that were written. */
  #without({ first, end }: Interval): readonly Interval[] {
    const left: Interval[] = [];
    let from = first;
    for (let track = first; track < end; track += 1) {
      if (!this.written.has(track)) continue;
      if (track > from) left.push({ first: from, end: track });
      from = track + 1;
    }
    if (end > from) left.push({ first: from, end });
    return left;
  }
}
