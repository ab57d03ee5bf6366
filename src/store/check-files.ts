/**
 * Looks at the files that hold the state of a store, record by record: both copies of the superblock and
 * of every checkpoint, and the journal to its end.
 *
 * @module
 */

import { newestCheckpoints } from './checkpoint-file.ts';
import { readJournalEnd } from './journal-end.ts';
import { JournalReader } from './journal-reader.ts';
import { type Medium, MediumFault } from './medium.ts';
import type { JournalPosition } from './record-content.ts';
import { recordBytes } from './record-header.ts';
import { readRecord } from './record-reading.ts';
import type { StorePlace } from './store-fault.ts';
import {
  CHECKPOINT_COPIES,
  type CheckpointName,
  checkpointFile,
  JOURNAL_END_FILE,
  SUPERBLOCK_FILE,
} from './store-layout.ts';
import type { StoreProblem } from './store-problem.ts';
import { readSuperblock } from './superblock.ts';
import { WindowReader } from './window-reader.ts';

/** How much was looked at. */
export interface FileLook {
  readonly checkpoints: number;
  /** Records, those of checkpoints in both copies. */
  readonly records: number;
  readonly bytes: number;
}

/**
 * Looks at them.
 *
 * @throws StoreFault STORE_ABSENT, STORE_VERSION, and STORE_DAMAGED where the superblock cannot be read
 */
export function checkFiles(
  medium: Medium,
  report: (problem: StoreProblem) => void,
  note: (text: string) => void,
): FileLook {
  const { superblock, damagedAt } = readSuperblock(medium);
  for (const offset of damagedAt) {
    report({
      area: 'superblock',
      place: { file: SUPERBLOCK_FILE, offset },
      what: 'one of the two copies of the superblock is damaged',
      remedy: 'repair',
    });
  }
  const check = new FileCheck(medium, superblock.storeId, report);
  const names = newestCheckpoints(medium);
  let journal: JournalPosition | undefined;
  for (const name of names) journal = check.checkpoint(name) ?? journal;
  if (journal !== undefined) check.journal(journal, note);
  return { ...check.looked, checkpoints: names.length };
}

class FileCheck {
  readonly looked = { records: 0, bytes: 0 };
  readonly #medium: Medium;
  readonly #storeId: Uint8Array;
  readonly #report: (problem: StoreProblem) => void;

  constructor(medium: Medium, storeId: Uint8Array, report: (problem: StoreProblem) => void) {
    this.#medium = medium;
    this.#storeId = storeId;
    this.#report = report;
  }

  /** @returns Where the journal goes on behind it, when a copy says so. */
  checkpoint(name: CheckpointName): JournalPosition | undefined {
    let journal: JournalPosition | undefined;
    for (const copy of CHECKPOINT_COPIES) {
      journal = this.#checkpointCopy(checkpointFile(name, copy)) ?? journal;
    }
    return journal;
  }

  /** Reads the journal to its end. */
  journal(position: JournalPosition, note: (text: string) => void): void {
    const { atLeast, isDamaged } = readJournalEnd(this.#medium, this.#storeId);
    if (isDamaged) {
      const what = 'what says how far the journal had come';
      this.#damaged('journal', { file: JOURNAL_END_FILE }, what, 'repair');
    }
    const reader = new JournalReader(this.#medium, this.#storeId, position, atLeast);
    try {
      for (;;) {
        const step = reader.next();
        if (step.kind === 'damaged') {
          const what = `record ${step.sequence} of the journal is damaged or gone`;
          this.#report({ area: 'journal', place: step.place, what, remedy: 'none' });
          return;
        }
        if (step.kind === 'end') {
          const { file, offset } = step.tornAt ?? {};
          if (file !== undefined)
            note(`${file} at byte ${offset}: a record was not written to its end`);
          return;
        }
        this.looked.records += 1;
        this.looked.bytes += step.bytes;
        if (step.ranges.some(({ isWhole }) => !isWhole)) {
          const what = `the data of record ${step.header.sequence} of the journal`;
          this.#damaged('journal', step.place, what, 'repair');
        }
      }
    } catch (error) {
      if (!(error instanceof MediumFault)) throw error;
      const { file, offset } = error;
      const place = offset === undefined ? { file } : { file, offset };
      this.#damaged('journal', place, `${error.message}: the journal`, 'none');
    } finally {
      reader.close();
    }
  }

  #checkpointCopy(file: string): JournalPosition | undefined {
    let reader: WindowReader | undefined;
    let offset = 0;
    try {
      reader = new WindowReader(this.#medium.open(file, 'read'));
      for (let sequence = 0, chain = 0; ; sequence += 1) {
        const found = readRecord(reader, offset, this.#storeId);
        const isSound =
          found.kind === 'whole' &&
          found.header.sequence === sequence &&
          found.header.chain === chain;
        if (!isSound) {
          this.#damaged(
            'checkpoint',
            { file, offset },
            'one of two copies of a checkpoint',
            'repair',
          );
          return undefined;
        }
        this.looked.records += 1;
        this.looked.bytes += recordBytes(found.header);
        if (found.header.kind === 'lastPart') return found.table.journal;
        offset += recordBytes(found.header);
        chain = found.header.checksum;
      }
    } catch (error) {
      if (!(error instanceof MediumFault)) throw error;
      this.#damaged(
        'checkpoint',
        { file, offset },
        `${error.message}: a copy of a checkpoint`,
        'repair',
      );
      return undefined;
    } finally {
      reader?.close();
    }
  }

  #damaged(
    area: StoreProblem['area'],
    place: StorePlace,
    what: string,
    remedy: StoreProblem['remedy'],
  ): void {
    this.#report({ area, place, what: `${what} is damaged`, remedy });
  }
}
