/**
 * The power is cut after every call that an operation makes of the medium: what recovers is the store as
 * it was before or after the operation, word for word, with everything that was acknowledged.
 */
import { describe, expect, it } from 'vitest';
import { RIG_OPERATIONS, usedMedium } from '../support/crash-rig.ts';
import { byEffort, EFFORT_MILLIS_MAX } from '../support/effort.ts';
import { addTally, cutMaking, cutPower, emptyTally } from '../support/power-cuts.ts';

const PLAN = byEffort({
  sample: { bounds: { combined: 1, single: 1, random: 1 }, every: 64, stride: 19 },
  every: { bounds: { combined: 2, single: 1, random: 1 }, every: 32, stride: 1 },
  wide: { bounds: { combined: 5, single: 6, random: 6 }, every: 8, stride: 1 },
});

const base = usedMedium();
const sum = emptyTally();

describe('a power cut in one operation', () => {
  it.each(Object.entries(RIG_OPERATIONS))(
    '%s',
    { timeout: EFFORT_MILLIS_MAX },
    (_name, operation) => {
      const tally = cutPower(base, [operation], PLAN);
      // A sample may pass by an operation that makes few calls.
      expect(tally.states).toBeGreaterThan(byEffort({ sample: -1, every: 1, wide: 1 }));
      addTally(sum, tally);
    },
  );

  it('making the store', () => {
    const found = cutMaking(PLAN);
    process.stdout.write(`power cuts while a store is made: ${JSON.stringify(found)}\n`);
    expect(found.absent).toBeGreaterThan(20);
    expect(found.there).toBeGreaterThan(0);
  });

  it('looked at enough states', () => {
    process.stdout.write(`power cuts in one operation: ${JSON.stringify(sum)}\n`);
    expect(sum.states).toBeGreaterThan(byEffort({ sample: 40, every: 1_500, wide: 4_000 }));
  });
});
