/**
 * The back end: all redundancy groups of a subsystem with the nonvolatile storage before them and the
 * spare drives behind them.
 *
 * Everything above takes and gives space here. A taken place stands in {@link BackEnd.cylinder} and
 * {@link BackEnd.place}; the group is part of the place.
 *
 * @module
 */
import { invariant } from '../base/invariant.ts';
import type { Plain, StateKeeping } from '../base/kept-state.ts';
import type { Checksum, DriveWork } from '../base/ports.ts';
import { Destage } from './destage.ts';
import type { DriveSupply } from './drive-bytes.ts';
import { ErasureRepair } from './erasure-repair.ts';
import type { GroupMember } from './group-member.ts';
import type { GroupShape } from './group-shape.ts';
import type { StorageContent } from './group-storage.ts';
import { placeGroup, SECTOR_BYTES } from './logical-cylinder.ts';
import { type DestageMode, NonvolatileStorage } from './nonvolatile-storage.ts';
import type { OpenCylinder } from './open-cylinder.ts';
import type { ParityEngine } from './parity.ts';
import type { PlacementKind, TakeRight } from './placement.ts';
import type { ChangeOrder } from './quarantine.ts';
import { RedundancyGroup } from './redundancy-group.ts';
import { missingMembersMax } from './redundancy-state.ts';

/** What a back end is made from. */
export interface BackEndPlan {
  readonly shapes: readonly GroupShape[];
  /** Whether drives hold bytes. */
  readonly hasBytes: boolean;
  /** Where drives that hold bytes come from. */
  readonly drives: DriveSupply;
  /** Who keeps the state. */
  readonly keeping: StateKeeping;
  readonly nvsBytes: number;
  readonly destage: DestageMode;
  readonly spareDrives: number;
  readonly parity: ParityEngine;
  readonly checksum: Checksum;
  readonly driveWork: DriveWork;
  readonly changes: ChangeOrder;
  /** Words taken from memory at a time, as a power of two. */
  readonly memoryBits: number;
}

/** Figures of a back end as they are kept. */
interface BackEndFigures {
  readonly spares: number;
  readonly driveChanges: number;
  readonly preferred: number;
  readonly preferredClock: number;
  readonly lastGroup: number;
  readonly hasNews: boolean;
  readonly shortage: 'space' | 'nvs';
}

/** All groups. */
export class BackEnd {
  readonly groups: readonly RedundancyGroup[];
  readonly nvs: NonvolatileStorage;
  readonly repair: ErasureRepair;
  /** Whether drives hold bytes. */
  readonly hasBytes: boolean;
  readonly capacitySectors: number;
  /** Of the capacity: sectors for the metadata of running backups only. */
  readonly reserveSectors: number;
  /** Whether any drive failed, or holds something that is known to be bad. */
  hasFaults = false;
  /** Drives that failed, returned or were replaced so far: tells rebuild to look again. */
  driveChangeCount = 0;
  /** Why the last take failed. */
  shortage: 'space' | 'nvs' = 'space';
  /**
   * Cylinders were opened, or the live sectors of a group have come near what it was told to warn of:
   * somebody may want to look at the load. Set to `false` by whoever does.
   */
  hasNews = false;
  /** Group and open cylinder of the last take. */
  lastGroup: RedundancyGroup;
  lastOpen: OpenCylinder;
  #spareCount: number;
  /** Where a track goes that may lie anywhere. */
  #preferred = 0;
  #preferredClock = 0;

  constructor(plan: BackEndPlan) {
    const { shapes, hasBytes, checksum, parity, memoryBits, keeping } = plan;
    const drives = hasBytes ? plan.drives : undefined;
    this.hasBytes = hasBytes;
    this.nvs = new NonvolatileStorage(plan.nvsBytes, plan.destage);
    this.repair = new ErasureRepair(parity);
    this.groups = shapes.map(
      (shape, number) =>
        new RedundancyGroup(number, shape, {
          nvs: this.nvs,
          destage: new Destage(shape, drives, parity, checksum),
          changes: plan.changes,
          drives,
          keeping,
          driveWork: plan.driveWork,
          memoryBits,
          relieveNvs: () => this.destage(),
          onNews: () => {
            this.hasNews = true;
          },
          onFault: () => {
            this.hasFaults = this.groups.some((group) => group.hasFaults);
          },
        }),
    );
    const [first] = this.groups;
    invariant(first !== undefined, 'back-end-has-groups');
    this.lastGroup = first;
    this.lastOpen = first.lastOpen;
    this.capacitySectors = sum(this.groups, (group) => group.capacitySectors);
    this.reserveSectors = sum(this.groups, (group) => group.reserveSectors);
    this.#spareCount = plan.spareDrives;
    keeping.keep(this.nvs);
    keeping.keep({
      kind: 'figures',
      name: 'backEnd',
      save: () => this.#save(),
      restore: (saved) => this.#restore(saved),
    });
  }

  get liveSectors(): number {
    return sum(this.groups, (group) => group.liveSectors);
  }

  /** Cylinder of the last take. */
  get cylinder(): number {
    return this.lastOpen.cylinder;
  }

