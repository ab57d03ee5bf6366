/**
 * Lays blocks out on tracks in the order in which they come, never more on a track than the device
 * holds.
 *
 * @module
 */
import type { DeviceType } from '../geometry/device-model.ts';
import { lastRecordSpace, recordSpace } from '../geometry/track-capacity.ts';
import type { RecordContent } from '../track/track-image.ts';
import type { TrackRecordPointer } from './dscb-data-set.ts';

/** A block to place; no key and no data make an end-of-file record. */
export interface NewBlock {
  readonly key?: Uint8Array;
  readonly data: Uint8Array;
}

/** Most records of a track: the count field has one byte for the number. */
const RECORDS_PER_TRACK_MAX = 255;

/** Blocks on relative tracks 0 up. */
export class TrackLayout {
  readonly #type: DeviceType;
  readonly #tracks: RecordContent[][] = [];
  #used = 0;

  constructor(type: DeviceType) {
    this.#type = type;
  }

  /** Tracks begun so far. */
  get trackCount(): number {
    return this.#tracks.length;
  }

  /** Track length left behind the last block. */
  get bytesLeft(): number {
    return Math.max(0, this.#type.trackLength - this.#used);
  }

  /** The records of each track. */
  get tracks(): readonly (readonly RecordContent[])[] {
    return this.#tracks;
  }

  /**
   * Places a block behind the last one.
   *
   * @throws RangeError when the block is longer than a track.
   */
  add(block: NewBlock): TrackRecordPointer {
    const lengths = { keyBytes: block.key?.length ?? 0, dataBytes: block.data.length };
    const asLast = lastRecordSpace(this.#type, lengths);
    if (asLast > this.#type.trackLength) {
      throw new RangeError(
        `a block of ${lengths.dataBytes} bytes is longer than a track of a ${this.#type.name}`,
      );
    }
    let records = this.#tracks.at(-1);
    const isFull =
      this.#used + asLast > this.#type.trackLength ||
      (records?.length ?? 0) >= RECORDS_PER_TRACK_MAX;
    if (records === undefined || isFull) {
      records = [];
      this.#tracks.push(records);
      this.#used = 0;
    }
    const number = records.length + 1;
    records.push({ number, ...block });
    this.#used += recordSpace(this.#type, lengths);
    return { track: this.#tracks.length - 1, record: number };
  }

  /** Places an end-of-file record. */
  addEndOfFile(): TrackRecordPointer {
    return this.add({ data: new Uint8Array(0) });
  }
}
