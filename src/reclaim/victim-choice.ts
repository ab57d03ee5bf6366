/**
 * Choosing the next cylinder to be emptied, by score (victim-score.ts).
 *
 * Looking at every cylinder for every victim would cost more than moving its tracks once a group is
 * large. So one look at all finds the best 256th of them, and these are taken one after the other, each
 * checked again when its turn comes; a group of up to 256 cylinders is looked at for every victim. What
 * was a good victim a moment ago only gets better: its tracks die, and nothing is added.
 *
 * @module
 */
import type { Plain, StateKeeping } from '../base/kept-state.ts';
import { TouchedEntries } from '../base/touched-entries.ts';
import { WordList } from '../base/word-list.ts';
import { CYLINDER_DESTAGED, type CylinderTable } from '../media/cylinder-table.ts';
import { type VictimPolicy, victimScore } from './victim-score.ts';

/** One look finds one cylinder in so many. */
const CYLINDERS_PER_VICTIM = 256;
/** No cylinder is fit. */
export const NO_VICTIM = -1;

/** A cylinder that was good at the last look. */
interface Candidate {
  readonly cylinder: number;
  readonly closedAt: number;
  readonly score: number;
}

/** Chooses victims in one group. */
export class VictimChoice {
  readonly policy: VictimPolicy;
  readonly #cylinders: CylinderTable;
  /** Cylinders that hold tracks which cannot be read now, with the clock when they were left. */
  readonly #held = new Map<number, number>();
  #keptHeld: TouchedEntries<number> | undefined;
  /** The best of the last look, worst first: the clock when each was left, and its number. */
  readonly #candidates = new WordList();
  /** Dead sectors that those had at least. */
  #candidateDead = 0;

  constructor(cylinders: CylinderTable, policy: VictimPolicy) {
    this.#cylinders = cylinders;
    this.policy = policy;
  }

  /** What it knows outlives the process: others would be chosen after another look. */
  keep(keeping: StateKeeping, name: string): void {
    this.#candidates.keep(keeping, `${name}.candidates`);
    this.#keptHeld = new TouchedEntries(`${name}.held`, {
      keys: () => this.#held.keys(),
      save: (cylinder) => this.#held.get(cylinder),
      restore: (saved) => this.#restoreHeld(saved),
    });
    keeping.keep(this.#keptHeld);
    keeping.keep({
      kind: 'figures',
      name: `${name}.look`,
      save: () => this.#candidateDead,
      restore: (saved) => {
        if (saved !== undefined) this.#candidateDead = saved as number;
      },
    });
  }

  /**
   * The best victim, or {@link NO_VICTIM}.
   *
   * @param deadLeast - Dead sectors that it must have, at least 1.
   * @param isFresh - Whether it must have lost tracks since it was left. Otherwise a cylinder counts
   * whose dead sectors are nothing but ends of members, which moving does not win back.
   */
  next(deadLeast: number, isFresh: boolean): number {
    if (this.#candidateDead !== deadLeast) this.#candidates.clear();
    for (;;) {
      const cylinder = this.#candidates.pop();
      const closedAt = this.#candidates.pop();
      if (cylinder === undefined) break;
      if (this.#cylinders.closedAt(cylinder) !== closedAt) continue;
      if (this.#isFit(cylinder, deadLeast, isFresh)) return cylinder;
    }
    this.#look(deadLeast, isFresh);
    const best = this.#candidates.pop();
    this.#candidates.pop();
    return best ?? NO_VICTIM;
  }

  /** The cylinder cannot be emptied now: left out until {@link releaseHeld}. */
  hold(cylinder: number): void {
    this.#held.set(cylinder, this.#cylinders.closedAt(cylinder));
    this.#keptHeld?.touch(cylinder);
  }

  /** Drives have changed: what could not be read may be readable. */
  releaseHeld(): void {
    for (const cylinder of this.#held.keys()) this.#keptHeld?.touch(cylinder);
    this.#held.clear();
  }

  #restoreHeld(saved: ReadonlyMap<number, Plain>): void {
    for (const [cylinder, closedAt] of saved) this.#held.set(cylinder, closedAt as number);
  }

  #look(deadLeast: number, isFresh: boolean): void {
    const cylinders = this.#cylinders;
    const wanted = Math.ceil(cylinders.openedCount / CYLINDERS_PER_VICTIM);
    const best: Candidate[] = [];
    for (let cylinder = 0; cylinder < cylinders.openedCount; cylinder += 1) {
      if (!this.#isFit(cylinder, deadLeast, isFresh)) continue;
      const score = this.#score(cylinder);
      const worst = best[0];
      // Most cylinders end here, so nothing is made for them.
      if (worst !== undefined && best.length === wanted && score < worst.score) continue;
      insert(best, { cylinder, closedAt: cylinders.closedAt(cylinder), score }, wanted);
    }
    for (const { closedAt, cylinder } of best) {
      this.#candidates.push(closedAt);
      this.#candidates.push(cylinder);
    }
    this.#candidateDead = deadLeast;
  }

  #isFit(cylinder: number, deadLeast: number, isFresh: boolean): boolean {
    const cylinders = this.#cylinders;
    if (cylinders.state(cylinder) !== CYLINDER_DESTAGED) return false;
    const dead = cylinders.size - cylinders.live(cylinder);
    if (dead < deadLeast) return false;
    const closedAt = cylinders.closedAt(cylinder);
    // Ends of members are never half of a cylinder; so much has died, be it before it was left.
    if (isFresh && cylinders.invalidatedAt(cylinder) <= closedAt && 2 * dead < cylinders.size) {
      return false;
    }
    return this.#held.get(cylinder) !== closedAt;
  }

  #score(cylinder: number): number {
    const cylinders = this.#cylinders;
    const { clock } = cylinders;
    return victimScore(
      this.policy,
      cylinders.live(cylinder) / cylinders.size,
      clock - cylinders.closedAt(cylinder),
      clock - cylinders.invalidatedAt(cylinder),
    );
  }
}

/** Puts a candidate into its place, worst first, and lets the worst go when there are too many. */
function insert(best: Candidate[], candidate: Candidate, most: number): void {
  let at = best.length;
  while (at > 0 && !isBetter(candidate, best[at - 1] as Candidate)) at -= 1;
  best.splice(at, 0, candidate);
  if (best.length > most) best.shift();
}

function isBetter(one: Candidate, other: Candidate): boolean {
  if (one.score !== other.score) return one.score > other.score;
  if (one.closedAt !== other.closedAt) return one.closedAt < other.closedAt;
  return one.cylinder < other.cylinder;
}
