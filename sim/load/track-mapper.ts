/**
 * From volumes and byte addresses to devices and tracks.
 *
 * A volume's bytes fill tracks one after the other, so many bytes a track; a volume that is larger
 * than a device goes on on the next. A request that crosses tracks becomes one piece for each, and
 * each piece knows where in its track it lies and how long it is.
 *
 * @module
 */

/** Bytes that a full track of a 3390 holds in one record (docs/sources.md, S-10). */
export const FULL_TRACK_BYTES = 56_664;

/** How addresses become tracks. */
export interface TrackMapping {
  /** Bytes of a volume on each track; default {@link FULL_TRACK_BYTES}. */
  readonly trackBytes?: number;
  /** Tracks that each device has. */
  readonly tracksPerDevice: number;
  /** Gives the device of the n-th part of a volume; asked once for each. */
  readonly deviceOf: (volume: number, part: number) => number;
}

const NONE = -1;
/** Above the parts of any volume: 2^53 bytes, a byte a track, on the largest devices are below 2^30. */
const PARTS_MAX = 2 ** 32;

/** Cuts requests into pieces of tracks: {@link begin}, then {@link next} until it answers false. */
export class TrackMapper {
  /** The piece at hand. */
  device = 0;
  track = 0;
  /** Bytes from the start of the track. */
  start = 0;
  /** Bytes of the piece. */
  bytes = 0;
  readonly trackBytes: number;
  readonly #tracksPerDevice: number;
  readonly #deviceOf: TrackMapping['deviceOf'];
  #firstParts = new Int32Array(64).fill(NONE);
  readonly #laterParts = new Map<number, number>();
  #volume = 0;
  #volumeTrack = 0;
  #within = 0;
  #left = 0;

  constructor(mapping: TrackMapping) {
    this.trackBytes = mapping.trackBytes ?? FULL_TRACK_BYTES;
    this.#tracksPerDevice = mapping.tracksPerDevice;
    this.#deviceOf = mapping.deviceOf;
  }

  /** Begins a request. */
  begin(volume: number, offset: number, length: number): void {
    this.#volume = volume;
    this.#volumeTrack = Math.floor(offset / this.trackBytes);
    this.#within = offset - this.#volumeTrack * this.trackBytes;
    this.#left = length;
  }

  /** Goes to the next piece; false when there is none. */
  next(): boolean {
    if (this.#left <= 0) return false;
    const volumeTrack = this.#volumeTrack;
    if (volumeTrack < this.#tracksPerDevice) {
      this.device = this.#firstPart(this.#volume);
      this.track = volumeTrack;
    } else {
      const part = Math.floor(volumeTrack / this.#tracksPerDevice);
      this.device = this.#laterPart(this.#volume, part);
      this.track = volumeTrack - part * this.#tracksPerDevice;
    }
    this.start = this.#within;
    const room = this.trackBytes - this.#within;
    this.bytes = this.#left < room ? this.#left : room;
    this.#left -= this.bytes;
    this.#within = 0;
    this.#volumeTrack = volumeTrack + 1;
    return true;
  }

  #firstPart(volume: number): number {
    const device = volume < this.#firstParts.length ? (this.#firstParts[volume] as number) : NONE;
    return device === NONE ? this.#addFirstPart(volume) : device;
  }

  #addFirstPart(volume: number): number {
    if (volume >= this.#firstParts.length) {
      const larger = new Int32Array(Math.max(volume + 1, this.#firstParts.length * 2)).fill(NONE);
      larger.set(this.#firstParts);
      this.#firstParts = larger;
    }
    const device = this.#deviceOf(volume, 0);
    this.#firstParts[volume] = device;
    return device;
  }

  #laterPart(volume: number, part: number): number {
    const key = volume * PARTS_MAX + part;
    const known = this.#laterParts.get(key);
    if (known !== undefined) return known;
    const device = this.#deviceOf(volume, part);
    this.#laterParts.set(key, device);
    return device;
  }
}
