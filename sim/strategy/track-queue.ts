/**
 * The tracks that a copy has still to move, taken in pieces of one channel program.
 *
 * Tracks that were never written are passed over, as a copy does that goes by the VTOC. Whether a
 * track is one is asked when its turn comes, not before.
 *
 * @module
 */
import { type DeviceIndex, type Subsystem, trackIndex } from '../../src/index.ts';

/** A stretch of tracks. */
export interface TrackSpan {
  readonly first: number;
  readonly count: number;
}

/** Tracks of one channel program, ascending; a program may locate one stretch after the other. */
export interface TrackPiece {
  readonly tracks: readonly number[];
  /** Bytes as hosts see them, when the piece was taken. */
  readonly bytes: number;
  /** Tracks of the pieces after it, to be read ahead. */
  readonly ahead: readonly number[];
}

/** Bytes of tracks as hosts see them now. */
export function trackBytes(
  subsystem: Subsystem,
  device: DeviceIndex,
  tracks: readonly number[],
): number {
  let bytes = 0;
  for (const track of tracks) {
    const entry = subsystem.trackEntry(device, trackIndex(track));
    if (entry.kind === 'instance') bytes += entry.bytes;
  }
  return bytes;
}

/** A queue of tracks. */
export class TrackQueue {
  readonly #subsystem: Subsystem;
  readonly #device: DeviceIndex;
  readonly #ranges: readonly TrackSpan[];
  readonly #isEmptySkipped: boolean;
  #range = 0;
  #next: number;

  /**
   * @param device - Whose tracks are asked for their length.
   * @param ranges - Ascending, without overlap.
   * @param skipEmpty - Pass over tracks that hold nothing.
   */
  constructor(
    subsystem: Subsystem,
    device: DeviceIndex,
    ranges: readonly TrackSpan[],
    skipEmpty = true,
  ) {
    this.#subsystem = subsystem;
    this.#device = device;
    this.#ranges = ranges;
    this.#isEmptySkipped = skipEmpty;
    this.#next = ranges[0]?.first ?? 0;
  }

  /**
   * The next piece; none at the end.
   *
   * @param trackCountMax - Most tracks of it.
   * @param aheadMax - Most tracks of the pieces after it that it names.
   */
  take(trackCountMax: number, aheadMax = 0): TrackPiece | undefined {
    const tracks = this.#walk(trackCountMax);
    if (tracks.length === 0) return undefined;
    const bytes = trackBytes(this.#subsystem, this.#device, tracks);
    const [range, next] = [this.#range, this.#next];
    const ahead = this.#walk(aheadMax);
    this.#range = range;
    this.#next = next;
    return { tracks, bytes, ahead };
  }

  /** Goes on by so many tracks. */
  #walk(trackCountMax: number): readonly number[] {
    const tracks: number[] = [];
    while (tracks.length < trackCountMax) {
      const range = this.#ranges[this.#range];
      if (range === undefined) break;
      if (this.#next >= range.first + range.count) {
        this.#range += 1;
        this.#next = this.#ranges[this.#range]?.first ?? this.#next;
        continue;
      }
      const { kind } = this.#subsystem.trackEntry(this.#device, trackIndex(this.#next));
      if (kind !== 'neverWritten' || !this.#isEmptySkipped) tracks.push(this.#next);
      this.#next += 1;
    }
    return tracks;
  }
}
