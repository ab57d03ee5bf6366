/**
 * Keeps the state of a subsystem: gathers what has changed, and gives it to a fresh subsystem again.
 *
 * Touches no file. {@link StateKeeper.collect} hands out everything that changed since it was called
 * last; applied in order to the keeper of an empty subsystem of the same configuration, those changes
 * make it the same machine.
 *
 * @module
 */
import { applyPatches, enablePatches, freeze, type Patch } from 'immer';
import { invariant } from '../base/invariant.ts';
import {
  KEPT_BLOCK_WORDS,
  type KeptEntries,
  type KeptFigures,
  type KeptPart,
  type KeptRecords,
  type KeptWords,
  type Plain,
  TouchedBlocks,
} from '../base/kept-state.ts';
import type { Journal, JournalRecord } from '../base/ports.ts';
import { type CommitSequence, commitSequence } from '../base/units.ts';
import { samePlain } from './plain-bytes.ts';

enablePatches();

type Key = string | number;

/** Touched blocks of one table: their numbers, ascending, and 16 words for each. */
export interface WordChange {
  readonly name: string;
  readonly blocks: Uint32Array;
  readonly words: Uint32Array;
}

/** One journal record of a table of records. */
export interface RecordChange {
  readonly name: string;
  readonly payload: RecordPayload;
}

/** What a table of records tells the journal (record-table.ts). */
export interface RecordPayload {
  readonly key: Key;
  readonly inserted?: object;
  readonly patches?: readonly Patch[];
  readonly deleted?: true;
}

/** A thing by key; gone when `saved` is undefined. */
export interface EntryChange {
  readonly name: string;
  readonly key: Key;
  readonly saved: Plain | undefined;
}

/** All figures of a part. */
export interface FigureChange {
  readonly name: string;
  readonly saved: Plain;
}

/** Everything that changed between two moments. */
export interface StateChange {
  readonly words: readonly WordChange[];
  readonly records: readonly RecordChange[];
  readonly entries: readonly EntryChange[];
  readonly figures: readonly FigureChange[];
}

/** A journal that keeps the state of everything that was made with it. */
export class StateKeeper implements Journal {
  #settled: CommitSequence = commitSequence(0);
  #askSettled: (() => CommitSequence) | undefined;
  readonly #parts = new Map<string, KeptPart>();
  #records: RecordChange[] = [];
  readonly #figures = new Map<string, Plain>();
  /** What was applied and waits for its part: records and entries by name and key, figures by name. */
  readonly #loadedRecords = new Map<string, Map<Key, object>>();
  readonly #loadedEntries = new Map<string, Map<Key, Plain>>();
  readonly #loadedFigures = new Map<string, Plain>();
  #isRestored = false;

  /** Parts by name, in the order in which they became known. */
  get parts(): ReadonlyMap<string, KeptPart> {
    return this.#parts;
  }

  /** Tables of records, those that were applied and wait for their part included. */
  *recordTables(): Generator<readonly [string, Iterable<readonly [Key, object]>]> {
    for (const part of this.#parts.values()) {
      if (part.kind === 'records') yield [part.name, part.entries()];
    }
    yield* this.#loadedRecords;
  }

