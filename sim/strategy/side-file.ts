/**
 * The side file of a concurrent copy: before-images of tracks that hosts changed before the copy came
 * to them. It has two parts: one in the cache of the control unit, where the images arise, and one in
 * the data spaces of the host, to which they are moved over the channel.
 *
 * Source: docs/sources.md, S-30.
 *
 * @module
 */
import { invariant } from '../../src/index.ts';
import type { TrackImage } from './track-image.ts';

/** Where an image is. While it is moved it takes room in both parts. */
type SidePlace = 'cache' | 'moving' | 'host';

interface SideEntry {
  readonly image: TrackImage;
  place: SidePlace;
}

/** Before-images by track. */
export class SideFile {
  readonly cacheBytesMax: number;
  readonly hostBytesMax: number;
  readonly #entries = new Map<number, SideEntry>();
  /** Tracks whose images wait to be moved, oldest first; some may be gone by now. */
  #waiting: number[] = [];
  #imageBytes = 0;
  #cacheBytes = 0;
  #hostBytes = 0;
  #peakBytes = 0;

  constructor(cacheBytesMax: number, hostBytesMax: number) {
    this.cacheBytesMax = cacheBytesMax;
    this.hostBytesMax = hostBytesMax;
  }

  /** Bytes of all images, each counted once. */
  get bytes(): number {
    return this.#imageBytes;
  }

  /** Most bytes at once. */
  get peakBytes(): number {
    return this.#peakBytes;
  }

  /** Part of the cache's share that is taken, 0 to 1. */
  get cacheFill(): number {
    return this.#cacheBytes / this.cacheBytesMax;
  }

  has(track: number): boolean {
    return this.#entries.has(track);
  }

  /** Keeps an image in the cache. @returns `false` when there is no room; then nothing has changed. */
  keep(track: number, image: TrackImage): boolean {
    invariant(!this.has(track), 'side-file-first-update');
    if (this.#cacheBytes + image.bytes > this.cacheBytesMax) return false;
    this.#entries.set(track, { image, place: 'cache' });
    this.#waiting.push(track);
    this.#cacheBytes += image.bytes;
    this.#imageBytes += image.bytes;
    this.#peakBytes = Math.max(this.#peakBytes, this.#imageBytes);
    return true;
  }

  /**
   * Takes images to move to the host, oldest first, as far as the host has room.
   *
   * @returns Their tracks and bytes; none when there is nothing to move, or no room for it.
   */
  takeMoving(trackCountMax: number): {
    readonly tracks: readonly number[];
    readonly bytes: number;
  } {
    const tracks: number[] = [];
    let bytes = 0;
    let at = 0;
    for (; at < this.#waiting.length && tracks.length < trackCountMax; at += 1) {
      const track = this.#waiting[at] as number;
      const entry = this.#entries.get(track);
      if (entry?.place !== 'cache') continue;
      if (this.#hostBytes + entry.image.bytes > this.hostBytesMax) break;
      entry.place = 'moving';
      this.#hostBytes += entry.image.bytes;
      bytes += entry.image.bytes;
      tracks.push(track);
    }
    this.#waiting = this.#waiting.slice(at);
    return { tracks, bytes };
  }

  /** Images have arrived in the host. */
  moved(tracks: readonly number[]): void {
    for (const track of tracks) {
      const entry = this.#entries.get(track);
      // The copy may have come to it meanwhile.
      if (entry === undefined) continue;
      entry.place = 'host';
      this.#cacheBytes -= entry.image.bytes;
    }
  }

  /** Whether the host has the image of a track in its data space already. */
  isInHost(track: number): boolean {
    return this.#entries.get(track)?.place === 'host';
  }

  /** Bytes of the image of a track; none when there is no image. */
  bytesOf(track: number): number | undefined {
    return this.#entries.get(track)?.image.bytes;
  }

  /** The copy has come to the track: its image is not needed here any more. */
  drop(track: number): TrackImage | undefined {
    const entry = this.#entries.get(track);
    if (entry === undefined) return undefined;
    this.#entries.delete(track);
    const { bytes } = entry.image;
    this.#imageBytes -= bytes;
    if (entry.place !== 'host') this.#cacheBytes -= bytes;
    if (entry.place !== 'cache') this.#hostBytes -= bytes;
    return entry.image;
  }
}
