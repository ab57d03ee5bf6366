/**
 * Recovery: from the newest checkpoints and the journal behind them to the machine as it was committed
 * last.
 *
 * No operation is done again. Records say what words, records, entries and figures were, and are
 * applied in their order; what can be derived is derived at the end.
 *
 * @module
 */
import { invariant } from '../base/invariant.ts';
import type { Journal } from '../base/ports.ts';
import type { SubsystemPorts } from '../subsystem/configuration.ts';
import { Subsystem } from '../subsystem/subsystem.ts';
import { ChangeLog } from './checkpoint-content.ts';
import { CheckpointReader, checkpointFiles, newestCheckpoints } from './checkpoint-file.ts';
import { DriveFiles } from './drive-files.ts';
import { emptiedDrives } from './emptied-drives.ts';
import { readJournalEnd } from './journal-end.ts';
import { highestOpening, JournalReader, type JournalStep } from './journal-reader.ts';
import { segmentNumbers } from './journal-writer.ts';
import { type Medium, MediumFault } from './medium.ts';
import type {
  CylinderUse,
  DriveExchange,
  JournalPosition,
  RecordExtent,
} from './record-content.ts';
import { RecoveredData } from './recovered-data.ts';
import type { DrivePlace, RecoveredDamage, RecoveryReport } from './recovery-report.ts';
import { StateKeeper } from './state-keeper.ts';
import { StoreFault, type StorePlace } from './store-fault.ts';
import {
  CHECKPOINT_FOLDER,
  type CheckpointName,
  SUPERBLOCK_FILE,
  segmentFile,
} from './store-layout.ts';
import type { Superblock } from './superblock.ts';

/** The machine that is to be given its state, fresh, and what belongs to it. */
export interface FreshMachine {
  readonly subsystem: Subsystem;
  readonly keeper: StateKeeper;
  readonly drives: DriveFiles;
}

/** What a store goes on from. */
export interface RecoveredStore {
  readonly report: RecoveryReport;
  readonly checkpoints: readonly CheckpointName[];
  /** Bytes of one copy of the base, and of all others together. */
  readonly baseBytes: number;
  readonly deltaBytes: number;
  /** Where the next record goes; its opening is a new one. */
  readonly journal: JournalPosition;
  /** The last record, unless it is known to be on the medium. */
  readonly unconfirmed: RecordExtent | undefined;
  /** Records behind the last checkpoint, and their bytes. */
  readonly recordCount: number;
  readonly journalBytes: number;
  /** What the journal has changed since the last checkpoint. */
  readonly changes: ChangeLog;
  /** Whether everything should be written anew, because some of it was damaged. */
  readonly needsBase: boolean;
}

/** Makes the machine of a store, without any state. @throws StoreFault STORE_VERSION, InputError */
export function freshMachine(
  medium: Medium,
  { configuration, shapes }: Superblock,
  mode: 'write' | 'read',
  ports: Partial<SubsystemPorts>,
): FreshMachine {
  const keeper = new StateKeeper();
  const journal: Journal = keeper;
  let subsystem: Subsystem | undefined;
  const drives = new DriveFiles(medium, shapes, mode, (group, member) => {
    return subsystem?.parts.backEnd.groups[group]?.members[member]?.state === 'online';
  });
  subsystem = Subsystem.create(configuration, { ...ports, journal, drives });
  const now = subsystem.parts.backEnd.groups.map(({ shape }) => shape);
  if (JSON.stringify(now) !== JSON.stringify(shapes)) {
    throw new StoreFault('STORE_VERSION', {
      what: 'groups of other sizes than this release makes of the configuration',
      place: { file: SUPERBLOCK_FILE, offset: 0 },
      limit: 'the sizes of groups are part of the format',
      fix: 'open the store with the release that made it',
    });
  }
  return { subsystem, keeper, drives };
}

/**
 * Gives a fresh machine the state that was committed last.
 *
 * @param salvage - Takes the state before damage that cannot be healed.
 * @throws StoreFault STORE_DAMAGED, STORE_VERSION; MediumFault
 */
export function recover(
  medium: Medium,
  superblock: Superblock,
  machine: FreshMachine,
  salvage: boolean,
): RecoveredStore {
  const recovery = new Recovery(medium, superblock, machine, salvage);
  recovery.applyCheckpoints();
  recovery.applyJournal();
  return recovery.finish();
}

class Recovery {
  readonly #medium: Medium;
  readonly #superblock: Superblock;
  readonly #machine: FreshMachine;
  readonly #salvage: boolean;
  readonly #data: RecoveredData;
  readonly #changes = new ChangeLog();
  readonly #damage: RecoveredDamage[] = [];
  readonly #checkpoints: CheckpointName[] = [];
  readonly #exchanged: DriveExchange[] = [];
  #needsBase = false;
  #isSalvaged = false;
  #baseBytes = 0;
  #deltaBytes = 0;
  #journal: JournalPosition | undefined;
  #recordCount = 0;
  #journalBytes = 0;
  #unconfirmed: RecoveredStore['unconfirmed'];
  #time = 0;
  #opening = 0;
  #wasClosed = false;
  #tornTail: StorePlace | undefined;

