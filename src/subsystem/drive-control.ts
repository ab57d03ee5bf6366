/**
 * Drives as an operator and a laboratory see them: failing, returning and replacing them, damaging
 * sectors on purpose, and asking how well everything stands.
 *
 * Everything may be done at any moment, also while rebuild or scrub is under way. What has to be done
 * about it is background work (housekeeping.ts).
 *
 * @module
 */
import type { Trace } from '../base/ports.ts';
import { done, type Outcome, type Refusal, refuse } from '../base/refusal.ts';
import type { DeviceIndex, TrackIndex } from '../base/units.ts';
import type { CorruptionKind, DriveState } from '../media/drive.ts';
import type { GroupMember } from '../media/group-member.ts';
import { placeGroup, placeMember, placeSector } from '../media/logical-cylinder.ts';
import type { RedundancyGroup } from '../media/redundancy-group.ts';
import {
  missingMembersMax,
  type RedundancyState,
  redundancyState,
} from '../media/redundancy-state.ts';
import type { ScrubState } from '../reclaim/scrub.ts';
import { RESERVED_ENTRY_COUNT } from '../track/null-track.ts';
import { findLostTracks, type LostTrack } from './lost-tracks.ts';
import type { SubsystemParts } from './parts.ts';

/** Where a track lies on the drives. */
export interface SectorRange {
  readonly group: number;
  /** Logical cylinder. */
  readonly cylinder: number;
  readonly member: number;
  /** First sector in the physical cylinder; sector 0 is its label. */
  readonly sector: number;
  readonly sectors: number;
}

/** Damage to be done. */
export interface Corruption extends SectorRange {
  /** Without bytes (content `signature`) every kind makes sectors unreadable. */
  readonly kind: CorruptionKind;
}

/** One member of a group. */
export interface MemberReport {
  readonly member: number;
  readonly role: 'data' | 'P' | 'Q';
  readonly state: DriveState;
  /** Logical cylinders that the drive misses and that rebuild has before it. */
  readonly missingCylinders: number;
  /** Sectors that are known to be unreadable. */
  readonly unreadableSectors: number;
}

/** Drives of one group. */
interface GroupDrivesReport {
  readonly group: number;
  /** How well the group can lose another drive. */
  readonly redundancy: RedundancyState;
  /** Most members that any cylinder with tracks is missing. */
  readonly missingMembers: number;
  readonly members: readonly MemberReport[];
}

/** What became of a drive that was brought. */
export interface DriveBrought {
  /** It waits as a spare, because a spare stands in the place where it failed. */
  readonly spare: boolean;
  /** The member whose failed drive a spare has replaced now that there is one again. */
  readonly takesOver?: { readonly group: number; readonly member: number };
}

/** All drives, and what was done to keep tracks whole. */
export interface DrivesReport {
  readonly groups: readonly GroupDrivesReport[];
  /** Drives that wait for one to fail. */
  readonly spares: number;
  /** Logical cylinders written to the drives. */
  readonly destagedCylinders: number;
  /** Logical cylinders emptied for their space, and tracks moved for that. */
  readonly collectedCylinders: number;
  readonly collectedTracks: number;
  /** Logical cylinders whose missing members were written anew. */
  readonly rebuiltCylinders: number;
  /** Logical cylinders emptied because something in them was damaged. */
  readonly evacuatedCylinders: number;
  /** Tracks whose bytes were found again from redundancy. */
  readonly healedTracks: number;
  readonly scrub: ScrubState;
}

/** What a collection did. */
export interface CollectedSpace {
  readonly cylinders: number;
  readonly tracks: number;
}

/** Dead part of a cylinder, in eighths, that makes collecting it worth while when nobody says how many. */
const WORTHWHILE_EIGHTHS = 1;

/** The drives of a subsystem. */
export class DriveControl {
  readonly #parts: SubsystemParts;
  readonly #trace: Trace;

  constructor(parts: SubsystemParts, trace: Trace) {
    this.#parts = parts;
    this.#trace = trace;
  }

  /**
   * A drive fails. A spare takes its place at once when there is one. Refused GROUP_UNKNOWN,
   * DRIVE_UNKNOWN, or DRIVE_STATE when it has failed already.
   */
  fail(group: number, member: number): Outcome<{ readonly spare: boolean }> {
    const found = this.#find(group, member);
    if (found.kind === 'refused') return found;
    if (found.value.state === 'failed') return refuseState(group, member, 'has failed already');
    const spare = this.#parts.backEnd.failDrive(group, member) === 'spareTakesOver';
    this.#noteChange('driveFailed', { group, member, spare });
    return done({ spare });
  }

