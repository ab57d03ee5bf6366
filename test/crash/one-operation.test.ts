/**
 * The power is cut after every call that an operation makes of the medium: what recovers is the store as
 * it was before or after the operation, word for word, with everything that was acknowledged.
 */
import { afterAll, describe, expect, it } from 'vitest';
import { RIG_OPERATIONS, usedMedium } from '../support/crash-rig.ts';
import { addTally, cutPower, emptyTally } from '../support/power-cuts.ts';

const IS_LONG = process.env['VDASD_LONG'] === '1';
const PLAN = IS_LONG
  ? { bounds: { combined: 5, single: 6, random: 6 }, every: 8 }
  : { bounds: { combined: 2, single: 1, random: 1 }, every: 32 };

const base = usedMedium();
const sum = emptyTally();

describe('a power cut in one operation', () => {
  it.each(Object.entries(RIG_OPERATIONS))('%s', (_name, operation) => {
    const tally = cutPower(base, [operation], PLAN);
    expect(tally.states).toBeGreaterThan(1);
    addTally(sum, tally);
  });

  afterAll(() => {
    process.stdout.write(`power cuts in one operation: ${JSON.stringify(sum)}\n`);
    expect(sum.states).toBeGreaterThan(IS_LONG ? 4_000 : 1_000);
  });
});
