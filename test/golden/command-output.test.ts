/**
 * The JSON that each command prints, for an image that the laboratory itself makes.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { runScenarioFile } from '../../sim/index.ts';
import { type CommandResult, runVdasd } from '../support/command-line.ts';
import { expectGolden } from '../support/golden.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const folder = temporaryFolder();

const MAKE = `name: Make an image
seed: 2
subsystems:
  - name: DSS1
    capacity: 256 MiB
    devices:
      - { number: 0330, model: 3330-1, volume: { sample: production, volser: SAMPLE } }
timeline:
  - export: { volume: SAMPLE, file: sample.cckd }
`;

function vdasd(...args: readonly string[]): CommandResult {
  return runVdasd(args, { cwd: folder });
}

function json(result: CommandResult): unknown {
  expect(result.errors).toBe('');
  return JSON.parse(result.output);
}

beforeAll(async () => {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'make.yaml'), MAKE);
  await runScenarioFile(join(folder, 'make.yaml'), { out: folder });
});

describe('JSON output', () => {
  it('of image inspect', () => {
    const result = vdasd('image', 'inspect', 'sample.cckd', '--json');
    expectGolden('image-inspect', json(result));
    expect(result.exitCode).toBe(0);
  });

  it('of image list', () => {
    expectGolden('image-list', json(vdasd('image', 'list', 'sample.cckd', '--json')));
  });

  it('of image convert, which keeps the digest', () => {
    const converted = vdasd(
      'image',
      'convert',
      'sample.cckd',
      'sample.ckd',
      '--format',
      'ckd',
      '--json',
    );
    expectGolden('image-convert', json(converted));
    const digest = (file: string): unknown =>
      (JSON.parse(vdasd('image', 'inspect', file, '--json').output) as { digest: unknown }).digest;
    expect(digest('sample.ckd')).toBe(digest('sample.cckd'));
  });

  it('of image extract', () => {
    const args = ['sample.cckd', 'PROD.SOURCE.COBOL(MAIN1)', '--text', '-o', 'pgm.txt', '--json'];
    const result = vdasd('image', 'extract', ...args);
    expectGolden('image-extract', json(result));
  });

  it('of run', () => {
    expectGolden('run', json(vdasd('run', 'make.yaml', '--json', '--out', 'run')));
  });

  it('of scenario check and schema', () => {
    expectGolden('scenario-check', json(vdasd('scenario', 'check', 'make.yaml', '--json')));
    expectGolden('scenario-schema', json(vdasd('scenario', 'schema')));
  });

  it('of an error', () => {
    writeFileSync(join(folder, 'bad.yaml'), MAKE.replace('capacity: 256 MiB', 'capacity: 256'));
    const result = vdasd('run', 'bad.yaml', '--json');
    expectGolden('error', JSON.parse(result.output) as unknown);
    expect(result.exitCode).toBe(2);
  });

  it('of progress', () => {
    const result = vdasd('image', 'inspect', 'sample.cckd', '--json', '--progress=json');
    const lines = result.errors.trim().split('\n');
    const last = JSON.parse(lines.at(-1) ?? '') as unknown;
    expectGolden('progress', last);
  });
});
