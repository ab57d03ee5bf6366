/**
 * Reads back, in order, the numbers that a part saved.
 *
 * @module
 */
import { invariant } from '../../src/index.ts';

/** A saved state with a place in it. */
export class SavedNumbers {
  readonly #values: Float64Array;
  #at = 0;

  constructor(values: Float64Array) {
    this.#values = values;
  }

  /** The next number; there must be one. */
  next(): number {
    const value = this.#values[this.#at];
    invariant(value !== undefined, 'saved-state-long-enough', `${this.#values.length} numbers`);
    this.#at += 1;
    return value;
  }

  /** A copy of the next `count` numbers. */
  many(count: number): Float64Array {
    const end = this.#at + count;
    invariant(end <= this.#values.length, 'saved-state-long-enough', `${end} numbers`);
    const values = this.#values.slice(this.#at, end);
    this.#at = end;
    return values;
  }
}
