/**
 * A table of control-plane records (devices, tokens, relations, jobs), each an immutable value.
 *
 * Immer changes one record at a time; its patches are what the journal keeps, so the audit trail and
 * the recovery log are the same thing. The table itself is a Map in insertion order: one record of
 * 10,000 changes at the cost of one record.
 *
 * Not for the data plane: directories, instances and counters are typed arrays.
 *
 * @module
 */
import { type Draft, enablePatches, freeze, type Patch, produceWithPatches } from 'immer';
import type { CommitOrder } from './commit-order.ts';
import { invariant } from './invariant.ts';
import type { KeptRecords } from './kept-state.ts';
import type { Journal } from './ports.ts';

enablePatches();

/** Records by key. Every change takes the next commit sequence and is journalled. */
export class RecordTable<Key extends string | number, Value extends object> implements KeptRecords {
  readonly kind = 'records';
  /** Name of the table in journal records. */
  readonly name: string;
  readonly #order: CommitOrder;
  readonly #journal: Journal;
  readonly #revive: (record: Value) => Value;
  readonly #records = new Map<Key, Value>();

  /** @param revive - Makes what was kept the value that others know, where it names things of theirs. */
  constructor(
    name: string,
    order: CommitOrder,
    journal: Journal,
    revive: (record: Value) => Value = (record) => record,
  ) {
    this.name = name;
    this.#revive = revive;
    this.#order = order;
    this.#journal = journal;
    journal.keep(this);
  }

  get size(): number {
    return this.#records.size;
  }

  has(key: Key): boolean {
    return this.#records.has(key);
  }

  get(key: Key): Value | undefined {
    return this.#records.get(key);
  }

  /** The record of a key that must be there. */
  require(key: Key): Value {
    const record = this.#records.get(key);
    invariant(record !== undefined, 'record-present', `${this.name} ${key}`);
    return record;
  }

  /** All records, in order of insertion. */
  values(): IterableIterator<Value> {
    return this.#records.values();
  }

  keys(): IterableIterator<Key> {
    return this.#records.keys();
  }

  /** Adds a record under a key that is free. The record is frozen. */
  insert(key: Key, value: Value): Value {
    invariant(!this.#records.has(key), 'record-key-free', `${this.name} ${key}`);
    const frozen = freeze(value, true);
    this.#records.set(key, frozen);
    this.#append({ key, inserted: frozen });
    return frozen;
  }

  /** Changes a record by an Immer recipe. A recipe that changes nothing leaves no trace. */
  update(key: Key, recipe: (draft: Draft<Value>) => void): Value {
    const [next, patches] = produceWithPatches(this.require(key), (draft) => {
      recipe(draft);
    });
    if (patches.length === 0) return next;
    this.#records.set(key, next);
    this.#append({ key, patches });
    return next;
  }

  /**
   * Puts another value in the place of a record that is there: for changes so frequent and so small
   * that a recipe would cost more than the change. Parts taken over from the old value are frozen.
   * What is journalled are the fields that differ. A value that does not differ leaves no trace.
   */
  replace(key: Key, value: Value): Value {
    const former = this.require(key);
    const patches = differences(former, value);
    if (patches.length === 0) return former;
    const frozen = freeze(value);
    this.#records.set(key, frozen);
    this.#append({ key, patches });
    return frozen;
  }

  /** Removes a record that is there. */
  delete(key: Key): void {
    invariant(this.#records.delete(key), 'record-present', `${this.name} ${key}`);
    this.#append({ key, deleted: true });
  }

  entries(): Iterable<readonly [Key, Value]> {
    return this.#records.entries();
  }

  /** Takes records that were kept; the caller derives anew whatever it has derived from them. */
  restore(records: ReadonlyMap<string | number, object>): void {
    this.#records.clear();
    for (const [key, record] of records) {
      this.#records.set(key as Key, this.#revive(record as Value));
    }
  }

  #append(payload: unknown): void {
    this.#journal.append({ sequence: this.#order.next(), subject: this.name, payload });
  }
}

/** What makes one record the other, field by field. */
function differences(former: object, next: object): readonly Patch[] {
  const before = former as Readonly<Record<string, unknown>>;
  const after = next as Readonly<Record<string, unknown>>;
  const patches: Patch[] = [];
  for (const name of Object.keys(after)) {
    const value = after[name];
    const isKnown = Object.hasOwn(before, name);
    if (isKnown && before[name] === value) continue;
    patches.push({ op: isKnown ? 'replace' : 'add', path: [name], value });
  }
  for (const name of Object.keys(before)) {
    if (!Object.hasOwn(after, name)) patches.push({ op: 'remove', path: [name] });
  }
  return patches;
}
