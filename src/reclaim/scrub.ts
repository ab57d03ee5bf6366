/**
 * Scrub: goes through all cylinders on the drives and verifies them, so that damage is found while
 * redundancy still makes up for it.
 *
 * | scrub | goes through | ends |
 * | --- | --- | --- |
 * | requested | every cylinder that is destaged when its turn comes, once | yes: background work is not idle before |
 * | paced | the same, again and again, a share of every step | never |
 *
 * A cylinder in which anything is wrong (cylinder-verification.ts) is emptied: every track moves to
 * another place, healed on its way, and the cylinder is free and written anew one day. What cannot be
 * healed stays where it is and is named as lost. Damage never adds up, because nothing damaged is kept.
 *
 * @module
 */
import type { KeptFigures, Plain, StateKeeping } from '../base/kept-state.ts';
import type { Meter } from '../base/ports.ts';
import type { BackEnd } from '../media/back-end.ts';
import { TRACK_SECTORS_MAX } from '../media/logical-cylinder.ts';
import type { RedundancyGroup } from '../media/redundancy-group.ts';
import { CylinderEvacuation } from './cylinder-evacuation.ts';
import { CylinderVerification } from './cylinder-verification.ts';
import type { HealingParts } from './rebuild.ts';

/** How far scrub is. */
export interface ScrubState {
  /** `requested` and `paced` while a pass is under way. */
  readonly state: 'idle' | 'requested' | 'paced';
  /** Where the pass is: cylinders up to this one of this group were verified. */
  readonly group: number;
  readonly cylinder: number;
  /** Passes ended. */
  readonly passes: number;
  /** Of all passes: cylinders verified, cylinders in which something was wrong, those emptied. */
  readonly verified: number;
  readonly faulty: number;
  readonly evacuated: number;
}

/** Verifies everything on the drives. */
export class Scrub implements KeptFigures {
  readonly kind = 'figures';
  readonly name = 'scrub';
  /** Cylinders verified so far. */
  verifiedCount = 0;
  /** Cylinders in which something was wrong. */
  faultyCount = 0;
  /** Of these: cylinders that were emptied. */
  evacuatedCount = 0;
  readonly #backEnd: BackEnd;
  readonly #meter: Meter;
  readonly #evacuation: CylinderEvacuation;
  readonly #verification: CylinderVerification;
  #isRequested = false;
  #isPaced = false;
  #passes = 0;
  #group = 0;
  #cylinder = 0;

  constructor({ backEnd, instances, store, meter }: HealingParts) {
    this.#backEnd = backEnd;
    this.#meter = meter;
    this.#evacuation = new CylinderEvacuation(instances, store);
    this.#verification = new CylinderVerification(backEnd, instances, store);
  }

  /** How far it is outlives the process. */
  keep(keeping: StateKeeping): void {
    keeping.keep(this);
  }

  save(): Plain {
    return {
      counts: [this.verifiedCount, this.faultyCount, this.evacuatedCount, this.#passes],
      isRequested: this.#isRequested,
      isPaced: this.#isPaced,
      place: [this.#group, this.#cylinder],
      evacuation: this.#evacuation.save(),
    };
  }

  restore(saved: Plain | undefined): void {
    if (saved === undefined) return;
    const { counts, isRequested, isPaced, place, evacuation } = saved as {
      readonly counts: readonly [number, number, number, number];
      readonly isRequested: boolean;
      readonly isPaced: boolean;
      readonly place: readonly [number, number];
      readonly evacuation: Plain;
    };
    [this.verifiedCount, this.faultyCount, this.evacuatedCount, this.#passes] = counts;
    this.#isRequested = isRequested;
    this.#isPaced = isPaced;
    [this.#group, this.#cylinder] = place;
    this.#evacuation.restore(evacuation, this.#backEnd.groups);
  }

  /** Goes through everything once, from the beginning; a pass under way starts anew. */
  request(): void {
    this.#isRequested = true;
    this.#restart();
  }

  /** Goes through everything again and again, or stops doing so. A requested pass is not touched. */
  setPaced(isPaced: boolean): void {
    this.#isPaced = isPaced;
    if (!isPaced && !this.#isRequested) this.#restart();
  }

  /** Whether a requested pass is under way. */
  get isRequested(): boolean {
    return this.#isRequested;
  }

  /** Whether there is anything to verify. */
  hasWork(): boolean {
    return this.#isRequested || this.#isPaced || this.#evacuation.isActive;
  }

  state(): ScrubState {
    return {
      state: this.#isRequested ? 'requested' : this.#isPaced ? 'paced' : 'idle',
      group: this.#group,
      cylinder: this.#cylinder,
      passes: this.#passes,
      verified: this.verifiedCount,
      faulty: this.faultyCount,
      evacuated: this.evacuatedCount,
    };
  }

  /**
   * Verifies about so many tracks worth of sectors; a cylinder is verified as a whole. A paced scrub
   * stops at the end of a pass.
   *
   * @returns Tracks worth of work; 0 when there was nothing to verify.
   */
  work(trackBudget: number): number {
    const { passes } = this.state();
    let done = 0;
    while (done < trackBudget && this.#passes === passes && this.hasWork()) {
      done += this.#evacuation.isActive ? this.#evacuate(trackBudget - done) : this.#advance();
    }
    return done;
  }

  #evacuate(trackBudget: number): number {
    const ended = this.#evacuation.step(trackBudget);
    const moved = this.#evacuation.movedCount;
    if (ended === 'emptied') {
      this.evacuatedCount += 1;
      this.#meter.add('evacuatedCylinders', 1);
    }
    // It stays as it is; the next pass finds it again.
    if (ended === 'noSpace') this.#evacuation.abandon();
    return Math.max(1, moved);
  }

  /** @returns Tracks worth of work: 0 for a cylinder that is not on the drives. */
  #advance(): number {
    const group = this.#backEnd.groups[this.#group];
    if (group === undefined) {
      this.#endPass();
      return 0;
    }
    const cylinder = this.#cylinder;
    if (cylinder >= group.cylinders.openedCount) {
      this.#group += 1;
      this.#cylinder = 0;
      return 0;
    }
    this.#cylinder += 1;
    if (!group.isDestaged(cylinder)) return 0;
    this.verifiedCount += 1;
    this.#meter.add('scrubbedCylinders', 1);
    tellComparison(group, cylinder);
    if (!this.#verification.isSound(group, cylinder)) {
      this.faultyCount += 1;
      this.#evacuation.begin(group, cylinder);
    }
    const sectors = group.members.length * group.shape.memberSectors;
    return Math.ceil(sectors / TRACK_SECTORS_MAX);
  }

  #endPass(): void {
    this.#passes += 1;
    this.#isRequested = false;
    this.#restart();
  }

  #restart(): void {
    this.#group = 0;
    this.#cylinder = 0;
  }
}

/** Every member that has the cylinder is read whole. */
function tellComparison(group: RedundancyGroup, cylinder: number): void {
  for (const { number, state, missing } of group.members) {
    if (state === 'failed' || missing.has(cylinder)) continue;
    group.driveWork.rangeRead(group.number, cylinder, number, 0, group.shape.cylinderSectors);
  }
}
