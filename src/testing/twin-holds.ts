/**
 * Scratches that can be undone, as the naive twin sees them: what the tracks showed before.
 *
 * @module
 */
import { NEVER_WRITTEN_CONTENT, type TrackContent } from './copy-engine.ts';
import type { TrackRange } from './device-range.ts';
import { tracksOf } from './track-ranges.ts';
import type { TwinTracks } from './twin-device.ts';

/** Contents by track. */
export type TrackContents = ReadonlyMap<number, TrackContent>;

interface TwinHold {
  readonly device: number;
  /** When they were scratched, in ticks of the twin. */
  readonly at: number;
  readonly contents: TrackContents;
}

/** All scratches that can be undone. */
export class TwinHoldBook {
  readonly #holds = new Map<number, TwinHold>();

  names(): readonly number[] {
    return [...this.#holds.keys()];
  }

  /** Device of a hold. */
  device(name: number): number | undefined {
    return this.#holds.get(name)?.device;
  }

  add(name: number, hold: TwinHold): void {
    this.#holds.set(name, hold);
  }

  /** @returns Whether it was there. */
  delete(name: number): boolean {
    return this.#holds.delete(name);
  }

  /** A device goes, and what was held of it. */
  forgetDevice(device: number): void {
    for (const [name, hold] of this.#holds) if (hold.device === device) this.#holds.delete(name);
  }

  /** What tracks that nothing has happened to since showed before they were scratched. */
  untouched(name: number, { touchedAt }: TwinTracks): TrackContents {
    const { at, contents } = this.#holds.get(name) ?? { at: 0, contents: new Map() };
    return new Map([...contents].filter(([track]) => (touchedAt[track] ?? at + 1) <= at));
  }
}

/** What tracks in some stretches show, but for those that were never written. */
export function writtenContents(tracks: TwinTracks, ranges: readonly TrackRange[]): TrackContents {
  const written = new Map<number, TrackContent>();
  for (const track of tracksOf(ranges)) {
    const content = tracks.contents[track] ?? NEVER_WRITTEN_CONTENT;
    if (content.kind !== 'neverWritten') written.set(track, content);
  }
  return written;
}
