/**
 * Relations without background duty in the order in which they lost it: when there is no room for
 * another relation, the first of them is forgotten.
 *
 * @module
 */
import { invariant } from '../base/invariant.ts';
import type { RelationId } from './relation.ts';

/** Names of forgotten relations that may stand in the list before it is cleaned. */
const SLACK = 1_024;

/** The list; some in it may be forgotten already. */
export class EndedRelations {
  #ids: RelationId[] = [];
  #head = 0;
  #count = 0;

  /** Relations that were ever added. */
  get count(): number {
    return this.#count;
  }

  /** A relation has lost its duty, or never had any. @returns Which of all it is, 1 up. */
  add(id: RelationId): number {
    this.#ids.push(id);
    this.#count += 1;
    return this.#count;
  }

  /** Takes the first that is still there off the list; there must be one. */
  takeOldest(isThere: (id: RelationId) => boolean): RelationId {
    for (;;) {
      const id = this.#ids[this.#head];
      invariant(id !== undefined, 'relation-table-has-room');
      this.#head += 1;
      if (this.#head * 2 > this.#ids.length) {
        this.#ids = this.#ids.slice(this.#head);
        this.#head = 0;
      }
      if (isThere(id)) return id;
    }
  }

  /** Whoever forgets relations himself does not leave their names behind for ever. */
  clean(relationCount: number, isThere: (id: RelationId) => boolean): void {
    if (this.#ids.length <= 2 * relationCount + SLACK) return;
    this.#ids = this.#ids.slice(this.#head).filter(isThere);
    this.#head = 0;
  }

  /**
   * The list as it was, but for forgotten ones.
   *
   * @param count - Relations that were ever added.
   * @param ended - In any order, each with which of all it is.
   */
  restore(
    count: number,
    ended: Iterable<{ readonly id: RelationId; readonly endedAs: number }>,
  ): void {
    this.#count = count;
    this.#head = 0;
    this.#ids = [...ended]
      .toSorted((one, other) => one.endedAs - other.endedAs)
      .map(({ id }) => id);
  }
}
