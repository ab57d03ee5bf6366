/**
 * The tracks that a load uses, as one row of places: extents of devices, one after the other.
 *
 * @module
 */
import { invariant } from '../../src/index.ts';

/** Tracks of one device. */
export interface TrackExtent {
  /** Index in the device table. */
  readonly device: number;
  readonly firstTrack: number;
  readonly trackCount: number;
}

/** A row of places. {@link locate} leaves its answer in {@link device} and {@link track}. */
export class TrackSpace {
  device = 0;
  track = 0;
  /** Places, numbered from 0. */
  readonly count: number;
  readonly #devices: Int32Array;
  readonly #firstTracks: Int32Array;
  /** First place of each extent, and the end of the last. */
  readonly #starts: Float64Array;
  /** The extent that was found last: neighbours are asked for more often than not. */
  #last = 0;

  constructor(extents: readonly TrackExtent[]) {
    const filled = extents.filter(({ trackCount }) => trackCount > 0);
    invariant(filled.length > 0, 'space-has-tracks');
    this.#devices = Int32Array.from(filled, ({ device }) => device);
    this.#firstTracks = Int32Array.from(filled, ({ firstTrack }) => firstTrack);
    this.#starts = new Float64Array(filled.length + 1);
    filled.forEach(({ trackCount }, at) => {
      this.#starts[at + 1] = (this.#starts[at] as number) + trackCount;
    });
    this.count = this.#starts[filled.length] as number;
  }

  /** Finds a place, 0 to count - 1. */
  locate(place: number): void {
    const starts = this.#starts;
    let extent = this.#last;
    if (!(place >= (starts[extent] as number) && place < (starts[extent + 1] as number))) {
      let low = 0;
      let high = this.#devices.length - 1;
      while (low < high) {
        const middle = (low + high + 1) >> 1;
        if ((starts[middle] as number) <= place) low = middle;
        else high = middle - 1;
      }
      extent = low;
      this.#last = extent;
    }
    this.device = this.#devices[extent] as number;
    this.track = (this.#firstTracks[extent] as number) + (place - (starts[extent] as number));
  }
}
