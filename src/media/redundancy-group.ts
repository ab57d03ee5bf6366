/**
 * A redundancy group: where new track instances go, and when the space of dead ones comes back.
 *
 * The space is a log. New instances gather in open logical cylinders in nonvolatile storage, one for
 * each kind, and full cylinders are destaged with their redundancy. Nothing inside a cylinder is used
 * twice: its space comes back when its last live sector goes, by itself or because collection has
 * moved what was left. A cylinder freed so is quarantined until the change that emptied it is durable.
 *
 * Only this module takes and gives space. Who may take how much is in group-shape.ts.
 *
 * @module
 */
import { invariant } from '../base/invariant.ts';
import type { Plain, StateKeeping } from '../base/kept-state.ts';
import type { DriveWork } from '../base/ports.ts';
import { CylinderDirectories } from './cylinder-directories.ts';
import { CYLINDER_DESTAGED, CylinderTable } from './cylinder-table.ts';
import type { Destage } from './destage.ts';
import type { DriveSupply } from './drive-bytes.ts';
import { FreeCylinders } from './free-cylinders.ts';
import type { GroupMember } from './group-member.ts';
import { GroupMembers } from './group-members.ts';
import { type GroupShape, nvsBytesOf } from './group-shape.ts';
import { GroupStorage } from './group-storage.ts';
import { LeftCylinders } from './left-cylinders.ts';
import { SECTOR_BYTES } from './logical-cylinder.ts';
import type { NonvolatileStorage } from './nonvolatile-storage.ts';
import { OpenCylinder } from './open-cylinder.ts';
import {
  COLLECTION_RIGHT,
  HOST_RIGHT,
  LOW_ACCESS,
  METADATA,
  PLACEMENT_KINDS,
  type PlacementKind,
  SEQUENTIAL,
  SURVIVOR,
  type TakeRight,
  UPDATE,
} from './placement.ts';
import type { ChangeOrder } from './quarantine.ts';

/** Open cylinders with room that serve when none of the right kind can be opened. */
const SUBSTITUTES: readonly PlacementKind[] = [UPDATE, SEQUENTIAL, LOW_ACCESS, SURVIVOR];

/** Steps in which news is given of cylinders that are opened, at least. */
const NEWS_COUNT = 256;

/** What a group shares with the others of its subsystem. */
export interface GroupSurroundings {
  readonly nvs: NonvolatileStorage;
  readonly destage: Destage;
  readonly changes: ChangeOrder;
  /** Where drives come from; none where they hold no bytes. */
  readonly drives: DriveSupply | undefined;
  /** Who keeps the state. */
  readonly keeping: StateKeeping;
  readonly driveWork: DriveWork;
  /** Words taken from memory at a time, as a power of two. */
  readonly memoryBits: number;
  /** Destages some full cylinder of any group. @returns Whether there was one. */
  readonly relieveNvs: () => boolean;
  /** Cylinders were opened, or live sectors have come near what {@link RedundancyGroup.warnAt} said. */
  readonly onNews: () => void;
  /** Some member became faulty or sound. */
  readonly onFault: () => void;
}

/** Figures of a group as they are kept. */
interface GroupFigures {
  readonly counted: number;
  readonly quiet: number;
  readonly lastKind: number;
  readonly shortage: 'space' | 'nvs';
}

/** Space of one redundancy group. A taken place stands in {@link cylinder} and {@link place}. */
export class RedundancyGroup {
  readonly number: number;
  readonly shape: GroupShape;
  /** Data members, then P, then Q. */
  readonly members: readonly GroupMember[];
  readonly cylinders: CylinderTable;
  readonly directories: CylinderDirectories;
  readonly destage: Destage;
  /** Is told what the drives of the group do. */
  readonly driveWork: DriveWork;
  /** What lies in nonvolatile storage. */
  readonly storage: GroupStorage;
  /** Why the last take failed. */
  shortage: 'space' | 'nvs' = 'space';
  /** Where the last take was. */
  lastOpen: OpenCylinder;

  readonly #surroundings: GroupSurroundings;
  readonly #open: readonly OpenCylinder[];
  /** Live sectors up to which hosts may take. */
  readonly #hostLimit: number;
  /** So many cylinders, less one, are opened between two news of that: a power of two. */
  readonly #newsMask: number;
  /** Live sectors up to which nothing has to be asked or told. */
  #quietLimit = 0;
  readonly #nvsBytes: number;
  readonly #hasBytes: boolean;
  readonly #free: FreeCylinders;
  readonly #left: LeftCylinders;
  readonly #members: GroupMembers;
  /** Live sectors, but for those taken in open cylinders since they were last counted. */
  #countedSectors = 0;

