/**
 * Destage: a full logical cylinder goes from nonvolatile storage to the drives of its group.
 *
 * Redundancy is computed over whole cylinders only, so that no drive ever reads what it overwrites.
 * Labels are no part of it: each drive's differs. Where no bytes are kept, only the states change.
 *
 * @module
 */
import { invariant } from '../base/invariant.ts';
import type { Checksum } from '../base/ports.ts';
import { type CylinderLabel, hasLabel, writeLabel } from './cylinder-label.ts';
import type { CylinderTable } from './cylinder-table.ts';
import type { DriveSupply } from './drive-bytes.ts';
import type { GroupMember } from './group-member.ts';
import type { GroupShape } from './group-shape.ts';
import { SECTOR_BYTES } from './logical-cylinder.ts';
import type { ParityEngine } from './parity.ts';
import { SectorBuffers } from './sector-buffers.ts';

/** What destage has to know of a group. */
export interface DestagedGroup {
  readonly number: number;
  readonly shape: GroupShape;
  readonly members: readonly GroupMember[];
  readonly cylinders: CylinderTable;
  /** Whether anything is known to be wrong with a member. */
  readonly hasFaults: boolean;
}

/** Writes the cylinders of one group. */
export class Destage {
  /** Whether bytes are kept at all. */
  readonly hasBytes: boolean;
  readonly #drives: DriveSupply | undefined;
  /** Cylinders destaged so far. */
  destagedCount = 0;
  readonly #shape: GroupShape;
  readonly #parity: ParityEngine;
  readonly #checksum: Checksum;
  readonly #buffers: SectorBuffers;

  /** @param drives - Who hears of what goes to the drives; none where they hold no bytes. */
  constructor(
    shape: GroupShape,
    drives: DriveSupply | undefined,
    parity: ParityEngine,
    checksum: Checksum,
  ) {
    this.hasBytes = drives !== undefined;
    this.#drives = drives;
    this.#shape = shape;
    this.#parity = parity;
    this.#checksum = checksum;
    this.#buffers = new SectorBuffers(shape.cylinderSectors * SECTOR_BYTES);
  }

  /** A buffer for a member of an open cylinder. */
  takeBuffer(): Uint8Array {
    return this.#buffers.take();
  }

  /** A cylinder in nonvolatile storage is of no use any more. */
  discard(
    group: DestagedGroup,
    cylinder: number,
    stamp: number,
    buffers: readonly (Uint8Array | undefined)[] | undefined,
  ): void {
    this.#drives?.dropped(group.number, cylinder, stamp);
    for (const buffer of buffers ?? []) if (buffer !== undefined) this.#buffers.give(buffer);
  }

  /**
   * Writes a cylinder to all members. Those that have failed miss it.
   *
   * @param stamp - Clock of the group when the cylinder was opened.
   * @param buffers - Of the data members; members without a buffer hold nothing. `undefined` where no
   *   bytes are kept.
   */
  write(
    group: DestagedGroup,
    cylinder: number,
    stamp: number,
    buffers: readonly (Uint8Array | undefined)[] | undefined,
  ): void {
    this.destagedCount += 1;
    if (buffers === undefined) {
      if (!group.hasFaults) return;
      for (const member of group.members) member.write(cylinder, undefined);
      return;
    }
    this.#drives?.destaging(group.number, cylinder, stamp, buffers);
    const all = this.#withRedundancy(buffers);
    group.members.forEach((member, at) => this.#writeMember(group, cylinder, member, all[at]));
  }

  /**
   * Writes a cylinder that was destaged once more, to all members that have it: what was written may
   * not have reached them. One that has failed misses it from now on, even if it was there when it was
   * written; but not where so many have failed that its bytes may be needed.
   *
   * @param buffers - As in {@link write}; they become the drives'.
   */
  writeAgain(
    group: DestagedGroup,
    cylinder: number,
    buffers: readonly (Uint8Array | undefined)[],
  ): void {
    const all = this.#withRedundancy(buffers);
    const erased = group.members.filter((member) => member.isErased(cylinder, 0, 0));
    const isEnough = erased.length <= this.#shape.redundancyDrives;
    group.members.forEach((member, at) => {
      const misses = member.state === 'failed' && isEnough;
      if (erased.includes(member) && !misses) this.#buffers.give(all[at] as Uint8Array);
      else this.#writeMember(group, cylinder, member, all[at]);
    });
  }

  /** Writes one member of a cylinder that was reconstructed; the buffer becomes the drive's. */
  rewrite(
    group: DestagedGroup,
    cylinder: number,
    member: number,
    bytes: Uint8Array | undefined,
  ): void {
    this.#drives?.rewriting(group.number, cylinder, member);
    const place = group.members[member] as GroupMember;
    if (bytes === undefined) place.write(cylinder, undefined);
    else this.#writeMember(group, cylinder, place, bytes);
  }

  /** Whether a member of a destaged cylinder carries the label that it should. */
  hasLabel(group: DestagedGroup, cylinder: number, member: number): boolean {
    if (!this.hasBytes) return true;
    const bytes = (group.members[member] as GroupMember).read(cylinder, 0, 1);
    if (bytes === undefined) return false;
    return hasLabel(bytes, this.#label(group, cylinder, member), this.#checksum);
  }

  /** Makes and touches the memory of cylinders ahead of need. */
  prepare(group: DestagedGroup, cylinderCount: number): void {
    if (!this.hasBytes) return;
    for (let at = 0; at < group.members.length; at += 1) {
      this.#buffers.give(this.#buffers.makeTouched());
    }
    for (let cylinder = 0; cylinder < cylinderCount; cylinder += 1) {
      for (const { drive } of group.members) {
        if (drive.read(cylinder, 0, 1) === undefined && drive.state === 'online') {
          drive.prepare(cylinder, this.#buffers.makeTouched());
        }
      }
    }
  }

  #writeMember(
    group: DestagedGroup,
    cylinder: number,
    member: GroupMember,
    bytes: Uint8Array | undefined,
  ): void {
    invariant(bytes !== undefined, 'destage-has-every-member');
    writeLabel(bytes, this.#label(group, cylinder, member.number), this.#checksum);
    const former = member.write(cylinder, bytes);
    if (former !== undefined) this.#buffers.give(former);
  }

  #withRedundancy(buffers: readonly (Uint8Array | undefined)[]): Uint8Array[] {
    const data = Array.from(
      { length: this.#shape.dataDrives },
      (_, at) => buffers[at] ?? this.#buffers.take().fill(0),
    );
    const redundancy: Uint8Array[] = [];
    while (redundancy.length < this.#shape.redundancyDrives) redundancy.push(this.#buffers.take());
    if (redundancy.length > 0) {
      const [p, q] = redundancy.map((bytes) => bytes.subarray(SECTOR_BYTES));
      const ranges = data.map((bytes) => bytes.subarray(SECTOR_BYTES));
      this.#parity.encode(ranges, p, q);
    }
    return [...data, ...redundancy];
  }

  #label(group: DestagedGroup, cylinder: number, member: number): CylinderLabel {
    return {
      group: group.number,
      member,
      cylinder,
      sequence: group.cylinders.closedAt(cylinder),
      kind: group.cylinders.kind(cylinder),
      dataDrives: this.#shape.dataDrives,
      redundancyDrives: this.#shape.redundancyDrives,
      cylinderSectors: this.#shape.cylinderSectors,
    };
  }
}
