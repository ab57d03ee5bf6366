/**
 * Looks at everything that lies on the drives of a store: labels, tracks and redundancy, and says in
 * which file and where something is not as it was written.
 *
 * Changes nothing but what is known of sectors that cannot be read, and that in memory alone.
 *
 * @module
 */
import { formatDeviceNumber } from '../base/units.ts';
import type { GroupMember } from '../media/group-member.ts';
import { placeGroup, placeMember, placeSector, SECTOR_BYTES } from '../media/logical-cylinder.ts';
import type { RedundancyGroup } from '../media/redundancy-group.ts';
import type { LostTrack } from '../subsystem/lost-tracks.ts';
import type { Subsystem } from '../subsystem/subsystem.ts';
import type { StorePlace } from './store-fault.ts';
import { driveFile } from './store-layout.ts';
import type { StoreProblem } from './store-problem.ts';

/** How much was looked at. */
export interface DriveLook {
  /** Cylinders that lie on drives. */
  readonly cylinders: number;
  /** Cylinders of members that could be read. */
  readonly memberCylinders: number;
  /** Live tracks, wherever they lie. */
  readonly tracks: number;
}

/** Looks at all drives. @param report - Is told of every problem. */
export function checkDrives(
  subsystem: Subsystem,
  report: (problem: StoreProblem) => void,
): DriveLook {
  const check = new DriveCheck(subsystem, report);
  for (const group of subsystem.parts.backEnd.groups) {
    for (const cylinder of group.destagedCylinders()) check.look(group, cylinder);
  }
  check.tellLost();
  return check.looked;
}

class DriveCheck {
  readonly looked = { cylinders: 0, memberCylinders: 0, tracks: 0 };
  readonly #subsystem: Subsystem;
  readonly #report: (problem: StoreProblem) => void;

  constructor(subsystem: Subsystem, report: (problem: StoreProblem) => void) {
    this.#subsystem = subsystem;
    this.#report = report;
  }

  /** One cylinder. Redundancy that does not fit is told only where nothing else explains it. */
  look(group: RedundancyGroup, cylinder: number): void {
    this.looked.cylinders += 1;
    let isSound = true;
    for (const member of group.members) {
      if (member.state === 'failed' || member.missing.has(cylinder)) continue;
      this.looked.memberCylinders += 1;
      isSound = this.#lookAtMember(group, cylinder, member) && isSound;
    }
    isSound = this.#lookAtTracks(group, cylinder) && isSound;
    const { backEnd } = this.#subsystem.parts;
    if (!isSound || backEnd.repair.verifyParity(group, cylinder)) return;
    this.#report({
      area: 'drive',
      place: placeOf(group, cylinder, group.shape.dataDrives, 0),
      what: `the redundancy of cylinder ${cylinder} of group ${group.number} is not that of its data`,
      remedy: 'repair',
    });
  }

  /** Every track that is damaged past what redundancy gives back, by its owners. */
  tellLost(): void {
    const { groups } = this.#subsystem.parts.backEnd;
    for (const lost of this.#subsystem.drives.lostTracks()) {
      this.#report({
        area: 'track',
        // What never came to a drive was lost with the journal, and that is told.
        place: groups[lost.group]?.isDestaged(lost.logicalCylinder)
          ? { file: driveFile(lost.group, lost.member) }
          : {},
        what: `${formatOwners(lost)} is lost`,
        remedy: 'none',
      });
    }
  }

  /** Whether all sectors can be read, and the label is the right one. */
  #lookAtMember(group: RedundancyGroup, cylinder: number, member: GroupMember): boolean {
    const { cylinderSectors } = group.shape;
    const bad = unreadableSectors(member, cylinder, cylinderSectors);
    if (bad.length > 0) {
      this.#report({
        area: 'drive',
        place: placeOf(group, cylinder, member.number, bad[0] ?? 0),
        what: `${bad.length} sectors of cylinder ${cylinder} of ${nameOf(group, member)} cannot be read`,
        remedy: 'repair',
      });
      return false;
    }
    if (group.destage.hasLabel(group, cylinder, member.number)) return true;
    this.#report({
      area: 'drive',
      place: placeOf(group, cylinder, member.number, 0),
      what: `cylinder ${cylinder} of ${nameOf(group, member)} has another label than it should`,
      remedy: 'repair',
    });
    return false;
  }

  #lookAtTracks(group: RedundancyGroup, cylinder: number): boolean {
    const { instances, store } = this.#subsystem.parts;
    let areSound = true;
    for (const id of group.instanceIds(cylinder)) {
      if (instances.count(id) === 0 || instances.cylinder(id) !== cylinder) continue;
      const place = instances.place(id);
      if (placeGroup(place) !== group.number) continue;
      const member = group.members[placeMember(place)];
      const sector = placeSector(place);
      // What is known to be bad is told, and so is what a drive misses.
      if (member?.isErased(cylinder, sector, instances.sectors(id)) !== false) continue;
      this.looked.tracks += 1;
      if (store.isIntact(id)) continue;
      areSound = false;
      this.#report({
        area: 'drive',
        place: placeOf(group, cylinder, member.number, sector),
        what: `a track in cylinder ${cylinder} of ${nameOf(group, member)} is not what was written`,
        remedy: 'repair',
      });
    }
    return areSound;
  }
}

/** Reads a member of a cylinder; what cannot be read is found sector by sector. */
function unreadableSectors(member: GroupMember, cylinder: number, sectors: number): number[] {
  if (!member.isErased(cylinder, 0, sectors)) {
    const bytes = member.read(cylinder, 0, sectors);
    if (bytes !== undefined) return [];
  }
  const all = Array.from({ length: sectors }, (_, sector) => sector);
  return all.filter((sector) => member.isErased(cylinder, sector, 1));
}

function placeOf(
  { number, shape }: RedundancyGroup,
  cylinder: number,
  member: number,
  sector: number,
): StorePlace {
  const offset = (cylinder * shape.cylinderSectors + sector) * SECTOR_BYTES;
  return { file: driveFile(number, member), offset };
}

function nameOf({ number }: RedundancyGroup, member: GroupMember): string {
  return `member ${member.number} of group ${number}`;
}

function formatOwners({ owners }: LostTrack): string {
  return owners
    .map(({ device, point, track, cylinder, head }) => {
      const where = `track ${track} (cylinder ${cylinder}, head ${head})`;
      const of = `device ${formatDeviceNumber(device)}`;
      return point === undefined ? `${where} of ${of}` : `${where} of point ${point} of ${of}`;
    })
    .join(', ');
}
