/**
 * What one step of background work did.
 *
 * @module
 */

/** One step of background work, in figures. */
export interface BackgroundReport {
  /** Tracks and empty stretches that the background copy looked at. */
  readonly examined: number;
  /** Tracks that got an instance of their own. */
  readonly copied: number;
  /** Bytes of those tracks. */
  readonly bytes: number;
  /** Slots of released trees that were drained. */
  readonly releasedSlots: number;
  /** Logical cylinders written from NVS to the drives. */
  readonly destaged: number;
  /** Logical cylinders that collection emptied. */
  readonly collected: number;
  /** Tracks that collection moved. */
  readonly moved: number;
  /** Logical cylinders whose missing members were rebuilt, or which were emptied instead. */
  readonly rebuilt: number;
  /** Logical cylinders that scrub looked at. */
  readonly scrubbed: number;
  /** The copy stands still until there is space. */
  readonly waitsForSpace: boolean;
  /** Nothing is owed any more: no destage, release, rebuild, copy or requested scrub. */
  readonly idle: boolean;
}
