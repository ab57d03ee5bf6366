/**
 * Quarantine: cylinders that hold nothing any more, but whose freeing is not durable yet.
 *
 * After a crash the map is what the journal says. Until the journal has the change that emptied a
 * cylinder, the map of then still leads there, so nothing else may be written to it.
 *
 * @module
 */
import type { StateKeeping } from '../base/kept-state.ts';
import { WordList } from '../base/word-list.ts';

/** The order of changes and how far it is durable. */
export interface ChangeOrder {
  /** The sequence of a change that happens now. */
  next(): number;
  /** Everything up to this sequence is durable; {@link ALWAYS_DURABLE} where everything is at once. */
  durable(): number;
}

/** What an order says whose changes are durable when they happen. */
const ALWAYS_DURABLE = Number.MAX_SAFE_INTEGER;

/** Words of an entry: the cylinder, and low and high half of the sequence. */
const ENTRY_WORDS = 3;
const TWO_32 = 2 ** 32;

/** Freed cylinders of one group in the order of the changes that freed them. */
export class Quarantine {
  readonly #order: ChangeOrder;
  readonly #waiting = new WordList();

  constructor(order: ChangeOrder) {
    this.#order = order;
  }

  /** What waits outlives the process under this name. */
  keep(keeping: StateKeeping, name: string): void {
    this.#waiting.keep(keeping, name);
  }

  /** Cylinders that wait. */
  get count(): number {
    return this.#waiting.length / ENTRY_WORDS;
  }

  /**
   * A cylinder was freed.
   *
   * The change that freed it may have no sequence: instances move without one, and the release queue is
   * drained without one. A sequence of the cylinder's own is durable only together with that change, and
   * seen by no reader who came before.
   *
   * @param hasMoved - Whether an instance lives on in another place.
   * @returns Whether it has to stay here; otherwise it may be used again at once.
   */
  admit(cylinder: number, hasMoved: boolean): boolean {
    if (this.#order.durable() >= ALWAYS_DURABLE) {
      // A move is a change whoever keeps it.
      if (hasMoved) this.#order.next();
      return false;
    }
    const sequence = this.#order.next();
    this.#waiting.push(cylinder);
    this.#waiting.push(sequence % TWO_32);
    this.#waiting.push(Math.floor(sequence / TWO_32));
    return true;
  }

  /** Lets the cylinders go whose freeing is durable by now. */
  release(onFree: (cylinder: number) => void): void {
    const waiting = this.#waiting;
    if (waiting.length === 0) return;
    const durable = this.#order.durable();
    // Sequences only grow, so whoever waits behind one that waits waits, too.
    while (waiting.length > 0 && waiting.at(1) + waiting.at(2) * TWO_32 <= durable) {
      const cylinder = waiting.at(0);
      for (let word = 0; word < ENTRY_WORDS; word += 1) waiting.shift();
      onFree(cylinder);
    }
  }
}
