/**
 * Checkpoints as files: the same records in each of two copies, so that what is damaged in one is
 * taken from the other, record by record.
 *
 * @module
 */
import type { CommitSequence } from '../base/units.ts';
import { type Medium, MediumFault, type MediumFile } from './medium.ts';
import type { JournalPosition, RecordContent, RecordTable } from './record-content.ts';
import { NO_CHANGE } from './record-content.ts';
import { recordBytes } from './record-header.ts';
import { type ReadableRecord, type ReadRange, readRecord } from './record-reading.ts';
import { makeRecord } from './record-writing.ts';
import type { StorePlace } from './store-fault.ts';
import {
  CHECKPOINT_COPIES,
  CHECKPOINT_FOLDER,
  type CheckpointName,
  checkpointFile,
  parseCheckpointFile,
} from './store-layout.ts';
import { WindowReader } from './window-reader.ts';

/** What is the same in all records of a checkpoint. */
export interface CheckpointMoment {
  readonly opening: number;
  readonly commit: CommitSequence;
  readonly time: number;
  /** Where the journal goes on. */
  readonly journal: JournalPosition;
}

/** A record of a checkpoint as read. */
export interface CheckpointPart {
  readonly table: RecordTable;
  readonly ranges: readonly ReadRange[];
  readonly place: StorePlace;
  readonly time: number;
  readonly opening: number;
}

/**
 * Writes both copies, and puts them in their places when they are whole and flushed.
 *
 * @returns Bytes of one copy.
 * @throws MediumFault; then nothing is there that was not before, but perhaps drafts that cannot be
 * removed.
 */
export function writeCheckpoint(
  medium: Medium,
  storeId: Uint8Array,
  name: CheckpointName,
  moment: CheckpointMoment,
  parts: Iterable<RecordContent>,
): number {
  const files: MediumFile[] = [];
  let offset = 0;
  let sequence = 0;
  let chain = 0;
  const write = (kind: 'part' | 'lastPart', content: RecordContent): void => {
    const { opening, commit, time } = moment;
    const place = { kind, isFlushed: true, sequence, opening, commit, time, chain };
    const record = makeRecord(place, content, storeId);
    for (const file of files) file.write(offset, record.pieces);
    offset += record.bytes;
    sequence += 1;
    chain = record.checksum;
  };
  try {
    for (const copy of CHECKPOINT_COPIES) {
      files.push(medium.open(checkpointFile(name, `${copy}.new`), 'make'));
    }
    for (const part of parts) write('part', part);
    const { journal } = moment;
    write('lastPart', { change: NO_CHANGE, ranges: [], destaged: [], exchanged: [], journal });
    for (const file of files) file.flush();
  } catch (error) {
    removeDrafts(medium, name);
    throw error;
  } finally {
    for (const file of files) file.close();
  }
  for (const copy of CHECKPOINT_COPIES) {
    medium.rename(checkpointFile(name, `${copy}.new`), checkpointFile(name, copy));
  }
  medium.flushFolder(CHECKPOINT_FOLDER);
  return offset;
}

/** What was not finished takes up space, which may be what is missing. */
function removeDrafts(medium: Medium, name: CheckpointName): void {
  for (const copy of CHECKPOINT_COPIES) {
    try {
      medium.remove(checkpointFile(name, `${copy}.new`));
    } catch (error) {
      // Whoever writes the next checkpoint removes it.
      if (!(error instanceof MediumFault)) throw error;
    }
  }
}

/** Removes every file of the checkpoint folder that is no copy of these checkpoints. @throws MediumFault */
export function removeOtherCheckpoints(medium: Medium, kept: readonly CheckpointName[]): void {
  const numbers = new Set(kept.map(({ number }) => number));
  for (const file of medium.list(CHECKPOINT_FOLDER)) {
    const name = parseCheckpointFile(file);
    if (name === undefined || !numbers.has(name.number)) {
      medium.remove(`${CHECKPOINT_FOLDER}/${file}`);
    }
  }
}

/**
 * The highest number that is taken, 0 when there is none. Also by a checkpoint that is damaged, or that
 * has got only one of its names: as long as it may be there, a new one of its number would be mistaken
 * for it.
 */
export function lastCheckpointNumber(medium: Medium): number {
  const names = medium.list(CHECKPOINT_FOLDER).map(parseCheckpointFile);
  return names.reduce((last, name) => Math.max(last, name?.number ?? 0), 0);
}

