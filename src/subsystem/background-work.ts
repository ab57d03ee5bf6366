/**
 * The duties of background work, and one step of all of them (background-scheduler.ts has the shares).
 *
 * | duty | has work | owed |
 * | --- | --- | --- |
 * | destage | full cylinders wait in NVS | yes |
 * | rebuild | a working drive misses cylinders with tracks that can be reconstructed | yes |
 * | release | trees that nobody names any more | yes |
 * | collect | cylinders of which enough is dead | no: there is always something |
 * | copy | relations with background duty, while no tree is queued: it would make tracks look shared | yes |
 * | scrub | a pass was requested, or scrub is paced | a requested one |
 *
 * @module
 */
import type { StateKeeping } from '../base/kept-state.ts';
import { TRACK_SECTORS_MAX } from '../media/logical-cylinder.ts';
import { ANY_GROUP, HOST_RIGHT } from '../media/placement.ts';
import type { BackgroundReport } from './background-report.ts';
import { type BackgroundDuty, BackgroundScheduler, type DutyName } from './background-scheduler.ts';
import type { SubsystemParts } from './parts.ts';

/** Slots of released trees drained for each track of a budget: about as long as copying a track. */
const SLOTS_PER_TRACK = 64;

/** Figures that add up during one step. */
interface StepFigures {
  examined: number;
  copied: number;
  bytes: number;
  releasedSlots: number;
  destaged: number;
  copyWaits: boolean;
}

/** Background work of one subsystem. */
export class BackgroundWork {
  readonly #parts: SubsystemParts;
  readonly #scheduler: BackgroundScheduler;
  /** Long tracks that fit in a cylinder, on average of all groups: what destaging one is worth. */
  readonly #tracksPerCylinder: number;
  #figures: StepFigures = freshFigures();

  constructor(parts: SubsystemParts) {
    this.#parts = parts;
    const { backEnd, rebuild, collection, scrub } = parts;
    const sectors = backEnd.groups.reduce((sum, { shape }) => sum + shape.usableSectors, 0);
    this.#tracksPerCylinder = Math.ceil(sectors / backEnd.groups.length / TRACK_SECTORS_MAX);
    this.#scheduler = new BackgroundScheduler([
      duty(
        'destage',
        () => backEnd.fullCount > 0,
        (tracks) => this.#destage(tracks),
      ),
      duty(
        'rebuild',
        () => rebuild.hasWork(),
        (tracks) => rebuild.work(tracks),
      ),
      duty(
        'release',
        () => !parts.queue.isEmpty(),
        (tracks) => this.#release(tracks),
      ),
      duty(
        'collect',
        () => collection.hasWork(),
        (tracks) => collection.work(tracks),
      ),
      duty(
        'copy',
        () => parts.relations.pendingCount > 0 && parts.queue.isEmpty(),
        (tracks) => this.#copy(tracks),
      ),
      duty(
        'scrub',
        () => scrub.hasWork(),
        (tracks) => scrub.work(tracks),
      ),
    ]);
  }

  /** What duties have saved up outlives the process. */
  keep(keeping: StateKeeping): void {
    keeping.keep(this.#scheduler);
  }

  /** One step of about so many tracks. */
  step(trackBudget: number): BackgroundReport {
    const { collection, rebuild, scrub } = this.#parts;
    const before = {
      collected: collection.collectedCount,
      moved: collection.movedCount,
      rebuilt: rebuild.rebuiltCount,
      scrubbed: scrub.verifiedCount,
    };
    this.#figures = freshFigures();
    const { load } = this.#parts;
    // Net load is what copies make worse, gross load what collection can end.
    const done = this.#scheduler.step(trackBudget, load.total.highestThreshold);
    load.observeAll();
    const { copyWaits, ...figures } = this.#figures;
    return {
      ...figures,
      collected: collection.collectedCount - before.collected,
      moved: collection.movedCount - before.moved,
      rebuilt: rebuild.rebuiltCount - before.rebuilt,
      scrubbed: scrub.verifiedCount - before.scrubbed,
      waitsForSpace: copyWaits && done === 0,
      idle: !this.#isOwed(),
    };
  }

  #isOwed(): boolean {
    const { backEnd, queue, relations, rebuild, scrub } = this.#parts;
    return (
      backEnd.fullCount > 0 ||
      !queue.isEmpty() ||
      relations.pendingCount > 0 ||
      scrub.isRequested ||
      rebuild.hasWork()
    );
  }

  #destage(trackBudget: number): number {
    const { backEnd } = this.#parts;
    let used = 0;
    while (used < trackBudget && backEnd.destage()) {
      used += this.#tracksPerCylinder;
      this.#figures.destaged += 1;
    }
    return used;
  }

  #release(trackBudget: number): number {
    const slots = this.#parts.queue.drain(trackBudget * SLOTS_PER_TRACK);
    this.#figures.releasedSlots += slots;
    return Math.ceil(slots / SLOTS_PER_TRACK);
  }

  #copy(trackBudget: number): number {
    let used = this.#copyOnce(trackBudget);
    // Space that only waits to be collected is no reason to wait.
    if (this.#figures.copyWaits && this.#makeRoomForCopies()) {
      used += this.#copyOnce(Math.max(1, trackBudget - used));
    }
    return used;
  }

  #copyOnce(trackBudget: number): number {
    const { examined, copied, bytes, waitsForSpace } = this.#parts.background.step(trackBudget);
    this.#figures.examined += examined;
    this.#figures.copied += copied;
    this.#figures.bytes += bytes;
    this.#figures.copyWaits = waitsForSpace;
    return waitsForSpace ? 0 : examined;
  }

  #makeRoomForCopies(): boolean {
    const { relations, collection, backEnd } = this.#parts;
    const { fullGroups } = relations;
    let isRoom = false;
    for (const { number } of backEnd.groups) {
      if (!fullGroups.has(number) && !fullGroups.has(ANY_GROUP)) continue;
      if (collection.makeRoom(number, HOST_RIGHT)) isRoom = true;
    }
    return isRoom;
  }
}

function freshFigures(): StepFigures {
  return { examined: 0, copied: 0, bytes: 0, releasedSlots: 0, destaged: 0, copyWaits: false };
}

function duty(
  name: DutyName,
  hasWork: () => boolean,
  work: (tracks: number) => number,
): BackgroundDuty {
  return { name, hasWork, work };
}
