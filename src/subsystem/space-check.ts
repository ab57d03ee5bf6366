/**
 * Space as part of the whole-state check: no two live instances overlap, the accounts of every
 * cylinder and of nonvolatile storage add up, every live instance stands in the list of its cylinder,
 * and drives miss nothing but what lies on drives.
 *
 * @module
 */
import {
  CYLINDER_FREE,
  CYLINDER_FULL,
  CYLINDER_OPEN,
  CYLINDER_QUARANTINED,
  type CylinderState,
} from '../media/cylinder-table.ts';
import { nvsBytesOf } from '../media/group-shape.ts';
import {
  FIRST_TRACK_SECTOR,
  placeGroup,
  placeMember,
  placeSector,
} from '../media/logical-cylinder.ts';
import type { OpenCylinder } from '../media/open-cylinder.ts';
import type { RedundancyGroup } from '../media/redundancy-group.ts';
import { RESERVED_ENTRY_COUNT } from '../track/null-track.ts';
import type { ReportViolation } from './capacity-report.ts';
import type { SubsystemParts } from './parts.ts';

/** More values than sectors of an instance, so a range packs into one exact number. */
const LENGTH_VALUES = 256;

/** @returns Cylinders looked at. */
export function checkSpace(parts: SubsystemParts, report: ReportViolation): number {
  const { backEnd, instances } = parts;
  const groups = backEnd.groups.map((group) => new GroupCheck(group, report));
  for (let id = RESERVED_ENTRY_COUNT; id <= instances.highestId; id += 1) {
    if (instances.count(id) === 0) continue;
    const place = instances.place(id);
    const group = groups[placeGroup(place)];
    if (group === undefined) {
      report('no-overlap', `instance ${id} lies in group ${placeGroup(place)}, which is not there`);
    } else {
      group.add(id, instances.cylinder(id), place, instances.sectors(id));
    }
  }
  let cylinders = 0;
  let live = 0;
  let nvsBytes = 0;
  for (const group of groups) {
    group.compare(parts);
    cylinders += group.cylinderCount;
    live += group.liveSectors;
    nvsBytes += group.nvsBytes;
  }
  if (live !== backEnd.liveSectors) {
    report('cylinder-accounts', `${live} live sectors, kept ${backEnd.liveSectors}`);
  }
  if (nvsBytes !== backEnd.nvs.usedBytes) {
    const detail = `${nvsBytes} bytes of nonvolatile storage in use, kept ${backEnd.nvs.usedBytes}`;
    report('cylinder-accounts', detail);
  }
  return cylinders;
}

class GroupCheck {
  liveSectors = 0;
  /** Of its cylinders that are open or wait for destage. */
  nvsBytes = 0;
  readonly cylinderCount: number;
  readonly #group: RedundancyGroup;
  readonly #report: ReportViolation;
  readonly #live: Float64Array;
  /** Ranges of live instances, packed: first sector of the group times lengths, plus length. */
  readonly #ranges: number[] = [];
  readonly #open = new Map<number, OpenCylinder>();

  constructor(group: RedundancyGroup, report: ReportViolation) {
    this.#group = group;
    this.#report = report;
    this.cylinderCount = group.cylinders.openedCount;
    this.#live = new Float64Array(this.cylinderCount);
    for (const open of group.openCylinders()) this.#open.set(open.cylinder, open);
  }

  add(id: number, cylinder: number, place: number, sectors: number): void {
    const { dataDrives, cylinderSectors } = this.#group.shape;
    const member = placeMember(place);
    const sector = placeSector(place);
    if (cylinder >= this.cylinderCount || member >= dataDrives) {
      this.#report('no-overlap', `instance ${id} lies in cylinder ${cylinder}, member ${member}`);
      return;
    }
    if (sector < FIRST_TRACK_SECTOR || sector + sectors > cylinderSectors) {
      this.#report('no-overlap', `instance ${id} does not lie within the sectors of its member`);
    }
    const open = this.#open.get(cylinder);
    if (open !== undefined && isBehind(open, member, sector + sectors)) {
      this.#report('no-overlap', `instance ${id} lies where its open cylinder was not reached`);
    }
    const first = (cylinder * dataDrives + member) * cylinderSectors + sector;
    this.#ranges.push(first * LENGTH_VALUES + sectors);
    this.#live[cylinder] = (this.#live[cylinder] as number) + sectors;
    this.liveSectors += sectors;
  }

