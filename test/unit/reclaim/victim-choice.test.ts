/** Victims by policy: scores, ties, and a look that is worth more than one victim. */
import { describe, expect, it } from 'vitest';
import type { KeptEntries } from '../../../src/base/kept-state.ts';
import {
  CYLINDER_DESTAGED,
  CYLINDER_FREE,
  CYLINDER_FULL,
  CylinderTable,
} from '../../../src/media/cylinder-table.ts';
import { UPDATE } from '../../../src/media/placement.ts';
import { NO_VICTIM, VictimChoice } from '../../../src/reclaim/victim-choice.ts';
import {
  VICTIM_POLICIES,
  type VictimPolicy,
  victimScore,
} from '../../../src/reclaim/victim-score.ts';
import { StateKeeper } from '../../../src/store/state-keeper.ts';
import { compareKeptState, noState } from '../../support/compare-kept-state.ts';

const SIZE = 1_000;

/** A table of destaged cylinders, left one after the other with so many live sectors each. */
function tableOf(lives: readonly number[]): CylinderTable {
  const table = new CylinderTable('cylinders', lives.length, SIZE, {
    unusedOf: () => 0,
    onDeath: () => undefined,
    onEmpty: () => undefined,
  });
  for (const live of lives) {
    const cylinder = table.extend();
    table.open(cylinder, UPDATE);
    table.close(cylinder, SIZE - live);
    table.advance(cylinder, CYLINDER_FULL, CYLINDER_DESTAGED);
  }
  return table;
}

function order(table: CylinderTable, policy: VictimPolicy, count: number): readonly number[] {
  const choice = new VictimChoice(table, policy);
  return Array.from({ length: count }, () => {
    const victim = choice.next(1, false);
    // Emptied: it is not destaged any more.
    if (victim !== NO_VICTIM) table.advance(victim, CYLINDER_DESTAGED, CYLINDER_FULL);
    return victim;
  });
}

describe('the score of a victim', () => {
  it('falls with what is live, whatever the policy but fifo', () => {
    for (const policy of VICTIM_POLICIES.filter((name) => name !== 'fifo')) {
      const scores = [0, 0.25, 0.5, 0.75, 1].map((live) => victimScore(policy, live, 10, 10));
      expect(scores.toSorted((one, other) => other - one)).toEqual(scores);
      expect(scores.at(-1)).toBe(0);
    }
  });

  it('is the published one for cost and benefit, ages from 1 up', () => {
    expect(victimScore('costBenefit', 0.5, 5, 0)).toBeCloseTo((0.5 * 6) / 1.5);
    expect(victimScore('costBenefit', 0.75, 8, 0)).toBeCloseTo((0.25 * 9) / 1.75);
  });

  it('counts age since the last death for invalidation age, since closing for fifo', () => {
    expect(victimScore('invalidationAge', 0.5, 100, 3)).toBe(2);
    expect(victimScore('fifo', 0.99, 7, 0)).toBe(7);
  });
});

