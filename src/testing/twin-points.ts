/**
 * Retained points as the naive twin sees them: what a device showed, kept whole.
 *
 * @module
 */
import { InvariantViolation } from '../base/invariant.ts';
import { contentsEqual, NEVER_WRITTEN_CONTENT, type TrackContent } from './copy-engine.ts';
import type { TrackRange } from './device-range.ts';
import { rangesWhere } from './track-ranges.ts';
import type { TwinTracks } from './twin-device.ts';

/** What a device showed at a tick of the twin. */
export interface TwinPoint {
  readonly device: number;
  readonly at: number;
  readonly contents: readonly TrackContent[];
}

/** All points. */
export class TwinPointBook {
  /** A device went that had points: nobody can read them any more, but an engine may hold what they show. */
  hasHidden = false;
  readonly #points = new Map<number, TwinPoint>();

  /** Names of the points with their devices. */
  names(): readonly { readonly point: number; readonly device: number }[] {
    return [...this.#points].map(([point, { device }]) => ({ point, device }));
  }

  get(name: number): TwinPoint | undefined {
    return this.#points.get(name);
  }

  add(name: number, point: TwinPoint): void {
    this.#points.set(name, point);
  }

  /** @returns Whether it was there. */
  delete(name: number): boolean {
    return this.#points.delete(name);
  }

  /** A device goes, and its points with it. */
  forgetDevice(device: number): void {
    for (const [name, point] of this.#points) {
      if (point.device !== device) continue;
      this.#points.delete(name);
      this.hasHidden = true;
    }
  }

  /** Tracks whose content differs between a point and a later one, or what its device shows now. */
  changed(from: number, to: number | undefined, now: TwinTracks): readonly TrackRange[] {
    const before = this.require(from);
    const after = to === undefined ? now.contents : this.require(to).contents;
    return rangesWhere(after.length, (track) => {
      const then = before.contents[track] ?? NEVER_WRITTEN_CONTENT;
      return !contentsEqual(then, after[track] ?? NEVER_WRITTEN_CONTENT);
    });
  }

  /** Tracks that something happened to after a point. */
  touched(from: number, { shape, touchedAt }: TwinTracks): readonly TrackRange[] {
    const { at } = this.require(from);
    // Tracks behind the present end may have been there in between.
    return rangesWhere(shape.trackCapacity, (track) => (touchedAt[track] ?? at + 1) > at);
  }

  require(name: number): TwinPoint {
    const point = this.#points.get(name);
    if (point === undefined) throw new InvariantViolation('twin-point-known', String(name));
    return point;
  }
}
