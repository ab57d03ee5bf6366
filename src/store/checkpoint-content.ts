/**
 * What a checkpoint says: everything, or everything that changed since the checkpoint before, in pieces
 * that are applied like the changes of journal records.
 *
 * @module
 */
import { KEPT_BLOCK_WORDS, type KeptWords, TouchedBlocks } from '../base/kept-state.ts';
import { NO_CHANGE } from './record-content.ts';
import type {
  EntryChange,
  RecordChange,
  StateChange,
  StateKeeper,
  WordChange,
} from './state-keeper.ts';

type Key = string | number;

/** What became of a thing by key since the checkpoint before. */
interface KeyChange {
  /** Whether the checkpoint before may have it. */
  readonly wasThere: boolean;
  /** It was removed, and perhaps made again, behind all others. */
  wasRemoved: boolean;
  isThere: boolean;
}

/** Blocks of words in a piece: 4.25 MiB. */
const PIECE_BLOCKS = 2 ** 16;
/** Records or entries in a piece (our choice: some hundred kilobytes to some megabytes). */
const PIECE_THINGS = 1_000;

/** Notes what changed, so that it can be told once for many commits. */
export class ChangeLog {
  readonly #words = new Map<string, TouchedBlocks>();
  readonly #records = new Map<string, Map<Key, KeyChange>>();
  readonly #entries = new Map<string, Map<Key, KeyChange>>();