  /** Keys of entries by the name of their part, those that wait for it included. */
  *entryKeys(): Generator<readonly [string, Iterable<Key>]> {
    for (const part of this.#parts.values()) {
      if (part.kind === 'entries') yield [part.name, part.keys()];
    }
    for (const [name, entries] of this.#loadedEntries) yield [name, entries.keys()];
  }

  /** What is to be saved of an entry; `undefined` when there is no such thing. */
  savedEntry(name: string, key: Key): Plain | undefined {
    const part = this.#parts.get(name);
    return part?.kind === 'entries' ? part.save(key) : this.#loadedEntries.get(name)?.get(key);
  }

  /** All figures as they were collected or applied last. */
  *savedFigures(): Generator<FigureChange> {
    for (const [name, saved] of this.#figures) yield { name, saved };
    for (const [name, saved] of this.#loadedFigures) yield { name, saved };
  }

  /** Sets all words to 0: a base of everything tells only of others. Only before {@link restore}. */
  clearWords(): void {
    invariant(!this.#isRestored, 'kept-state-applied-before-restored');
    const zeros = new Uint32Array(KEPT_BLOCK_WORDS);
    for (const part of this.#parts.values()) {
      if (part.kind !== 'words') continue;
      const blocks = Math.ceil(part.wordCount / KEPT_BLOCK_WORDS);
      for (let block = 0; block < blocks; block += 1) part.copyIn(block, zeros, 0);
    }
  }

  keep(part: KeptPart): void {
    invariant(!this.#parts.has(part.name), 'kept-part-named-once', part.name);
    this.#parts.set(part.name, part);
    if (part.kind === 'entries') part.isKept = true;
    if (part.kind === 'words') part.touched = new TouchedBlocks();
    else if (this.#isRestored) this.#restore(part);
  }

  /** Everything up to this sequence is durable, and seen by nobody as it was before. */
  get settled(): CommitSequence {
    const ask = this.#askSettled;
    this.#askSettled = undefined;
    if (ask !== undefined) this.#settled = ask();
    return this.#settled;
  }

  set settled(sequence: CommitSequence) {
    this.#settled = sequence;
    this.#askSettled = undefined;
  }

  /** What is settled is asked when somebody wants to know: most commits free nothing. */
  settleLater(ask: () => CommitSequence): void {
    this.#askSettled = ask;
  }

  append({ subject, payload }: JournalRecord): void {
    this.#records.push({ name: subject, payload: payload as RecordPayload });
  }

  durable(): CommitSequence {
    return this.settled;
  }

  /** What changed since the last time. */
  collect(): StateChange {
    for (const part of this.#parts.values()) if (part.kind === 'figures') part.beforeSaving?.();
    const figures = this.#collectFigures();
    const words: WordChange[] = [];
    const entries: EntryChange[] = [];
    for (const part of this.#parts.values()) {
      if (part.kind === 'words') {
        if (part.touched !== undefined && part.touched.count > 0) {
          words.push(copyBlocks(part, part.touched.take()));
        }
      } else if (part.kind === 'entries') {
        for (const key of part.takeTouched()) {
          entries.push({ name: part.name, key, saved: part.save(key) });
        }
      }
    }
    const records = this.#records;
    this.#records = [];
    return { words, records, entries, figures };
  }

  /** Applies a change that was collected from another keeper. Only before {@link restore}. */
  apply(change: StateChange): void {
    invariant(!this.#isRestored, 'kept-state-applied-before-restored');
    for (const { name, blocks, words } of change.words) {
      const part = this.#parts.get(name);
      invariant(part?.kind === 'words', 'kept-words-known', name);
      blocks.forEach((block, at) => part.copyIn(block, words, at * KEPT_BLOCK_WORDS));
    }
    for (const { name, payload } of change.records) this.#applyRecord(name, payload);
    for (const { name, key, saved } of change.entries) {
      const entries = mapIn(this.#loadedEntries, name);
      if (saved === undefined) entries.delete(key);
      else entries.set(key, saved);
    }
    for (const { name, saved } of change.figures) this.#loadedFigures.set(name, saved);
  }

  /** Gives all parts what was applied. Parts that become known later get theirs at once. */
  restore(): void {
    this.#isRestored = true;
    for (const kind of ['records', 'entries', 'figures'] as const) {
      for (const part of this.#parts.values()) if (part.kind === kind) this.#restore(part);
    }
    // Restoring is no change.
    for (const part of this.#parts.values()) {
      if (part.kind === 'words') part.touched?.take();
      else if (part.kind === 'entries') part.takeTouched();
    }
    this.#records = [];
  }

  #restore(part: KeptRecords | KeptEntries | KeptFigures): void {
    const { name } = part;
    if (part.kind === 'records') {
      part.restore(this.#loadedRecords.get(name) ?? new Map());
      this.#loadedRecords.delete(name);
    } else if (part.kind === 'entries') {
      part.restore(this.#loadedEntries.get(name) ?? new Map());
      this.#loadedEntries.delete(name);
    } else {
      const saved = this.#loadedFigures.get(name);
      part.restore(saved);
      this.#loadedFigures.delete(name);
      if (saved !== undefined) this.#figures.set(name, saved);
    }
  }

  #applyRecord(name: string, payload: RecordPayload): void {
    const records = mapIn(this.#loadedRecords, name);
    const { key, inserted, patches, deleted } = payload;
    if (deleted === true) {
      invariant(records.delete(key), 'kept-record-present', `${name} ${key}`);
    } else if (inserted !== undefined) {
      records.set(key, freeze(inserted, true));
    } else {
      const former = records.get(key);
      invariant(former !== undefined && patches !== undefined, 'kept-record-present', name);
      records.set(key, applyPatches(former, patches));
    }
  }

  #collectFigures(): FigureChange[] {
    const changes: FigureChange[] = [];
    for (const part of this.#parts.values()) {
      if (part.kind !== 'figures') continue;
      const saved = part.save();
      if (this.#figures.has(part.name) && samePlain(this.#figures.get(part.name), saved)) continue;
      this.#figures.set(part.name, saved);
      changes.push({ name: part.name, saved });
    }
    return changes;
  }
}

function copyBlocks(part: KeptWords, blocks: Uint32Array): WordChange {
  const words = new Uint32Array(blocks.length * KEPT_BLOCK_WORDS);
  blocks.forEach((block, at) => part.copyOut(block, words, at * KEPT_BLOCK_WORDS));
  return { name: part.name, blocks, words };
}

function mapIn<Value>(maps: Map<string, Map<Key, Value>>, name: string): Map<Key, Value> {
  let found = maps.get(name);
  if (found === undefined) {
    found = new Map();
    maps.set(name, found);
  }
  return found;
}
