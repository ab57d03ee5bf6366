/**
 * Extents of a copy: so many tracks of a source, and where they go.
 *
 * @module
 */
import type { DeviceIndex, TrackIndex } from '../base/units.ts';

/** One stretch of tracks of a device. */
export interface TrackRange {
  readonly first: TrackIndex;
  readonly count: number;
}

/**
 * One extent of a copy. The two counts must be equal; both are carried because hosts send both, and
 * a difference is refused rather than guessed away.
 */
export interface CopyExtent {
  readonly source: DeviceIndex;
  readonly sourceFirst: TrackIndex;
  readonly sourceCount: number;
  readonly target: DeviceIndex;
  readonly targetFirst: TrackIndex;
  readonly targetCount: number;
}

/** A whole source device onto the beginning of a target device. */
export interface WholeDeviceCopy {
  readonly source: DeviceIndex;
  readonly target: DeviceIndex;
}
