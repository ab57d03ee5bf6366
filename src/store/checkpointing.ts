/**
 * When checkpoints are made, what is in them, and what they make superfluous.
 *
 * @module
 */
import { FIRST_TRACK_SECTOR } from '../media/logical-cylinder.ts';
import { type ChangeLog, everything } from './checkpoint-content.ts';
import {
  type CheckpointMoment,
  lastCheckpointNumber,
  removeOtherCheckpoints,
  writeCheckpoint,
} from './checkpoint-file.ts';
import type { DriveFiles } from './drive-files.ts';
import type { JournalWriter } from './journal-writer.ts';
import { type Medium, MediumFault } from './medium.ts';
import { type DataRange, NO_CHANGE, type RecordContent } from './record-content.ts';
import { rangesBetween, type StoredCylinder } from './staged-data.ts';
import type { StateKeeper } from './state-keeper.ts';
import { CHECKPOINT_FOLDER, type CheckpointName } from './store-layout.ts';

/** What checkpoints are made of. */
export interface CheckpointSources {
  readonly medium: Medium;
  readonly storeId: Uint8Array;
  readonly keeper: StateKeeper;
  readonly drives: DriveFiles;
  readonly changes: ChangeLog;
  /** Everything in nonvolatile storage. */
  readonly stored: () => Iterable<StoredCylinder>;
}

/** Bytes of journal at which a checkpoint is due. */
export interface CheckpointPlan {
  readonly journalBytes: number;
}

/** The checkpoints that are there. */
export interface CheckpointsThere {
  readonly checkpoints: readonly CheckpointName[];
  readonly baseBytes: number;
  readonly deltaBytes: number;
  readonly recordCount: number;
  readonly journalBytes: number;
  readonly needsBase: boolean;
}

/** Applying a record costs more than reading its bytes: so many are enough (our choice). */
const RECORDS_MAX = 50_000;
/** When a store is closed, a part of what is due otherwise is worth a checkpoint (our choice). */
const CLOSING_DIVISOR = 8;
/** Where there is no space for a checkpoint, it is tried again after this part of what is due. */
const RETRY_PART = 0.125;
/** What nonvolatile storage may have of the bytes of journal for a checkpoint at the end. */
const STORED_PART = 0.25;
/** Deltas may have this part of the bytes of the base before everything is written anew. */
const DELTA_PART = 0.5;

/** The checkpoints of one store. */
export class Checkpointing {
  readonly #sources: CheckpointSources;
  readonly #plan: CheckpointPlan;
  #names: readonly CheckpointName[];
  #baseBytes: number;
  #deltaBytes: number;
  #needsBase: boolean;
  /** Since the last checkpoint. */
  #recordCount: number;
  #journalBytes: number;
  /** Bytes of journal before which no checkpoint is tried again. */
  #notBefore = 0;

  constructor(sources: CheckpointSources, plan: CheckpointPlan, there: CheckpointsThere) {
    this.#sources = sources;
    this.#plan = plan;
    this.#names = there.checkpoints;
    this.#baseBytes = there.baseBytes;
    this.#deltaBytes = there.deltaBytes;
    this.#needsBase = there.needsBase;
    this.#recordCount = there.recordCount;
    this.#journalBytes = there.journalBytes;
  }

  get isDue(): boolean {
    if (this.#journalBytes < this.#notBefore) return false;
    return this.#recordCount >= RECORDS_MAX || this.#journalBytes >= this.#plan.journalBytes;
  }

  /**
   * Whether it is worth one that the next to open the store has less to do. Not for the bytes where more
   * than a quarter of them is nonvolatile storage, which the checkpoint has to have, too.
   */
  get isDueAtClose(): boolean {
    if (this.#needsBase || this.#recordCount * CLOSING_DIVISOR >= RECORDS_MAX) return true;
    return (
      this.#journalBytes * CLOSING_DIVISOR >= this.#plan.journalBytes &&
      this.#journalBytes * STORED_PART >= this.#storedBytes()
    );
  }

  /** The next checkpoint is one of everything. */
  demandBase(): void {
    this.#needsBase = true;
  }

  /** A record was written. */
  noteRecord(bytes: number): void {
    this.#recordCount += 1;
    this.#journalBytes += bytes;
  }

  /**
   * Makes a checkpoint of what was committed, if there is space for one: it can wait, because the
   * journal has everything.
   *
   * @throws MediumFault
   */
  tryToMake(moment: Omit<CheckpointMoment, 'journal'>, journal: JournalWriter): void {
    try {
      this.make(moment, journal);
    } catch (error) {
      const isHarmless =
        error instanceof MediumFault &&
        error.fault === 'full' &&
        error.file.startsWith(`${CHECKPOINT_FOLDER}/`);
      if (!isHarmless) throw error;
      this.#notBefore = this.#journalBytes + this.#plan.journalBytes * RETRY_PART;
    }
  }

  /**
   * Makes a checkpoint of what was committed. Nothing may have changed since.
   *
   * @throws MediumFault
   */
  make(moment: Omit<CheckpointMoment, 'journal'>, journal: JournalWriter): void {
    const { medium, storeId, drives, keeper, changes } = this.#sources;
    drives.flush();
    drives.flushNames();
    const kind = this.#kindOfNext();
    const name: CheckpointName = { number: lastCheckpointNumber(medium) + 1, kind };
    journal.leaveLong();
    const { position } = journal;
    // Until the checkpoint is whole, what had changed is not told a second time.
    this.#needsBase = true;
    const state = kind === 'base' ? everything(keeper) : changes.take(keeper);
    const parts = withData(state, this.#sources.stored());
    const bytes = writeCheckpoint(medium, storeId, name, { ...moment, journal: position }, parts);
    changes.forget();
    this.#needsBase = false;
    this.#recordCount = 0;
    this.#journalBytes = 0;
    this.#notBefore = 0;
    if (kind === 'base') {
      this.#names = [name];
      this.#baseBytes = bytes;
      this.#deltaBytes = 0;
    } else {
      this.#names = [...this.#names, name];
      this.#deltaBytes += bytes;
    }
    removeOtherCheckpoints(medium, this.#names);
    journal.recycle(position);
  }

  #storedBytes(): number {
    let bytes = 0;
    for (const { buffers } of this.#sources.stored()) {
      for (const buffer of buffers) bytes += buffer?.length ?? 0;
    }
    return bytes;
  }

  #kindOfNext(): 'base' | 'delta' {
    const isLarge = this.#deltaBytes > this.#baseBytes * DELTA_PART;
    return this.#needsBase || this.#names.length === 0 || isLarge ? 'base' : 'delta';
  }
}

/** State first, then everything that lies in nonvolatile storage. */
export function* withData(
  state: Iterable<RecordContent['change']>,
  stored: Iterable<StoredCylinder>,
): Generator<RecordContent> {
  const nothing = { change: NO_CHANGE, ranges: [], destaged: [], exchanged: [] };
  for (const change of state) yield { ...nothing, change };
  for (const cylinder of stored) {
    const ranges: DataRange[] = [];
    rangesBetween(cylinder, { member: 0, sector: FIRST_TRACK_SECTOR }, ranges);
    if (ranges.length > 0) yield { ...nothing, ranges };
  }
}
