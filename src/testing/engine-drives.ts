/**
 * The drives behind a copy engine, where it has any that may fail: what a checker does to them, and
 * what it may ask.
 *
 * A group has members, some of them redundant. As long as no more members of a group are damaged than
 * its redundancy makes up for, everything reads back exactly; past that tracks may be lost, but each
 * of them is named, and never shows wrong content. The checker keeps its own account of what it has
 * damaged (`damage-record.ts`) and believes the engine in nothing but when a group is whole again.
 *
 * @module
 */
import type { DeviceRange } from './device-range.ts';

/** How sectors are damaged. All but `unreadable` happen silently. */
export type DamageKind = 'unreadable' | 'torn' | 'misdirected' | 'flipped';

/** A redundancy group as far as a checker must know it. */
export interface EngineGroup {
  /** Drives, redundant ones included. */
  readonly members: number;
  /** Drives that may be damaged at once without loss. */
  readonly redundancy: number;
}

/** Damage to one member. The numbers are picks: the engine takes each modulo what there is. */
export interface DamageOrder {
  readonly group: number;
  readonly member: number;
  /** Sectors of a track of this member, of a track of any member, of no track, or of the label. */
  readonly aim: 'own' | 'row' | 'anywhere' | 'label';
  /** Which track, or which place. */
  readonly at: number;
  /** How many sectors. */
  readonly sectors: number;
  readonly kind: DamageKind;
}

/** A track that is lost as things stand, with the group that lost it. */
export interface LostPlace {
  readonly group: number;
  /** Devices that show it; tracks of points are not named here. */
  readonly shownBy: readonly DeviceRange[];
}

/** The drives of an engine. */
export interface EngineDrives {
  readonly groups: readonly EngineGroup[];
  /** Codes with which a read says that a track is lost. */
  readonly lossCodes: readonly string[];

  /** A drive fails, and perhaps a spare takes its place. @returns Nothing when it has failed already. */
  fail(group: number, member: number): 'failed' | 'spareTakesOver' | undefined;

  /** A drive that failed comes back as it was, or empty. @returns Whether one was out. */
  bringBack(
    group: number,
    member: number,
    how: 'return' | 'replace',
  ): 'inPlace' | 'spare' | undefined;

  /** Damages sectors. @returns Where, in words; nothing when there was nothing to damage. */
  damage(order: DamageOrder): string | undefined;

  /** Writes what waits to the drives; `everything`: also what is not full yet. */
  destage(what: 'waiting' | 'everything'): void;

  /** Collects free space, so many cylinders of every group. */
  collect(cylinders: number): void;

  /** Asks for all drives to be verified by background work. */
  requestScrub(): void;

  /**
   * Faults that the engine knows of now: failed drives, missing or unreadable sectors; and faults that
   * it has ever found by verifying what lies on the drives or what was rebuilt. Whole again is who has
   * none of the first, and none more of the second after everything was verified once more.
   */
  faults(): { readonly now: number; readonly everFound: number };

  /** All tracks that are known to be lost. Must have no side effect. */
  lostTracks(): readonly LostPlace[];

  /** In which group a device's track lies on the drives; nothing when it does not. */
  groupOf(device: number, track: number): number | undefined;

  /** What was done so far, by name, to see that a run has seen it: healed, rebuilt, and so on. */
  work(): Readonly<Record<string, number>>;
}
