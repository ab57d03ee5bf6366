/**
 * The power is cut after every call that an operation makes of the medium: what recovers is the store as
 * it was before or after the operation, word for word, with everything that was acknowledged.
 */
import { describe, expect, it } from 'vitest';
import { RIG_OPERATIONS, usedMedium } from '../support/crash-rig.ts';
import { addTally, cutMaking, cutPower, emptyTally } from '../support/power-cuts.ts';

const IS_LONG = process.env['VDASD_LONG'] === '1';
/** Wider bounds take their time. */
const MILLIS_MAX = IS_LONG ? 1_800_000 : 240_000;
const PLAN = IS_LONG
  ? { bounds: { combined: 5, single: 6, random: 6 }, every: 8 }
  : { bounds: { combined: 2, single: 1, random: 1 }, every: 32 };

const base = usedMedium();
const sum = emptyTally();

describe('a power cut in one operation', () => {
  it.each(Object.entries(RIG_OPERATIONS))('%s', { timeout: MILLIS_MAX }, (_name, operation) => {
    const tally = cutPower(base, [operation], PLAN);
    expect(tally.states).toBeGreaterThan(1);
    addTally(sum, tally);
  });

  it('making the store', () => {
    const found = cutMaking(PLAN);
    process.stdout.write(`power cuts while a store is made: ${JSON.stringify(found)}\n`);
    expect(found.absent).toBeGreaterThan(20);
    expect(found.there).toBeGreaterThan(0);
  });

  it('looked at enough states', () => {
    process.stdout.write(`power cuts in one operation: ${JSON.stringify(sum)}\n`);
    expect(sum.states).toBeGreaterThan(IS_LONG ? 4_000 : 1_000);
  });
});
