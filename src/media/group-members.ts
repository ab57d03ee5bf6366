/**
 * All members of a redundancy group: what can be had from their drives, and what is wrong with them.
 *
 * @module
 */
import { KeptBitmaps } from '../base/kept-bitmaps.ts';
import type { KeptFigures, Plain, StateKeeping } from '../base/kept-state.ts';
import type { DriveState } from './drive.ts';
import type { DriveSupply } from './drive-bytes.ts';
import { GroupMember } from './group-member.ts';
import type { GroupShape } from './group-shape.ts';

/** Data members, then P, then Q. */
export class GroupMembers implements KeptFigures {
  readonly kind = 'figures';
  readonly name: string;
  /** By number. */
  readonly all: readonly GroupMember[];
  /** Whether some drive failed, or holds something that is known to be bad. */
  hasFaults = false;
  /** Members whose drive has failed. */
  failedCount = 0;
  readonly #onFault: () => void;

  /**
   * @param group - Number of the group.
   * @param supply - Where drives come from; none where they hold no bytes.
   * @param onFault - Some member became faulty or sound.
   */
  constructor(
    group: number,
    shape: GroupShape,
    supply: DriveSupply | undefined,
    onFault: () => void,
  ) {
    this.name = `group${group}.drives`;
    this.#onFault = onFault;
    this.all = Array.from({ length: shape.dataDrives + shape.redundancyDrives }, (_, member) => {
      const drives = supply && {
        open: () => supply.open(group, member),
        exchange: () => supply.exchange(group, member),
      };
      return new GroupMember(member, shape, drives, () => this.#refresh());
    });
  }

  /** What is wrong with drives outlives the process. */
  keep(keeping: StateKeeping): void {
    const bitmaps = new KeptBitmaps(`${this.name}.bitmaps`);
    keeping.keep(bitmaps);
    for (const member of this.all) member.keep(bitmaps);
    keeping.keep(this);
  }

  save(): Plain {
    return this.all.map((member) => member.save());
  }

  /** The bitmaps are restored by then. */
  restore(saved: Plain | undefined): void {
    if (saved !== undefined) {
      const states = saved as (readonly [DriveState, number])[];
      this.all.forEach((member, at) => {
        member.restore(states[at] as readonly [DriveState, number]);
      });
    }
    this.#refresh();
  }

  /** Members of which some of these sectors of a destaged cylinder cannot be had. */
  erased(cylinder: number, sector: number, sectors: number): number[] {
    if (!this.hasFaults) return [];
    return this.all
      .filter((member) => member.isErased(cylinder, sector, sectors))
      .map(({ number }) => number);
  }

  #refresh(): void {
    this.failedCount = this.all.filter(({ state }) => state === 'failed').length;
    this.hasFaults = this.all.some(({ drive }) => drive.isFaulty);
    this.#onFault();
  }
}
