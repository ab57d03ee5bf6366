/**
 * The host's own records of its copies: what each job did at each step and what it cost, and the
 * lineage of every copy, from which a restore gives serial and names back.
 *
 * Jobs are found by name; a name used again starts a new generation, and the name alone means the
 * latest. The records live with the host, not on the volumes and not in the subsystem, so they know
 * what a subsystem's relation cannot: names, serials, and the bytes that step 210 replaced.
 *
 * Not here: relations and tokens of the subsystem; deciding anything.
 *
 * Source: docs/sources.md, S-01 ("meta data ... stored in the data processor"); the form is ours.
 *
 * @module
 */
import type { Draft } from 'immer';
import { CommitOrder } from '../base/commit-order.ts';
import { MEMORY_JOURNAL } from '../base/default-ports.ts';
import type { Journal } from '../base/ports.ts';
import { RecordTable } from '../base/record-table.ts';
import { type Refusal, refuse } from '../base/refusal.ts';
import type { CommitSequence, DeviceNumber, Nanos, TrackIndex } from '../base/units.ts';

/** Steps of the device backup, numbered as in figure 2 of the patent. */
export const STEP_NAMES = Object.freeze({
  201: 'accept the request',
  202: 'locate and serialize the source',
  203: 'locate or allocate the target',
  204: 'send source definitions',
  205: 'receive source tokens',
  206: 'send target execution',
  207: 'receive acknowledgment and polling token',
  208: 'send status inquiry',
  209: 'receive status',
  210: 'update the metadata of the copy',
  211: 'release and exit',
} as const);

/** Number of a step. */
export type StepNumber = keyof typeof STEP_NAMES;

/** What work cost the data processor. Bytes are seen from the host: out is sent, in is received. */
export interface Cost {
  readonly channelPrograms: number;
  readonly channelBytesIn: number;
  readonly channelBytesOut: number;
  /** Processor time, in nanoseconds of the cost model of the channel. */
  readonly processorNanos: number;
}

/** No cost. */
export const NO_COST: Cost = Object.freeze({
  channelPrograms: 0,
  channelBytesIn: 0,
  channelBytesOut: 0,
  processorNanos: 0,
});

/** Adds two costs. */
export function addCost(one: Cost, other: Cost): Cost {
  return {
    channelPrograms: one.channelPrograms + other.channelPrograms,
    channelBytesIn: one.channelBytesIn + other.channelBytesIn,
    channelBytesOut: one.channelBytesOut + other.channelBytesOut,
    processorNanos: one.processorNanos + other.processorNanos,
  };
}

/** One step as it was carried out. A step that was repeated (inquiries) is one record. */
export interface StepRecord {
  readonly step: StepNumber;
  /** Model time at which the step was first entered and last left. */
  readonly startedAt: Nanos;
  readonly endedAt: Nanos;
  readonly cost: Cost;
  /** ECAM messages by kind. */
  readonly messages: Readonly<Record<string, number>>;
  /** What the step found or decided, for people. */
  readonly notes: readonly string[];
}

/** Whose name the copy bears. */
export type IdentityMode = 'relabel' | 'clone' | 'conditioned';

/** How a pair of volumes was copied. */
export type CopyMethod = 'pointer' | 'hostCopy';

/** A device as the host's records name it. */
export interface DeviceName {
  readonly subsystem: string;
  readonly device: DeviceNumber;
}

/** A run of tracks that a copy covers, at the same place on both volumes. */
export interface TrackRun {
  readonly first: TrackIndex;
  readonly count: number;
}

/** A track that step 210 changed on the copy: what the copy held, and what it holds since. */
export interface RewrittenTrack {
  readonly track: TrackIndex;
  readonly before: Uint8Array;
  readonly after: Uint8Array;
}

/** Where one copy came from and what it is. */
export interface CopyLineage {
  readonly source: DeviceName;
  readonly target: DeviceName;
  /** Serial of the volume that was copied, and the serial that the copy bears now. */
  readonly sourceVolser: string;
  readonly targetVolser: string;
  readonly identity: IdentityMode;
  /** Point in time: position in the order of the source's subsystem, and model time. */
  readonly sequence: CommitSequence;
  readonly takenAt: Nanos;
  readonly method: CopyMethod;
  /** Why the data went through the host, where it did. */
  readonly methodReason?: string;
  /** Cylinders of the source's image at the point in time, and of the copy's. */
  readonly sourceCylinders: number;
  readonly targetCylinders: number;
  readonly runs: readonly TrackRun[];
  /** Whether the runs are the whole image. */
  readonly wholeVolume: boolean;
  readonly rewritten: readonly RewrittenTrack[];
  readonly pollingTokens: readonly Uint8Array[];
  /** Set once the target holds something else: the copy is gone. */
  readonly overwrittenBy?: string;
}

/** A write between the executions of a serial series, as the subsystem reports it. */
export interface ConflictRecord {
  readonly device: DeviceNumber;
  readonly track: TrackIndex;
  readonly side: 'source' | 'target';
}

/** How a job failed, and what became of the target. */
interface JobFailure {
  readonly step: StepNumber;
  readonly refusal: Refusal;
  readonly targetState: string;
}

/** What a job is for. */
export type JobKind = 'backup' | 'restore';

/** One job. */
export interface JobRecord {
  /** Number in the order of the host's jobs, from 1. */
  readonly id: number;
  readonly name: string;
  readonly kind: JobKind;
  readonly host: string;
  /** `interrupted`: the process that ran it ended before the job did. */
  readonly state: 'running' | 'done' | 'failed' | 'interrupted';
  readonly steps: readonly StepRecord[];
  readonly copies: readonly CopyLineage[];
  readonly logicallyComplete: boolean;
  readonly physicallyComplete: boolean;
  /** What has become of the targets so far, for people; empty while there are none, and at the end. */
  readonly targetState: string;
  readonly conflict?: ConflictRecord;
  readonly failure?: JobFailure;
}

