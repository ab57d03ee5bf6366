/**
 * Adds up the space of tracks, and tells what only they hold from what others hold, too.
 *
 * @module
 */
import type { TrackInstances } from '../mapping/track-instances.ts';
import { SECTOR_BYTES } from '../media/logical-cylinder.ts';
import { RESERVED_ENTRY_COUNT } from '../track/null-track.ts';

/** Space of some tracks. */
export interface SpaceFigures {
  /** Tracks whose stored content nobody else reaches. */
  readonly uniqueTracks: number;
  /** Space that comes back when these tracks let go, in bytes of whole sectors. */
  readonly uniqueBytes: number;
  /** Tracks whose stored content somebody else reaches, too. */
  readonly sharedTracks: number;
  /** Space to which those refer, counted once for each track. */
  readonly sharedBytes: number;
  /** Null tracks: written, without any space. */
  readonly nullTracks: number;
}

/** A tally under way: every entry once. */
export class SpaceTally {
  readonly #instances: TrackInstances;
  /** Slots seen so far of instances that several slots hold. */
  readonly #seen = new Map<number, number>();
  #uniqueTracks = 0;
  #uniqueSectors = 0;
  #sharedTracks = 0;
  #sharedSectors = 0;
  #nullTracks = 0;

  constructor(instances: TrackInstances) {
    this.#instances = instances;
  }

  /** @param isPathShared - The slot itself has further holders. */
  add(entry: number, isPathShared: boolean): void {
    if (entry < RESERVED_ENTRY_COUNT) {
      this.#nullTracks += 1;
      return;
    }
    const sectors = this.#instances.sectors(entry);
    const count = this.#instances.count(entry);
    if (!isPathShared && count === 1) {
      this.#uniqueTracks += 1;
      this.#uniqueSectors += sectors;
      return;
    }
    this.#sharedTracks += 1;
    this.#sharedSectors += sectors;
    if (isPathShared) return;
    const seen = (this.#seen.get(entry) ?? 0) + 1;
    this.#seen.set(entry, seen);
    if (seen < count) return;
    // All its slots are among these tracks: shared with nobody but each other.
    this.#uniqueTracks += count;
    this.#uniqueSectors += sectors;
    this.#sharedTracks -= count;
    this.#sharedSectors -= count * sectors;
  }

  figures(): SpaceFigures {
    return {
      uniqueTracks: this.#uniqueTracks,
      uniqueBytes: this.#uniqueSectors * SECTOR_BYTES,
      sharedTracks: this.#sharedTracks,
      sharedBytes: this.#sharedSectors * SECTOR_BYTES,
      nullTracks: this.#nullTracks,
    };
  }
}
