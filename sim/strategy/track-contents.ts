/**
 * The content of tracks as signatures: what the proof of a copy compares.
 *
 * A track that was written as bytes shows their checksum, one that was never written shows 0, so any
 * two tracks of one volume can be compared whatever they hold.
 *
 * @module
 */
import type { DeviceIndex, Subsystem } from '../../src/index.ts';
import { TrackLook } from '../../src/inspect.ts';

/** Something that has tracks, numbered from 0. Reading one allocates nothing. */
export interface TrackContents {
  readonly trackCount: number;
  /** Reads a track; {@link low} and {@link high} are its content until the next is read. */
  load(track: number): void;
  /** Low 32 bits of the signature of the track read last, unsigned. */
  readonly low: number;
  /** High 32 bits, unsigned. */
  readonly high: number;
}

/** The tracks of a device as they are now. Looking heals and counts nothing. */
export class DeviceContents implements TrackContents {
  readonly trackCount: number;
  readonly #look: TrackLook;
  readonly #device: DeviceIndex;

  constructor(subsystem: Subsystem, device: DeviceIndex) {
    const { cylinders, model } = subsystem.device(device);
    this.trackCount = cylinders * model.type.headCount;
    this.#look = new TrackLook(subsystem);
    this.#device = device;
  }

  load(track: number): void {
    this.#look.look(this.#device, track);
  }

  get low(): number {
    return this.#look.low;
  }

  get high(): number {
    return this.#look.high;
  }

  /** Whether the track was ever written, if only as a null track. */
  get isWritten(): boolean {
    return this.#look.isWritten;
  }
}

/** Tracks kept in memory: a dump, a side file laid out by track, or what a host read. */
export class HeldContents implements TrackContents {
  readonly trackCount: number;
  readonly #low: Uint32Array;
  readonly #high: Uint32Array;
  #track = 0;

  /** All tracks never written. */
  constructor(trackCount: number) {
    this.trackCount = trackCount;
    this.#low = new Uint32Array(trackCount);
    this.#high = new Uint32Array(trackCount);
  }

  /** Everything that `contents` shows now. */
  static of(contents: TrackContents): HeldContents {
    const held = new HeldContents(contents.trackCount);
    for (let track = 0; track < contents.trackCount; track += 1) held.take(track, contents);
    return held;
  }

  /** Takes over the content that `contents` shows at a track now. */
  take(track: number, contents: TrackContents): void {
    contents.load(track);
    this.put(track, contents.low, contents.high);
  }

  put(track: number, low: number, high: number): void {
    this.#low[track] = low;
    this.#high[track] = high;
  }

  load(track: number): void {
    this.#track = track;
  }

  get low(): number {
    return this.#low[this.#track] as number;
  }

  get high(): number {
    return this.#high[this.#track] as number;
  }
}
