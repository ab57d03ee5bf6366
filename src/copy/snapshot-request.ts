/**
 * What a snapshot is asked with and what it answers.
 *
 * @module
 */
import type { CommitSequence } from '../base/units.ts';
import type { CopyExtent, WholeDeviceCopy } from './extent.ts';
import type { BackgroundKind, RelationId, Separation, SeriesMembership } from './relation.ts';

/** One snapshot: however many extents and devices, one instant. */
export interface SnapshotRequest {
  readonly extents?: readonly CopyExtent[];
  readonly wholeDevices?: readonly WholeDeviceCopy[];
  readonly background: BackgroundKind;
  /** Default `instance`. */
  readonly separation?: Separation;
  /** Take over target tracks for which another relation still owes a background copy. */
  readonly supersede?: boolean;
  readonly series?: SeriesMembership;
  readonly label?: string;
}

/** A snapshot that was made. */
export interface SnapshotResult {
  /** One per pair of source and target device: those of whole devices first, then those of extents. */
  readonly relations: readonly RelationId[];
  /** The instant. */
  readonly sequence: CommitSequence;
  /** Tracks of all extents. */
  readonly tracks: number;
  /** Subtrees shared whole, instead of entry by entry. */
  readonly pagesShared: number;
}
