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
  /** The sequence of the last change. */
  last(): number;
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
   * A host's change that freed it has its own sequence. Moving instances changes the map as well, and
   * moves have none: a cylinder out of which any instance has moved takes the sequence by which all of
   * its moves are known to be durable, whoever emptied it in the end. So does a cylinder that work
   * without a sequence has emptied, as the release queue does, when all sequences are durable already.
   *
   * @param hasMoved - Whether an instance lives on in another place.
   * @returns Whether it has to stay here; otherwise it may be used again at once.
   */
  admit(cylinder: number, hasMoved: boolean): boolean {
    let sequence = hasMoved ? this.#order.next() : this.#order.last();
    const durable = this.#order.durable();
    if (durable >= sequence) {
      if (durable >= ALWAYS_DURABLE) return false;
      sequence = this.#order.next();
    }
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
