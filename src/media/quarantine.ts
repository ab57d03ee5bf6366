/**
 * Quarantine: cylinders that hold nothing any more, but whose freeing is not durable yet.
 *
 * After a crash the map is what the journal says. Until the journal has the change that emptied a
 * cylinder, the map of then still leads there, so nothing else may be written to it.
 *
 * @module
 */

/** The order of changes and how far it is durable. */
export interface ChangeOrder {
  /** The sequence of the last change. */
  last(): number;
  /** The sequence of a change that happens now. */
  next(): number;
  /** Everything up to this sequence is durable. */
  durable(): number;
}

/** Freed cylinders in the order of the changes that freed them. */
export class Quarantine {
  readonly #order: ChangeOrder;
  /** Group, cylinder and sequence of each, from {@link #head} on. */
  #waiting: { readonly group: number; readonly cylinder: number; readonly sequence: number }[] = [];

  constructor(order: ChangeOrder) {
    this.#order = order;
  }

  /**
   * A cylinder was freed.
   *
   * A host's change that freed it has its own sequence. Moving instances changes the map as well, and
   * moves have none: a cylinder out of which any instance has moved takes the sequence by which all of
   * its moves are known to be durable, whoever emptied it in the end.
   *
   * @param hasMoved - Whether an instance lives on in another place.
   * @returns Whether it has to stay here; otherwise it may be used again at once.
   */
  admit(group: number, cylinder: number, hasMoved: boolean): boolean {
    const sequence = hasMoved ? this.#order.next() : this.#order.last();
    if (this.#order.durable() >= sequence) return false;
    this.#waiting.push({ group, cylinder, sequence });
    return true;
  }

  /** Lets the cylinders of a group go whose freeing is durable by now. @returns How many. */
  release(group: number, onFree: (cylinder: number) => void): number {
    if (this.#waiting.length === 0) return 0;
    const durable = this.#order.durable();
    const isFree = (entry: { group: number; sequence: number }): boolean =>
      entry.group === group && entry.sequence <= durable;
    const free = this.#waiting.filter(isFree);
    if (free.length === 0) return 0;
    this.#waiting = this.#waiting.filter((entry) => !isFree(entry));
    for (const { cylinder } of free) onFree(cylinder);
    return free.length;
  }
}
