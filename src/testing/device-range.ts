/**
 * Runs of tracks, as the interface of copy engines names them.
 *
 * @module
 */

/** A run of tracks of one device. */
export interface TrackRange {
  readonly first: number;
  readonly count: number;
}

/** A run of tracks with its device. */
export interface DeviceRange extends TrackRange {
  readonly device: number;
}
