/**
 * The shipped scenarios without a clock: exact counters of every step, and the same bytes every time.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { runScenarioFile } from '../../sim/index.ts';
import { runJson } from '../../sim/report/run-files.ts';
import { formatRun } from '../../sim/report/run-report.ts';
import { expectGolden } from '../support/golden.ts';
import { SCENARIO_FOLDER, shippedScenarios } from '../support/shipped-scenarios.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const folder = SCENARIO_FOLDER;
const names = shippedScenarios().untimed;
const out = temporaryFolder();

describe('shipped scenarios', () => {
  it('are all looked at', () => {
    expect(names.toSorted()).toEqual([
      'consistency-group.yaml',
      'crossed-backups.yaml',
      'drive-failures.yaml',
      'first-backup.yaml',
      'full-subsystem.yaml',
      'retention.yaml',
      'serial-conflict.yaml',
    ]);
  });

  it.each(names)('%s has the counters that it always had', async (name) => {
    const run = await runScenarioFile(join(folder, name), { out: join(out, name) });
    expect(run.failure).toBeNull();
    expectGolden(`scenario-${name.replace('.yaml', '')}`, runJson(run));
    for (const width of [80, 120]) {
      const lines = formatRun(run, width, (_emphasis, text) => text);
      expect(lines.filter((line) => Array.from(line).length > width)).toEqual([]);
    }
  });

  it('leave the same files when run again, whatever the folder', async () => {
    const file = join(folder, 'crossed-backups.yaml');
    await runScenarioFile(file, { out: join(out, 'again') });
    for (const one of ['summary.json', 'manifest.json']) {
      const [first, second] = [join(out, 'crossed-backups.yaml', one), join(out, 'again', one)];
      expect(readFileSync(second, 'utf8')).toBe(readFileSync(first, 'utf8'));
    }
    const manifest: unknown = JSON.parse(readFileSync(join(out, 'again/manifest.json'), 'utf8'));
    expectGolden('manifest', manifest);
  });

  it('go another way with another seed', async () => {
    const file = join(folder, 'crossed-backups.yaml');
    const [one, other] = [
      await runScenarioFile(file, { seed: 1 }),
      await runScenarioFile(file, { seed: 3 }),
    ];
    expect(one.failure).toBeNull();
    expect(other.failure).toBeNull();
    expect(one.steps).not.toEqual(other.steps);
  });
});
