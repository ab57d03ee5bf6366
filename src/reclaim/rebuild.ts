/**
 * Rebuild: members that a drive misses, because it is new or was away, are written anew from the
 * others, cylinder by cylinder.
 *
 * The cylinder that is missing most members comes first, whatever its group: it is the one that the
 * next failure would hit hardest. Only cylinders with live tracks are ever looked at. In a cylinder that
 * is missing more than redundancy makes up for nothing can be rebuilt, unless a drive returns: what can
 * still be read there moves elsewhere, after everything that can be rebuilt, and the rest is lost.
 *
 * A rebuilt cylinder is verified (cylinder-verification.ts). Where silent damage elsewhere has spoiled
 * what was reconstructed, or rows were beyond repair, every track in it moves to another place, each
 * healed on its way as far as the redundancy reaches. So rebuild never hands damage on.
 *
 * What is left to do is what drives miss; nothing else is remembered that could be wrong after a drive
 * fails, returns or is replaced in the middle.
 *
 * @module
 */
import { invariant } from '../base/invariant.ts';
import type { KeptFigures, Plain, StateKeeping } from '../base/kept-state.ts';
import type { Meter } from '../base/ports.ts';
import { WordList } from '../base/word-list.ts';
import type { TrackInstances } from '../mapping/track-instances.ts';
import type { TrackStore } from '../mapping/track-store.ts';
import type { BackEnd } from '../media/back-end.ts';
import { TRACK_SECTORS_MAX } from '../media/logical-cylinder.ts';
import type { RedundancyGroup } from '../media/redundancy-group.ts';
import { CylinderEvacuation } from './cylinder-evacuation.ts';
import { CylinderVerification } from './cylinder-verification.ts';

/** What rebuild and scrub work with. */
export interface HealingParts {
  readonly backEnd: BackEnd;
  readonly instances: TrackInstances;
  readonly store: TrackStore;
  readonly meter: Meter;
}

/** A cylinder that misses members. */
interface PlannedRebuild {
  readonly group: RedundancyGroup;
  readonly cylinder: number;
  /** It is missing more than redundancy makes up for. */
  readonly isBeyond: boolean;
}

/** The same, with what puts it into its place in the plan. */
interface Exposed extends PlannedRebuild {
  /** Members that it is missing, failed ones included. */
  readonly missing: number;
}

/** Words of a cylinder in the plan. */
const PLAN_WORDS = 3;

/** Rebuilds what drives miss. */
export class Rebuild implements KeptFigures {
  readonly kind = 'figures';
  readonly name = 'rebuild';
  /** Cylinders rebuilt so far. */
  rebuiltCount = 0;
  /** Of these: cylinders whose tracks had to move elsewhere. */
  evacuatedCount = 0;
  readonly #backEnd: BackEnd;
  readonly #meter: Meter;
  readonly #evacuation: CylinderEvacuation;
  readonly #verification: CylinderVerification;
  /** Cylinders to rebuild, the most exposed last: group, cylinder, and whether it is beyond. */
  readonly #plan = new WordList();
  /** Changes of drives when the plan was made. A working drive misses nothing new without one. */
  #plannedAt = 0;

  constructor({ backEnd, instances, store, meter }: HealingParts) {
    this.#backEnd = backEnd;
    this.#meter = meter;
    this.#evacuation = new CylinderEvacuation(instances, store);
    this.#verification = new CylinderVerification(backEnd, instances, store);
  }

  /** The plan and what is under way outlive the process. */
  keep(keeping: StateKeeping): void {
    this.#plan.keep(keeping, `${this.name}.plan`);
    keeping.keep(this);
  }

  save(): Plain {
    return {
      rebuilt: this.rebuiltCount,
      evacuated: this.evacuatedCount,
      plannedAt: this.#plannedAt,
      evacuation: this.#evacuation.save(),
    };
  }

  restore(saved: Plain | undefined): void {
    if (saved === undefined) return;
    const { rebuilt, evacuated, plannedAt, evacuation } = saved as {
      readonly rebuilt: number;
      readonly evacuated: number;
      readonly plannedAt: number;
      readonly evacuation: Plain;
    };
    this.rebuiltCount = rebuilt;
    this.evacuatedCount = evacuated;
    this.#plannedAt = plannedAt;
    this.#evacuation.restore(evacuation, this.#backEnd.groups);
  }

  /** Whether some cylinder can be rebuilt now. */
  hasWork(): boolean {
    return this.#evacuation.isActive || this.#next() !== undefined;
  }

