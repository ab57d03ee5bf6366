/**
 * A mark for every track of a volume: those that still have to be copied.
 *
 * @module
 */
import type { WantedTracks } from './internal-copy.ts';
import type { DeviceContents } from './track-contents.ts';

/** Marks over the tracks of a volume, walked once around in ascending order. */
export class TrackMarks implements WantedTracks {
  readonly #marks: Uint8Array;
  #count = 0;
  #next = 0;

  constructor(trackCount: number) {
    this.#marks = new Uint8Array(trackCount);
  }

  /** Marks every track of a device that was ever written. */
  setWritten(contents: DeviceContents): void {
    for (let track = 0; track < contents.trackCount; track += 1) {
      contents.load(track);
      if (contents.isWritten) this.set(track);
    }
  }

  /** Marks that are set. */
  get count(): number {
    return this.#count;
  }

  has(track: number): boolean {
    return this.#marks[track] === 1;
  }

  set(track: number): void {
    if (this.has(track)) return;
    this.#marks[track] = 1;
    this.#count += 1;
  }

  clear(track: number): void {
    if (!this.has(track)) return;
    this.#marks[track] = 0;
    this.#count -= 1;
  }

  /** Marked tracks from where the last call stopped, once around at most. They stay marked. */
  take(trackCountMax: number): readonly number[] {
    const tracks: number[] = [];
    const size = this.#marks.length;
    for (let looked = 0; looked < size && tracks.length < trackCountMax; looked += 1) {
      if (this.#count === tracks.length) break;
      if (this.#marks[this.#next] === 1) tracks.push(this.#next);
      this.#next = this.#next + 1 === size ? 0 : this.#next + 1;
    }
    return tracks;
  }
}
