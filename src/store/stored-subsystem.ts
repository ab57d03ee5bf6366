/**
 * A subsystem that outlives its process: it lives in the files of a medium, and every commit makes what
 * was done before it durable, by one record of the journal and one flush.
 *
 * @module
 */
import { randomBytes } from 'node:crypto';
import type { Clock, Journal } from '../base/ports.ts';
import { type CommitSequence, commitSequence } from '../base/units.ts';
import { completeConfiguration, type SubsystemInput } from '../subsystem/configuration.ts';
import { shapeGroups } from '../subsystem/group-configuration.ts';
import type { Subsystem } from '../subsystem/subsystem.ts';
import { Checkpointing } from './checkpointing.ts';
import type { DriveFiles } from './drive-files.ts';
import { readJournalEnd, writeJournalEnd } from './journal-end.ts';
import { JournalWriter } from './journal-writer.ts';
import type { Medium } from './medium.ts';
import { NO_CHANGE, type RecordExtent } from './record-content.ts';
import { type FreshMachine, freshMachine, type RecoveredStore, recover } from './recovery.ts';
import type { RecoveryReport } from './recovery-report.ts';
import type { StoredCylinder } from './staged-data.ts';
import type { StateChange, StateKeeper } from './state-keeper.ts';
import { StoreClock } from './store-clock.ts';
import { StoreFault, storeFault } from './store-fault.ts';
import { SUPERBLOCK_FILE } from './store-layout.ts';
import { makeStoreFiles } from './store-making.ts';
import { type StorePorts, subsystemPorts } from './store-ports.ts';
import { readSuperblock, type Superblock, writeSuperblock } from './superblock.ts';

export type { StorePorts } from './store-ports.ts';

/** How a store is opened. */
export interface OpenOptions {
  /** `read` writes to no file, and its subsystem's changes are nowhere but in memory. */
  readonly mode: 'write' | 'read';
  readonly ports?: StorePorts;
  /** Takes the state before damage that nothing can heal, rather than refuse. Default false. */
  readonly salvage?: boolean;
}

/** Recovery reads so much in some tenths of a second (our choice). */
const JOURNAL_BYTES_DEFAULT = 256 * 2 ** 20;
const SEGMENT_BYTES_DEFAULT = 32 * 2 ** 20;

interface WaitingCommit {
  readonly resolve: (sequence: CommitSequence) => void;
  readonly reject: (error: unknown) => void;
}

/** A subsystem and its store. */
export class StoredSubsystem {
  readonly subsystem: Subsystem;
  readonly recovery: RecoveryReport;
  readonly mode: 'write' | 'read';
  /** 32 hexadecimal digits, chosen when the store was made. */
  readonly storeId: string;
  /** Real time at which the store was made, in milliseconds since 1970; its model time counts from here. */
  readonly madeAtMillis: number;
  readonly #medium: Medium;
  readonly #keeper: StateKeeper;
  readonly #drives: DriveFiles;
  readonly #clock: Clock;
  readonly #readersSee: () => CommitSequence;
  readonly #log: JournalWriter;
  readonly #opening: number;
  readonly #checkpoints: Checkpointing;
  #changes: RecoveredStore['changes'];
  #committed: CommitSequence;
  #failure: unknown;
  #isClosed = false;
  /** Whether the journal ends with the word that the store was closed. */
  #saysClosed: boolean;
  #waiting: WaitingCommit[] = [];

