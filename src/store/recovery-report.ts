/**
 * What was done when a store was opened.
 *
 * @module
 */
import type { StorePlace } from './store-fault.ts';

/** A drive by its place. */
export interface DrivePlace {
  readonly group: number;
  readonly member: number;
}

/** A place where something was damaged, and what came of it. */
export interface RecoveredDamage extends StorePlace {
  readonly what: string;
  /** `healed` from another copy, or `lost`. */
  readonly outcome: 'healed' | 'lost';
}

/** What recovery found and did. */
export interface RecoveryReport {
  /** Number of the last checkpoint that was used: of its base when there were no others. */
  readonly checkpoint: number;
  /** Checkpoints with what had changed since the base that were applied after it. */
  readonly deltaCount: number;
  /** Journal records applied after the checkpoints. */
  readonly recordCount: number;
  /** Bytes of these records. */
  readonly journalBytes: number;
  /** Whether the store was closed properly the last time. */
  readonly wasClosed: boolean;
  /** Where a record begins that was being written when the last writer ended, if there is one. */
  readonly tornTail: StorePlace | undefined;
  /** Cylinders written to the drives again. */
  readonly cylindersWrittenAgain: number;
  readonly damage: readonly RecoveredDamage[];
  /**
   * Whether the state is older than what was acknowledged, because damage has hidden the rest: nothing
   * behind it may be read again.
   */
  readonly isSalvaged: boolean;
  /** Drives whose files were not there, not as long as they should be, or empty: they count as failed. */
  readonly missingDrives: readonly DrivePlace[];
  /** Model time at which the store goes on, in nanoseconds since it was made. */
  readonly resumedAt: number;
}
