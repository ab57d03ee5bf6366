/**
 * A process is killed, or its store fails, and the next one goes on with what the system still has in
 * memory; then the power goes. What the second process built on must have become durable with it.
 */
import { describe, expect, it } from 'vitest';
import {
  ONE_RECORD_SEGMENTS,
  RIG_OPERATIONS,
  type RigOperation,
  usedMedium,
} from '../support/crash-rig.ts';
import { byEffort, IS_LONG } from '../support/effort.ts';
import { addTally, cutAfterKill, emptyTally, withFailingFlush } from '../support/power-cuts.ts';

const PLAN = byEffort({
  every: { bounds: { combined: 1, single: 1, random: 1 }, every: 200, stride: 16 },
  wide: { bounds: { combined: 2, single: 1, random: 1 }, every: 64, stride: 4 },
});
const NEXT = ['write', 'checkpoint'] as const;

const base = usedMedium();
const sum = emptyTally();
const pairs = Object.entries(RIG_OPERATIONS).flatMap(([first, one]) =>
  NEXT.map((second) => [first, second, one, RIG_OPERATIONS[second] as RigOperation] as const),
);

describe.runIf(IS_LONG)('the power goes when the next process works', () => {
  it.each(pairs)('%s and a kill, then %s', (_first, _second, one, other) => {
    for (const journal of [undefined, ONE_RECORD_SEGMENTS]) {
      addTally(sum, cutAfterKill(base, one, other, PLAN, journal));
    }
  });

  it.each(pairs)('%s with a flush that fails, then %s', (_first, _second, one, other) => {
    for (const journal of [undefined, ONE_RECORD_SEGMENTS]) {
      addTally(sum, cutAfterKill(base, withFailingFlush(one), other, PLAN, journal));
    }
  });

  it('looked at enough states', () => {
    process.stdout.write(`power cuts after a kill: ${JSON.stringify(sum)}\n`);
    expect(sum.states).toBeGreaterThan(byEffort({ every: 400, wide: 4_000 }));
  });
});
