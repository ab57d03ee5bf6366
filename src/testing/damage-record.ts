/**
 * The checker's own account of damaged drives, independent of the engine's.
 *
 * It goes by phases. A phase of a group begins when everything in it is whole; the members that are
 * damaged during the phase, by failing or otherwise, are written down. As long as they are no more
 * than the redundancy of the group, every track must read exactly, whatever was repaired in between:
 * nobody but the end of the phase takes a member off the list. With more the group is *past* its
 * redundancy, and its tracks may be lost. Not so when all that happened is that drives were away and
 * came back with what they held: then everything must be there again.
 *
 * @module
 */
import { invariant } from '../base/invariant.ts';
import type { EngineGroup } from './engine-drives.ts';

/** A member of a group. */
export interface MemberPlace {
  readonly group: number;
  readonly member: number;
}

/** What was damaged in the present phase, and drives that are out. */
export class DamageRecord {
  readonly #groups: readonly EngineGroup[];
  readonly #damaged: readonly Set<number>[];
  /** Groups of which some drive holds less than it did: sectors were damaged, or it was replaced. */
  readonly #bereft = new Set<number>();
  #out: readonly MemberPlace[] = [];
  #hasDamagedSectors = false;
  #foundBefore = 0;

  constructor(groups: readonly EngineGroup[]) {
    this.#groups = groups;
    this.#damaged = groups.map(() => new Set());
  }

  /** Drives that failed and have not come back, oldest first. */
  get out(): readonly MemberPlace[] {
    return this.#out;
  }

  /** Whether nothing was damaged in the present phase. */
  get isWhole(): boolean {
    return this.#damaged.every(({ size }) => size === 0);
  }

  /** Faults that the engine had found by verifying when the phase began. */
  get foundBefore(): number {
    return this.#foundBefore;
  }

  /** Whether drives have failed in the phase, never too many, and nothing else: no fault is to be found. */
  get isFailuresOnly(): boolean {
    const isWithin = this.#damaged.every(({ size }, group) => {
      return size <= (this.#groups[group]?.redundancy ?? 0);
    });
    return isWithin && !this.#hasDamagedSectors;
  }

  /** Whether some group is past its redundancy. */
  get isPast(): boolean {
    return this.#damaged.some((_, group) => this.isPastIn(group));
  }

  isPastIn(group: number): boolean {
    const isAllBack = !this.#out.some((place) => place.group === group);
    if (isAllBack && !this.#bereft.has(group)) return false;
    return (this.#damaged[group]?.size ?? 0) > (this.#groups[group]?.redundancy ?? 0);
  }

  /**
   * A member to be damaged.
   *
   * @param group - A pick.
   * @param member - A pick among all members, or where the redundancy is used up among those damaged.
   * @param past - Whether the group may go past its redundancy.
   * @returns Nothing when a group has no redundancy to use.
   */
  choose(group: number, member: number, past: boolean): MemberPlace | undefined {
    const at = group % this.#groups.length;
    const { members, redundancy } = this.#groups[at] as EngineGroup;
    const damaged = [...(this.#damaged[at] as Set<number>)];
    if (past || damaged.length < redundancy) return { group: at, member: member % members };
    const chosen = damaged[member % Math.max(damaged.length, 1)];
    return chosen === undefined ? undefined : { group: at, member: chosen };
  }

  /** Sectors of a member were damaged. */
  noteDamage(place: MemberPlace): void {
    this.#note(place);
    this.#bereft.add(place.group);
    this.#hasDamagedSectors = true;
  }

  /** A drive failed. @param isReplaced - A spare has taken its place. */
  noteFailure(place: MemberPlace, isReplaced: boolean): void {
    this.#note(place);
    if (isReplaced) this.#bereft.add(place.group);
    this.#out = [...this.#out, place];
  }

  /**
   * A drive came back.
   *
   * @param isReplaced - It holds nothing of what was there.
   * @param isSpare - It is a spare now, and may have taken the place of a drive of any group.
   */
  noteReturn(place: MemberPlace, isReplaced: boolean, isSpare: boolean): void {
    if (isReplaced) this.#bereft.add(place.group);
    if (isSpare) this.#groups.forEach((_, group) => this.#bereft.add(group));
    this.#out = this.#out.filter((other) => other !== place);
  }

  /**
   * Everything is whole again: the phase ends, and the next one begins.
   *
   * @param found - Faults that the engine has found by verifying so far.
   */
  endPhase(found: number): void {
    invariant(this.#out.length === 0, 'phase-ends-with-all-drives');
    for (const damaged of this.#damaged) damaged.clear();
    this.#bereft.clear();
    this.#hasDamagedSectors = false;
    this.#foundBefore = found;
  }

  #note({ group, member }: MemberPlace): void {
    invariant(this.#damaged[group] !== undefined, 'damaged-group-known', String(group));
    this.#damaged[group].add(member);
  }
}
