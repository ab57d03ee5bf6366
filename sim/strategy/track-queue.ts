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

  /** The next piece: at most so many tracks; none at the end. */
  take(trackCountMax: number): TrackPiece | undefined {
    const tracks: number[] = [];
    let bytes = 0;
    while (tracks.length < trackCountMax) {
      const range = this.#ranges[this.#range];
      if (range === undefined) break;
      if (this.#next >= range.first + range.count) {
        this.#range += 1;
        this.#next = this.#ranges[this.#range]?.first ?? this.#next;
        continue;
      }
      const entry = this.#subsystem.trackEntry(this.#device, trackIndex(this.#next));
      if (entry.kind !== 'neverWritten' || !this.#isEmptySkipped) {
        tracks.push(this.#next);
        if (entry.kind === 'instance') bytes += entry.bytes;
      }
      this.#next += 1;
    }
    return tracks.length === 0 ? undefined : { tracks, bytes };
  }
}