describe('the choice of a victim', () => {
  it('takes the emptiest by greedy', () => {
    expect(order(tableOf([900, 300, 999, 300, 1]), 'greedy', 6)).toEqual([4, 1, 3, 0, 2, -1]);
  });

  it('takes the oldest by fifo, full ones left out', () => {
    expect(order(tableOf([900, 1_000, 999, 1]), 'fifo', 4)).toEqual([0, 2, 3, -1]);
  });

  it('lets age outweigh space by cost and benefit', () => {
    // Older by nine openings, and with half the space of the youngest.
    const lives = [500, ...Array.from({ length: 8 }, () => 1_000), 10];
    expect(order(tableOf(lives), 'costBenefit', 2)).toEqual([0, 9]);
    expect(order(tableOf(lives), 'greedy', 2)).toEqual([9, 0]);
  });

  it('leaves a cylinder alone whose tracks still die, by invalidation age', () => {
    const table = tableOf([600, 600, 600]);
    table.kill(0, 100);
    expect(order(table, 'invalidationAge', 3)).toEqual([1, 0, 2]);
  });

  it('breaks ties by age, then by number, every time the same', () => {
    const table = tableOf([500, 500, 500]);
    expect(order(table, 'greedy', 3)).toEqual([0, 1, 2]);
  });

  it('asks for a least amount of dead sectors', () => {
    const choice = new VictimChoice(tableOf([700, 200]), 'fifo');
    expect(choice.next(500, false)).toBe(1);
    expect(choice.next(900, false)).toBe(NO_VICTIM);
    expect(choice.next(300, false)).toBe(0);
  });

  it('leaves padding alone where fresh dead sectors are wanted', () => {
    const table = tableOf([900, 900, 900, 1]);
    // A track dies after the next cylinder was opened.
    table.kill(1, 50);
    const choice = new VictimChoice(table, 'fifo');
    expect(choice.next(1, true)).toBe(1);
    table.advance(1, CYLINDER_DESTAGED, CYLINDER_FULL);
    // More than half dead cannot be padding.
    expect(choice.next(1, true)).toBe(3);
    table.advance(3, CYLINDER_DESTAGED, CYLINDER_FULL);
    expect(choice.next(1, true)).toBe(NO_VICTIM);
    expect(choice.next(1, false)).toBe(0);
  });

  it('leaves held cylinders out until drives change', () => {
    const choice = new VictimChoice(tableOf([100, 200]), 'greedy');
    choice.hold(0);
    expect(choice.next(1, false)).toBe(1);
    choice.releaseHeld();
    expect(choice.next(1, false)).toBe(0);
  });

  it('forgets what it saw of a cylinder that was emptied and filled anew', () => {
    const table = tableOf(Array.from({ length: 600 }, (_, at) => 900 - (at < 3 ? 300 : 0)));
    const choice = new VictimChoice(table, 'greedy');
    expect(choice.next(1, false)).toBe(0);
    // The next of the same look: emptied, and filled to the brim since.
    table.advance(1, CYLINDER_DESTAGED, CYLINDER_FREE);
    table.kill(1, 600);
    table.open(1, UPDATE);
    table.close(1, SIZE - 950);
    table.advance(1, CYLINDER_FULL, CYLINDER_DESTAGED);
    expect(choice.next(1, false)).toBe(2);
  });

  it('uses one look at a large group for several victims, and checks each again', () => {
    const lives = Array.from({ length: 1_024 }, (_, at) => (at * 7) % SIZE);
    const table = tableOf(lives);
    const choice = new VictimChoice(table, 'greedy');
    const first = choice.next(1, false);
    expect(first).toBe(0);
    table.advance(first, CYLINDER_DESTAGED, CYLINDER_FULL);
    // The next candidate of the same look is emptied by somebody else meanwhile.
    const skipped = 1_000;
    expect(lives[skipped]).toBe(0);
    table.advance(skipped, CYLINDER_DESTAGED, CYLINDER_FULL);
    const next = choice.next(1, false);
    expect(lives[next]).toBe(1);
  });
});

describe('what was chosen at the last look', () => {
  /** More than two looks' worth of cylinders, so that candidates are left. */
  const LIVES = Array.from({ length: 1_000 }, (_, at) => (at * 37) % SIZE);

  it('outlives the process with what is held, whatever dies in between', () => {
    const [one, other] = [tableOf(LIVES), tableOf(LIVES)];
    const [before, after] = [new StateKeeper(), new StateKeeper()];
    const choice = new VictimChoice(one, 'greedy');
    choice.keep(before, 'choice');
    const held = choice.next(1, false);
    choice.hold(held);
    const came = new VictimChoice(other, 'greedy');
    came.keep(after, 'choice');
    const changes = [before.collect()];
    for (const change of changes) after.apply(change);
    after.restore();
    // Another look would find these first, and would not leave out what is held.
    for (const table of [one, other]) table.kill(700, (LIVES[700] as number) - 1);
    const next = [choice.next(1, false), choice.next(1, false), choice.next(1, false)];
    expect([came.next(1, false), came.next(1, false), came.next(1, false)]).toEqual(next);
    expect(next).not.toContain(700);
    for (let more = 0; more < 300; more += 1) {
      const victim = came.next(1, false);
      expect(victim).not.toBe(held);
      expect(choice.next(1, false)).toBe(victim);
      for (const table of [one, other]) table.advance(victim, CYLINDER_DESTAGED, CYLINDER_FULL);
    }
    choice.releaseHeld();
    came.releaseHeld();
    expect(came.next(1, false)).toBe(choice.next(1, false));
    // What is held no more does not come back.
    changes.push(before.collect());
    const later = new StateKeeper();
    new VictimChoice(tableOf(LIVES), 'greedy').keep(later, 'choice');
    for (const change of changes) later.apply(change);
    later.restore();
    compareKeptState(before, later, noState());
    expect([...(later.parts.get('choice.held') as KeptEntries).keys()]).toEqual([]);
  });
});
