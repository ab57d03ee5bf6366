/**
 * Copy jobs: what target executions have made, each held under its polling token.
 *
 * A job is one execution: one definition, or several as an atomic group, at one instant. It takes
 * one slot for each of its definitions and remembers their source tokens, so that an execution whose
 * acknowledgment was lost can be answered again.
 *
 * A job is final when it has no background work left and its serial series, if any, is over. A slot
 * is given up only when it is needed, and only by a job whose final state some path of its group
 * was told; before that the newcomer is told to come again. Who was told is no record and takes no
 * place in the order of changes, but it is kept, in the order of the telling.
 *
 * @module
 */
import type { CommitOrder } from '../base/commit-order.ts';
import { invariant } from '../base/invariant.ts';
import type { Journal } from '../base/ports.ts';
import { RecordTable } from '../base/record-table.ts';
import { TouchedEntries } from '../base/touched-entries.ts';
import type { CommitSequence, DeviceIndex, Nanos } from '../base/units.ts';
import type { RelationId, SeriesMembership } from '../copy/relation.ts';
import type { DefinedDevice } from './definitions.ts';
import type { MessageDataSet } from './messages.ts';
import type { PathGroupId } from './path-group-id.ts';
import type { TokenKey } from './token.ts';

/** One executed definition. */
export interface JobPart {
  readonly sourceToken: TokenKey;
  readonly source: DefinedDevice;
  readonly target: DefinedDevice;
  /** The relation that covers the extents of the part. */
  readonly relation: RelationId;
  readonly volser: string | null;
  readonly label: string;
  readonly wholeDevice: boolean;
  readonly tracks: number;
  readonly dataSets: readonly MessageDataSet[];
  /** Bytes of the definition's message. */
  readonly bytes: number;
}

/** One execution. */
export interface Job {
  readonly token: TokenKey;
  readonly pathGroup: PathGroupId;
  /** The instant of the copy. */
  readonly sequence: CommitSequence;
  readonly executedAt: Nanos;
  readonly parts: readonly JobPart[];
  /** One for each pair of source and target device. */
  readonly relations: readonly RelationId[];
  readonly series: SeriesMembership | null;
  /** The series was given up by withdrawing this job. */
  readonly seriesAbandoned: boolean;
}

/** A job seen from one device: the job and which of its parts. */
export interface DevicePart {
  readonly job: Job;
  readonly part: JobPart;
}

/** Jobs by polling token. */
export class JobTable {
  readonly #jobs: RecordTable<TokenKey, Job>;
  readonly #slotsMax: number;
  /** Polling token by source token of every executed definition. */
  readonly #executed = new Map<TokenKey, TokenKey>();
  readonly #tokensByDevice = new Map<DeviceIndex, Set<TokenKey>>();
  /** Jobs whose final state was reported. */
  readonly #reported = new Set<TokenKey>();
  readonly #keptReported: TouchedEntries<TokenKey>;
  /** The same in the order of the first report, from {@link #nextToGo} on. */
  #reportedInOrder: TokenKey[] = [];
  #nextToGo = 0;
  #slots = 0;
  #bytesHeld = 0;

  constructor(slotsMax: number, order: CommitOrder, journal: Journal) {
    this.#slotsMax = slotsMax;
    this.#jobs = new RecordTable('job', order, journal);
    this.#keptReported = new TouchedEntries('ecam.reported', {
      keys: () => this.#reported,
      save: (token) => (this.#reported.has(token) ? true : undefined),
      restore: (saved) => {
        this.#restoreReported([...saved.keys()]);
      },
    });
    journal.keep(this.#keptReported);
    journal.keep({
      kind: 'figures',
      name: 'ecam.jobs',
      save: () => null,
      restore: () => {
        this.#derive();
      },
    });
  }

  /** Slots taken: executed definitions of all jobs. */
  get slots(): number {
    return this.#slots;
  }

  /** Message bytes of all executed definitions. */
  get bytesHeld(): number {
    return this.#bytesHeld;
  }

  get(token: TokenKey): Job | undefined {
    return this.#jobs.get(token);
  }

  /** The job that executed a definition. */
  findBySourceToken(token: TokenKey): Job | undefined {
    const polling = this.#executed.get(token);
    return polling === undefined ? undefined : this.#jobs.require(polling);
  }

