import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { compareTimes } from '../../../../sim/validate/compare-drive.ts';
import { compareMeasuredDrives } from '../../../../sim/validate/measured-drives.ts';
import { readMeasuredTrace } from '../../../../sim/validate/measured-trace.ts';
import { changedDrive, DESCRIBED_DRIVE, folderOf } from '../../../support/described-drive.ts';

const shared = process.env['VDASD_SHARED'] ?? join(import.meta.dirname, '../../../../../shared');
const measured = join(shared, 'data/traces/disksim');

describe('a measured trace', () => {
  it('is read column by column', () => {
    const trace = readMeasuredTrace('R Miss 12 3 100.5 7\nW Doub 9 1 2 0.25\n', 'a.trace');
    expect(trace.count).toBe(2);
    expect([...trace.operation]).toEqual([0, 1]);
    expect([...trace.block, ...trace.blocks]).toEqual([12, 9, 3, 1]);
    expect([...trace.serviceNanos, ...trace.gapNanos]).toEqual([100_500, 2000, 7000, 250]);
  });

  it('is refused with the line that is none, and when nothing is in it', () => {
    expect(() => readMeasuredTrace('R Hit 1 2 3 4\nR Hit 1 2 3\n', 'a.trace')).toThrow(/a.trace:2/);
    expect(() => readMeasuredTrace('X Hit 1 2 3 4\n', 'a.trace')).toThrow(/a.trace:1/);
    expect(() => readMeasuredTrace('R Hit 1 2 -3 4\n', 'a.trace')).toThrow(/a.trace:1/);
    expect(() => readMeasuredTrace('R Hit 1 2 1e400 4\n', 'a.trace')).toThrow(/a.trace:1/);
    expect(() => readMeasuredTrace('R Hit 1 2 3 Infinity\n', 'a.trace')).toThrow(/a.trace:1/);
    expect(() => readMeasuredTrace('R Hit 1.5 2 3 4\n', 'a.trace')).toThrow(/a.trace:1/);
    expect(() => readMeasuredTrace('\n', 'a.trace')).toThrow(/no request/);
  });
});

describe('the demerit', () => {
  it('is the distance of the sorted times', () => {
    const left = Float64Array.from([4e6, 1e6, 7e6]);
    expect(compareTimes(left, Float64Array.from([7e6, 4e6, 1e6])).demerit).toBe(0);
    const moved = compareTimes(left, Float64Array.from([7.3e6, 4.3e6, 1.3e6]));
    expect(moved.demeritMillis).toBeCloseTo(0.3, 9);
    expect(moved.demerit).toBeCloseTo(0.3 / 4, 9);
    expect(moved.measured).toEqual({ mean: 4, p50: 4, p95: 7, p99: 7, max: 7 });
  });
});

describe('a folder of measured drives', () => {
  it('is compared drive by drive, and says what it used and what not', () => {
    const files = { ...DESCRIBED_DRIVE, README: 'x' };
    const { drives, unused } = compareMeasuredDrives(folderOf(files));
    expect(drives).toHaveLength(1);
    expect(drives[0]).toMatchObject({ name: 'MADE_UP', problem: null, bar: 0.1, published: null });
    expect(drives[0]?.comparison?.requests).toBe(3);
    expect(drives[0]?.used).toContain('made-up.trace');
    expect(unused).toEqual(['README']);
  });

  it('goes on after a drive that cannot be read, which does not pass', () => {
    const broken = changedDrive('Sparing scheme used = 9', 'Sparing scheme used = 99');
    const renamed = Object.fromEntries(
      Object.entries(broken).map(([name, text]) => [
        name.replace('made-up', 'broken'),
        text.replaceAll('made-up.', 'broken.'),
      ]),
    );
    const { drives } = compareMeasuredDrives(folderOf({ ...DESCRIBED_DRIVE, ...renamed }));
    expect(drives.map(({ name, problem }) => [name, problem === null])).toEqual([
      ['broken', false],
      ['MADE_UP', true],
    ]);
    expect(drives[0]?.passes).toBe(false);
    expect(drives[0]?.problem).toMatch(/broken.model:\d+/);
  });

  it('needs a trace for every drive, under its name however that is written', () => {
    const { 'made-up.trace': trace, ...rest } = DESCRIBED_DRIVE;
    expect(compareMeasuredDrives(folderOf(rest)).drives[0]?.problem).toMatch(/no trace/);
    const other = { ...rest, 'MADE_UP.trace': trace ?? '' };
    expect(compareMeasuredDrives(folderOf(other)).drives[0]?.comparison).not.toBeNull();
    expect(() => compareMeasuredDrives(folderOf({ README: '' }))).toThrow(/no drive is described/);
  });

  it('tells of requests that the description has no room for', () => {
    const { drives } = compareMeasuredDrives(folderOf(changedDrive('R Hit 208', 'R Hit 5208')));
    expect(drives[0]?.notes).toEqual([expect.stringMatching(/^1 requests lie behind/)]);
  });

  // More evidence where the measured drives are at hand; `vdasd validate --data` shows the same.
  it.runIf(existsSync(measured))('holds for every drive that was measured', () => {
    const names = readdirSync(measured);
    const text = (name: string): string => readFileSync(join(measured, name), 'utf8');
    const { drives } = compareMeasuredDrives({ names, text });
    expect(drives.length).toBeGreaterThan(0);
    for (const drive of drives) {
      expect(drive.problem).toBeNull();
      expect(drive.notes).toEqual([]);
      expect(drive.comparison?.demerit, drive.name).toBeLessThan(drive.bar);
    }
  });
});