  constructor(medium: Medium, superblock: Superblock, machine: FreshMachine, salvage: boolean) {
    this.#medium = medium;
    this.#superblock = superblock;
    this.#machine = machine;
    this.#salvage = salvage;
    this.#data = new RecoveredData(superblock.shapes.map(({ cylinderSectors }) => cylinderSectors));
  }

  applyCheckpoints(): void {
    const names = newestCheckpoints(this.#medium);
    this.#machine.keeper.clearWords();
    for (const name of names) {
      const damaged = this.#applyCheckpoint(name);
      if (damaged === undefined) continue;
      this.#giveUp(damaged, `checkpoint ${name.number} is damaged in both copies`);
      break;
    }
    if (this.#journal === undefined) {
      throw new StoreFault('STORE_DAMAGED', {
        what: 'there is no checkpoint that can be read',
        place: { file: CHECKPOINT_FOLDER },
        limit: 'a store needs one with everything',
        fix: 'bring the folder back from a copy of the store',
      });
    }
  }

  applyJournal(): void {
    const position = this.#journal;
    invariant(position !== undefined, 'checkpoint-before-journal');
    const { storeId } = this.#superblock;
    const { atLeast } = readJournalEnd(this.#medium, storeId);
    const reader = new JournalReader(this.#medium, storeId, position, atLeast);
    try {
      for (;;) {
        const step = this.#nextStep(reader);
        if (step.kind === 'record') this.#applyRecord(step);
        else {
          this.#endJournal(step);
          break;
        }
      }
      this.#journal = reader.position;
      if (!this.#wasClosed) this.#unconfirmed = reader.last;
    } finally {
      reader.close();
    }
  }

  /** A record that cannot be read is given up like one that is damaged, where something is given up. */
  #nextStep(reader: JournalReader): JournalStep {
    try {
      return reader.next();
    } catch (error) {
      if (!(this.#salvage && error instanceof MediumFault && error.fault === 'failed')) throw error;
      const { segment, offset, sequence } = reader.position;
      return { kind: 'damaged', place: { file: segmentFile(segment), offset }, sequence };
    }
  }

  finish(): RecoveredStore {
    const { keeper, drives, subsystem } = this.#machine;
    keeper.restore();
    if (subsystem.parts.backEnd.hasBytes) drives.recover(this.#exchanged);
    // Before anything is written: that would make their files anew.
    const absent = this.#fail(this.#absentDrives());
    const missingDrives = [...absent, ...this.#fail(this.#emptiedDrives())];
    const cylindersWrittenAgain = this.#giveData();
    drives.staged.markAll(subsystem.parts.backEnd.storageContents());
    invariant(this.#journal !== undefined, 'checkpoint-before-journal');
    const last = this.#checkpoints.at(-1);
    return {
      report: Object.freeze({
        checkpoint: last?.number ?? 0,
        deltaCount: this.#checkpoints.length - 1,
        recordCount: this.#recordCount,
        journalBytes: this.#journalBytes,
        wasClosed: this.#wasClosed,
        tornTail: this.#tornTail,
        cylindersWrittenAgain,
        damage: Object.freeze(this.#damage),
        isSalvaged: this.#isSalvaged,
        missingDrives,
        resumedAt: this.#time,
      }),
      checkpoints: this.#checkpoints,
      baseBytes: this.#baseBytes,
      deltaBytes: this.#deltaBytes,
      journal: this.#nextPosition(this.#journal),
      unconfirmed: this.#unconfirmed,
      recordCount: this.#recordCount,
      journalBytes: this.#journalBytes,
      changes: this.#changes,
      needsBase: this.#needsBase,
    };
  }

  /** Behind what was read; behind everything, where some of that is to be forgotten. */
  #nextPosition(journal: JournalPosition): JournalPosition {
    if (!this.#isSalvaged) return { ...journal, opening: this.#opening + 1 };
    const segments = segmentNumbers(this.#medium);
    const segment = Math.max(journal.segment, ...segments) + 1;
    // What is forgotten lies about, and must never be taken for something later.
    const files = [...segments.map(segmentFile), ...checkpointFiles(this.#medium)];
    const known = highestOpening(this.#medium, this.#superblock.storeId, files);
    const opening = Math.max(this.#opening, known) + 1;
    return { ...journal, opening, segment, offset: 0 };
  }

  /** @returns Where it cannot be read, if so; then what came before may have been applied. */
  #applyCheckpoint(name: CheckpointName): StorePlace | undefined {
    const reader = new CheckpointReader(this.#medium, this.#superblock.storeId, name);
    try {
      // Where we go on without a checkpoint that is damaged, nothing of it may have been applied.
      if (this.#salvage) {
        for (const part of reader.parts()) if ('damaged' in part) return part.damaged;
      }
      this.#data.clear();
      for (const part of reader.parts()) {
        if ('damaged' in part) return part.damaged;
        this.#machine.keeper.apply(part.table.change);
        this.#data.add(part.ranges, part.place);
        this.#journal = part.table.journal ?? this.#journal;
        this.#time = Math.max(this.#time, part.time);
        this.#opening = Math.max(this.#opening, part.opening);
      }
      if (name.kind === 'base') this.#baseBytes = reader.bytes;
      else this.#deltaBytes += reader.bytes;
      this.#checkpoints.push(name);
      return undefined;
    } finally {
      for (const place of reader.healed) {
        this.#damage.push({ ...place, what: 'a copy of a checkpoint', outcome: 'healed' });
        this.#needsBase = true;
      }
      reader.close();
    }
  }

  #applyRecord({ header, table, ranges, place, bytes }: JournalStep & { kind: 'record' }): void {
    this.#machine.keeper.apply(table.change);
    this.#changes.note(table.change);
    this.#data.add(ranges, place);
    this.#data.destage(table.destaged);
    if (header.isFlushed) this.#data.flush();
    this.#exchanged.push(...table.exchanged);
    this.#time = Math.max(this.#time, header.time);
    this.#opening = Math.max(this.#opening, header.opening);
    this.#recordCount += 1;
    this.#journalBytes += bytes;
  }

  #endJournal(step: Exclude<JournalStep, { kind: 'record' }>): void {
    if (step.kind === 'damaged') {
      this.#giveUp(step.place, `record ${step.sequence} of the journal is damaged or gone`);
      return;
    }
    this.#wasClosed = step.wasClosed;
    this.#tornTail = step.tornAt;
    if (!step.wasClosed) return;
    // Whoever closes a store flushes the drives.
    this.#data.flush();
    this.#time = Math.max(this.#time, step.closedAt);
  }

  #giveUp(place: StorePlace, what: string): void {
    if (!this.#salvage) {
      throw new StoreFault('STORE_DAMAGED', {
        what,
        place,
        limit: 'everything behind it depends on it',
        fix: 'check the store with --repair --salvage, which goes back to the state before it',
      });
    }
    this.#damage.push({ ...place, what, outcome: 'lost' });
    this.#needsBase = true;
    this.#isSalvaged = true;
  }

  /** Bytes go back to nonvolatile storage, and to drives that may not have them. */
  #giveData(): number {
    const { backEnd } = this.#machine.subsystem.parts;
    let writtenAgain = 0;
    for (const cylinder of this.#data.cylinders()) {
      const { damagedAt, isDestaged, buffers } = cylinder;
      if (damagedAt !== undefined) this.#noteDamage(cylinder, damagedAt, isDestaged);
      if (!isDestaged) {
        buffers.forEach((buffer, member) => {
          if (buffer !== undefined) backEnd.refillStorage({ ...cylinder, member }, buffer);
        });
      } else if (damagedAt === undefined) {
        const { group, cylinder: number } = cylinder;
        if (backEnd.destageAgain(group, number, buffers)) writtenAgain += 1;
      }
    }
    return writtenAgain;
  }

  /** What went to the drives is most likely there; of the rest, checksums tell what was lost. */
  #noteDamage({ group, cylinder }: CylinderUse, place: StorePlace, isDestaged: boolean): void {
    const what = `data of cylinder ${cylinder} of group ${group}`;
    this.#damage.push({ ...place, what, outcome: isDestaged ? 'healed' : 'lost' });
    this.#needsBase = true;
  }

  /** Drives that should be there, and have no file as long as they are. */
  #absentDrives(): readonly DrivePlace[] {
    const { drives, subsystem } = this.#machine;
    const { groups, hasBytes } = subsystem.parts.backEnd;
    if (!hasBytes) return [];
    return drives
      .missing()
      .filter(({ group, member }) => groups[group]?.members[member]?.state === 'online');
  }

  #emptiedDrives(): readonly DrivePlace[] {
    const { backEnd } = this.#machine.subsystem.parts;
    if (!backEnd.hasBytes) return [];
    const unflushed = [...this.#data.cylinders()].filter(({ isDestaged }) => isDestaged);
    return emptiedDrives(backEnd, unflushed);
  }

  /** @returns The same drives, which have failed. */
  #fail(places: readonly DrivePlace[]): readonly DrivePlace[] {
    for (const { group, member } of places) {
      const outcome = this.#machine.subsystem.drives.fail(group, member);
      invariant(outcome.kind === 'done', 'missing-drive-fails', `${member} of group ${group}`);
    }
    return places;
  }
}