  /**
   * A failed drive comes back with what it held; what was destaged meanwhile is rebuilt. When a spare
   * stands in its place it becomes a spare, and takes the place of another failed drive at once when
   * there is one. Refused as {@link fail}, DRIVE_STATE when none is out.
   */
  return(group: number, member: number): Outcome<DriveBrought> {
    return this.#bringBack('driveReturned', group, member, () =>
      this.#parts.backEnd.returnDrive(group, member),
    );
  }

  /** A failed drive is exchanged for an empty one, which is rebuilt. Otherwise as {@link return}. */
  replace(group: number, member: number): Outcome<DriveBrought> {
    return this.#bringBack('driveReplaced', group, member, () =>
      this.#parts.backEnd.replaceDrive(group, member),
    );
  }

  /**
   * Damages sectors of a cylinder that lies on the drives. Nobody is told; reading or scrub finds it.
   * Refused DRIVE_STATE when the drive has failed, SECTOR_UNKNOWN when the cylinder is not on the
   * drives or has fewer sectors.
   */
  corrupt({ group, member, cylinder, sector, sectors, kind }: Corruption): Outcome<null> {
    const found = this.#find(group, member);
    if (found.kind === 'refused') return found;
    if (found.value.state === 'failed') return refuseState(group, member, 'has failed');
    const owner = this.#parts.backEnd.groupNumbered(group);
    const refusal = refuseSectors(owner, cylinder, sector, sectors);
    if (refusal !== undefined) return refusal;
    found.value.corrupt(cylinder, sector, sectors, kind);
    return done(null);
  }

  /** Where a track lies on the drives; nothing when it has no content or is in NVS. */
  locate(device: DeviceIndex, track: TrackIndex): SectorRange | undefined {
    const { directory, instances, backEnd } = this.#parts;
    const entry = directory.find(device, track);
    if (entry < RESERVED_ENTRY_COUNT) return undefined;
    const place = instances.place(entry);
    const cylinder = instances.cylinder(entry);
    if (!backEnd.groupOf(place).isDestaged(cylinder)) return undefined;
    return {
      group: placeGroup(place),
      cylinder,
      member: placeMember(place),
      sector: placeSector(place),
      sectors: instances.sectors(entry),
    };
  }

  /** Pads and destages all open cylinders: for a shutdown, or when power threatens to go. */
  closeOpen(): void {
    this.#parts.backEnd.closeOpen();
  }

  /** Destages everything that waits. @returns Cylinders destaged. */
  destage(): number {
    let destaged = 0;
    while (this.#parts.backEnd.destage()) destaged += 1;
    return destaged;
  }

  /** Whether something that drives miss can be rebuilt now. */
  isRebuilding(): boolean {
    return this.#parts.rebuild.hasWork();
  }

  /** Verifies everything on the drives once, in the background. */
  requestScrub(): void {
    this.#parts.scrub.request();
  }

  /** Verifies everything on the drives again and again, in the background, or stops doing so. */
  paceScrub(isPaced: boolean): void {
    this.#parts.scrub.setPaced(isPaced);
  }

  scrubState(): ScrubState {
    return this.#parts.scrub.state();
  }

  /**
   * Collects free space now.
   *
   * @param scope - One group or all; so many cylinders of each, or all that are worth it: those that
   *   lost tracks since they were destaged, an eighth of their sectors or more. Refused GROUP_UNKNOWN.
   */
  collect(
    scope: { readonly group?: number; readonly cylinders?: number } = {},
  ): Outcome<CollectedSpace> {
    const { backEnd, collection } = this.#parts;
    if (scope.group !== undefined && backEnd.groups[scope.group] === undefined) {
      return this.#refuseGroup(scope.group);
    }
    const groups = scope.group === undefined ? backEnd.groups.keys() : [scope.group];
    const before = { cylinders: collection.collectedCount, tracks: collection.movedCount };
    for (const group of groups) {
      const most = scope.cylinders ?? backEnd.groupNumbered(group).cylinders.openedCount;
      const eighths = scope.cylinders === undefined ? WORTHWHILE_EIGHTHS : 0;
      for (let count = 0; count < most; count += 1) {
        if (!collection.collectOne(group, eighths)) break;
      }
    }
    return done({
      cylinders: collection.collectedCount - before.cylinders,
      tracks: collection.movedCount - before.tracks,
    });
  }

  /** How all drives stand, and what was done so far. */
  report(): DrivesReport {
    const { backEnd, collection, rebuild, scrub, store } = this.#parts;
    return {
      groups: backEnd.groups.map(groupReport),
      spares: backEnd.spareCount,
      destagedCylinders: backEnd.groups.reduce(
        (sum, { destage }) => sum + destage.destagedCount,
        0,
      ),
      collectedCylinders: collection.collectedCount,
      collectedTracks: collection.movedCount,
      rebuiltCylinders: rebuild.rebuiltCount,
      evacuatedCylinders: rebuild.evacuatedCount + scrub.evacuatedCount,
      healedTracks: store.healedCount,
      scrub: scrub.state(),
    };
  }

  /** Every track that is lost as things stand, with everybody who shows it. */
  lostTracks(): readonly LostTrack[] {
    return findLostTracks(this.#parts);
  }

  #bringBack(
    event: string,
    group: number,
    member: number,
    bring: () => 'returned' | 'replaced' | 'spare' | 'notFailed',
  ): Outcome<DriveBrought> {
    const found = this.#find(group, member);
    if (found.kind === 'refused') return found;
    const brought = bring();
    if (brought === 'notFailed') return refuseState(group, member, 'has not failed');
    const spare = brought === 'spare';
    this.#noteChange(event, { group, member, spare });
    const takesOver = this.#parts.backEnd.placeSpare();
    if (takesOver === undefined) return done({ spare });
    this.#noteChange('spareTakesOver', takesOver);
    return done({ spare, takesOver });
  }

  #noteChange(event: string, data: Readonly<Record<string, unknown>>): void {
    this.#parts.collection.noteDrives();
    this.#trace.emit(event, data);
  }

  #find(group: number, member: number): Outcome<GroupMember> {
    const members = this.#parts.backEnd.groups[group]?.members;
    if (members === undefined) return this.#refuseGroup(group);
    const found = members[member];
    if (found !== undefined) return done(found);
    return refuse('DRIVE_UNKNOWN', {
      what: `member ${member} of redundancy group ${group}`,
      limit: `the group has members 0 to ${members.length - 1}`,
      fix: 'name a member of the group: data drives from 0, then P, then Q',
    });
  }

  #refuseGroup(group: number): Refusal {
    return refuse('GROUP_UNKNOWN', {
      what: `redundancy group ${group}`,
      limit: `the subsystem has groups 0 to ${this.#parts.backEnd.groups.length - 1}`,
      fix: 'name a group of the subsystem',
    });
  }
}