/** Files of all checkpoints that are there, needed or not. */
export function checkpointFiles(medium: Medium): readonly string[] {
  return medium
    .list(CHECKPOINT_FOLDER)
    .filter((file) => parseCheckpointFile(file) !== undefined)
    .map((file) => `${CHECKPOINT_FOLDER}/${file}`);
}

/**
 * The checkpoints that make the newest state: a base, and all that came after it; none when there is no
 * base. Numbers are given one after the other, so the first that is not there has been: it is named last,
 * and will be found to be damaged in both copies.
 */
export function newestCheckpoints(medium: Medium): readonly CheckpointName[] {
  const names = new Map<number, CheckpointName>();
  for (const file of medium.list(CHECKPOINT_FOLDER)) {
    const name = parseCheckpointFile(file);
    if (name !== undefined) names.set(name.number, name);
  }
  const ascending = [...names.values()].toSorted((one, other) => one.number - other.number);
  const base = ascending.findLastIndex(({ kind }) => kind === 'base');
  if (base < 0) return [];
  const newest = ascending.slice(base);
  const first = newest[0]?.number ?? 0;
  const gap = newest.findIndex(({ number }, at) => number !== first + at);
  return gap < 0 ? newest : [...newest.slice(0, gap), { number: first + gap, kind: 'delta' }];
}

/** Reads one checkpoint, from whichever copy has a record whole. */
export class CheckpointReader {
  /** What was damaged in one copy, and taken from the other. */
  readonly healed: StorePlace[] = [];
  /** Bytes of a copy, as far as it was read. */
  bytes = 0;
  readonly #medium: Medium;
  readonly #storeId: Uint8Array;
  readonly #name: CheckpointName;
  readonly #readers = new Map<string, WindowReader>();
  readonly #isBad = new Set<string>();

  constructor(medium: Medium, storeId: Uint8Array, name: CheckpointName) {
    this.#medium = medium;
    this.#storeId = storeId;
    this.#name = name;
  }

  /**
   * Its records in order. Ends early, with `damaged`, where no copy has the next one.
   *
   * @throws StoreFault STORE_VERSION, MediumFault
   */
  *parts(): Generator<CheckpointPart | { readonly damaged: StorePlace }> {
    let offset = 0;
    let chain = 0;
    for (let sequence = 0; ; sequence += 1) {
      const found = this.#find(offset, sequence, chain);
      if (found === undefined) {
        yield { damaged: { file: checkpointFile(this.#name, 'a'), offset } };
        return;
      }
      const { header, table, ranges } = found;
      const { time, opening, kind } = header;
      const place = { file: checkpointFile(this.#name, 'a'), offset };
      yield { table, ranges, place, time, opening };
      offset += recordBytes(header);
      this.bytes = offset;
      if (kind === 'lastPart') return;
      chain = header.checksum;
    }
  }

  close(): void {
    for (const reader of this.#readers.values()) reader.close();
    this.#readers.clear();
  }

  /** The next record, from a copy that has it whole, or else from one that lacks nothing but data. */
  #find(offset: number, sequence: number, chain: number): ReadableRecord | undefined {
    let lacking: string | undefined;
    for (const copy of CHECKPOINT_COPIES) {
      const file = checkpointFile(this.#name, copy);
      const found = this.#readAt(file, offset, sequence, chain);
      if (found?.kind === 'whole') return found;
      if (found !== undefined) lacking ??= file;
      if (!this.#isBad.has(file)) this.healed.push({ file, offset });
      this.#isBad.add(file);
    }
    return lacking === undefined ? undefined : this.#readAt(lacking, offset, sequence, chain);
  }

  #readAt(
    file: string,
    offset: number,
    sequence: number,
    chain: number,
  ): ReadableRecord | undefined {
    try {
      let reader = this.#readers.get(file);
      if (reader === undefined) {
        reader = new WindowReader(this.#medium.open(file, 'read'));
        this.#readers.set(file, reader);
      }
      const found = readRecord(reader, offset, this.#storeId);
      if (found.kind === 'none' || found.kind === 'broken') return undefined;
      const { header } = found;
      const isPart = header.kind === 'part' || header.kind === 'lastPart';
      return isPart && header.sequence === sequence && header.chain === chain ? found : undefined;
    } catch (error) {
      // A copy that is gone, or that cannot be read, is as good as damaged.
      if (error instanceof MediumFault) return undefined;
      throw error;
    }
  }
}