  /** Place of the last take. */
  get place(): number {
    return this.lastOpen.place;
  }

  get deadSectors(): number {
    return sum(this.groups, (group) => group.deadSectors);
  }

  get unwrittenSectors(): number {
    return sum(this.groups, (group) => group.unwrittenSectors);
  }

  get freeCylinderCount(): number {
    return sum(this.groups, (group) => group.freeCylinderCount);
  }

  /** Drives that wait to take the place of one that fails. */
  get spareCount(): number {
    return this.#spareCount;
  }

  /**
   * Takes space for an instance.
   *
   * @param group - Number of the group, or -1 for any.
   * @returns Whether there was space; if not, {@link shortage} says why.
   */
  take(sectors: number, group: number, kind: PlacementKind, right: TakeRight): boolean {
    if (group < 0) return this.#takeAnywhere(sectors, kind, right);
    const home = this.groups[group] as RedundancyGroup;
    if (!home.take(sectors, kind, right)) {
      this.shortage = home.shortage;
      return false;
    }
    if (this.lastOpen !== home.lastOpen) {
      this.lastOpen = home.lastOpen;
      this.lastGroup = home;
    }
    return true;
  }

  /**
   * The group in which a track that may lie anywhere goes first: the emptiest, looked for again
   * whenever it has opened a cylinder.
   */
  preferredGroup(): number {
    if (this.groups.length === 1) return 0;
    const now = this.groups[this.#preferred] as RedundancyGroup;
    if (now.cylinders.clock === this.#preferredClock && now.freeCylinderCount > 0) {
      return this.#preferred;
    }
    let best = now;
    for (const group of this.groups) if (loadOf(group) < loadOf(best)) best = group;
    this.#preferred = best.number;
    this.#preferredClock = best.cylinders.clock;
    return best.number;
  }

  /** Buffer of the member in which the place just taken lies. */
  takenBuffer(): Uint8Array {
    return this.lastGroup.takenBuffer();
  }

  /**
   * Gives the space of a dead instance back. A cylinder that was left and holds nothing else is free.
   */
  giveBack(cylinder: number, place: number, sectors: number): void {
    (this.groups[placeGroup(place)] as RedundancyGroup).cylinders.kill(cylinder, sectors);
  }

  /** Gives the space back that an instance had before it moved. */
  moveOut(cylinder: number, place: number, sectors: number): void {
    const { cylinders } = this.groups[placeGroup(place)] as RedundancyGroup;
    cylinders.noteMove(cylinder);
    cylinders.kill(cylinder, sectors);
  }

  /** The group in which a place lies. */
  groupOf(place: number): RedundancyGroup {
    const group = this.groups[placeGroup(place)];
    invariant(group !== undefined, 'place-in-group', String(place));
    return group;
  }

  /**
   * Pads and destages all open cylinders: for a shutdown, or when power threatens to go. Tracks of a
   * group that has lost too many drives stay in nonvolatile storage, where they are not lost.
   */
  closeOpen(): void {
    for (const group of this.groups) if (hasRedundancy(group)) group.closeOpen();
  }

  /**
   * Destages one full cylinder of the group that has most of them. Tracks of a group that has lost too
   * many drives are safer where they are.
   *
   * @returns Whether there was one.
   */
  destage(): boolean {
    let fullest: RedundancyGroup | undefined;
    for (const group of this.groups) {
      if (!hasRedundancy(group)) continue;
      if (group.fullCount > (fullest?.fullCount ?? 0)) fullest = group;
    }
    return fullest?.destageNext() ?? false;
  }

  /** Full cylinders that {@link destage} would write. */
  get fullCount(): number {
    return sum(this.groups, (group) => (hasRedundancy(group) ? group.fullCount : 0));
  }

  /** A drive fails. A spare, when there is one, takes its place at once and waits for rebuild. */
  failDrive(group: number, member: number): 'failed' | 'spareTakesOver' {
    const failed = this.#member(group, member);
    failed.fail();
    this.driveChangeCount += 1;
    return this.#putSpare(this.groupNumbered(group), failed) ? 'spareTakesOver' : 'failed';
  }

  /** A failed drive comes back with what it held; when a spare stands in its place, as a new spare. */
  returnDrive(group: number, member: number): 'returned' | 'spare' | 'notFailed' {
    const place = this.#member(group, member);
    if (place.state === 'failed') {
      place.return();
      this.driveChangeCount += 1;
      return 'returned';
    }
    return this.#refill(place);
  }

  /** A failed drive is exchanged for an empty one; when a spare stands in its place, that is the spare. */
  replaceDrive(group: number, member: number): 'replaced' | 'spare' | 'notFailed' {
    const place = this.#member(group, member);
    if (place.state === 'failed') {
      place.replace(this.groupNumbered(group).destagedCylinders(), false);
      this.driveChangeCount += 1;
      return 'replaced';
    }
    return this.#refill(place);
  }

  /**
   * Puts a waiting spare in the place of a drive that is down, in the group that has lost most.
   *
   * @returns The member whose place it took.
   */
  placeSpare(): { readonly group: number; readonly member: number } | undefined {
    if (this.#spareCount === 0) return undefined;
    const byFailed = this.groups.toSorted((one, other) => other.failedCount - one.failedCount);
    for (const group of byFailed) {
      const failed = group.members.find(({ state }) => state === 'failed');
      if (failed === undefined || !this.#putSpare(group, failed)) continue;
      this.driveChangeCount += 1;
      return { group: group.number, member: failed.number };
    }
    return undefined;
  }

  /** Makes and touches memory for so many bytes of tracks ahead of need. */
  prepare(bytes: number): void {
    for (const group of this.groups) {
      const share = bytes * (group.capacitySectors / this.capacitySectors);
      const wanted = Math.ceil(share / (group.shape.usableSectors * SECTOR_BYTES));
      group.destage.prepare(group, Math.min(wanted, group.shape.cylinderCount));
    }
  }

  /** What lies in nonvolatile storage, in bytes: what a journal has to have of it. */
  *storageContents(): Generator<StorageContent> {
    for (const { storage } of this.groups) yield* storage.contents();
  }

  /**
   * A member of a cylinder in nonvolatile storage gets its bytes again, after everything that is kept
   * was restored. The buffer, of a whole physical cylinder, is the group's from now on; what was not
   * written of it is zeros.
   *
   * @param at - As {@link storageContents} has told it.
   * @returns Whether such a cylinder lies there, and the member of it holds something.
   */
  refillStorage(
    at: {
      readonly group: number;
      readonly cylinder: number;
      readonly stamp: number;
      readonly member: number;
    },
    buffer: Uint8Array,
  ): boolean {
    const { storage } = this.groupNumbered(at.group);
    return storage.refill(at.cylinder, at.stamp, at.member, buffer);
  }

  /**
   * Writes a cylinder once more that was destaged, where it still lies on the drives: what was written
   * may not have reached all of them.
   *
   * @param buffers - Of the data members, none where nothing was written; they become the drives'.
   * @returns Whether it still lies there.
   */
  destageAgain(
    group: number,
    cylinder: number,
    buffers: readonly (Uint8Array | undefined)[],
  ): boolean {
    const owner = this.groupNumbered(group);
    if (cylinder >= owner.cylinders.openedCount || !owner.isDestaged(cylinder)) return false;
    owner.destage.writeAgain(owner, cylinder, buffers);
    return true;
  }

  /** A group by its number. */
  groupNumbered(group: number): RedundancyGroup {
    const found = this.groups[group];
    invariant(found !== undefined, 'group-number', String(group));
    return found;
  }

  /**
   * A spare takes the place of a failed drive where rebuild can fill it: past the redundancy the failed
   * drive itself, should it come back, is worth more.
   */
  #putSpare(group: RedundancyGroup, failed: GroupMember): boolean {
    if (this.#spareCount === 0) return false;
    if (missingMembersMax(group) > group.shape.redundancyDrives) return false;
    this.#spareCount -= 1;
    failed.replace(group.destagedCylinders(), true);
    return true;
  }

  #save(): Plain {
    return {
      spares: this.#spareCount,
      driveChanges: this.driveChangeCount,
      preferred: this.#preferred,
      preferredClock: this.#preferredClock,
      lastGroup: this.lastGroup.number,
      hasNews: this.hasNews,
      shortage: this.shortage,
    };
  }

  #restore(saved: Plain | undefined): void {
    if (saved === undefined) return;
    const figures = saved as unknown as BackEndFigures;
    this.#spareCount = figures.spares;
    this.driveChangeCount = figures.driveChanges;
    this.#preferred = figures.preferred;
    this.#preferredClock = figures.preferredClock;
    this.lastGroup = this.groupNumbered(figures.lastGroup);
    this.lastOpen = this.lastGroup.lastOpen;
    this.hasNews = figures.hasNews;
    this.shortage = figures.shortage;
  }

  #refill(place: GroupMember): 'spare' | 'notFailed' {
    if (place.outCount === 0) return 'notFailed';
    place.refillSpare();
    this.#spareCount += 1;
    return 'spare';
  }

  #member(group: number, member: number): GroupMember {
    const found = this.groupNumbered(group).members[member];
    invariant(found !== undefined, 'member-number', `${member} of group ${group}`);
    return found;
  }

  #takeAnywhere(sectors: number, kind: PlacementKind, right: TakeRight): boolean {
    const count = this.groups.length;
    const first = this.preferredGroup();
    let shortage: 'space' | 'nvs' = 'space';
    for (let at = 0; at < count; at += 1) {
      if (this.take(sectors, (first + at) % count, kind, right)) return true;
      if (this.shortage === 'nvs') shortage = 'nvs';
    }
    this.shortage = shortage;
    return false;
  }
}

function sum(
  groups: readonly RedundancyGroup[],
  figure: (group: RedundancyGroup) => number,
): number {
  return groups.reduce((total, group) => total + figure(group), 0);
}

/** Whether a group has drives enough to keep what is written to it. */
function hasRedundancy({ failedCount, shape }: RedundancyGroup): boolean {
  return failedCount <= shape.redundancyDrives;
}

function loadOf(group: RedundancyGroup): number {
  return group.liveSectors / group.capacitySectors;
}
