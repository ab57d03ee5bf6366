/**
 * Runs of tracks to and from single tracks.
 *
 * @module
 */
import type { TrackRange } from './device-range.ts';

/** The runs of tracks below `trackCount` for which `isIn` holds. */
export function rangesWhere(
  trackCount: number,
  isIn: (track: number) => boolean,
): readonly TrackRange[] {
  const found: { first: number; count: number }[] = [];
  for (let track = 0; track < trackCount; track += 1) {
    if (!isIn(track)) continue;
    const last = found.at(-1);
    if (last !== undefined && last.first + last.count === track) last.count += 1;
    else found.push({ first: track, count: 1 });
  }
  return found;
}

/** Every track of the runs. */
export function* tracksOf(ranges: readonly TrackRange[]): Generator<number> {
  for (const { first, count } of ranges) {
    for (let track = first; track < first + count; track += 1) yield track;
  }
}
