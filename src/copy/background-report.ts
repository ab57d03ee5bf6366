/**
 * What one step of background work did.
 *
 * @module
 */

/** One step of background work, in figures. */
export interface BackgroundReport {
  /** Tracks and empty stretches looked at. */
  readonly examined: number;
  /** Tracks that got an instance of their own. */
  readonly copied: number;
  /** Bytes of those tracks. */
  readonly bytes: number;
  /** Slots of released trees that were drained. */
  readonly releasedSlots: number;
  /** The copy stands still until there is space. */
  readonly waitsForSpace: boolean;
  /** Nothing is left to do. */
  readonly idle: boolean;
}