  private constructor(
    medium: Medium,
    superblock: Superblock,
    machine: FreshMachine,
    recovered: RecoveredStore,
    options: OpenOptions,
    clock: Clock,
  ) {
    const { ports = {}, mode } = options;
    const { storeId, madeAtMillis } = superblock;
    this.#medium = medium;
    this.mode = mode;
    this.storeId = Buffer.from(storeId).toString('hex');
    this.madeAtMillis = madeAtMillis;
    this.subsystem = machine.subsystem;
    this.recovery = recovered.report;
    this.#keeper = machine.keeper;
    this.#drives = machine.drives;
    this.#drives.onFailure = (error) => this.#fail(error);
    this.#clock = clock;
    this.#readersSee = ports.readersSee ?? (() => commitSequence(Number.MAX_SAFE_INTEGER));
    this.#changes = recovered.changes;
    this.#opening = recovered.journal.opening;
    this.#saysClosed = recovered.report.wasClosed;
    const segmentBytes = ports.segmentBytes ?? SEGMENT_BYTES_DEFAULT;
    const { nvs } = machine.subsystem.configuration;
    const journalBytes = ports.journalBytes ?? Math.max(JOURNAL_BYTES_DEFAULT, 2 * nvs.bytes);
    const spareSegments = Math.ceil(journalBytes / segmentBytes) + 1;
    this.#log = new JournalWriter(
      medium,
      { storeId, segmentBytes, spareSegments },
      recovered.journal,
    );
    this.#checkpoints = new Checkpointing(
      {
        medium,
        storeId,
        keeper: machine.keeper,
        drives: machine.drives,
        changes: recovered.changes,
        stored: () => this.#stored(),
      },
      { journalBytes },
      recovered,
    );
    this.#committed = this.subsystem.commits.last();
    this.#settle();
  }

  /** Makes a store on a medium that has none. @throws StoreFault, InputError */
  static create(medium: Medium, input: SubsystemInput, ports: StorePorts = {}): StoredSubsystem {
    const configuration = completeConfiguration(input);
    if (medium.list('').includes(SUPERBLOCK_FILE)) {
      throw new StoreFault('STORE_EXISTS', {
        what: `there is a store in ${medium.name} already`,
        place: { file: SUPERBLOCK_FILE },
        limit: 'a store is made where there is none',
        fix: 'choose another place',
      });
    }
    const superblock: Superblock = {
      storeId: new Uint8Array(randomBytes(16)),
      madeAtMillis: Date.now(),
      configuration,
      shapes: shapeGroups(configuration.groups),
    };
    return guarded(() => {
      makeStoreFiles(medium, superblock, ports);
      return StoredSubsystem.open(medium, { mode: 'write', ports });
    });
  }

  /** Opens a store and recovers what was acknowledged. @throws StoreFault */
  static open(medium: Medium, options: OpenOptions): StoredSubsystem {
    return guarded(() => {
      const { superblock, damagedAt } = readSuperblock(medium);
      const clock = options.ports?.clock ?? new StoreClock(superblock.madeAtMillis);
      const ports = subsystemPorts(options.ports ?? {}, clock);
      const machine = freshMachine(medium, superblock, options.mode, ports);
      machine.drives.onFailure = storeFault;
      const journal = recoverOrClose(medium, superblock, machine, options.salvage ?? false);
      const recovered = { ...journal, report: withSuperblock(journal.report, damagedAt) };
      if (clock instanceof StoreClock) clock.resume(recovered.report.resumedAt);
      if (options.mode === 'write' && damagedAt.length > 0) writeSuperblock(medium, superblock);
      const stored = new StoredSubsystem(medium, superblock, machine, recovered, options, clock);
      if (options.mode === 'write') stored.#putInOrder(recovered);
      return stored;
    });
  }

  /** For tables of hosts and others that are to be kept with the subsystem. */
  get journal(): Journal {
    return this.#keeper;
  }

  /** Everything up to this sequence is durable. */
  get committed(): CommitSequence {
    return this.#committed;
  }

  /** After any failed write or flush; only opening the store again helps. */
  get isFailed(): boolean {
    return this.#failure !== undefined;
  }

  /** Makes everything done so far durable: one record, one flush. @throws StoreFault */
  commit(): CommitSequence {
    this.#requireWritable();
    return this.#guarded(() => {
      this.#commit();
      if (this.#checkpoints.isDue) {
        this.#relieveStorage();
        this.#checkpoint(false);
      }
      return this.#committed;
    });
  }

  /** One commit for all who ask in one turn of the event loop. */
  async commitSoon(): Promise<CommitSequence> {
    return await new Promise((resolve, reject) => {
      this.#waiting.push({ resolve, reject });
      if (this.#waiting.length === 1) setImmediate(() => this.#commitWaiting());
    });
  }

  /**
   * Bytes that go to drives during `work` are not journalled: the next commit flushes the drives first.
   * For work that writes much more than fits nonvolatile storage. Commits nothing by itself.
   */
  bulk<Value>(work: () => Value): Value {
    if (this.mode === 'write') this.#drives.staged.requireFlush();
    return work();
  }

  /** Shortens recovery: commits, and writes what was committed as a checkpoint. @throws StoreFault */
  checkpoint(): void {
    this.#requireWritable();
    this.#guarded(() => {
      this.#commit();
      this.#checkpoint(true);
    });
  }

  /** Makes a checkpoint of everything: no older one is needed any more. @throws StoreFault */
  rewrite(): void {
    this.#checkpoints.demandBase();
    this.checkpoint();
  }

  /** Commits, says that the store was closed, and lets go of its files. @throws StoreFault */
  close(): void {
    if (this.#isClosed) return;
    this.#commitWaiting();
    try {
      if (this.mode === 'write' && !this.isFailed) {
        this.#guarded(() => {
          this.#commit();
          if (this.#checkpoints.isDueAtClose) this.#checkpoint(false);
          const { sequence } = this.#log.position;
          if (!this.#saysClosed) this.#sayClosed();
          this.#sayEnd(sequence - 1, 'later');
        });
      }
    } finally {
      this.abandon();
    }
  }

  /** Lets go of its files and commits nothing. What is done from now on is done in memory alone. */
  abandon(): void {
    this.#isClosed = true;
    this.#log.close();
    this.#drives.close();
  }

  /** What recovery found is made durable, and what was damaged is written anew. */
  #putInOrder({ report, needsBase, unconfirmed }: RecoveredStore): void {
    const { isSalvaged } = report;
    if (!report.wasClosed) this.#guarded(() => this.#confirm(unconfirmed));
    if (report.missingDrives.length > 0) this.#guarded(() => this.#commit());
    // What was given up is not missed any more.
    if (isSalvaged) {
      this.#guarded(() => this.#sayEnd(this.#log.position.sequence - 1, 'flush'));
    }
    if (needsBase) this.#guarded(() => this.#checkpoint(isSalvaged));
  }

  /**
   * The last writer ended without a word. What the system shows of its files need not be on the medium:
   * the last record, names, and what was written to drives.
   */
  #confirm(last: RecordExtent | undefined): void {
    if (last !== undefined) this.#log.confirm(last);
    this.#log.confirmNames();
    this.#medium.flushFolder('');
    this.#drives.distrust();
  }

  #commit(): void {
    const { staged } = this.#drives;
    const change = this.#keeper.collect();
    const ranges = staged.pending(this.#stored());
    const { destaged } = staged;
    const { exchanged } = this.#drives;
    const sequence = this.subsystem.commits.last();
    const isFlushed = staged.needsFlush;
    if (isFlushed) this.#drives.flush();
    const isNothing =
      isEmpty(change) && ranges.length === 0 && destaged.length === 0 && exchanged.length === 0;
    if (!isNothing) {
      const { bytes } = this.#log.append(
        { kind: 'commit', isFlushed, commit: sequence, time: this.#clock.now() },
        { change, ranges, destaged, exchanged },
      );
      this.#saysClosed = false;
      this.#changes.note(change);
      this.#checkpoints.noteRecord(bytes);
    }
    this.#committed = sequence;
    this.#drives.settle();
    this.#settle();
  }

  /** @param isNeeded - Otherwise it waits until there is space for it. */
  #checkpoint(isNeeded: boolean): void {
    const moment = {
      opening: this.#opening,
      commit: this.#committed,
      time: this.#clock.now(),
    };
    if (isNeeded) this.#checkpoints.make(moment, this.#log);
    else this.#checkpoints.tryToMake(moment, this.#log);
    // The closing word, if there was one, may be gone with its segment.
    this.#saysClosed = false;
  }

  /**
   * Full cylinders go to the drives before a checkpoint copies what lies in nonvolatile storage: they
   * have to go there soon, and a checkpoint holds everything twice.
   */
  #relieveStorage(): void {
    const { backEnd } = this.subsystem.parts;
    if (!backEnd.destage()) return;
    while (backEnd.destage());
    this.#commit();
  }

  #sayClosed(): void {
    this.#drives.flush();
    this.#log.append(
      { kind: 'closed', isFlushed: true, commit: this.#committed, time: this.#clock.now() },
      { change: NO_CHANGE, ranges: [], destaged: [], exchanged: [] },
    );
  }

  /** Says outside the journal which record is its last. It is durable. */
  #sayEnd(sequence: number, flush: 'flush' | 'later'): void {
    const storeId = Buffer.from(this.storeId, 'hex');
    const { atLeast } = readJournalEnd(this.#medium, storeId);
    if (atLeast !== sequence) writeJournalEnd(this.#medium, storeId, sequence, flush);
  }

  #commitWaiting(): void {
    const waiting = this.#waiting;
    if (waiting.length === 0) return;
    this.#waiting = [];
    try {
      const sequence = this.commit();
      for (const { resolve } of waiting) resolve(sequence);
    } catch (error) {
      for (const { reject } of waiting) reject(error);
    }
  }

  /** What is durable and seen by everybody may be used again. */
  #settle(): void {
    const committed = this.#committed;
    this.#keeper.settleLater(() => {
      // Whoever asks is in the middle of a change: half of it must not become durable.
      const seen = this.#guarded(() => this.#readersSee());
      return seen < committed ? seen : committed;
    });
  }

  #stored(): Iterable<StoredCylinder> {
    const { backEnd } = this.subsystem.parts;
    return backEnd.hasBytes ? backEnd.storageContents() : [];
  }

  #requireWritable(): void {
    if (this.mode === 'read') {
      throw new StoreFault('STORE_READ_ONLY', {
        what: 'a change to a store that was opened to be read',
        limit: 'only a writer commits',
        fix: 'open the store to write',
      });
    }
    if (this.#isClosed) {
      throw new StoreFault('STORE_CLOSED', {
        what: 'the store was closed',
        limit: 'a store takes nothing any more when it is closed',
        fix: 'open it again',
      });
    }
    if (!this.isFailed) return;
    throw new StoreFault('STORE_FAILED', {
      what: 'the store has failed before',
      limit: 'after a failure nothing is taken until the store is opened again',
      fix: 'check the medium, and open the store again',
      cause: this.#failure,
    });
  }

  /** Whatever goes wrong on the way to the medium ends the store's life in this process. */
  #guarded<Value>(operation: () => Value): Value {
    try {
      return operation();
    } catch (error) {
      throw this.#fail(error);
    }
  }

  #fail(error: unknown): unknown {
    const fault = storeFault(error);
    this.#failure ??= fault;
    return fault;
  }
}

/** Whatever was opened on the way is closed when there is nothing to go on with. */
function recoverOrClose(
  medium: Medium,
  superblock: Superblock,
  machine: FreshMachine,
  salvage: boolean,
): RecoveredStore {
  try {
    return recover(medium, superblock, machine, salvage);
  } catch (error) {
    machine.drives.close();
    throw error;
  }
}

/** Either copy of the superblock will do; whoever may write writes both anew. */
function withSuperblock(report: RecoveryReport, damagedAt: readonly number[]): RecoveryReport {
  const damage = damagedAt.map((offset) => ({
    file: SUPERBLOCK_FILE,
    offset,
    what: 'a copy of the superblock',
    outcome: 'healed' as const,
  }));
  return Object.freeze({ ...report, damage: Object.freeze([...damage, ...report.damage]) });
}

function isEmpty({ words, records, entries, figures }: StateChange): boolean {
  return [words, records, entries, figures].every(({ length }) => length === 0);
}

function guarded<Value>(operation: () => Value): Value {
  try {
    return operation();
  } catch (error) {
    throw storeFault(error);
  }
}
