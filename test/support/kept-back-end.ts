/**
 * A back end whose state is kept, with drives of its own that can be copied: what a store makes of one,
 * without any file.
 *
 * @module
 */
import { CommitOrder } from '../../src/base/commit-order.ts';
import { commitSequence } from '../../src/base/units.ts';
import type { BackEnd } from '../../src/media/back-end.ts';
import type { DriveBytes, DriveSupply } from '../../src/media/drive-bytes.ts';
import type { GroupShape } from '../../src/media/group-shape.ts';
import type { StorageContent } from '../../src/media/group-storage.ts';
import { placeMember, placeSector, SECTOR_BYTES } from '../../src/media/logical-cylinder.ts';
import type { DestageMode } from '../../src/media/nonvolatile-storage.ts';
import type { PlacementKind, TakeRight } from '../../src/media/placement.ts';
import { type StateChange, StateKeeper } from '../../src/store/state-keeper.ts';
import { backEndOf } from './back-end.ts';

/** A drive that can be copied, and of which sectors can be made to give errors. */
export class CopiedDrive implements DriveBytes {
  readonly cylinders = new Map<number, Uint8Array>();
  /** Cylinder and sector of those that give an error. */
  readonly errors = new Set<string>();

  read(cylinder: number, sector: number, sectors: number): Uint8Array | 'unreadable' | undefined {
    for (let at = sector; at < sector + sectors; at += 1) {
      if (this.errors.has(`${cylinder}.${at}`)) return 'unreadable';
    }
    const first = sector * SECTOR_BYTES;
    return this.cylinders.get(cylinder)?.subarray(first, first + sectors * SECTOR_BYTES);
  }

  write(cylinder: number, buffer: Uint8Array): Uint8Array | undefined {
    const former = this.cylinders.get(cylinder);
    this.cylinders.set(cylinder, buffer);
    return former;
  }

  damage(cylinder: number, sector: number, bytes: Uint8Array): void {
    this.cylinders.get(cylinder)?.set(bytes, sector * SECTOR_BYTES);
  }

  prepare(cylinder: number, buffer: Uint8Array): void {
    this.cylinders.set(cylinder, buffer);
  }

  copy(): CopiedDrive {
    const copy = new CopiedDrive();
    for (const [cylinder, bytes] of this.cylinders) copy.cylinders.set(cylinder, bytes.slice());
    return copy;
  }
}

/** Drives by place, and a note of what was told of them. */
export class CopiedDrives implements DriveSupply {
  readonly keepsStorage: boolean;
  readonly drives = new Map<string, CopiedDrive>();
  /** What went to the drives last, by group and cylinder: copies of the data members. */
  readonly destaged = new Map<string, readonly (Uint8Array | undefined)[]>();
  /** What was told, in order. */
  readonly told: string[] = [];

  constructor(keepsStorage: boolean) {
    this.keepsStorage = keepsStorage;
  }

  open(group: number, member: number): DriveBytes {
    const name = `${group}.${member}`;
    const drive = this.drives.get(name) ?? new CopiedDrive();
    this.drives.set(name, drive);
    return drive;
  }

  exchange(group: number, member: number): DriveBytes {
    this.drives.delete(`${group}.${member}`);
    return this.open(group, member);
  }

  destaging(
    group: number,
    cylinder: number,
    stamp: number,
    buffers: readonly (Uint8Array | undefined)[],
  ): void {
    this.told.push(`destaging ${group}.${cylinder} of ${stamp}`);
    this.destaged.set(
      `${group}.${cylinder}`,
      buffers.map((buffer) => buffer?.slice()),
    );
  }

  rewriting(group: number, cylinder: number, member: number): void {
    this.told.push(`rewriting ${group}.${cylinder} of member ${member}`);
  }

  dropped(group: number, cylinder: number, stamp: number): void {
    this.told.push(`dropped ${group}.${cylinder} of ${stamp}`);
  }

  copy(): CopiedDrives {
    const copy = new CopiedDrives(this.keepsStorage);
    for (const [name, drive] of this.drives) copy.drives.set(name, drive.copy());
    return copy;
  }
}

/** What a back end is made from, each time anew. */
export interface KeptPlan {
  readonly shapes: readonly GroupShape[];
  readonly hasBytes: boolean;
  readonly destage: DestageMode;
  readonly keepsStorage: boolean;
  readonly nvsBytes?: number;
}

/** Space that was taken for an instance. */
export interface TakenSpace {
  readonly id: number;
  readonly cylinder: number;
  readonly place: number;
  readonly sectors: number;
}

