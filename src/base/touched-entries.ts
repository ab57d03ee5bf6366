/**
 * Entries of kept state whose owner says what one of them is, with a note of those that were touched.
 *
 * @module
 */
import type { KeptEntries, Plain } from './kept-state.ts';

/** What an owner says of its entries. `Key` is string or number, as the owner names them. */
export interface EntryOwner<Key extends string | number> {
  /** In the order in which they came into being. */
  keys(): Iterable<Key>;
  /** Fresh plain data; `undefined` when there is no such thing any more. */
  save(key: Key): Plain | undefined;
  /** Takes what was saved instead of what it has. */
  restore(saved: ReadonlyMap<Key, Plain>): void;
}

/** Entries of one owner. */
export class TouchedEntries<Key extends string | number> implements KeptEntries {
  readonly kind = 'entries';
  readonly name: string;
  isKept = false;
  readonly #owner: EntryOwner<Key>;
  #touched = new Set<Key>();

  constructor(name: string, owner: EntryOwner<Key>) {
    this.name = name;
    this.#owner = owner;
  }

  /** An entry came into being, changed, or went. */
  touch(key: Key): void {
    if (this.isKept) this.#touched.add(key);
  }

  takeTouched(): Iterable<Key> {
    const touched = this.#touched;
    this.#touched = new Set();
    return touched;
  }

  keys(): Iterable<Key> {
    return this.#owner.keys();
  }

  save(key: string | number): Plain | undefined {
    return this.#owner.save(key as Key);
  }

  restore(saved: ReadonlyMap<string | number, Plain>): void {
    this.#owner.restore(saved as ReadonlyMap<Key, Plain>);
  }
}