  /**
   * The jobs to forget so that `slots` more fit: those reported as final longest ago.
   *
   * @returns `undefined` when even all of them are not enough.
   */
  findRoom(slots: number): readonly Job[] | undefined {
    let missing = this.#slots + slots - this.#slotsMax;
    const going: Job[] = [];
    for (let at = this.#nextToGo; missing > 0 && at < this.#reportedInOrder.length; at += 1) {
      const job = this.#jobs.require(this.#reportedInOrder[at] as TokenKey);
      going.push(job);
      missing -= job.parts.length;
    }
    return missing <= 0 ? going : undefined;
  }

  /** Adds a job for which there is room. */
  add(job: Job): void {
    this.#jobs.insert(job.token, job);
    this.#index(job);
    invariant(this.#slots <= this.#slotsMax, 'job-slots-within-limit');
  }

  /** Notes that a path of the job's group was told the final state. */
  noteReported(token: TokenKey): void {
    if (this.#reported.has(token)) return;
    this.#reported.add(token);
    this.#keptReported.touch(token);
    this.#reportedInOrder.push(token);
  }

  /** Marks the job's series as given up. */
  abandonSeries(token: TokenKey): void {
    this.#jobs.update(token, (draft) => {
      draft.seriesAbandoned = true;
    });
  }

  /** Forgets the job that was reported as final longest ago. */
  forget(token: TokenKey): void {
    const isNext = this.#reportedInOrder[this.#nextToGo] === token;
    invariant(isNext && this.#reported.delete(token), 'job-reported-before-forgotten', token);
    this.#keptReported.touch(token);
    this.#dropReported();
    const job = this.#jobs.require(token);
    this.#jobs.delete(token);
    for (const part of job.parts) {
      this.#executed.delete(part.sourceToken);
      this.#dropFromDevice(part.source.index, token);
      this.#dropFromDevice(part.target.index, token);
      this.#bytesHeld -= part.bytes;
    }
    this.#slots -= job.parts.length;
    invariant(this.#slots >= 0 && this.#bytesHeld >= 0, 'job-counts-not-negative');
  }

  /** The parts that name a device as source or target, oldest job first. */
  *partsOf(device: DefinedDevice): IterableIterator<DevicePart> {
    for (const token of this.#tokensByDevice.get(device.index) ?? []) {
      const job = this.#jobs.require(token);
      for (const part of job.parts) {
        if (isDevice(part.source, device) || isDevice(part.target, device)) yield { job, part };
      }
    }
  }

  #index(job: Job): void {
    for (const part of job.parts) {
      this.#executed.set(part.sourceToken, job.token);
      this.#tokensOf(part.source.index).add(job.token);
      this.#tokensOf(part.target.index).add(job.token);
      this.#bytesHeld += part.bytes;
    }
    this.#slots += job.parts.length;
  }

  #restoreReported(tokens: readonly TokenKey[]): void {
    this.#reported.clear();
    for (const token of tokens) this.#reported.add(token);
    this.#reportedInOrder = [...tokens];
    this.#nextToGo = 0;
  }

  /** Indexes and sums are not kept: the records tell them. */
  #derive(): void {
    this.#executed.clear();
    this.#tokensByDevice.clear();
    this.#slots = 0;
    this.#bytesHeld = 0;
    for (const job of this.#jobs.values()) this.#index(job);
  }

  /** A list with a head that moves: taking the first key out of a large set would walk over holes. */
  #dropReported(): void {
    this.#nextToGo += 1;
    if (this.#nextToGo * 2 <= this.#reportedInOrder.length) return;
    this.#reportedInOrder = this.#reportedInOrder.slice(this.#nextToGo);
    this.#nextToGo = 0;
  }

  #tokensOf(device: DeviceIndex): Set<TokenKey> {
    let tokens = this.#tokensByDevice.get(device);
    if (tokens === undefined) {
      tokens = new Set();
      this.#tokensByDevice.set(device, tokens);
    }
    return tokens;
  }

  #dropFromDevice(device: DeviceIndex, token: TokenKey): void {
    const tokens = this.#tokensByDevice.get(device);
    if (tokens?.delete(token) === true && tokens.size === 0) this.#tokensByDevice.delete(device);
  }
}

/** The same device, and not one that was defined later in its place. */
export function isDevice(one: DefinedDevice, other: DefinedDevice): boolean {
  return one.index === other.index && one.generation === other.generation;
}
