/**
 * Tracks gathered in ascending order, kept as stretches.
 *
 * @module
 */
import { invariant } from '../base/invariant.ts';
import type { Interval } from '../copy/interval-list.ts';

/** Stretches of tracks. */
export class TrackRuns {
  readonly #intervals: { first: number; end: number }[] = [];
  #count = 0;

  /** Tracks gathered. */
  get count(): number {
    return this.#count;
  }

  /** Adds a track behind all those that are there. */
  add(track: number): void {
    const last = this.#intervals.at(-1);
    invariant(last === undefined || track >= last.end, 'track-runs-ascend', String(track));
    if (last?.end === track) last.end += 1;
    else this.#intervals.push({ first: track, end: track + 1 });
    this.#count += 1;
  }

  /** The stretches, ascending, with gaps between them. */
  intervals(): readonly Interval[] {
    return this.#intervals;
  }

  /** What is left of these tracks without others. */
  without(others: TrackRuns): readonly Interval[] {
    const left: Interval[] = [];
    const taken = others.intervals();
    let at = 0;
    for (const { first, end } of this.#intervals) {
      let from = first;
      while (at < taken.length && (taken[at] as Interval).end <= from) at += 1;
      for (let next = at; next < taken.length && (taken[next] as Interval).first < end; next += 1) {
        const other = taken[next] as Interval;
        if (other.first > from) left.push({ first: from, end: other.first });
        from = Math.max(from, other.end);
      }
      if (from < end) left.push({ first: from, end });
    }
    return left;
  }
}
