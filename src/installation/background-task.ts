/**
 * Work in the background, piece by piece: destaging, rebuilding, releasing, collecting, copying and
 * verifying, until nothing is owed any more.
 *
 * Every step is durable when it answers. Whoever stops between two of them, or dies within one, loses
 * nothing of those before; the next to work goes on from there.
 *
 * @module
 */

import { done } from '../base/refusal.ts';
import { AGAIN, type Step } from '../base/step.ts';
import type { BackgroundReport } from '../subsystem/background-report.ts';
import type { InstallationTask, TaskProgress } from './installation-task.ts';
import { settleJobs } from './job-settling.ts';
import type { MachineRoom } from './machine-room.ts';

/** How to work. */
export interface WorkOptions {
  /** Tracks worth of work between two commits; default {@link TRACKS_PER_STEP}. */
  readonly tracksPerStep?: number;
  /** Show the progress of a scrub. */
  readonly isScrub?: boolean;
}

/** Figures of background work that add up. */
export type WorkFigures = Omit<BackgroundReport, 'idle' | 'waitsForSpace'>;

/** What was done. */
export interface WorkReport extends WorkFigures {
  readonly steps: number;
  /** Nothing is owed any more. */
  readonly idle: boolean;
  /** Copies wait for space that nothing here can make. */
  readonly waitsForSpace: boolean;
}

/** Tracks of a step: some mebibytes, so that a flush is shared by many and a step still short. */
export const TRACKS_PER_STEP = 256;

/** Steps in which nothing happens before work gives up: space comes back with a commit, or not at all. */
const VAIN_STEPS_MAX = 3;

const NOTHING: WorkFigures = Object.freeze({
  examined: 0,
  copied: 0,
  bytes: 0,
  releasedSlots: 0,
  destaged: 0,
  collected: 0,
  moved: 0,
  rebuilt: 0,
  scrubbed: 0,
});

/** Background work until it is idle. */
export class BackgroundTask implements InstallationTask<WorkReport> {
  readonly #room: MachineRoom;
  readonly #tracksPerStep: number;
  readonly #isScrub: boolean;
  readonly #owedBefore: number;
  /** Cylinders that were verified before. */
  readonly #verifiedBefore: number;
  #figures = NOTHING;
  #steps = 0;
  #vainSteps = 0;
  #ended: WorkReport | undefined;

  constructor(room: MachineRoom, options: WorkOptions) {
    this.#room = room;
    this.#tracksPerStep = options.tracksPerStep ?? TRACKS_PER_STEP;
    this.#isScrub = options.isScrub ?? false;
    this.#owedBefore = tracksOwed(room);
    this.#verifiedBefore = room.subsystem.drives.scrubState().verified;
  }

  get progress(): TaskProgress {
    if (this.#isScrub) {
      const { drives, space } = this.#room.subsystem;
      const verified = drives.scrubState().verified - this.#verifiedBefore;
      const used = space
        .groups()
        .reduce((sum, { cylinders, freeCylinders }) => sum + cylinders - freeCylinders, 0);
      return { what: 'verifying', done: verified, total: Math.max(used, verified) };
    }
    const left = tracksOwed(this.#room);
    const total = Math.max(this.#owedBefore, left);
    if (total === 0) return { what: 'working', done: this.#figures.destaged };
    return { what: 'copying', done: total - left, total };
  }

  step(): Step<WorkReport> {
    if (this.#ended !== undefined) return done(this.#ended);
    const { report, moved } = workOnce(this.#room, this.#tracksPerStep);
    this.#steps += 1;
    this.#figures = addFigures(this.#figures, report);
    this.#vainSteps = moved ? 0 : this.#vainSteps + 1;
    if (!report.idle && this.#vainSteps < VAIN_STEPS_MAX) {
      this.#room.commit();
      return AGAIN;
    }
    settleJobs(this.#room);
    this.#room.commit();
    const { idle, waitsForSpace } = report;
    this.#ended = { ...this.#figures, steps: this.#steps, idle, waitsForSpace };
    return done(this.#ended);
  }
}

/** One step of background work, not yet durable. Answers whether anything was done. */
export function workOnce(
  room: MachineRoom,
  tracks: number,
): { readonly report: BackgroundReport; readonly moved: boolean } {
  const report = room.bulk(() => room.subsystem.backgroundStep({ tracks }));
  const { idle: _, waitsForSpace, examined, ...figures } = report;
  const moved =
    (examined > 0 && !waitsForSpace) || Object.values(figures).some((figure) => figure > 0);
  return { report, moved };
}

function tracksOwed({ subsystem }: MachineRoom): number {
  let owed = 0;
  for (const { id } of subsystem.relations()) owed += subsystem.relationState(id).tracksRemaining;
  return owed;
}

function addFigures(one: WorkFigures, other: WorkFigures): WorkFigures {
  return {
    examined: one.examined + other.examined,
    copied: one.copied + other.copied,
    bytes: one.bytes + other.bytes,
    releasedSlots: one.releasedSlots + other.releasedSlots,
    destaged: one.destaged + other.destaged,
    collected: one.collected + other.collected,
    moved: one.moved + other.moved,
    rebuilt: one.rebuilt + other.rebuilt,
    scrubbed: one.scrubbed + other.scrubbed,
  };
}
