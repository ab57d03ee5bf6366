/**
 * Which tracks a trace reads or writes: bits in pages, by volume and track.
 *
 * A trace tells nothing of what was written before it. So that its reads find something on the drives,
 * all tracks that it touches are written, in the order of their addresses, before time begins.
 *
 * @module
 */
import { READ, type RequestBatch, WRITE } from '../load/request-batch.ts';

/** Tracks a page has bits for. */
const PAGE_TRACKS = 4_096;
const WORD_BITS = 32;

/** Collects tracks. */
export class TouchedTracks {
  /** Different tracks. */
  count = 0;
  readonly #trackBytes: number;
  readonly #volumes: Map<number, Int32Array>[] = [];

  constructor(trackBytes: number) {
    this.#trackBytes = trackBytes;
  }

  /** Takes the reads and writes of a batch. */
  take(batch: RequestBatch): void {
    const trackBytes = this.#trackBytes;
    for (let at = 0; at < batch.count; at += 1) {
      const operation = batch.operation[at];
      if (operation !== READ && operation !== WRITE) continue;
      const offset = batch.offset[at] as number;
      const last = Math.floor((offset + (batch.length[at] as number) - 1) / trackBytes);
      const volume = batch.volume[at] as number;
      for (let track = Math.floor(offset / trackBytes); track <= last; track += 1) {
        this.#touch(volume, track);
      }
    }
  }

  /** Visits all tracks, volume by volume, in the order of their addresses. */
  visit(visitor: (volume: number, track: number) => void): void {
    for (const [volume, pages] of this.#volumes.entries()) {
      if (pages === undefined) continue;
      for (const [key, page] of [...pages].toSorted(([a], [b]) => a - b)) {
        for (let bit = 0; bit < PAGE_TRACKS; bit += 1) {
          if ((((page[bit >>> 5] as number) >>> (bit & 31)) & 1) === 1) {
            visitor(volume, key * PAGE_TRACKS + bit);
          }
        }
      }
    }
  }

  #touch(volume: number, track: number): void {
    this.#volumes[volume] ??= new Map();
    const pages = this.#volumes[volume];
    const key = Math.floor(track / PAGE_TRACKS);
    let page = pages.get(key);
    if (page === undefined) {
      page = new Int32Array(PAGE_TRACKS / WORD_BITS);
      pages.set(key, page);
    }
    const bit = track % PAGE_TRACKS;
    const word = page[bit >>> 5] as number;
    const mask = 1 << (bit & 31);
    if ((word & mask) !== 0) return;
    page[bit >>> 5] = word | mask;
    this.count += 1;
  }
}
