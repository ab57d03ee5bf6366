import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { RUN_FILES, UNIT_FILES } from '../../../../sim/report/run-folder.ts';
import { unitFiles } from '../../../../sim/report/unit-files.ts';
import { readUnitFolder } from '../../../../sim/sweep/unit-folder.ts';
import { runVdasd } from '../../../support/command-line.ts';
import { madeUpManifest, madeUpUnits } from '../../../support/made-up-units.ts';
import { temporaryFolder } from '../../../support/temporary-folder.ts';

const folder = temporaryFolder();

/** Leaves the folder of a run whose report has not been made. */
function leaveRun(name: string, methods: readonly string[]): string {
  const run = join(folder, name);
  const units = madeUpUnits({ methods, replications: 2, requests: 1_000 });
  const put = (path: string, content: string | Uint8Array): void => {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, content);
  };
  for (const unit of units) {
    for (const file of unitFiles(unit)) {
      put(join(run, RUN_FILES.units, unit.id, file.name), file.bytes);
    }
  }
  put(join(run, RUN_FILES.manifest), JSON.stringify(madeUpManifest(units)));
  return run;
}

const first = leaveRun('first', ['host-copy', 'snapshot']);
const second = leaveRun('second', ['snapshot']);

describe('vdasd report', () => {
  it('makes summary, page and plots from the units, and shows the table', () => {
    const { exitCode, output, errors } = runVdasd(['report', first]);
    expect(errors).toBe('');
    expect(exitCode).toBe(0);
    expect(output).toContain('Elapsed time');
    expect(output).toContain('never ends');
    for (const name of [RUN_FILES.summary, RUN_FILES.report, 'plots/methods.png']) {
      expect(existsSync(join(first, name)), name).toBe(true);
    }
  });

  it('leaves the same bytes the second time, and removes plots of an earlier one', () => {
    const before = readFileSync(join(first, RUN_FILES.report));
    const old = join(first, RUN_FILES.plots, 'old.svg');
    writeFileSync(old, '<svg/>');
    const { exitCode, output } = runVdasd(['report', first, '--json']);
    expect(exitCode).toBe(0);
    expect(JSON.parse(output)).toEqual(
      JSON.parse(readFileSync(join(first, RUN_FILES.summary), 'utf8')),
    );
    expect(Buffer.compare(before, readFileSync(join(first, RUN_FILES.report)))).toBe(0);
    expect(existsSync(old)).toBe(false);
  });

  it('says which unit is missing, and what is no run', () => {
    const broken = leaveRun('broken', ['snapshot']);
    rmSync(join(broken, RUN_FILES.units, 'snapshot_r1'), { recursive: true });
    const missing = runVdasd(['report', broken]);
    expect(missing.exitCode).toBe(4);
    expect(missing.errors).toContain('snapshot_r1');
    expect(runVdasd(['report', join(folder, 'nowhere')]).exitCode).toBe(4);
    writeFileSync(join(broken, RUN_FILES.manifest), '{"schema":"vdasd.manifest/1"}');
    const other = runVdasd(['report', broken]);
    expect(other.exitCode).toBe(5);
    expect(other.errors).toContain("'vdasd.manifest/1'");
    writeFileSync(join(broken, RUN_FILES.manifest), '{"schema"');
    expect(runVdasd(['report', broken]).exitCode).toBe(8);
  });

  it.each([
    ['its record cut off', UNIT_FILES.record, (bytes: Buffer) => bytes.subarray(0, 100)],
    ['its series cut off', UNIT_FILES.seriesParquet, (bytes: Buffer) => bytes.subarray(0, 100)],
    [
      'its series overwritten',
      UNIT_FILES.seriesParquet,
      (bytes: Buffer) => Buffer.concat([Buffer.alloc(500, 0xa5), bytes.subarray(500)]),
    ],
    [
      'the record of another unit',
      UNIT_FILES.record,
      (bytes: Buffer) => Buffer.from(bytes.toString().replace('snapshot_r0', 'snapshot_r1')),
    ],
  ])('names the unit that has %s', async (_what, name, change) => {
    const units = join(leaveRun('hurt', ['snapshot']), RUN_FILES.units);
    const path = join(units, 'snapshot_r0', name);
    writeFileSync(path, change(readFileSync(path)));
    await expect(readUnitFolder(units, 'snapshot_r0')).rejects.toMatchObject({
      code: 'FILE_IO',
      place: { file: join(units, 'snapshot_r0') },
    });
  });

  it('ends as integrity does when a unit is damaged, or the manifest names none', () => {
    const hurt = leaveRun('cut', ['snapshot']);
    writeFileSync(join(hurt, RUN_FILES.units, 'snapshot_r0', UNIT_FILES.record), '{"schema": "vd');
    const { exitCode, errors } = runVdasd(['report', hurt]);
    expect(exitCode).toBe(8);
    expect(errors).toContain('snapshot_r0: the unit cannot be read');
    writeFileSync(join(hurt, RUN_FILES.manifest), '{"schema":"vdasd.timed-manifest/1"}');
    expect(runVdasd(['report', hurt]).errors).toContain("manifest.json: it has no 'units'");
  });

  it('says so when the record of a unit is of another version', () => {
    const aged = leaveRun('aged', ['snapshot']);
    const path = join(aged, RUN_FILES.units, 'snapshot_r0', UNIT_FILES.record);
    writeFileSync(path, readFileSync(path, 'utf8').replace('vdasd.unit/1', 'vdasd.unit/0'));
    const { exitCode, errors } = runVdasd(['report', aged]);
    expect(exitCode).toBe(5);
    expect(errors).toContain('vdasd.unit/0');
  });
});

describe('vdasd compare', () => {
  it('sets the methods that both runs have side by side', () => {
    expect(runVdasd(['report', second]).exitCode).toBe(0);
    const { exitCode, output } = runVdasd(['compare', first, second]);
    expect(exitCode).toBe(0);
    expect(output).toContain('the very same events');
    expect(output).toContain('only in the first: host-copy');
    const json = runVdasd(['compare', first, second, '--json']);
    expect(JSON.parse(json.output)).toMatchObject({
      schema: 'vdasd.comparison/1',
      onlyFirst: ['host-copy'],
    });
  });

  it('needs two folders with summaries', () => {
    expect(runVdasd(['compare', first, join(folder, 'nowhere')]).exitCode).toBe(4);
    expect(runVdasd(['compare', first]).exitCode).toBe(2);
  });
});
