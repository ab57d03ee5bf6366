/**
 * A backup or restore of an installation: the job in memory until it has ended, made durable as one,
 * and then, if it was to wait for the data, the background piece by piece.
 *
 * A job that is refused is durable, too: its record says why, and what state its target is in.
 *
 * @module
 */

import { inquireJob } from '../backup/backup-control.ts';
import { startBackup } from '../backup/backup-job.ts';
import type { BackupRequest, RestoreRequest } from '../backup/backup-request.ts';
import type { CopyJob } from '../backup/copy-job.ts';
import { startRestore } from '../backup/restore-job.ts';
import { done, refuse } from '../base/refusal.ts';
import { AGAIN, type Step } from '../base/step.ts';
import type { DataProcessor } from '../host/data-processor.ts';
import type { JobRecord } from '../host/host-records.ts';
import { TRACKS_PER_STEP, workOnce } from './background-task.ts';
import type { InstallationTask, TaskProgress } from './installation-task.ts';
import { makeJobRoom } from './job-settling.ts';
import type { MachineRoom } from './machine-room.ts';

/** A backup; nobody waits for what another job holds. */
export type VolumeBackupRequest = Omit<BackupRequest, 'onBusy'>;
/** A restore; nobody waits for what another job holds. */
export type VolumeRestoreRequest = Omit<RestoreRequest, 'onBusy'>;

/** A job that has ended. */
export interface CopyTaskResult {
  readonly job: JobRecord;
  /** It was to wait for the data, and they are still on their way: there is no space for them. */
  readonly waitsForSpace: boolean;
}

/** Steps of work in the background without success before waiting has no sense. */
const VAIN_STEPS_MAX = 3;
/** Steps of a job that are done at once: most of them are one message or one track. */
const STEPS_AT_ONCE = 64;

/** A copy job on its way. */
export class CopyTask implements InstallationTask<CopyTaskResult> {
  readonly #room: MachineRoom;
  readonly #host: DataProcessor;
  readonly #start: () => CopyJob;
  readonly #waitsForData: boolean;
  #job: CopyJob | undefined;
  /** The job, as soon as it has ended and is durable. */
  #record: JobRecord | undefined;
  #vainSteps = 0;
  #tracksTotal = 0;
  #tracksRemaining = 0;
  #steps = 0;
  #ended: Step<CopyTaskResult> | undefined;

  private constructor(
    room: MachineRoom,
    host: DataProcessor,
    waitsForData: boolean,
    start: () => CopyJob,
  ) {
    this.#room = room;
    this.#host = host;
    this.#waitsForData = waitsForData;
    this.#start = start;
  }

  /** A backup; nothing happens before the first step. */
  static backup(room: MachineRoom, host: DataProcessor, request: VolumeBackupRequest): CopyTask {
    const waitsForData = request.wait === 'physical' && request.copy === 'background';
    return new CopyTask(room, host, waitsForData, () =>
      startBackup(host, { ...request, ...quick(waitsForData) }),
    );
  }

  /** A restore; nothing happens before the first step. */
  static restore(room: MachineRoom, host: DataProcessor, request: VolumeRestoreRequest): CopyTask {
    const waitsForData = request.wait === 'physical' && request.copy === 'background';
    return new CopyTask(room, host, waitsForData, () =>
      startRestore(host, { ...request, ...quick(waitsForData) }),
    );
  }

  get progress(): TaskProgress {
    if (this.#record === undefined) {
      return { what: this.#job?.phase ?? 'accept', done: this.#steps };
    }
    const copied = this.#tracksTotal - this.#tracksRemaining;
    return { what: 'copying', done: copied, total: this.#tracksTotal };
  }

  step(): Step<CopyTaskResult> {
    if (this.#ended !== undefined) return this.#ended;
    if (this.#record !== undefined) return this.#copySome(this.#record);
    if (this.#job === undefined) {
      makeJobRoom(this.#host, this.#room.subsystem.configuration.name);
      this.#job = this.#start();
    }
    return this.#stepJob(this.#job);
  }

  #stepJob(job: CopyJob): Step<CopyTaskResult> {
    for (let count = 0; count < STEPS_AT_ONCE; count += 1) {
      const step = job.phase === 'hostCopy' ? this.#copyByHost(job) : job.step();
      this.#steps += 1;
      if (step.kind === 'again') continue;
      if (step.kind === 'waiting') {
        const { moved } = workOnce(this.#room, TRACKS_PER_STEP);
        this.#vainSteps = moved ? 0 : this.#vainSteps + 1;
        return this.#vainSteps < VAIN_STEPS_MAX ? AGAIN : step;
      }
      this.#room.commit();
      if (step.kind === 'refused') {
        this.#ended = step;
        return step;
      }
      this.#record = step.value;
      if (!this.#waitsForData) return this.#end(step.value, false);
      break;
    }
    return AGAIN;
  }

  /** All data go through the host: straight to the drives, rather than through the journal. */
  #copyByHost(job: CopyJob): ReturnType<CopyJob['step']> {
    return this.#room.bulk(() => {
      const step = job.step();
      this.#room.subsystem.drives.destage();
      return step;
    });
  }

  /** Gives the background a step, makes it durable, and asks how far the copy is. */
  #copySome(record: JobRecord): Step<CopyTaskResult> {
    const { moved, report } = workOnce(this.#room, TRACKS_PER_STEP);
    this.#vainSteps = moved ? 0 : this.#vainSteps + 1;
    const asked = inquireJob(this.#host, record);
    this.#room.commit();
    if (asked.kind === 'refused') {
      this.#ended = asked;
      return asked;
    }
    if (asked.kind !== 'done') return asked;
    const { tracksTotal, tracksRemaining, answers } = asked.value;
    this.#tracksTotal = tracksTotal;
    this.#tracksRemaining = tracksRemaining;
    if (answers.every(({ state }) => state !== 'copying')) {
      const gone = answers.find(({ state }) => state !== 'complete' && state !== 'partial');
      return gone === undefined ? this.#end(record, false) : this.#fail(gone.state);
    }
    if (this.#vainSteps >= VAIN_STEPS_MAX) return this.#end(record, report.waitsForSpace);
    return AGAIN;
  }

  #fail(state: string): Step<CopyTaskResult> {
    this.#ended = refuse('WAIT_NEVER_ENDS', {
      what: 'physical completion of the copy',
      limit: `the copy is ${state}: nobody copies it any more`,
      fix: 'ask for another backup, or wait for logical completion',
    });
    return this.#ended;
  }

  #end(record: JobRecord, waitsForSpace: boolean): Step<CopyTaskResult> {
    const job = this.#room.records.job(record.id);
    this.#ended = done({ job, waitsForSpace });
    return this.#ended;
  }
}

/** The job itself waits for nothing: neither for others nor, where this task does that, for the data. */
function quick(waitsForData: boolean): { onBusy: 'refuse'; wait?: 'logical' } {
  return { onBusy: 'refuse', ...(waitsForData ? { wait: 'logical' } : {}) };
}
