/**
 * The scheduler of background work: gives every duty its share of a step.
 *
 * Each step has a budget in tracks. Duties that have work divide it by weight; what one does not use
 * goes to the others, in the order of the table, so that no budget is lost while anything is left to
 * do. A share smaller than what a duty does at once (rebuild works by whole cylinders) is saved up, and
 * what was overdrawn is paid back while others wait; so shares hold over time, whatever the budget of a
 * single step.
 *
 * Weights by capacity load (our choice; redundancy always first, collection rising with the load as
 * S-07 describes it, at the cost of copies, which only make the load worse):
 *
 * | duty | one track of budget is | normal | warn | alert | critical |
 * | --- | --- | --- | --- | --- | --- |
 * | destage | a track written to the drives | 30 | 30 | 30 | 30 |
 * | rebuild | a track reconstructed | 30 | 30 | 30 | 30 |
 * | release | 64 slots of a released tree | 20 | 20 | 25 | 30 |
 * | collect | a track moved | 5 | 20 | 40 | 80 |
 * | copy | a track looked at | 40 | 30 | 15 | 5 |
 * | scrub | a track compared | 5 | 5 | 5 | 5 |
 *
 * Retained points and holds whose time is over are let go before every step: that costs O(1) each, and
 * what they held is released by its share.
 *
 * @module
 */
import { invariant } from '../base/invariant.ts';
import type { KeptFigures, Plain } from '../base/kept-state.ts';
import type { LoadThreshold } from '../media/net-capacity-load.ts';

/** Duties in the order in which they are asked, and in which left-over budget is offered. */
const DUTY_ORDER = Object.freeze([
  'destage',
  'rebuild',
  'release',
  'collect',
  'copy',
  'scrub',
] as const);

/** Name of a duty. */
export type DutyName = (typeof DUTY_ORDER)[number];

/** Weights of the table above, by load. */
const WEIGHTS: Readonly<Record<DutyName, Readonly<Record<LoadThreshold, number>>>> = Object.freeze({
  destage: Object.freeze({ normal: 30, warn: 30, alert: 30, critical: 30 }),
  rebuild: Object.freeze({ normal: 30, warn: 30, alert: 30, critical: 30 }),
  release: Object.freeze({ normal: 20, warn: 20, alert: 25, critical: 30 }),
  collect: Object.freeze({ normal: 5, warn: 20, alert: 40, critical: 80 }),
  copy: Object.freeze({ normal: 40, warn: 30, alert: 15, critical: 5 }),
  scrub: Object.freeze({ normal: 5, warn: 5, alert: 5, critical: 5 }),
});

/** One kind of background work. */
export interface BackgroundDuty {
  readonly name: DutyName;
  /** Whether a step could get on now. */
  hasWork(): boolean;
  /**
   * Works for about so many tracks, at least 1; may overdraw by what it does at once.
   *
   * @returns Tracks worth of work; 0 when it cannot get on now.
   */
  work(tracks: number): number;
}

/** A duty with its account. */
interface Account {
  readonly duty: BackgroundDuty;
  /** Tracks saved up; negative when overdrawn. */
  credit: number;
}

/** Divides steps among duties. */
export class BackgroundScheduler implements KeptFigures {
  readonly kind = 'figures';
  readonly name = 'background';
  readonly #accounts: readonly Account[];

  /** @param duties - At most one of a name, in any order. */
  constructor(duties: readonly BackgroundDuty[]) {
    const names = new Set(duties.map(({ name }) => name));
    invariant(names.size === duties.length, 'duties-have-names-of-their-own');
    this.#accounts = DUTY_ORDER.flatMap((name) => duties.filter((duty) => duty.name === name)).map(
      (duty) => ({ duty, credit: 0 }),
    );
  }

  save(): Plain {
    return this.#accounts.map(({ credit }) => credit);
  }

  restore(saved: Plain | undefined): void {
    for (const [at, credit] of ((saved ?? []) as readonly number[]).entries()) {
      (this.#accounts[at] as Account).credit = credit;
    }
  }

  /** One step. @returns Tracks worth of work that was done: about the budget, or what was there. */
  step(budget: number, load: LoadThreshold): number {
    const active = this.#accounts.filter((account) => {
      const hasWork = account.duty.hasWork();
      // Nobody saves up for work that is not there yet.
      if (!hasWork) account.credit = 0;
      return hasWork;
    });
    const weightSum = active.reduce((sum, { duty }) => sum + WEIGHTS[duty.name][load], 0);
    for (const account of active) {
      account.credit += (budget * WEIGHTS[account.duty.name][load]) / weightSum;
    }
    const left = this.#workShares(active, budget);
    return budget - this.#workLeftOver(left);
  }

  /** Every duty that has saved something works for it. @returns Budget left. */
  #workShares(active: readonly Account[], budget: number): number {
    let left = budget;
    for (const account of active) {
      // A duty that went before may have done this one's work.
      if (left <= 0 || account.credit <= 0 || !account.duty.hasWork()) continue;
      const used = account.duty.work(Math.max(1, Math.floor(Math.min(account.credit, left))));
      account.credit = used > 0 ? account.credit - used : 0;
      left -= used;
    }
    return left;
  }

  /**
   * Offers what is left to whoever has work and no debt, redundancy first. Only what goes beyond it is
   * charged: it is nobody's share.
   *
   * @returns Budget left.
   */
  #workLeftOver(budget: number): number {
    let left = budget;
    for (const account of this.#accounts) {
      while (left >= 1 && account.credit >= 0 && account.duty.hasWork()) {
        const used = account.duty.work(Math.floor(left));
        if (used <= 0) break;
        account.credit -= Math.max(0, used - left);
        left -= used;
      }
    }
    return left;
  }
}
