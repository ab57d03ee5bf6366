/**
 * A device of the naive twin: parallel arrays with one place per track.
 *
 * @module
 */
import { type DeviceShape, NEVER_WRITTEN_CONTENT, type TrackContent } from './copy-engine.ts';

/** In place of a copy's name: none. Copies are named from 1. */
export const NO_COPY = 0;

/** As much of a device as the rules of the copy ask about. */
export interface RuledDevice {
  readonly shape: DeviceShape;
  /** Tracks now: grown when a larger device was copied onto it. */
  readonly trackCount: number;
  /** Shows a point: nothing on it can be changed. */
  readonly isReadOnly?: boolean;
  /** For each track the copy that still owes it an instance of its own, or {@link NO_COPY}. */
  readonly owedBy: readonly number[];
}

/** A device as everybody but the twin sees it. */
export interface TwinDevice extends RuledDevice {
  readonly name: number;
  readonly contents: readonly TrackContent[];
  /** As `owedBy`, but including what background work may have come to already. */
  readonly perhapsOwedBy: readonly number[];
}

/** The same, to be changed. */
export class TwinTracks implements TwinDevice {
  readonly name: number;
  readonly shape: DeviceShape;
  readonly contents: TrackContent[] = [];
  /** The copy that last put something onto a track, or {@link NO_COPY}. */
  readonly copiedBy: number[] = [];
  readonly owedBy: number[] = [];
  readonly perhapsOwedBy: number[] = [];
  /** When a track was last touched, in ticks of the twin. */
  readonly touchedAt: number[] = [];
  readonly isReadOnly: boolean;

  /** @param shown - What a read-only device shows; nothing: a device to be written. */
  constructor(name: number, shape: DeviceShape, shown?: readonly TrackContent[], now = 0) {
    this.name = name;
    this.shape = shape;
    this.isReadOnly = shown !== undefined;
    this.growTo(shown?.length ?? shape.trackCount, now);
    if (shown !== undefined) this.contents.splice(0, shown.length, ...shown);
  }

  get trackCount(): number {
    return this.contents.length;
  }

  /** Adds never-written tracks up to `trackCount`; a device that is larger already stays. */
  growTo(trackCount: number, now: number): void {
    while (this.contents.length < trackCount) {
      this.contents.push(NEVER_WRITTEN_CONTENT);
      this.copiedBy.push(NO_COPY);
      this.owedBy.push(NO_COPY);
      this.perhapsOwedBy.push(NO_COPY);
      this.touchedAt.push(now);
    }
  }

  /** Tracks from `trackCount` on are gone. */
  shrinkTo(trackCount: number): void {
    this.contents.splice(trackCount);
    this.copiedBy.splice(trackCount);
    this.owedBy.splice(trackCount);
    this.perhapsOwedBy.splice(trackCount);
    this.touchedAt.splice(trackCount);
  }
}