  compare(parts: SubsystemParts): void {
    this.#compareOverlap();
    const { cylinders, shape } = this.#group;
    let dead = 0;
    let free = 0;
    let full = 0;
    for (let at = 0; at < this.cylinderCount; at += 1) {
      const kept = cylinders.live(at);
      const state = cylinders.state(at);
      if (this.#live[at] !== kept) {
        this.#fault(`cylinder ${at} has ${this.#live[at]} live sectors, kept ${kept}`);
      }
      const used = this.#usedSectors(at, state);
      if (kept > used) this.#fault(`cylinder ${at} has ${kept} live of ${used} sectors in use`);
      dead += used - kept;
      if (state === CYLINDER_FULL) full += 1;
      if (state === CYLINDER_FREE || state === CYLINDER_QUARANTINED) free += 1;
      else if (kept === 0 && state !== CYLINDER_OPEN) this.#fault(`cylinder ${at} should be free`);
    }
    const { liveSectors, deadSectors, unwrittenSectors } = this.#group;
    if (this.liveSectors !== liveSectors || dead !== deadSectors) {
      const found = `${this.liveSectors} live and ${dead} dead sectors`;
      this.#fault(`${found}, kept ${liveSectors} and ${deadSectors}`);
    }
    if (
      liveSectors + deadSectors + unwrittenSectors !==
      shape.cylinderCount * shape.usableSectors
    ) {
      this.#fault('live, dead and unwritten sectors miss the size of the group');
    }
    const { freeCylinderCount, quarantinedCount } = this.#group;
    const unopened = shape.cylinderCount - this.cylinderCount;
    if (free + unopened !== freeCylinderCount + quarantinedCount) {
      const kept = `${freeCylinderCount} and ${quarantinedCount} in quarantine`;
      this.#fault(`${free + unopened} cylinders are free, kept ${kept}`);
    }
    this.nvsBytes = (this.#open.size + full) * nvsBytesOf(shape);
    if (full !== this.#group.fullCount) {
      this.#fault(`${full} cylinders are full, ${this.#group.fullCount} wait for destage`);
    }
    this.#compareDirectories(parts);
    this.#compareFaults();
  }

  /** Drives miss nothing but cylinders that were destaged, and reads are told to look for faults. */
  #compareFaults(): void {
    const { members, hasFaults } = this.#group;
    if (members.some(({ drive }) => drive.isFaulty) !== hasFaults) {
      this.#fault(
        hasFaults ? 'nothing is faulty any more' : 'a faulty member is not known as such',
      );
    }
    for (const { number, missing } of members) {
      for (const cylinder of missing.bits()) {
        if (cylinder < this.cylinderCount && this.#group.isDestaged(cylinder)) continue;
        this.#fault(`member ${number} misses cylinder ${cylinder}, which is not on the drives`);
      }
    }
  }

  /** Sectors that instances, padding and passed-over ends have used up. */
  #usedSectors(cylinder: number, state: CylinderState): number {
    const { usableSectors } = this.#group.shape;
    if (state === CYLINDER_FREE || state === CYLINDER_QUARANTINED) return 0;
    return usableSectors - (this.#open.get(cylinder)?.unwritten ?? 0);
  }

  #compareOverlap(): void {
    const { cylinderSectors, dataDrives, cylinderCount } = this.#group.shape;
    let end = 0;
    for (const packed of Float64Array.from(this.#ranges).toSorted()) {
      const first = Math.floor(packed / LENGTH_VALUES);
      const length = packed % LENGTH_VALUES;
      if (first < end) {
        this.#report('no-overlap', `sector ${first} of group ${this.#group.number} lies in two`);
      }
      end = Math.max(end, first + length);
    }
    if (end > cylinderCount * dataDrives * cylinderSectors) {
      this.#report('no-overlap', `group ${this.#group.number} has no sector ${end - 1}`);
    }
  }

  /** Going through the lists of all cylinders meets every live instance of the group. */
  #compareDirectories({ instances }: SubsystemParts): void {
    const { number, cylinders } = this.#group;
    const met = new Uint8Array(instances.highestId + 1);
    let count = 0;
    for (let at = 0; at < this.cylinderCount; at += 1) {
      if (cylinders.live(at) === 0) continue;
      for (const id of this.#group.instanceIds(at)) {
        const isHere =
          id <= instances.highestId &&
          instances.count(id) > 0 &&
          instances.cylinder(id) === at &&
          placeGroup(instances.place(id)) === number;
        if (!isHere || met[id] === 1) continue;
        met[id] = 1;
        count += 1;
      }
    }
    if (count === this.#ranges.length) return;
    const detail = `lists of group ${number} name ${count} of ${this.#ranges.length} live instances`;
    this.#report('cylinder-lists', detail);
  }

  #fault(detail: string): void {
    this.#report('cylinder-accounts', `group ${this.#group.number}: ${detail}`);
  }
}

/** Whether a range ends behind what an open cylinder has reached. */
function isBehind(open: OpenCylinder, member: number, end: number): boolean {
  return member > open.member || (member === open.member && end > open.sector);
}
