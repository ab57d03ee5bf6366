/**
 * The one order of all changes of a subsystem: writes, snapshots, control records.
 *
 * @module
 */
import type { KeptFigures, Plain } from './kept-state.ts';
import { type CommitSequence, commitSequence } from './units.ts';

/** Hands out commit sequences 1, 2, 3, … */
export class CommitOrder implements KeptFigures {
  readonly kind = 'figures';
  readonly name = 'commits';
  #last = 0;

  /** The sequence of the change that happens now. */
  next(): CommitSequence {
    this.#last += 1;
    return this.#last as CommitSequence;
  }

  /** The sequence of the last change; 0 when there was none. */
  last(): CommitSequence {
    return commitSequence(this.#last);
  }

  save(): Plain {
    return this.#last;
  }

  restore(saved: Plain | undefined): void {
    if (saved !== undefined) this.#last = saved as number;
  }
}
