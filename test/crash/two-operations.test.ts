/**
 * The power is cut after every call that the second of two operations makes of the medium, for every
 * pair; what the first has left unflushed is among what may be lost.
 */
import { describe, expect, it } from 'vitest';
import { RIG_OPERATIONS, usedMedium } from '../support/crash-rig.ts';
import { byEffort, IS_LONG } from '../support/effort.ts';
import { addTally, cutPower, emptyTally } from '../support/power-cuts.ts';

const PLAN = byEffort({
  every: { bounds: { combined: 1, single: 1, random: 1 }, every: 64, stride: 5 },
  wide: { bounds: { combined: 3, single: 2, random: 2 }, every: 16, stride: 1 },
});

const base = usedMedium();
const sum = emptyTally();
const pairs = Object.entries(RIG_OPERATIONS).flatMap(([first, one]) =>
  Object.entries(RIG_OPERATIONS).map(([second, other]) => [first, second, one, other] as const),
);

describe.runIf(IS_LONG)('a power cut in the second of two operations', () => {
  it.each(pairs)('%s, then %s', (first, second, one, other) => {
    // Different calls of the same operation, after different ones.
    const offset = (first.length * 7 + second.length * 3) % PLAN.stride;
    addTally(sum, cutPower(base, [one, other], { ...PLAN, offset }));
  });

  it('looked at enough states', () => {
    process.stdout.write(`power cuts in two operations: ${JSON.stringify(sum)}\n`);
    expect(sum.states).toBeGreaterThan(byEffort({ every: 3_000, wide: 10_000 }));
  });
});
