/**
 * The cylinders of a group that lie in nonvolatile storage: their bytes, and the order in which the
 * full ones are destaged.
 *
 * The bytes outlive the process by way of whoever keeps them: {@link GroupStorage.contents} says what
 * there is, and {@link GroupStorage.refill} takes it again. Everything else is kept state.
 *
 * @module
 */
import { invariant } from '../base/invariant.ts';
import type { KeptFigures, Plain } from '../base/kept-state.ts';
import { FIRST_TRACK_SECTOR } from './logical-cylinder.ts';
import type { OpenCylinder } from './open-cylinder.ts';

/** Bytes of the data members, each made when it is first written. */
type MemberBuffers = (Uint8Array | undefined)[];

/** How a cylinder was left that waits for destage. */
export interface FilledCylinder {
  /** Clock of the group when the cylinder was opened: tells its uses apart. */
  readonly stamp: number;
  /** The member that was filled last; none behind it holds anything. */
  readonly member: number;
  /** First sector of it that nothing was written to. */
  readonly sector: number;
}

/** A cylinder in nonvolatile storage with what has been written to it. */
export interface StorageContent extends FilledCylinder {
  readonly group: number;
  readonly cylinder: number;
  readonly isOpen: boolean;
  /** Of the data members; none where nothing was written. Views of what the group goes on filling. */
  readonly buffers: readonly (Uint8Array | undefined)[];
}

/** What lies in storage. */
export class GroupStorage implements KeptFigures {
  readonly kind = 'figures';
  readonly name: string;
  readonly #group: number;
  readonly #hasBytes: boolean;
  readonly #open: readonly OpenCylinder[];
  /** Buffers of open and full cylinders; none at all where no bytes are kept. */
  readonly #buffers = new Map<number, MemberBuffers>();
  /** Cylinders that wait for destage, oldest first. */
  readonly #full = new Map<number, FilledCylinder>();

  constructor(group: number, hasBytes: boolean, open: readonly OpenCylinder[]) {
    this.#group = group;
    this.name = `group${group}.storage`;
    this.#hasBytes = hasBytes;
    this.#open = open;
  }

  /** Full cylinders. */
  get fullCount(): number {
    return this.#full.size;
  }

  /** The full cylinder that has waited longest. */
  get oldestFull(): number | undefined {
    const [cylinder] = this.#full.keys();
    return cylinder;
  }

  /** Buffers of a cylinder, if it lies here and bytes are kept. */
  buffers(cylinder: number): readonly (Uint8Array | undefined)[] | undefined {
    return this.#buffers.get(cylinder);
  }

  /** How a full cylinder was left. */
  filling(cylinder: number): FilledCylinder {
    const filled = this.#full.get(cylinder);
    invariant(filled !== undefined, 'storage-cylinder-full', String(cylinder));
    return filled;
  }

  /** A cylinder was opened. */
  admit(open: OpenCylinder): void {
    if (this.#hasBytes) this.#buffers.set(open.cylinder, open.buffers);
  }

  /** An open cylinder is left as it is. */
  leave(open: OpenCylinder): void {
    const { cylinder, stamp, member, sector } = open;
    this.#full.set(cylinder, { stamp, member, sector });
  }

  /** A full cylinder lies here no more. */
  remove(cylinder: number): void {
    this.#full.delete(cylinder);
    this.#buffers.delete(cylinder);
  }

  /** Everything that lies here, open cylinders first. */
  *contents(): Generator<StorageContent> {
    for (const open of this.#open) {
      const { cylinder, stamp, member, sector, buffers } = open;
      if (!open.isOpen) continue;
      yield { group: this.#group, cylinder, isOpen: true, stamp, member, sector, buffers };
    }
    for (const [cylinder, filled] of this.#full) {
      const buffers = this.#buffers.get(cylinder) ?? [];
      yield { group: this.#group, cylinder, isOpen: false, ...filled, buffers };
    }
  }

  /**
   * Gives a member of a cylinder that lies here its bytes again. The buffer is the group's from now on;
   * what was not written is zeros.
   *
   * @returns Whether such a cylinder lies here, and the member of it holds something.
   */
  refill(cylinder: number, stamp: number, member: number, buffer: Uint8Array): boolean {
    const buffers = this.#buffers.get(cylinder);
    if (buffers === undefined) return false;
    const open = this.#open.find((one) => one.cylinder === cylinder);
    const filled = open ?? this.filling(cylinder);
    if (filled.stamp !== stamp || member > filled.member) return false;
    if (member === filled.member && filled.sector === FIRST_TRACK_SECTOR) return false;
    buffers[member] = buffer;
    return true;
  }

  save(): Plain {
    return [...this.#full].map(([cylinder, { stamp, member, sector }]) => [
      cylinder,
      stamp,
      member,
      sector,
    ]);
  }

  /** The open cylinders are restored by then. Bytes come by {@link refill}. */
  restore(saved: Plain | undefined): void {
    this.#full.clear();
    this.#buffers.clear();
    for (const entry of (saved ?? []) as [number, number, number, number][]) {
      const [cylinder, stamp, member, sector] = entry;
      this.#full.set(cylinder, { stamp, member, sector });
      const none: MemberBuffers = Array.from({ length: member + 1 }, () => undefined);
      if (this.#hasBytes) this.#buffers.set(cylinder, none);
    }
    for (const open of this.#open) if (open.isOpen) this.admit(open);
  }
}
