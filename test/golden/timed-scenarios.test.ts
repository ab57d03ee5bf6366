/**
 * The shipped scenarios with a clock: every expectation holds, every figure is what it always was.
 *
 * Those that take longer run with `VDASD_LONG=1`, as continuous integration does.
 */
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { runFile } from '../../sim/index.ts';
import { IS_LONG } from '../support/effort.ts';
import { expectGolden } from '../support/golden.ts';
import { SCENARIO_FOLDER, shippedScenarios } from '../support/shipped-scenarios.ts';

const SHORT = ['failure-during-backup.yaml', 'patents-claim.yaml', 'restore-race.yaml'];
const LONG = [
  'background-pacing.yaml',
  'collection-near-full.yaml',
  'minute-snapshots.yaml',
  'point-in-time.yaml',
  'serial-extents.yaml',
  'side-file-overflow.yaml',
];

async function expectFigures(name: string): Promise<void> {
  const outcome = await runFile(join(SCENARIO_FOLDER, name));
  if (outcome.kind !== 'timed') throw new Error(`${name} has no clock`);
  expect(outcome.timed.failure).toBeNull();
  expect(outcome.timed.expectations.length).toBeGreaterThan(0);
  expect(outcome.timed.expectations.filter(({ isHeld }) => !isHeld)).toEqual([]);
  expectGolden(`timed-${name.replace('.yaml', '')}`, outcome.timed.summary);
}

describe('shipped scenarios with a clock', { timeout: 300_000 }, () => {
  it('are all looked at', () => {
    expect(shippedScenarios().timed.toSorted()).toEqual([...SHORT, ...LONG].toSorted());
  });

  it.each(SHORT)('%s has the figures that it always had', expectFigures);
  it.runIf(IS_LONG).each(LONG)('%s has the figures that it always had', expectFigures);
});
