/**
 * Scenarios about drives, space and points that cannot be run: what is wrong, where, and what would
 * be right.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { runScenarioFile, ScenarioInvalid } from '../../sim/index.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const folder = temporaryFolder();

const GOOD = `name: A scenario to be broken
subsystems:
  - name: DSS3
    capacity: 64 MiB
    groups:
      - { dataDrives: 6, redundancyDrives: 2, capacity: 32 MiB }
      - { dataDrives: 4, redundancyDrives: 1 }
    thresholds: { warn: 75, alert: 90, critical: 95 }
    devices:
      - { number: 0330, model: 3330-1, volume: { sample: production, volser: PROD01 }, homeGroup: 1, retention: { every: 1 min } }
      - { number: 0331, model: 3330-1 }
hosts:
  - { name: SYSA, subsystems: [DSS3] }
timeline:
  - failDrive: { group: 1, member: 4 }
  - corrupt: { group: 0, member: 2, cylinder: 0, sector: 3, refused: SECTOR_UNKNOWN }
  - release: { host: SYSA, volume: PROD01, hold: 1 h, as: sunday }
  - undoRelease: { release: sunday }
  - retain: { volume: PROD01, as: before }
  - openAt: { volume: PROD01, point: before, as: 0332 }
  - dropPoint: { point: before }
  - scratch: { host: SYSA, volume: PROD01, dataSet: PROD.LOG }
  - restoreDataSet: { host: SYSA, volume: PROD01, dataSet: PROD.LOG, from: 0332 }
  - report: { show: [space, drives] }
`;

/** What is wrong with a scenario, without the file's name. */
async function problemsOf(text: string): Promise<string> {
  const file = join(folder, 'case.yaml');
  writeFileSync(file, text);
  try {
    const run = await runScenarioFile(file, { out: folder });
    return run.failure?.what ?? '';
  } catch (error) {
    if (!(error instanceof ScenarioInvalid)) throw error;
    return error.problems.map((one) => one.message.replace(file, '')).join('\n');
  }
}

const BREAKS: readonly (readonly [name: string, from: string, to: string, message: string])[] = [
  [
    'more redundancy than there is',
    'dataDrives: 6, redundancyDrives: 2',
    'dataDrives: 6, redundancyDrives: 3',
    ':6:44: 3 redundancy drives; a group has 0, 1 or 2',
  ],
  ['a home group that is not there', 'homeGroup: 1', 'homeGroup: 2', 'DSS3 has groups 0 to 1'],
  [
    'no compression of that name',
    'redundancyDrives: 1 }',
    'redundancyDrives: 1, compression: lzma }',
    "'lzma' is no compression",
  ],
  [
    'a ratio below 1',
    'redundancyDrives: 1 }',
    'redundancyDrives: 1, compression: ratio 0.4 }',
    'such as ratio 3.6',
  ],
  [
    'a modelled ratio for real tracks',
    'redundancyDrives: 1 }',
    'redundancyDrives: 1, compression: ratio 2 }',
    'write zstd, or use content: signature',
  ],
  [
    'zstd for signatures',
    '    groups:\n      - { dataDrives: 6,',
    '    content: signature\n    groups:\n      - { compression: zstd, dataDrives: 6,',
    'a signature has no bytes to compress',
  ],
  [
    'thresholds out of order',
    'alert: 90',
    'alert: 70',
    ':8:17: thresholds of 75, 70 and 95 percent',
  ],
  [
    'a rule without an interval',
    'retention: { every: 1 min }',
    'retention: { keep: 3 }',
    'add everyWrites or every',
  ],
  [
    'a cylinder that is no power of two',
    'redundancyDrives: 1 }',
    'redundancyDrives: 1, cylinderSectors: 1000 }',
    ':3:5: groups[1].cylinderSectors is 1000',
  ],
  ['a group that is not there', 'failDrive: { group: 1', 'failDrive: { group: 2', 'groups 0 to 1'],
  ['a member that is not there', 'member: 4 }', 'member: 5 }', 'the group has members 0 to 4'],
  ['half a place', ', sector: 3', '', 'damage at no whole place'],
  [
    'half a track',
    'group: 0, member: 2, cylinder: 0, sector: 3',
    'volume: PROD01',
    'no whole place',
  ],
  [
    'two places',
    'corrupt: { group: 0',
    'corrupt: { volume: PROD01, track: 3, group: 0',
    'damage at a track and at a place',
  ],
  ['an unknown release', 'release: sunday', 'release: monday', "unknown release 'monday'"],
  [
    'a dry run that is to be undone',
    'hold: 1 h, as: sunday',
    'dryRun: true, hold: 1 h, as: sunday',
    'hold of a dry run',
  ],
  ['a name without a hold', 'hold: 1 h, as: sunday', 'as: sunday', 'add hold, or leave as out'],
  ['all and one', 'volume: PROD01, hold', 'volume: [all, PROD01], hold', 'all and single volumes'],
  ['an unknown point', 'point: before, as', 'point: after, as', "unknown point 'after'"],
  [
    'a point twice',
    '  - openAt',
    '  - retain: { volume: 0331, as: before }\n  - openAt',
    'there twice',
  ],
  ['no time', 'point: before, as', 'as', 'openAt without a time'],
  ['two times', 'point: before, as', 'point: before, ago: 1 s, as', 'openAt of several times'],
  ['no data set name', 'dataSet: PROD.LOG }', 'dataSet: prod.log }', 'write it in capitals'],
  ['an unknown report', 'show: [space', 'show: [spaces', "there is no report about 'spaces'"],
];

describe('a scenario about the back end', () => {
  it('is good before it is broken', async () => {
    expect(await problemsOf(GOOD)).toBe('');
  });

  it.each(BREAKS)('that has %s', async (_name, from, to, message) => {
    expect(GOOD).toContain(from);
    expect(await problemsOf(GOOD.replace(from, to))).toContain(message);
  });
});
