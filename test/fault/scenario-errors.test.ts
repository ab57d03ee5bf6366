/**
 * Scenarios that cannot be run: what is wrong, where, what would be right, and the exit code. Nothing is
 * left behind.
 */
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { runScenarioFile, ScenarioInvalid } from '../../sim/index.ts';
import { runVdasd } from '../support/command-line.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const folder = temporaryFolder();

const GOOD = `name: A scenario to be broken
subsystems:
  - name: DSS3
    capacity: 256 MiB
    devices:
      - { number: 0A80, model: 3390-1, volume: { volser: PROD01 } }
      - { number: 0A81, model: 3390-1 }
hosts:
  - { name: SYSA, paths: 2, subsystems: [DSS3] }
timeline:
  - backup: { host: SYSA, source: PROD01, target: 0A81, volser: BACK01, as: nightly }
  - inquire: { backup: nightly, until: once }
`;

let count = 0;

/** Writes a scenario and gives its name. */
function scenario(text: string): string {
  count += 1;
  const file = join(folder, `case-${count}.yaml`);
  writeFileSync(file, text);
  return file;
}

/** What is wrong with a scenario, without the file's name. */
async function problemsOf(text: string): Promise<readonly string[]> {
  const file = scenario(text);
  try {
    await runScenarioFile(file, { out: join(folder, 'out') });
    return [];
  } catch (error) {
    if (!(error instanceof ScenarioInvalid)) throw error;
    return error.problems.map((one) => one.message.replace(file, ''));
  }
}

/** The good scenario with one thing replaced. */
function broken(from: string, to: string): string {
  expect(GOOD).toContain(from);
  return GOOD.replace(from, to);
}

const BREAKS: readonly (readonly [name: string, from: string, to: string, message: string])[] = [
  [
    'unknown key',
    'capacity:',
    'capcity:',
    ":4:5: unknown key 'capcity'; 'subsystems' has no such key; did you mean 'capacity'?",
  ],
  [
    'unknown kind of entry',
    'inquire:',
    'enquire:',
    ":12:5: unknown key 'enquire'; 'timeline' has no such key; did you mean 'inquire'?",
  ],
  ['missing unit', '256 MiB', '256', ":4:15: '256' has no unit"],
  ['wrong unit', '256 MiB', '256 MB', 'did you mean 256 MiB?'],
  ['missing key', ', source: PROD01', '', ":11:13: 'source' is missing"],
  [
    'undefined volume',
    'source: PROD01',
    'source: PROD02',
    ':11:35: undefined volume PROD02; no label bears that serial here; did you mean',
  ],
  ['undefined device', 'target: 0A81', 'target: 0A91', ':11:51: undefined device 0A91'],
  [
    'two volumes with one serial online',
    '0A81, model: 3390-1 }',
    '0A81, model: 3390-1, volume: { volser: PROD01 } }',
    ':7:48: volume PROD01 on 0A81 in DSS3; a volume of that serial is online on 0A80',
  ],
  [
    'until physical with copy none',
    'until: once',
    'until: physicallyComplete',
    ':12:40: until: physicallyComplete for a backup with copy: none',
  ],
  [
    'wait physical with copy none',
    'as: nightly }\n',
    'wait: physical, as: nightly }\n',
    'wait: physical for a backup with copy: none',
  ],
  ['device defined twice', 'number: 0A81', 'number: 0A80', ':7:19: device 0A80 is defined twice'],
  [
    'range that ends before it starts',
    'number: 0A81',
    'number: 0A81-0A80',
    ':7:19: the range 0A81-0A80 ends before it starts',
  ],
  [
    'device number of three digits',
    'number: 0A81',
    'number: A81',
    ":7:19: 'A81' is no device number",
  ],
  [
    'unknown model',
    '0A81, model: 3390-1',
    '0A81, model: 3390-4',
    ":7:32: unknown device model '3390-4'",
  ],
  [
    'extended volume without cylinders',
    '0A81, model: 3390-1',
    '0A81, model: 3390-A',
    ':7:9: a 3390-A without cylinders',
  ],
  [
    'cylinders beyond the model',
    '0A81, model: 3390-1',
    '0A81, model: 3390-1, cylinders: 2000',
    'a 3390-1 has 1113 to 1114',
  ],
  [
    'unknown host',
    'host: SYSA',
    'host: SYSB',
    ":11:21: unknown host 'SYSB'; a host is defined before it is used; did you mean 'SYSA'?",
  ],
  [
    'unknown subsystem',
    'subsystems: [DSS3]',
    'subsystems: [DSS4]',
    ":9:42: unknown subsystem 'DSS4'",
  ],
  [
    'unknown backup',
    'backup: nightly',
    'backup: weekly',
    ":12:24: unknown backup 'weekly'; a backup is defined before it is used; known here: nightly",
  ],
  [
    'name given twice',
    '  - inquire:',
    '  - backup: { host: SYSA, source: PROD01, as: nightly }\n  - inquire:',
    ":12:47: backup, copy or snapshot 'nightly' is there twice",
  ],
  ['lower-case serial', 'volser: BACK01', 'volser: back01', 'write it in capitals: BACK01'],
  [
    'as many serials as sources',
    'volser: BACK01',
    'volser: [BACK01, BACK02]',
    '2 serials for 1 copies',
  ],
  ['more paths than there can be', 'paths: 2', 'paths: 9', 'at most 8 paths'],
  ['two things in one entry', '  - inquire:', '    inquire:', 'an entry of backup and inquire'],
  ['no YAML', '  - backup: {', '  - backup: [', ':11:'],
  [
    'a key twice',
    '    capacity: 256 MiB',
    '    capacity: 256 MiB\n    capacity: 1 GiB',
    ':5:5: Map keys must be unique',
  ],
  [
    'import and sample',
    'volume: { volser: PROD01 }',
    'volume: { import: a, sample: production }',
    'a volume with import and sample',
  ],
  [
    'volume without a serial',
    'volume: { volser: PROD01 }',
    'volume: { owner: ME }',
    'a volume without a serial',
  ],
  [
    'one volume on several devices',
    '0A80, model',
    '0A90-0A91, model',
    'one volume on a range of devices',
  ],
];