  constructor(number: number, shape: GroupShape, surroundings: GroupSurroundings) {
    const { changes, drives, keeping } = surroundings;
    invariant(shape.reserveSectors < shape.capacitySectors, 'reserve-below-capacity');
    this.number = number;
    this.shape = shape;
    this.#surroundings = surroundings;
    this.destage = surroundings.destage;
    this.driveWork = surroundings.driveWork;
    this.#hasBytes = this.destage.hasBytes;
    this.#hostLimit = shape.capacitySectors - shape.reserveSectors;
    this.#nvsBytes = nvsBytesOf(shape);
    this.#newsMask = newsMask(shape.cylinderCount);
    const name = `group${number}`;
    this.cylinders = new CylinderTable(
      `${name}.cylinders`,
      shape.cylinderCount,
      shape.usableSectors,
      {
        unusedOf: (cylinder) => this.#open.find((open) => open.cylinder === cylinder)?.unused ?? 0,
        onDeath: (sectors) => {
          this.#countedSectors -= sectors;
        },
        onEmpty: (cylinder) => this.#left.release(cylinder),
      },
    );
    this.#free = new FreeCylinders(shape, this.cylinders, changes);
    this.directories = new CylinderDirectories(`${name}.lists`, surroundings.memoryBits);
    this.#members = new GroupMembers(number, shape, drives, surroundings.onFault);
    this.members = this.#members.all;
    const { dataDrives, cylinderSectors } = shape;
    this.#open = PLACEMENT_KINDS.map(
      (_, kind) =>
        new OpenCylinder(
          number,
          kind as PlacementKind,
          dataDrives,
          cylinderSectors,
          this.#hasBytes,
        ),
    );
    this.lastOpen = this.#open[UPDATE] as OpenCylinder;
    this.storage = new GroupStorage(number, this.#hasBytes, this.#open);
    this.#left = new LeftCylinders(this, {
      destage: this.destage,
      directories: this.directories,
      free: this.#free,
      storage: this.storage,
      nvs: surroundings.nvs,
      driveWork: this.driveWork,
      keepsStorage: drives?.keepsStorage === true,
    });
    this.#keep(keeping, name);
  }

  get capacitySectors(): number {
    return this.shape.capacitySectors;
  }

  get reserveSectors(): number {
    return this.shape.reserveSectors;
  }

  get liveSectors(): number {
    this.cylinders.settle();
    let live = this.#countedSectors;
    for (const open of this.#open) live += open.uncounted;
    return live;
  }

  /** Sectors of cylinders in use that no instance holds and none will before they are free again. */
  get deadSectors(): number {
    this.cylinders.settle();
    const { usableSectors } = this.shape;
    let used = this.#left.count * usableSectors;
    for (const open of this.#open) if (open.isOpen) used += usableSectors - open.unwritten;
    return used - this.liveSectors;
  }

  /** Sectors that can be written without collecting anything, cylinders kept back included. */
  get unwrittenSectors(): number {
    const all = this.shape.cylinderCount * this.shape.usableSectors;
    return all - this.liveSectors - this.deadSectors;
  }

  /** Cylinders that hold nothing and may be opened, those kept back included. */
  get freeCylinderCount(): number {
    return this.#free.count;
  }

  /** Cylinders that hold nothing and wait for their freeing to be durable. */
  get quarantinedCount(): number {
    return this.#free.quarantinedCount;
  }

  /** Whether somebody with this right may open a cylinder, as far as free cylinders go. */
  hasRoom(right: TakeRight): boolean {
    return this.#free.hasRoom(right);
  }

  /** Whether that will be so once the journal has what was freed. */
  hasRoomAfterQuarantine(right: TakeRight): boolean {
    return this.#free.hasRoomAfterQuarantine(right);
  }

  /** Whether some drive failed, or holds something that is known to be bad. */
  get hasFaults(): boolean {
    return this.#members.hasFaults;
  }

  get collectionReserve(): number {
    return this.shape.collectionReserve;
  }

  get hostReserve(): number {
    return this.shape.hostReserve;
  }

  /** Members whose drive has failed. */
  get failedCount(): number {
    return this.#members.failedCount;
  }

  /**
   * Takes space for an instance.
   *
   * @param sectors - At least 1, at most what a member has.
   * @returns Whether there was space; if not, {@link shortage} says why.
   */
  take(sectors: number, kind: PlacementKind, right: TakeRight): boolean {
    let open = this.#open[kind] as OpenCylinder;
    if (open.sector + sectors > open.end) {
      const found = this.#lookFurther(open, sectors, right);
      if (found === undefined) return false;
      open = found;
    }
    const { sector } = open;
    open.place = open.placeBase + sector;
    open.sectors = sectors;
    open.sector = sector + sectors;
    if (this.lastOpen !== open) this.lastOpen = open;
    return true;
  }

  /** Buffer of the member in which the place just taken lies. */
  takenBuffer(): Uint8Array {
    const { buffers, member } = this.lastOpen;
    const buffer = buffers[member];
    if (buffer !== undefined) return buffer;
    const fresh = this.destage.takeBuffer();
    buffers[member] = fresh;
    return fresh;
  }

  /** The ids that were written into a cylinder in use, in order; not looked up. */
  instanceIds(cylinder: number): Uint32Array {
    for (const open of this.#open) {
      if (open.cylinder === cylinder) return open.copy();
    }
    return this.directories.ids(cylinder);
  }

  /** The open cylinders. */
  *openCylinders(): Generator<OpenCylinder> {
    for (const open of this.#open) if (open.isOpen) yield open;
  }

  /** Numbers of the cylinders that lie on the drives. */
  *destagedCylinders(): Generator<number> {
    for (let cylinder = 0; cylinder < this.cylinders.openedCount; cylinder += 1) {
      if (this.isDestaged(cylinder)) yield cylinder;
    }
  }

  isDestaged(cylinder: number): boolean {
    return this.cylinders.state(cylinder) === CYLINDER_DESTAGED;
  }

  /** Whether any of these sectors of a member cannot be had: failed, missing or unreadable. */
  isErased(cylinder: number, member: number, sector: number, sectors: number): boolean {
    if (!this.hasFaults || !this.isDestaged(cylinder)) return false;
    return (this.members[member] as GroupMember).isErased(cylinder, sector, sectors);
  }

  /** Members of which some of these sectors cannot be had; never any in nonvolatile storage. */
  erasedMembers(cylinder: number, sector: number, sectors: number): number[] {
    return this.isDestaged(cylinder) ? this.#members.erased(cylinder, sector, sectors) : [];
  }

  /**
   * Tells that background work reads sectors of a member: there, or, where they cannot be had, the same
   * sectors of as many other members as hold data. In nonvolatile storage drives have nothing to do.
   */
  tellRead(cylinder: number, member: number, sector: number, sectors: number): void {
    if (!this.isDestaged(cylinder)) return;
    if (!this.isErased(cylinder, member, sector, sectors)) {
      this.driveWork.rangeRead(this.number, cylinder, member, sector, sectors);
      return;
    }
    const sound = this.members.filter((other) => !other.isErased(cylinder, sector, sectors));
    for (const { number } of sound.slice(0, this.shape.dataDrives)) {
      this.driveWork.rangeRead(this.number, cylinder, number, sector, sectors);
    }
  }

  /**
   * Sectors of a member of a cylinder in use, wherever they lie, right or wrong: a view until the
   * cylinder is written.
   *
   * @returns `undefined` where none were ever written, or where the medium gives an error: then those
   *   that do so are unreadable from now on.
   */
  read(cylinder: number, member: number, sector: number, sectors: number): Uint8Array | undefined {
    const buffers = this.storage.buffers(cylinder);
    if (buffers === undefined) {
      return (this.members[member] as GroupMember).read(cylinder, sector, sectors);
    }
    const first = sector * SECTOR_BYTES;
    return buffers[member]?.subarray(first, first + sectors * SECTOR_BYTES);
  }

  /** Fills open cylinders up with padding and leaves them, as for a shutdown. */
  closeOpen(): void {
    for (const open of this.#open) if (open.isOpen) this.#leave(open);
    while (this.destageNext());
  }

  /** Destages the oldest full cylinder. @returns Whether there was one. */
  destageNext(): boolean {
    return this.#left.destageNext();
  }

  /** Full cylinders that wait for destage. */
  get fullCount(): number {
    this.cylinders.settle();
    return this.storage.fullCount;
  }

  /** Live sectors from which on there will be news; none before, but when a cylinder is opened. */
  warnAt(sectors: number): void {
    const limit = Math.min(sectors - 1, this.#hostLimit);
    if (limit < this.#quietLimit) for (const open of this.#open) open.revoke();
    this.#quietLimit = limit;
  }

  /** What a take does that meets a limit: of the load, the capacity, or the open member. */
  #lookFurther(open: OpenCylinder, sectors: number, right: TakeRight): OpenCylinder | undefined {
    if (open.isGranted && open.fits(sectors)) return this.#enterRoom(open, sectors);
    if (right < COLLECTION_RIGHT) {
      const limit = right === HOST_RIGHT ? this.#hostLimit : this.shape.capacitySectors;
      if (this.liveSectors + sectors > limit) {
        this.shortage = 'space';
        return undefined;
      }
    }
    let found: OpenCylinder | undefined = open;
    if (open.memberRest < sectors) found = this.#findRoom(open, sectors, right);
    if (found !== undefined) this.#grant(found, sectors);
    return found;
  }

  /**
   * Lets an open cylinder be filled, when no limit can be met before, whatever the others take
   * meanwhile. Near a limit, every take looks.
   */
  #grant(open: OpenCylinder, sectors: number): void {
    let most = this.#countedSectors + open.unwritten;
    for (const other of this.#open) {
      most += other === open ? open.uncounted : other.uncounted + other.granted;
    }
    if (most <= this.#quietLimit) {
      open.grant();
      return;
    }
    for (const other of this.#open) if (other !== open) other.revoke();
    open.revoke(sectors);
    this.#surroundings.onNews();
  }

  /** The next sectors of the kind go somewhere else: into the next member, a fresh or another cylinder. */
  #findRoom(open: OpenCylinder, sectors: number, right: TakeRight): OpenCylinder | undefined {
    if (open.fits(sectors) || this.#openFresh(open, right)) return this.#enterRoom(open, sectors);
    // A full storage is emptied by destage; other open cylinders are for when space itself is short.
    if (this.shortage === 'nvs' || open.kind === METADATA) return undefined;
    for (const kind of SUBSTITUTES) {
      const other = this.#open[kind] as OpenCylinder;
      if (other.fits(sectors)) return this.#enterRoom(other, sectors);
    }
    return undefined;
  }

  #enterRoom(open: OpenCylinder, sectors: number): OpenCylinder {
    if (open.memberRest < sectors) {
      this.#padMember(open);
      this.#countedSectors += open.uncounted;
      open.nextMember();
    }
    return open;
  }

  #openFresh(open: OpenCylinder, right: TakeRight): boolean {
    const { nvs, relieveNvs } = this.#surroundings;
    this.shortage = 'space';
    this.cylinders.settle();
    if (this.#members.failedCount > this.shape.redundancyDrives) return false;
    this.#free.endQuarantine();
    if (!this.#free.hasRoom(right)) return false;
    if (open.isOpen) this.#leave(open);
    while (!nvs.hasRoom(this.#nvsBytes)) {
      // Hosts wait; what moves tracks, or heals them, helps itself.
      if (right >= COLLECTION_RIGHT && relieveNvs()) continue;
      this.shortage = 'nvs';
      return false;
    }
    const cylinder = this.#free.take();
    this.cylinders.open(cylinder, open.kind);
    if ((this.cylinders.clock & this.#newsMask) === 0) this.#surroundings.onNews();
    nvs.hold(this.#nvsBytes);
    open.begin(cylinder, this.cylinders.clock);
    this.storage.admit(open);
    return true;
  }

  /** The rest of the open member stays unused. */
  #padMember(open: OpenCylinder): void {
    if (this.#hasBytes) open.buffers[open.member]?.fill(0, open.sector * SECTOR_BYTES);
  }

  #leave(open: OpenCylinder): void {
    this.#padMember(open);
    this.#countedSectors += open.uncounted;
    this.#left.add(open);
  }

  /** The bytes of cylinders in storage apart, the whole group outlives the process. */
  #keep(keeping: StateKeeping, name: string): void {
    this.cylinders.keep(keeping);
    this.directories.keepLists(keeping);
    this.#free.keep(keeping, name);
    for (const open of this.#open) open.keep(keeping);
    keeping.keep(this.storage);
    keeping.keep(this.#left);
    this.#members.keep(keeping);
    keeping.keep({
      kind: 'figures',
      name,
      save: () => this.#save(),
      restore: (saved) => this.#restore(saved),
    });
  }

  #save(): Plain {
    return {
      counted: this.#countedSectors,
      quiet: this.#quietLimit,
      lastKind: this.lastOpen.kind,
      shortage: this.shortage,
    };
  }

  #restore(saved: Plain | undefined): void {
    if (saved === undefined) return;
    const figures = saved as unknown as GroupFigures;
    this.#countedSectors = figures.counted;
    this.#quietLimit = figures.quiet;
    this.lastOpen = this.#open[figures.lastKind] as OpenCylinder;
    this.shortage = figures.shortage;
  }
}

/** One in some hundred cylinders of a group is news of how much of it is in use. */
function newsMask(cylinderCount: number): number {
  return 2 ** Math.floor(Math.log2(Math.max(1, cylinderCount / NEWS_COUNT))) - 1;
}
