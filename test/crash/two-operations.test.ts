/**
 * The power is cut after every call that the second of two operations makes of the medium, for every
 * pair; what the first has left unflushed is among what may be lost.
 */
import { describe, expect, it } from 'vitest';
import { RIG_OPERATIONS, usedMedium } from '../support/crash-rig.ts';
import { addTally, cutPower, emptyTally } from '../support/power-cuts.ts';

const IS_LONG = process.env['VDASD_LONG'] === '1';
const PLAN = IS_LONG
  ? { bounds: { combined: 3, single: 2, random: 2 }, every: 16, stride: 1 }
  : { bounds: { combined: 1, single: 1, random: 1 }, every: 64, stride: 9 };

const base = usedMedium();
const sum = emptyTally();
const pairs = Object.entries(RIG_OPERATIONS).flatMap(([first, one]) =>
  Object.entries(RIG_OPERATIONS).map(([second, other]) => [first, second, one, other] as const),
);

describe('a power cut in the second of two operations', () => {
  it.each(pairs)('%s, then %s', (first, second, one, other) => {
    // Different calls of the same operation, after different ones.
    const offset = (first.length * 7 + second.length * 3) % PLAN.stride;
    addTally(sum, cutPower(base, [one, other], { ...PLAN, offset }));
  });

  it('looked at enough states', () => {
    process.stdout.write(`power cuts in two operations: ${JSON.stringify(sum)}\n`);
    expect(sum.states).toBeGreaterThan(IS_LONG ? 10_000 : 1_000);
  });
});