  /** A change was journalled, or applied from the journal. */
  note({ words, records, entries }: StateChange): void {
    for (const { name, blocks } of words) {
      let touched = this.#words.get(name);
      if (touched === undefined) this.#words.set(name, (touched = new TouchedBlocks()));
      for (const block of blocks) touched.add(block);
    }
    for (const { name, payload } of records) {
      const { key, inserted, deleted } = payload;
      noteKey(logOf(this.#records, name), key, inserted === undefined, deleted !== true);
    }
    for (const { name, key, saved } of entries) {
      noteKey(logOf(this.#entries, name), key, true, saved !== undefined);
    }
  }

  /** Everything that was noted, as it is now. Forgets it. */
  *take(keeper: StateKeeper): Generator<StateChange> {
    for (const [name, touched] of this.#words) {
      const part = keeper.parts.get(name);
      if (part?.kind === 'words') yield* wordPieces(part, touched.take());
    }
    for (const [name, records] of keeper.recordTables()) {
      yield* recordPieces(changedRecords(name, records, this.#records.get(name) ?? new Map()));
    }
    for (const [name, changes] of this.#entries) {
      yield* entryPieces(changedEntries(name, changes, keeper));
    }
    yield { ...NO_CHANGE, figures: [...keeper.savedFigures()] };
    this.forget();
  }

  /** A checkpoint with everything was made. */
  forget(): void {
    this.#words.clear();
    this.#records.clear();
    this.#entries.clear();
  }
}

/** Everything that is kept, as it is now. Words that are 0 are left out. */
export function* everything(keeper: StateKeeper): Generator<StateChange> {
  for (const part of keeper.parts.values()) {
    if (part.kind === 'words') yield* wordPieces(part, blocksInUse(part));
  }
  for (const [name, records] of keeper.recordTables())
    yield* recordPieces(allRecords(name, records));
  for (const [name, keys] of keeper.entryKeys()) yield* entryPieces(allEntries(name, keys, keeper));
  yield { ...NO_CHANGE, figures: [...keeper.savedFigures()] };
}

function logOf(logs: Map<string, Map<Key, KeyChange>>, name: string): Map<Key, KeyChange> {
  let log = logs.get(name);
  if (log === undefined) logs.set(name, (log = new Map()));
  return log;
}

/** @param wasThere - Whether it may have been there before the change. */
function noteKey(log: Map<Key, KeyChange>, key: Key, wasThere: boolean, isThere: boolean): void {
  const known = log.get(key);
  if (known === undefined) {
    log.set(key, { wasThere, wasRemoved: !isThere, isThere });
  } else if (!isThere) {
    known.wasRemoved = true;
    known.isThere = false;
  } else if (!known.isThere) {
    // Made again: it stands behind all others now, in the table as in the log.
    log.delete(key);
    log.set(key, { wasThere: known.wasThere, wasRemoved: true, isThere: true });
  }
}

function* blocksInUse(part: KeptWords): Generator<number> {
  const words = new Uint32Array(KEPT_BLOCK_WORDS);
  const blocks = Math.ceil(part.wordCount / KEPT_BLOCK_WORDS);
  for (let block = 0; block < blocks; block += 1) {
    part.copyOut(block, words, 0);
    // The last one tells how long the table is.
    if (block === blocks - 1 || !isZero(words)) yield block;
  }
}

function isZero(words: Uint32Array): boolean {
  for (let at = 0; at < KEPT_BLOCK_WORDS; at += 1) if (words[at] !== 0) return false;
  return true;
}

function* wordPieces(part: KeptWords, blocks: Iterable<number>): Generator<StateChange> {
  let numbers: number[] = [];
  for (const block of blocks) {
    numbers.push(block);
    if (numbers.length < PIECE_BLOCKS) continue;
    yield { ...NO_CHANGE, words: [wordsOf(part, numbers)] };
    numbers = [];
  }
  if (numbers.length > 0) yield { ...NO_CHANGE, words: [wordsOf(part, numbers)] };
}

function wordsOf(part: KeptWords, numbers: readonly number[]): WordChange {
  const words = new Uint32Array(numbers.length * KEPT_BLOCK_WORDS);
  numbers.forEach((block, at) => part.copyOut(block, words, at * KEPT_BLOCK_WORDS));
  return { name: part.name, blocks: Uint32Array.from(numbers), words };
}

function* recordPieces(records: Iterable<RecordChange>): Generator<StateChange> {
  for (const piece of pieces(records)) yield { ...NO_CHANGE, records: piece };
}

function* entryPieces(entries: Iterable<EntryChange>): Generator<StateChange> {
  for (const piece of pieces(entries)) yield { ...NO_CHANGE, entries: piece };
}

function* pieces<Thing>(things: Iterable<Thing>): Generator<readonly Thing[]> {
  let piece: Thing[] = [];
  for (const thing of things) {
    piece.push(thing);
    if (piece.length < PIECE_THINGS) continue;
    yield piece;
    piece = [];
  }
  if (piece.length > 0) yield piece;
}

function* allRecords(
  name: string,
  records: Iterable<readonly [Key, object]>,
): Generator<RecordChange> {
  for (const [key, inserted] of records) yield { name, payload: { key, inserted } };
}

/** In the order of the log, in which new records stand as in their table. */
function* changedRecords(
  name: string,
  records: Iterable<readonly [Key, object]>,
  changes: ReadonlyMap<Key, KeyChange>,
): Generator<RecordChange> {
  if (changes.size === 0) return;
  const now = new Map<Key, object>();
  for (const [key, record] of records) if (changes.has(key)) now.set(key, record);
  for (const [key, { wasThere, wasRemoved }] of changes) {
    if (wasThere && wasRemoved) yield { name, payload: { key, deleted: true } };
    const inserted = now.get(key);
    if (inserted !== undefined) yield { name, payload: { key, inserted } };
  }
}

function* allEntries(
  name: string,
  keys: Iterable<Key>,
  keeper: StateKeeper,
): Generator<EntryChange> {
  for (const key of keys) {
    const saved = keeper.savedEntry(name, key);
    if (saved !== undefined) yield { name, key, saved };
  }
}

function* changedEntries(
  name: string,
  changes: ReadonlyMap<Key, KeyChange>,
  keeper: StateKeeper,
): Generator<EntryChange> {
  for (const [key, { wasRemoved }] of changes) {
    if (wasRemoved) yield { name, key, saved: undefined };
    const saved = keeper.savedEntry(name, key);
    if (saved !== undefined) yield { name, key, saved };
  }
}