/** A back end with its keeper. */
export class KeptBackEnd {
  readonly keeper = new StateKeeper();
  readonly commits = new CommitOrder();
  readonly backEnd: BackEnd;
  readonly drives: CopiedDrives;
  /** Instances that live. */
  readonly out: TakenSpace[] = [];
  readonly #plan: KeptPlan;
  #lastId = 0;

  constructor(plan: KeptPlan, drives: CopiedDrives = new CopiedDrives(plan.keepsStorage)) {
    this.#plan = plan;
    this.drives = drives;
    this.keeper.keep(this.commits);
    const { shapes, hasBytes, destage, nvsBytes } = plan;
    this.backEnd = backEndOf(shapes, {
      hasBytes,
      destage,
      drives,
      keeping: this.keeper,
      spareDrives: 2,
      memoryBits: 8,
      ...(nvsBytes === undefined ? {} : { nvsBytes }),
      changes: {
        next: () => this.commits.next(),
        durable: () => this.keeper.settled,
      },
    });
  }

  /** The same machine again, from everything that was collected so far, and the bytes. */
  reopen(changes: readonly StateChange[]): KeptBackEnd {
    const other = new KeptBackEnd(this.#plan, this.drives.copy());
    for (const change of changes) other.keeper.apply(change);
    other.keeper.restore();
    other.keeper.settled = this.keeper.settled;
    other.out.push(...this.out);
    other.#lastId = this.#lastId;
    if (this.#plan.hasBytes) {
      for (const content of this.backEnd.storageContents()) refill(other.backEnd, content);
    }
    return other;
  }

  /** Takes space for an instance, and fills it. @returns Whether there was any. */
  take(sectors: number, group: number, kind: PlacementKind, right: TakeRight): boolean {
    if (!this.backEnd.take(sectors, group, kind, right)) return false;
    this.#lastId += 1;
    this.out.push(this.#fill(this.#lastId));
    return true;
  }

  give(at: number): void {
    const [taken] = this.out.splice(at % this.out.length, 1);
    if (taken === undefined) return;
    this.backEnd.giveBack(taken.cylinder, taken.place, taken.sectors);
  }

  /** Moves an instance within its group, as collection does. */
  move(at: number, kind: PlacementKind, right: TakeRight): boolean {
    const index = at % this.out.length;
    const taken = this.out[index] as TakenSpace;
    const group = taken.place >>> 24;
    if (!this.backEnd.take(taken.sectors, group, kind, right)) return false;
    this.out[index] = this.#fill(taken.id);
    this.backEnd.moveOut(taken.cylinder, taken.place, taken.sectors);
    return true;
  }

  /** Everything up to now is durable. */
  settle(): void {
    this.keeper.settled = commitSequence(this.commits.last());
  }

  #fill(id: number): TakenSpace {
    const { cylinder, place, lastOpen } = this.backEnd;
    const { sectors } = lastOpen;
    lastOpen.append(id);
    if (this.#plan.hasBytes) {
      const first = placeSector(place) * SECTOR_BYTES;
      this.backEnd.takenBuffer().set(contentOf(id, cylinder, sectors), first);
    }
    return { id, cylinder, place, sectors };
  }
}

/** What an instance holds where it lies. */
export function contentOf(id: number, cylinder: number, sectors: number): Uint8Array {
  const bytes = new Uint8Array(sectors * SECTOR_BYTES);
  for (let at = 0; at < bytes.length; at += 1) bytes[at] = id * 31 + cylinder * 7 + (at >>> 3);
  return bytes;
}

/** What lies there in the place of an instance; none where it is known to be bad. */
export function contentAt(backEnd: BackEnd, taken: TakenSpace): Uint8Array | undefined {
  const { cylinder, place, sectors } = taken;
  const group = backEnd.groupOf(place);
  const range = [placeSector(place), sectors] as const;
  const member = placeMember(place);
  if (group.isErased(cylinder, member, ...range)) return undefined;
  if (group.isDestaged(cylinder) && group.members[member]?.drive.isHarmed(cylinder, ...range)) {
    return undefined;
  }
  return group.read(cylinder, member, ...range);
}

/** Gives another back end what lies in storage, and nothing but what was written. */
function refill(backEnd: BackEnd, content: StorageContent): void {
  const { group, cylinder, stamp, buffers } = content;
  buffers.forEach((buffer, member) => {
    if (buffer === undefined) return;
    const copy = new Uint8Array(buffer.length);
    const filled = member < content.member ? buffer.length : content.sector * SECTOR_BYTES;
    copy.set(buffer.subarray(0, filled));
    const isTaken = backEnd.refillStorage({ group, cylinder, stamp, member }, copy);
    if (!isTaken) throw new Error(`member ${member} of cylinder ${cylinder} is not waited for`);
  });
}