  /**
   * Rebuilds about so many tracks worth of sectors; a cylinder is rebuilt as a whole.
   *
   * @returns Tracks worth of work; 0 when nothing can be done now.
   */
  work(trackBudget: number): number {
    let done = 0;
    while (done < trackBudget) {
      if (this.#evacuation.isActive) {
        const ended = this.#evacuation.step(trackBudget - done);
        done += Math.max(1, this.#evacuation.movedCount);
        // Better in a doubtful place than nowhere: it is rebuilt, and scrub will find it again.
        if (ended === 'noSpace') this.#evacuation.abandon();
        continue;
      }
      const next = this.#next();
      if (next === undefined) break;
      this.#popPlan();
      if (next.isBeyond) this.#evacuate(next);
      else done += this.#rebuild(next);
    }
    return done;
  }

  #rebuild({ group, cylinder }: PlannedRebuild): number {
    let rebuilt = 0;
    for (const { number, state, missing } of group.members) {
      if (state === 'failed' || !missing.has(cylinder)) continue;
      this.#backEnd.repair.reconstructCylinder(group, cylinder, number);
      invariant(!missing.has(cylinder), 'rebuilt-member-present', `${cylinder} of ${number}`);
      rebuilt += 1;
    }
    this.rebuiltCount += 1;
    this.#meter.add('rebuiltCylinders', 1);
    // Rows beyond repair are unreadable sectors now.
    if (!this.#verification.isSound(group, cylinder)) this.#evacuate({ group, cylinder });
    return Math.ceil((rebuilt * group.shape.memberSectors) / TRACK_SECTORS_MAX);
  }

  #evacuate({ group, cylinder }: Pick<Exposed, 'group' | 'cylinder'>): void {
    this.evacuatedCount += 1;
    this.#meter.add('evacuatedCylinders', 1);
    this.#evacuation.begin(group, cylinder);
  }

  /** The most exposed cylinder that can be rebuilt; it stays the last of the plan. */
  #next(): PlannedRebuild | undefined {
    if (!this.#backEnd.hasFaults) return undefined;
    const { driveChangeCount } = this.#backEnd;
    if (driveChangeCount !== this.#plannedAt) {
      this.#plan.clear();
      for (const { group, cylinder, isBeyond } of this.#makePlan()) {
        this.#plan.push(group.number);
        this.#plan.push(cylinder);
        this.#plan.push(Number(isBeyond));
      }
      this.#plannedAt = driveChangeCount;
    }
    for (;;) {
      const { length } = this.#plan;
      if (length === 0) return undefined;
      const group = this.#backEnd.groupNumbered(this.#plan.at(length - PLAN_WORDS));
      const cylinder = this.#plan.at(length - PLAN_WORDS + 1);
      const isBeyond = this.#plan.at(length - 1) === 1;
      // Emptied, or written anew, since the plan was made.
      if (missingMembers(group, cylinder, false) > 0) return { group, cylinder, isBeyond };
      this.#popPlan();
    }
  }

  #popPlan(): void {
    for (let word = 0; word < PLAN_WORDS; word += 1) this.#plan.pop();
  }

  #makePlan(): Exposed[] {
    const plan: Exposed[] = [];
    for (const group of this.#backEnd.groups) {
      if (!group.hasFaults) continue;
      const cylinders = new Set<number>();
      for (const { state, missing } of group.members) {
        if (state === 'online') for (const cylinder of missing.bits()) cylinders.add(cylinder);
      }
      for (const cylinder of cylinders) {
        const missing = missingMembers(group, cylinder, true);
        const { redundancyDrives } = group.shape;
        const isBeyond = missing > redundancyDrives;
        // With too many drives gone there is nowhere to move to.
        if (missing === 0 || (isBeyond && group.failedCount > redundancyDrives)) continue;
        plan.push({ group, cylinder, missing, isBeyond });
      }
    }
    return plan.toSorted(
      (one, other) =>
        Number(other.isBeyond) - Number(one.isBeyond) ||
        one.missing - other.missing ||
        other.group.number - one.group.number ||
        other.cylinder - one.cylinder,
    );
  }
}

/** Members that a destaged cylinder is missing; 0 for any other. */
function missingMembers(group: RedundancyGroup, cylinder: number, withFailed: boolean): number {
  if (!group.isDestaged(cylinder)) return 0;
  return group.members.filter(({ state, missing }) =>
    state === 'failed' ? withFailed : missing.has(cylinder),
  ).length;
}
