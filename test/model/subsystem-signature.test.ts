/**
 * The subsystem in signature mode behaves like the naive twin: signatures for most tracks, bytes for
 * some, as hosts write labels beside generated load.
 *
 * @module
 */
import { expect, it } from 'vitest';
import { runCopyEngineModel, subsystemEngine } from '../../src/testing.ts';
import { modelSettings, printReport } from '../support/model-settings.ts';

it('the subsystem in signature mode behaves like the twin', () => {
  const settings = { ...modelSettings(150), contentLengths: [8, 8, 8, 12] };
  const engine = () => subsystemEngine({ content: 'signature' });
  const report = runCopyEngineModel(engine, settings);
  printReport('signature', settings, report);
  expect(report.sequences).toBe(settings.runs);
  expect(report.counts.accepted.size).toBe(18);
});
