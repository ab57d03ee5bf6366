/**
 * Free-space collection: empties cylinders of which much is dead, so that whole cylinders come back.
 *
 * It changes the places of instances and nothing else. Two ways lead here:
 *
 * | way | when | victims |
 * | --- | --- | --- |
 * | {@link FreeSpaceCollection.work} | in the background, by its share of each step | cylinders of which enough is dead, the less the fuller the group |
 * | {@link FreeSpaceCollection.makeRoom} | a write finds no free cylinder | any with dead sectors, until there is room |
 *
 * How much must be dead in the background (our choice: what is left alone today mostly dies by itself
 * and then costs nothing), by the higher of net and gross load of the group:
 *
 * | load | normal | warn | alert | critical |
 * | --- | --- | --- | --- | --- |
 * | dead at least | 3/4 | 1/2 | 1/4 | 1/8 |
 *
 * Making room always ends. Emptying a cylinder may win nothing when all that is dead in it are the
 * ends of members, so every group has an account of cylinders that may be emptied for room: one for
 * each that it has, filled up when room was found, and then only by instances that die. A group in
 * which nothing dies is gone through once and then left alone.
 *
 * @module
 */
import type { KeptFigures, Plain, StateKeeping } from '../base/kept-state.ts';
import type { Meter } from '../base/ports.ts';
import type { TrackInstances } from '../mapping/track-instances.ts';
import type { TrackStore } from '../mapping/track-store.ts';
import type { BackEnd } from '../media/back-end.ts';
import type { CapacityLoad, LoadThreshold } from '../media/net-capacity-load.ts';
import type { TakeRight } from '../media/placement.ts';
import type { RedundancyGroup } from '../media/redundancy-group.ts';
import { CylinderEvacuation, type EvacuationState } from './cylinder-evacuation.ts';
import { NO_VICTIM, VictimChoice } from './victim-choice.ts';
import type { VictimPolicy } from './victim-score.ts';

/** Part of a cylinder, in eighths, that must be dead before it is collected in the background. */
const DEAD_EIGHTHS: Readonly<Record<LoadThreshold, number>> = Object.freeze({
  normal: 6,
  warn: 4,
  alert: 2,
  critical: 1,
});
/** Instances that must have died before a group without victims is looked through again. */
const DEATHS_PER_LOOK = 64;

/** What collection is made from. */
export interface CollectionParts {
  readonly backEnd: BackEnd;
  readonly instances: TrackInstances;
  readonly store: TrackStore;
  readonly load: CapacityLoad;
  readonly meter: Meter;
}

/** Collection in one group. */
interface GroupCollection {
  readonly group: RedundancyGroup;
  readonly choice: VictimChoice;
  readonly evacuation: CylinderEvacuation;
  /** Cylinders that may be emptied to make room. */
  roomAccount: number;
  /** Instances that had died when the account was last filled up. */
  roomDeaths: number;
  /** Instances that had died, and the load, when no victim was found in the background. */
  restingDeaths: number;
  restingLoad: LoadThreshold | undefined;
}

/** Collects free space in all groups. */
export class FreeSpaceCollection implements KeptFigures {
  readonly kind = 'figures';
  readonly name = 'collection';
  /** Cylinders emptied so far, those that became empty while they were collected included. */
  collectedCount = 0;
  /** Tracks moved so far. */
  movedCount = 0;
  readonly policy: VictimPolicy;
  readonly #instances: TrackInstances;
  readonly #load: CapacityLoad;
  readonly #meter: Meter;
  readonly #groups: readonly GroupCollection[];
  readonly #redundancyGroups: readonly RedundancyGroup[];

