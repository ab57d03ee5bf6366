/**
 * Those who wait: tokens with the time at which they came, first in, first out, in typed arrays.
 *
 * @module
 */
import type { SavedNumbers } from './saved-numbers.ts';

const FIRST_ROOM = 16;

/** A queue of tokens. What {@link take} took off besides the token stands in {@link entered} and {@link amount}. */
export class TokenRing {
  /** When the token that was taken last had come, nanoseconds. */
  entered = 0;
  /** What it had asked for. */
  amount = 0;
  #tokens = new Int32Array(FIRST_ROOM);
  #entered = new Float64Array(FIRST_ROOM);
  #amounts = new Float64Array(FIRST_ROOM);
  #first = 0;
  #count = 0;

  get count(): number {
    return this.#count;
  }

  /** What the first one asks for; there must be one. */
  get firstAmount(): number {
    return this.#amounts[this.#first] as number;
  }

  put(token: number, entered: number, amount: number): void {
    if (this.#count === this.#tokens.length) this.#grow();
    const at = (this.#first + this.#count) & (this.#tokens.length - 1);
    this.#tokens[at] = token;
    this.#entered[at] = entered;
    this.#amounts[at] = amount;
    this.#count += 1;
  }

  /** Takes the first token off; there must be one. */
  take(): number {
    const at = this.#first;
    this.entered = this.#entered[at] as number;
    this.amount = this.#amounts[at] as number;
    this.#first = (at + 1) & (this.#tokens.length - 1);
    this.#count -= 1;
    return this.#tokens[at] as number;
  }

  /** Sum of the times at which those who wait had come. */
  enteredSum(): number {
    let sum = 0;
    for (let at = 0; at < this.#count; at += 1) {
      sum += this.#entered[(this.#first + at) & (this.#tokens.length - 1)] as number;
    }
    return sum;
  }

  /** Adds everything to `values`, the first one first. */
  saveTo(values: number[]): void {
    values.push(this.#count);
    for (let at = 0; at < this.#count; at += 1) {
      const slot = (this.#first + at) & (this.#tokens.length - 1);
      values.push(this.#tokens[slot] as number, this.#entered[slot] as number);
      values.push(this.#amounts[slot] as number);
    }
  }

  /** Reads what {@link saveTo} added. */
  restoreFrom(saved: SavedNumbers): void {
    this.#first = 0;
    this.#count = 0;
    for (let left = saved.next(); left > 0; left -= 1) {
      this.put(saved.next(), saved.next(), saved.next());
    }
  }

  #grow(): void {
    const size = this.#tokens.length;
    const tokens = new Int32Array(2 * size);
    const entered = new Float64Array(2 * size);
    const amounts = new Float64Array(2 * size);
    for (let at = 0; at < size; at += 1) {
      const from = (this.#first + at) & (size - 1);
      tokens[at] = this.#tokens[from] as number;
      entered[at] = this.#entered[from] as number;
      amounts[at] = this.#amounts[from] as number;
    }
    this.#tokens = tokens;
    this.#entered = entered;
    this.#amounts = amounts;
    this.#first = 0;
  }
}