/**
 * Jobs that the records know before the oldest is forgotten that has ended and of whose copies none is
 * there any more. Those that are still there come on top: at most one for each device.
 */
export const JOB_RECORDS_MAX = 4_096;

/** The records of one host, or of several that share them. */
export class HostRecords {
  readonly #jobs: RecordTable<number, JobRecord>;
  /** Number of the latest job; the latest is never forgotten. */
  #last = 0;

  /**
   * @param journal - Where changes of the records go; default nowhere.
   * @param order - Order of the changes that the journal sees.
   */
  constructor(journal: Journal = MEMORY_JOURNAL, order: CommitOrder = new CommitOrder()) {
    this.#jobs = new RecordTable('hostJob', order, journal);
    journal.keep({
      kind: 'figures',
      name: 'hostJobs',
      save: () => null,
      restore: () => {
        for (const id of this.#jobs.keys()) this.#last = Math.max(this.#last, id);
      },
    });
  }

  /** Opens the record of a job. */
  open(job: Pick<JobRecord, 'name' | 'kind' | 'host'>): JobRecord {
    this.#forgetOldest();
    this.#last += 1;
    return this.#jobs.insert(this.#last, {
      id: this.#last,
      ...job,
      state: 'running',
      steps: [],
      copies: [],
      logicallyComplete: false,
      physicallyComplete: false,
      targetState: '',
    });
  }

  /**
   * Ends the jobs that were under way when the process ended that ran them. What they held is free, and
   * what they copied stays as it is: the record says how.
   */
  markInterrupted(): void {
    for (const { id, state, steps, targetState } of this.all()) {
      if (state !== 'running') continue;
      const step = steps.at(-1)?.step ?? 201;
      this.update(id, (draft) => {
        draft.state = 'interrupted';
        draft.failure = {
          step,
          refusal: refuseInterrupted(step),
          targetState: targetState === '' ? 'target not chosen yet' : targetState,
        };
      });
    }
  }

  /** Changes one record. */
  update(id: number, recipe: (draft: Draft<JobRecord>) => void): JobRecord {
    return this.#jobs.update(id, recipe);
  }

  /** The record of a number that {@link open} gave. */
  job(id: number): JobRecord {
    return this.#jobs.require(id);
  }

  /** The latest job of that name. */
  find(name: string): JobRecord | undefined {
    return this.generations(name).at(-1);
  }

  /** All jobs of that name, oldest first. */
  generations(name: string): readonly JobRecord[] {
    return this.all().filter((job) => job.name === name);
  }

  /** All jobs, oldest first. */
  all(): readonly JobRecord[] {
    return [...this.#jobs.values()];
  }

  /** The finished backup that a device holds, if the records know one. */
  backupOn(place: DeviceName): { job: JobRecord; copy: CopyLineage } | undefined {
    for (const job of this.all().toReversed()) {
      if (job.kind !== 'backup' || job.state !== 'done') continue;
      const copy = job.copies.find((one) => !isGone(one) && isSameDevice(one.target, place));
      if (copy !== undefined) return { job, copy };
    }
    return undefined;
  }

  /**
   * Notes that a device now holds something else: copies recorded there are gone, and the bytes that a
   * restore of them would have needed with them.
   */
  markOverwritten(place: DeviceName, by: string): void {
    for (const job of this.all()) {
      if (!job.copies.some((copy) => !isGone(copy) && isSameDevice(copy.target, place))) continue;
      this.update(job.id, (draft) => {
        for (const copy of draft.copies) {
          if (isGone(copy) || !isSameDevice(copy.target, place)) continue;
          copy.overwrittenBy = by;
          copy.rewritten = [];
        }
      });
    }
  }

  /** Makes room for one more record. A backup that a device still holds is never forgotten. */
  #forgetOldest(): void {
    if (this.#jobs.size < JOB_RECORDS_MAX) return;
    for (const job of this.#jobs.values()) {
      if (job.state === 'running' || job.id === this.#last || isHeld(job)) continue;
      this.#jobs.delete(job.id);
      return;
    }
  }
}

/** Whether some device still holds what a backup made. */
export function isHeld({ kind, state, copies }: JobRecord): boolean {
  return kind === 'backup' && state === 'done' && !copies.every(isGone);
}

function refuseInterrupted(step: StepNumber): Refusal {
  return refuse('JOB_INTERRUPTED', {
    what: `the job in step ${step}, ${STEP_NAMES[step]}`,
    limit: 'the process that ran it ended before it did',
    fix: 'look at the state of its target, and ask again',
  });
}

/** What all steps of a job cost together. */
export function totalCost(job: JobRecord): Cost {
  return job.steps.reduce((sum, step) => addCost(sum, step.cost), NO_COST);
}

/** ECAM messages of all steps of a job, by kind. */
export function totalMessages(job: JobRecord): Readonly<Record<string, number>> {
  const total: Record<string, number> = {};
  for (const step of job.steps) {
    for (const [kind, count] of Object.entries(step.messages)) {
      total[kind] = (total[kind] ?? 0) + count;
    }
  }
  return total;
}

/** Whether two names mean one device. */
export function isSameDevice(one: DeviceName, other: DeviceName): boolean {
  return one.subsystem === other.subsystem && one.device === other.device;
}

function isGone(copy: { readonly overwrittenBy?: string | undefined }): boolean {
  return copy.overwrittenBy !== undefined;
}
