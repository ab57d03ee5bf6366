/**
 * The subsystem in bytes mode behaves like the naive twin under any sequence of commands, relocation
 * included, with its invariants walked every 25 commands.
 *
 * @module
 */
import { expect, it } from 'vitest';
import { runCopyEngineModel, subsystemEngine } from '../../src/testing.ts';
import { modelSettings, printReport } from '../support/model-settings.ts';

it('the subsystem in bytes mode behaves like the twin', () => {
  const settings = modelSettings(200);
  const report = runCopyEngineModel(() => subsystemEngine(), settings);
  printReport('bytes', settings, report);
  const { accepted, refused } = report.counts;
  expect(report.sequences).toBe(settings.runs);
  // A run that saw nothing is red: every kind of operation, and the refusals that matter.
  expect(accepted.size).toBe(18);
  for (const [kind, count] of accepted) expect(count, kind).toBeGreaterThan(settings.runs / 10);
  for (const code of ['EXTENT_OVERLAP', 'TARGET_STILL_PENDING', 'DEVICE_IN_USE']) {
    expect(refused.get(code), code).toBeGreaterThan(settings.runs / 20);
  }
});
