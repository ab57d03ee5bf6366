/**
 * Every call that an operation makes of the medium fails, and all that come after it.
 */
import { describe, expect, it } from 'vitest';
import { RIG_OPERATIONS } from '../support/crash-rig.ts';
import { byEffort, EFFORT_MILLIS_MAX } from '../support/effort.ts';
import { failEveryCall, tally } from '../support/failing-calls.ts';

describe('every call of the medium fails from then on', () => {
  it.each(Object.keys(RIG_OPERATIONS))('in %s', { timeout: EFFORT_MILLIS_MAX }, (name) => {
    failEveryCall(name, 'from then on');
  });

  it('looked at enough calls', () => {
    process.stdout.write(`every call of the medium fails from then on: ${JSON.stringify(tally)}\n`);
    expect(tally.failures).toBeGreaterThan(byEffort({ sample: 10, every: 1_200, wide: 1_200 }));
    expect(tally.refused).toBeGreaterThan(byEffort({ sample: 10, every: 1_200, wide: 1_200 }));
  });
});