  constructor(parts: CollectionParts, policy: VictimPolicy) {
    const { backEnd, instances, store } = parts;
    this.policy = policy;
    this.#instances = instances;
    this.#load = parts.load;
    this.#meter = parts.meter;
    this.#redundancyGroups = backEnd.groups;
    this.#groups = backEnd.groups.map((group) => ({
      group,
      choice: new VictimChoice(group.cylinders, policy),
      evacuation: new CylinderEvacuation(instances, store),
      roomAccount: group.shape.cylinderCount,
      roomDeaths: 0,
      restingDeaths: 0,
      restingLoad: undefined,
    }));
  }

  /** What it counts, knows and has begun outlives the process. */
  keep(keeping: StateKeeping): void {
    for (const state of this.#groups) {
      const name = `${this.name}.group${state.group.number}`;
      state.choice.keep(keeping, name);
      keeping.keep({
        kind: 'figures',
        name,
        save: () => saveGroup(state),
        restore: (saved) => restoreGroup(state, saved, this.#redundancyGroups),
      });
    }
    keeping.keep(this);
  }

  save(): Plain {
    return [this.collectedCount, this.movedCount];
  }

  restore(saved: Plain | undefined): void {
    if (saved !== undefined) [this.collectedCount, this.movedCount] = saved as [number, number];
  }

  /** Whether background collection has a victim. */
  hasWork(): boolean {
    return this.#fullestWithWork() !== undefined;
  }

  /** Moves about so many tracks of background victims. @returns Tracks worth of work; 0: no space. */
  work(trackBudget: number): number {
    let done = 0;
    while (done < trackBudget) {
      const state = this.#fullestWithWork();
      if (state === undefined) break;
      const ended = this.#step(state, trackBudget - done);
      if (ended === 'noSpace') return done + state.evacuation.movedCount;
      // Looking a cylinder through costs something even when it turns out to be empty.
      done += Math.max(1, state.evacuation.movedCount);
    }
    return done;
  }

  /**
   * Empties one cylinder of a group.
   *
   * @param deadEighths - Part of it that must be dead, lost since it was destaged; 0: whatever is dead.
   * @returns Whether one was emptied; `false` when none is fit, or nothing can be moved.
   */
  collectOne(group: number, deadEighths = 0): boolean {
    const state = this.#groups[group] as GroupCollection;
    const deadLeast = deadSectors(state.group, deadEighths);
    for (;;) {
      if (!state.evacuation.isActive && !this.#begin(state, deadLeast, deadEighths > 0)) {
        return false;
      }
      const ended = this.#step(state, Number.POSITIVE_INFINITY);
      if (ended === 'emptied') return true;
      if (ended === 'noSpace') return false;
    }
  }

  /**
   * Collects until somebody with this right finds a free cylinder in a group.
   *
   * @returns Whether one is there.
   */
  makeRoom(number: number, right: TakeRight): boolean {
    const state = this.#groups[number] as GroupCollection;
    const { group } = state;
    this.#fillAccount(state);
    if (!canOpen(group)) return false;
    while (!group.hasRoom(right)) {
      // What is emptied already waits for the journal; emptying more would not bring it sooner.
      if (group.hasRoomAfterQuarantine(right)) return false;
      // Nothing that waits in NVS can be a victim.
      if (group.destageNext()) continue;
      if (state.roomAccount === 0) return false;
      if (!this.collectOne(number)) {
        // With cylinders in quarantine, the journal may be all that is missing to go on.
        if (group.quarantinedCount === 0) state.roomAccount = 0;
        return false;
      }
      state.roomAccount -= 1;
    }
    state.roomAccount = group.shape.cylinderCount;
    return true;
  }

  /** Drives have changed: tracks that could not be read may be readable. */
  noteDrives(): void {
    for (const state of this.#groups) {
      state.choice.releaseHeld();
      state.restingLoad = undefined;
      state.roomAccount = state.group.shape.cylinderCount;
    }
  }

  /** Every instance that died since allows one more cylinder. */
  #fillAccount(state: GroupCollection): void {
    const deaths = this.#instances.releasedCount;
    const filled = state.roomAccount + deaths - state.roomDeaths;
    state.roomAccount = Math.min(state.group.shape.cylinderCount, filled);
    state.roomDeaths = deaths;
  }

  /** The group under most pressure that has a victim, which is begun: the least must be dead there. */
  #fullestWithWork(): GroupCollection | undefined {
    let best: GroupCollection | undefined;
    let bestEighths = Number.POSITIVE_INFINITY;
    for (const state of this.#groups) {
      const load = this.#loadOf(state.group);
      if (DEAD_EIGHTHS[load] >= bestEighths || !this.#hasVictim(state, load)) continue;
      best = state;
      bestEighths = DEAD_EIGHTHS[load];
    }
    return best;
  }

  #hasVictim(state: GroupCollection, load: LoadThreshold): boolean {
    if (!canOpen(state.group)) return false;
    if (state.evacuation.isActive) return true;
    const deaths = this.#instances.releasedCount;
    if (state.restingLoad === load && deaths - state.restingDeaths < DEATHS_PER_LOOK) return false;
    if (this.#begin(state, deadSectors(state.group, DEAD_EIGHTHS[load]), true)) return true;
    state.restingLoad = load;
    state.restingDeaths = deaths;
    return false;
  }

  #loadOf(group: RedundancyGroup): LoadThreshold {
    return this.#load.groups[group.number]?.highestThreshold ?? 'normal';
  }

  #begin(state: GroupCollection, deadLeast: number, isFresh: boolean): boolean {
    const victim = state.choice.next(deadLeast, isFresh);
    if (victim === NO_VICTIM) return false;
    state.evacuation.begin(state.group, victim);
    return true;
  }

  /** Goes on with the victim of a group. */
  #step(state: GroupCollection, trackBudget: number): EvacuationState {
    const { evacuation, choice } = state;
    const { cylinder } = evacuation;
    const ended = evacuation.step(trackBudget);
    this.movedCount += evacuation.movedCount;
    this.#meter.add('collectedTracks', evacuation.movedCount);
    if (ended === 'held') choice.hold(cylinder);
    if (ended === 'emptied') {
      this.collectedCount += 1;
      this.#meter.add('collectedCylinders', 1);
    }
    return ended;
  }
}

function saveGroup(state: GroupCollection): Plain {
  const { roomAccount, roomDeaths, restingDeaths, restingLoad, evacuation } = state;
  const resting = restingLoad ?? null;
  return { roomAccount, roomDeaths, restingDeaths, resting, evacuation: evacuation.save() };
}

function restoreGroup(
  state: GroupCollection,
  saved: Plain | undefined,
  groups: readonly RedundancyGroup[],
): void {
  if (saved === undefined) return;
  const { roomAccount, roomDeaths, restingDeaths, resting, evacuation } = saved as {
    readonly roomAccount: number;
    readonly roomDeaths: number;
    readonly restingDeaths: number;
    readonly resting: LoadThreshold | null;
    readonly evacuation: Plain;
  };
  state.roomAccount = roomAccount;
  state.roomDeaths = roomDeaths;
  state.restingDeaths = restingDeaths;
  state.restingLoad = resting ?? undefined;
  state.evacuation.restore(evacuation, groups);
}

/** With too many drives gone no cylinder is opened, however many are free. */
function canOpen({ failedCount, shape }: RedundancyGroup): boolean {
  return failedCount <= shape.redundancyDrives;
}

/** Sectors in so many eighths of a cylinder, at least 1. */
function deadSectors(group: RedundancyGroup, eighths: number): number {
  return Math.max(1, Math.ceil((group.cylinders.size * eighths) / 8));
}