describe('a scenario that cannot be run', () => {
  it.each(BREAKS)('%s', async (_name, from, to, message) => {
    const problems = await problemsOf(broken(from, to));
    expect(problems.join('\n')).toContain(message);
    expect(existsSync(join(folder, 'out'))).toBe(false);
  });

  it('is good before it is broken', async () => {
    expect(await problemsOf(GOOD)).toEqual([]);
  });

  it('names every problem at once, with file, line and column, and ends with exit code 2', () => {
    const file = scenario(broken('capacity: 256 MiB', 'capacity: 256').replace('once', 'onze'));
    const result = runVdasd(['run', file]);
    expect(result.exitCode).toBe(2);
    expect(result.output).toBe('');
    expect(result.errors.trim().split('\n')).toEqual([
      expect.stringContaining(`vdasd: ${file}:4:15: '256' has no unit`),
      expect.stringContaining(`vdasd: ${file}:12:40: 'until' is 'onze'`),
    ]);
  });

  it('whose image is not there ends with exit code 4', () => {
    const file = scenario(broken('{ volser: PROD01 }', '{ import: nowhere.cckd }'));
    const result = runVdasd(['run', file]);
    expect(result.errors).toContain('nowhere.cckd');
    expect(result.exitCode).toBe(4);
  });
});

describe('a run that cannot go on', () => {
  const failureOf = async (text: string): Promise<unknown> =>
    (await runScenarioFile(scenario(text))).failure;

  it('says where it waits for something that never comes', async () => {
    const text = broken('256 MiB', '2 MiB')
      .replace('{ volser: PROD01 }', '{ volser: PROD01, vtoc: 1-2 }')
      .replace(/timeline:\n[\s\S]*/, '')
      .concat('timeline:\n  - write: { host: SYSA, volume: PROD01, tracks: 60, area: any }\n');
    expect(await failureOf(text)).toMatchObject({ kind: 'space', line: 11, column: 5 });
  });

  it('tells the refusal of the host with its place', async () => {
    const text = broken('target: 0A81', 'target: PROD01');
    expect(await failureOf(text)).toMatchObject({
      kind: 'refused',
      code: 'SOURCE_IS_TARGET',
      line: 11,
    });
  });

  it('does not run what comes after', async () => {
    const run = await runScenarioFile(scenario(broken('target: 0A81', 'target: PROD01')));
    expect(run.steps.map((step) => step.outcome)).toEqual(['failed', 'notRun']);
  });

  it('fails when something is not refused that should be', async () => {
    const text = broken('as: nightly }\n', 'as: nightly, refused: NO_TARGET }\n');
    expect(await failureOf(text)).toMatchObject({ kind: 'expectation', what: 'it was done' });
  });

  it('goes on after a refusal that was asked for', async () => {
    const text = GOOD.replace(/timeline:\n[\s\S]*/, '').concat(
      'timeline:\n  - backup: { host: SYSA, source: PROD01, target: PROD01, refused: SOURCE_IS_TARGET }\n  - check: {}\n',
    );
    const run = await runScenarioFile(scenario(text));
    expect(run.failure).toBeNull();
    expect(run.steps.map((step) => step.outcome)).toEqual(['refusedAsExpected', 'done']);
  });

  it('explains expectations that do not hold, all of them', async () => {
    const text = `${GOOD}  - expect: { nightly.messages: 4, nightly.method: hostCopy, nightly.copies: 1 }\n`;
    expect(await failureOf(text)).toMatchObject({
      kind: 'expectation',
      what: 'nightly.messages is 3, expected 4; nightly.method is pointer, expected hostCopy',
      line: 13,
    });
  });

  it('suggests the value that was meant', async () => {
    const text = `${GOOD}  - expect: { nightly.mesages: 3 }\n`;
    expect(await failureOf(text)).toMatchObject({
      what: "nightly has no value 'mesages'",
      fix: "did you mean 'messages'?",
    });
  });
});
