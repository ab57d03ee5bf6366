/**
 * Relations: what a snapshot leaves behind between one source and one target device.
 *
 * A relation costs O(1) to make whatever it covers: extents, sequence and two sparse bitmaps over
 * the target that are empty at first. Which tracks are still shared is never stored; it is derived
 * when somebody asks (relation-tracks.ts) or when the background copy arrives (background-copy.ts).
 *
 * @module
 */
import type { CommitSequence, DeviceIndex } from '../base/units.ts';
import type { CopyExtent } from './extent.ts';

declare const relationBrand: unique symbol;

/** Name of a relation, 1 up. Never used again. */
export type RelationId = number & { readonly [relationBrand]: 'RelationId' };

/** Brands a relation id. @throws RangeError when it is no whole number from 1 up. */
export function relationId(value: number): RelationId {
  if (!Number.isSafeInteger(value) || value < 1) {
    throw new RangeError(`relation id must be a whole number from 1 to 2^53-1, got ${value}`);
  }
  return value as RelationId;
}

/** Whether tracks are copied physically after the pointers. */
export type BackgroundKind = 'none' | 'copy';

/**
 * What the background copy has to achieve (docs/architecture.md, "Background copy").
 *
 * | separation | every mapped target track |
 * | --- | --- |
 * | instance | has an instance that no other device, relation or retained point reaches |
 * | redundancyGroup | has an instance in the target's home group, which is not the source's: losing the source's whole group leaves the target complete |
 */
export type Separation = 'instance' | 'redundancyGroup';

/** Place of one execution in a serial series: `ordinal` of `of`, from 1. */
export interface SeriesMembership {
  readonly id: string;
  readonly ordinal: number;
  readonly of: number;
}

/**
 * Where a relation stands.
 *
 * | state | meaning |
 * | --- | --- |
 * | shared | no background copy was asked for; source and target share what neither has written |
 * | copying | the background copy has work left |
 * | complete | the background copy has ended, every track of the target stands alone; sticky |
 * | partial | as complete, but the content of some tracks could not be read; they stay shared |
 * | withdrawn | the background duty was dropped; the target is a full, valid copy |
 * | superseded | the whole target was taken over: by a later copy, or cleared, shrunk or removed |
 * | discarded | the copy was dropped; its target tracks are never-written again |
 */
export type RelationPhase =
  | 'shared'
  | 'copying'
  | 'complete'
  | 'partial'
  | 'withdrawn'
  | 'superseded'
  | 'discarded';

/** A relation as its record: fixed but for the phase. */
export interface Relation {
  readonly id: RelationId;
  readonly source: DeviceIndex;
  readonly target: DeviceIndex;
  /** The extents of this pair, in the order of the request. */
  readonly extents: readonly CopyExtent[];
  /** The instant of the copy. */
  readonly sequence: CommitSequence;
  readonly background: BackgroundKind;
  readonly separation: Separation;
  readonly series: SeriesMembership | null;
  /** Free text of the requester; empty when none. */
  readonly label: string;
  readonly phase: RelationPhase;
}

/** The figures of a relation that cost nothing to tell. */
export interface RelationState {
  readonly state: RelationPhase;
  /** The background copy has work left and found no space for it when it last tried. */
  readonly waitsForSpace: boolean;
  /** Always true: the pointers are in place when a relation exists. */
  readonly logicallyComplete: boolean;
  /** Every track of the target stands alone. Sticky. */
  readonly physicallyComplete: boolean;
  /** Tracks of all extents. */
  readonly tracksTotal: number;
  /** Tracks to which the background copy gave an instance of their own. */
  readonly tracksCopied: number;
  /** Tracks that the background copy has not come to; 0 without background duty. */
  readonly tracksRemaining: number;
  /** Tracks whose content could not be read by the background copy. */
  readonly tracksFailed: number;
  /** Target tracks that were written since the copy. */
  readonly targetWrites: number;
  /** A write fell into the conflict window of the relation's series. */
  readonly conflict: boolean;
}

/** What became of each track of a relation, derived by comparison. The five add up to the total. */
export interface RelationTracks {
  /**
   * Mapped, and source and target lead to the same instance. With separation by redundancy group that
   * may stay so: where the instance lies in the target's home group already.
   */
  readonly shared: number;
  readonly separatedByBackground: number;
  readonly separatedBySourceWrite: number;
  readonly separatedByTargetWrite: number;
  /** Source and target are equal and hold no instance: nothing to separate. */
  readonly empty: number;
}

/** What is known about the conflict window of a serial series. */
export interface SeriesConflict {
  /** The window is open: the first part was executed, the last was not. */
  readonly open: boolean;
  readonly conflict: boolean;
  /** The first write that fell into the window. */
  readonly first?: {
    readonly device: DeviceIndex;
    readonly track: number;
    readonly side: 'source' | 'target';
  };
}
