/**
 * The oracle catches a broken engine, shrinks the sequence to a few commands, and lets the same engine
 * without the mistake pass: the example of `docs/testing.md`.
 *
 * @module
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { formatFailure, runCopyEngineModel, searchCopyEngineModel } from '../../src/testing.ts';
import { ExampleEngine } from './broken-engine.example.ts';

/** One size: the example engine cannot grow a device. */
const SETTINGS = {
  runs: 100,
  commandsPerRun: 60,
  seed: 2,
  shapes: [{ name: 'disk', trackCount: 100, trackCapacity: 100, geometry: 'disk' }],
};

describe('a broken copy engine', () => {
  it('is caught, and the failure is shrunk to at most four commands', () => {
    const report = searchCopyEngineModel(() => new ExampleEngine({ fixed: false }), SETTINGS);
    const { failure } = report;
    expect(failure).toBeDefined();
    if (failure === undefined) return;
    expect(failure.commandCount).toBeLessThanOrEqual(4);
    expect(failure.reason).toMatch(/shows never written, not/);
    expect(failure.steps.join('\n')).toMatch(/write device.*\n(.*\n)*snapshot.*in the background/);
  });

  it('is repeated by the seed and the path that the failure prints', () => {
    const { failure } = searchCopyEngineModel(() => new ExampleEngine({ fixed: false }), SETTINGS);
    const again = { ...SETTINGS, ...failure?.replay };
    const replayed = searchCopyEngineModel(() => new ExampleEngine({ fixed: false }), again);
    expect(replayed.failure?.steps).toEqual(failure?.steps);
    expect(replayed.sequences).toBe(1);
  });

  it('is told with the steps, the difference and the line to paste', () => {
    expect(() => runCopyEngineModel(() => new ExampleEngine({ fixed: false }), SETTINGS)).toThrow(
      /differs from the twin after \d commands:\n {2}1\. define.*\n(.*\n)*replay: \{ seed: 2, path: /,
    );
  });

  it('passes once the mistake is mended', () => {
    const report = runCopyEngineModel(() => new ExampleEngine({ fixed: true }), SETTINGS);
    expect(report.sequences).toBe(SETTINGS.runs);
    expect(report.counts.operations).toBeGreaterThan(3_000);
    expect(report.counts.refused.get('EXTENT_OVERLAP')).toBeGreaterThan(0);
    expect(report.counts.refused.get('TARGET_STILL_PENDING')).toBeGreaterThan(0);
  });

  it('is told in docs/testing.md with the very output', () => {
    const { failure } = searchCopyEngineModel(() => new ExampleEngine({ fixed: false }), SETTINGS);
    const page = readFileSync(join(import.meta.dirname, '../../docs/testing.md'), 'utf8');
    expect(page).toContain(failure && formatFailure(failure, SETTINGS));
  });
});
