/**
 * Free space of a volume as a sorted list of runs of tracks, and the rules by which it is kept:
 * never overlapping, touching runs joined, taking away splits a run into at most two.
 *
 * @module
 */
import { invariant } from '../base/invariant.ts';
import { trackIndex } from '../base/units.ts';
import type { TrackRange } from './volume-tracks.ts';

/** Who owns the free space of a volume. `invalid`: nobody, it is recomputed from the data sets. */
export type FreeSpaceAuthority = 'format5' | 'format7' | 'index' | 'invalid';

/** The free space of a volume. */
export interface FreeSpace {
  readonly authority: FreeSpaceAuthority;
  /** What holds: the recorded free space, or the recomputed one when nobody records it. */
  readonly extents: readonly TrackRange[];
  /** What the authority records; absent when there is none. */
  readonly recorded: readonly TrackRange[] | undefined;
  /** What the extents of the data sets leave over. */
  readonly recomputed: readonly TrackRange[];
}

/** Sorted, joined, without empty runs. Overlapping runs are joined, too. */
export function normaliseRanges(ranges: Iterable<TrackRange>): TrackRange[] {
  const sorted = [...ranges].filter((range) => range.count > 0);
  sorted.sort((one, other) => one.first - other.first);
  const joined: TrackRange[] = [];
  for (const range of sorted) {
    const last = joined.at(-1);
    const end = last === undefined ? -1 : last.first + last.count;
    if (last === undefined || range.first > end) joined.push(range);
    else {
      const newEnd = Math.max(end, range.first + range.count);
      joined[joined.length - 1] = { first: last.first, count: newEnd - last.first };
    }
  }
  return joined;
}

/** Free space with a run added to it (a data set is scratched, the volume grows). */
export function addRange(free: readonly TrackRange[], added: TrackRange): TrackRange[] {
  return normaliseRanges([...free, added]);
}

/** Free space without a run (a data set is allocated). The run may be free in part only. */
export function removeRange(free: readonly TrackRange[], removed: TrackRange): TrackRange[] {
  if (removed.count === 0) return [...free];
  const from = removed.first;
  const to = removed.first + removed.count;
  const left: TrackRange[] = [];
  for (const range of free) {
    const end = range.first + range.count;
    if (end <= from || range.first >= to) {
      left.push(range);
      continue;
    }
    if (range.first < from) left.push({ first: range.first, count: from - range.first });
    if (end > to) left.push({ first: trackIndex(to), count: end - to });
  }
  return left;
}

/** What is left of the tracks `0` to `total` - 1 when these runs are taken. */
export function complementOf(used: Iterable<TrackRange>, total: number): TrackRange[] {
  const left: TrackRange[] = [];
  let at = 0;
  for (const range of normaliseRanges(used)) {
    const first = Math.min(range.first, total);
    if (first > at) left.push({ first: trackIndex(at), count: first - at });
    at = Math.max(at, range.first + range.count);
  }
  if (at < total) left.push({ first: trackIndex(at), count: total - at });
  return left;
}

/** Whether the whole run is in the sorted, joined list. */
export function containsRange(free: readonly TrackRange[], wanted: TrackRange): boolean {
  return free.some(
    (range) =>
      range.first <= wanted.first && range.first + range.count >= wanted.first + wanted.count,
  );
}

/** Whether two lists of runs are the same. */
export function sameRanges(one: readonly TrackRange[], other: readonly TrackRange[]): boolean {
  return (
    one.length === other.length &&
    one.every((range, at) => {
      const twin = other[at];
      return twin !== undefined && twin.first === range.first && twin.count === range.count;
    })
  );
}

/** Tracks in a list of runs that do not overlap. */
export function countTracks(ranges: Iterable<TrackRange>): number {
  let total = 0;
  for (const range of ranges) total += range.count;
  return total;
}

/** Two runs that share a track, if any do. */
export function findOverlap(
  ranges: Iterable<TrackRange>,
): readonly [TrackRange, TrackRange] | undefined {
  const sorted = [...ranges].toSorted((one, other) => one.first - other.first);
  let widest: TrackRange | undefined;
  for (const range of sorted) {
    if (range.count === 0) continue;
    if (widest !== undefined && range.first < widest.first + widest.count) return [widest, range];
    if (widest === undefined || range.first + range.count > widest.first + widest.count) {
      widest = range;
    }
  }
  return undefined;
}

/** What to look for when space is allocated. */
export interface SpaceRequest {
  readonly trackCount: number;
  /** First track and length are multiples of this; 1 for any place, heads for whole cylinders. */
  readonly alignment: number;
  /** Runs that the request may be spread over. */
  readonly extentsMax: number;
}

/**
 * Finds space: one run if there is one (first fit), otherwise the largest runs up to the allowed
 * number, in track order.
 *
 * @returns The runs, or `undefined` when the volume cannot give so much in so few.
 */
export function findSpace(
  free: readonly TrackRange[],
  request: SpaceRequest,
): readonly TrackRange[] | undefined {
  const { trackCount, alignment } = request;
  invariant(trackCount > 0 && trackCount % alignment === 0, 'space-request-aligned');
  const candidates = free.flatMap((range) => {
    const first = Math.ceil(range.first / alignment) * alignment;
    const end = Math.floor((range.first + range.count) / alignment) * alignment;
    return end > first ? [{ first: trackIndex(first), count: end - first }] : [];
  });
  const single = candidates.find((range) => range.count >= trackCount);
  if (single !== undefined) return [{ first: single.first, count: trackCount }];
  const largest = candidates.toSorted((one, other) => other.count - one.count);
  const taken: TrackRange[] = [];
  let missing = trackCount;
  for (const range of largest.slice(0, request.extentsMax)) {
    const count = Math.min(range.count, missing);
    taken.push({ first: range.first, count });
    missing -= count;
    if (missing === 0) return taken.toSorted((one, other) => one.first - other.first);
  }
  return undefined;
}