function groupReport(group: RedundancyGroup): GroupDrivesReport {
  const { dataDrives, redundancyDrives } = group.shape;
  const missingMembers = missingMembersMax(group);
  return {
    group: group.number,
    redundancy: redundancyState(missingMembers, redundancyDrives),
    missingMembers,
    members: group.members.map(({ number, state, missing, unreadable }) => ({
      member: number,
      role: number < dataDrives ? 'data' : number === dataDrives ? 'P' : 'Q',
      state,
      missingCylinders: missing.count,
      unreadableSectors: unreadable.count,
    })),
  };
}

function refuseState(group: number, member: number, state: string): Refusal {
  return refuse('DRIVE_STATE', {
    what: `member ${member} of redundancy group ${group}`,
    limit: `its drive ${state}`,
    fix: 'ask for the report of the drives first',
  });
}

function refuseSectors(
  group: RedundancyGroup,
  cylinder: number,
  sector: number,
  sectors: number,
): Refusal | undefined {
  const { cylinderSectors } = group.shape;
  const what = `${sectors} sectors from sector ${sector} of cylinder ${cylinder}`;
  const { openedCount } = group.cylinders;
  const isCylinder = Number.isInteger(cylinder) && cylinder >= 0 && cylinder < openedCount;
  if (!isCylinder || !group.isDestaged(cylinder)) {
    return refuse('SECTOR_UNKNOWN', {
      what,
      limit: `cylinder ${cylinder} of group ${group.number} is not on the drives`,
      fix: 'locate a track, or destage first',
    });
  }
  const isRange = [sector, sectors].every(Number.isInteger) && sector >= 0 && sectors >= 1;
  if (isRange && sector + sectors <= cylinderSectors) return undefined;
  return refuse('SECTOR_UNKNOWN', {
    what,
    limit: `a physical cylinder of group ${group.number} has sectors 0 to ${cylinderSectors - 1}`,
    fix: 'name sectors within the cylinder',
  });
}
