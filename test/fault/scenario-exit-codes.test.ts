/**
 * One test for each exit code, and how the command line ends when its output or its user goes away.
 */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { EXIT, EXIT_MEANINGS } from '../../sim/cli/exit-code.ts';
import { runScenarioFile } from '../../sim/index.ts';
import { openImageFile, saveImageFile } from '../../src/store.ts';
import { type CommandResult, runVdasd } from '../support/command-line.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { TOP } from '../support/tree.ts';

const folder = temporaryFolder();
const launcher = join(TOP, 'bin/vdasd.mjs');

/** Two volumes, two empty devices, two hosts. */
const HEAD = `name: For one exit code
subsystems:
  - name: DSS1
    capacity: 8 MiB
    devices:
      - { number: 0330, model: 3330-1, volume: { sample: production, volser: SAMPLE } }
      - { number: 0331, model: 3330-1, volume: { volser: EMPTY1 } }
      - { number: 0332, model: 3330-1 }
hosts:
  - { name: SYSA, subsystems: [DSS1] }
  - { name: SYSB, subsystems: [DSS1] }
timeline:
`;

function run(timeline: string): CommandResult {
  writeFileSync(join(folder, 'case.yaml'), HEAD + timeline);
  return runVdasd(['run', 'case.yaml'], { cwd: folder });
}

beforeAll(async () => {
  const text = `${HEAD}  - export: { volume: SAMPLE, file: sample.cckd }\n`;
  writeFileSync(join(folder, 'make.yaml'), text);
  const made = await runScenarioFile(join(folder, 'make.yaml'), { out: folder });
  expect(made.failure).toBeNull();
});

describe('exit code', () => {
  it('0: done', () => {
    expect(run('  - check: {}\n').exitCode).toBe(0);
  });

  it('1: internal error', () => {
    // A JSON that cannot be printed is nothing that a user can bring about.
    const preload = join(folder, 'break.mjs');
    writeFileSync(preload, 'JSON.stringify = () => { throw new TypeError("planted"); };\n');
    const result = runVdasd(['scenario', 'schema'], {
      env: { NODE_OPTIONS: `--import ${preload}` },
    });
    expect(result.errors).toContain('internal error, this is a bug of vdasd');
    expect(result.errors).toContain('planted');
    expect(result.exitCode).toBe(1);
  });

  it('2: usage', () => {
    expect(runVdasd(['rnu']).errors).toContain(
      "unknown command 'rnu'; the command line cannot be read; did you mean run?",
    );
    expect(runVdasd(['rnu']).exitCode).toBe(2);
    expect(runVdasd(['image', 'convert', 'a', 'b']).exitCode).toBe(2);
    expect(runVdasd(['run', 'x.yaml', '--seed', '-1']).exitCode).toBe(2);
  });

  it('3: partial, when some of a volume cannot be read', async () => {
    const file = join(folder, 'strange.cckd');
    const opened = await openImageFile(join(folder, 'sample.cckd'));
    const { image } = opened;
    const isFormat1 = (bytes: Uint8Array, at: number): boolean =>
      bytes[at] === 0xf1 && bytes[at - 44 - 3] === 44;
    let changed = 0;
    await saveImageFile(file, 'cckd', {
      geometry: image.geometry,
      scan: (first, count, visit) => {
        image.scan(first, count, (track, content) => {
          if (content.kind === 'bytes' && track < image.geometry.type.headCount) {
            const at = content.bytes.findIndex((_, place) => isFormat1(content.bytes, place));
            if (at > 0 && changed === 0) {
              changed += 1;
              const bytes = content.bytes.slice();
              bytes[at] = 0x99;
              visit(track, { kind: 'bytes', bytes });
              return;
            }
          }
          visit(track, content);
        });
      },
    });
    opened.close();
    expect(changed).toBe(1);
    const result = runVdasd(['image', 'list', file]);
    expect(result.errors).toContain('DSCB_UNKNOWN');
    expect(result.output).toContain('PROD.');
    expect(result.exitCode).toBe(3);
  });

  it('4: not found', () => {
    expect(runVdasd(['run', join(folder, 'nowhere.yaml')]).exitCode).toBe(4);
    const sample = join(folder, 'sample.cckd');
    expect(runVdasd(['image', 'extract', sample, 'NO.SUCH']).exitCode).toBe(4);
    expect(runVdasd(['image', 'extract', sample, 'PROD.SOURCE.COBOL(NO)']).exitCode).toBe(4);
  });

  it('5: refused by rule', () => {
    const result = run('  - backup: { host: SYSA, source: SAMPLE, target: SAMPLE }\n');
    expect(result.output).toContain('SOURCE_IS_TARGET');
    expect(result.exitCode).toBe(5);
  });

  it('6: busy', () => {
    const job = (host: string, source: string): string =>
      `      - backup: { host: ${host}, source: ${source}, target: 0332, volser: NEW001, serialize: refuse }\n`;
    const result = run(`  - together:\n${job('SYSA', 'SAMPLE')}${job('SYSB', 'EMPTY1')}`);
    expect(result.output).toContain('VOLUME_BUSY');
    expect(result.exitCode).toBe(6);
  });

  it('7: capacity', () => {
    const result = run('  - write: { host: SYSA, volume: EMPTY1, tracks: 2000, area: any }\n');
    expect(result.output).toContain('it waits for space');
    expect(result.exitCode).toBe(7);
  });

  it('7: capacity, when collection finds no more, and not while destage has work', () => {
    const write = (tracks: number): string =>
      `  - write: { host: SYSA, volume: EMPTY1, tracks: ${tracks}, area: any }\n`;
    const text = HEAD.replace('8 MiB', '32 MiB\n    nvs: { size: 11 MiB, destage: scheduled }');
    for (const [entries, exitCode] of [
      [write(1200), 0],
      [`${write(1200)}${write(1200)}${write(2000)}`, 7],
    ] as const) {
      writeFileSync(join(folder, 'nvs.yaml'), `${text}${entries}`);
      const result = runVdasd(['run', 'nvs.yaml'], { cwd: folder });
      expect(result.exitCode, result.output).toBe(exitCode);
      expect(result.output.includes('it waits for space')).toBe(exitCode === 7);
      expect(result.output).not.toContain('it waits for nvs');
    }
  });

  it('7: capacity, when a background copy has no space to go on', () => {
    for (const outOfSpace of ['block', 'failWrite']) {
      const text = HEAD.replace('8 MiB', `2 MiB\n    outOfSpace: ${outOfSpace}`)
        .replace('sample: production, volser', 'volser')
        .concat('  - write: { host: SYSA, volume: EMPTY1, tracks: 110, area: any }\n')
        .concat('  - backup: { host: SYSA, source: EMPTY1, target: 0332, volser: NEW001, ')
        .concat('copy: background, wait: physical }\n');
      writeFileSync(join(folder, 'full.yaml'), text);
      const result = runVdasd(['run', 'full.yaml'], { cwd: folder });
      expect(result.output, outOfSpace).toContain('background work has no space to go on');
      expect(result.exitCode).toBe(7);
    }
  });

  it('7: capacity, when a volume of the scenario does not fit', () => {
    writeFileSync(join(folder, 'small.yaml'), `${HEAD.replace('8 MiB', '1 MiB')}  - check: {}\n`);
    const result = runVdasd(['run', 'small.yaml'], { cwd: folder });
    expect(result.errors).toContain('small.yaml:6:');
    expect(result.errors).toContain('DSS1 has 1.00 MiB for all its volumes');
    expect(result.exitCode).toBe(7);
  });

  it.skipIf(!existsSync('/dev/full'))('7: capacity, when the output has no space', () => {
    const command = `'${process.execPath}' '${launcher}' scenario schema > /dev/full`;
    const result = spawnSync('bash', ['-c', command], { encoding: 'utf8' });
    expect(result.stderr).toMatch(/^vdasd: standard output cannot be written; .*\n$/);
    expect(result.status).toBe(7);
  });

  it('8: integrity', () => {
    const file = join(folder, 'short.cckd');
    const bytes = readFileSync(join(folder, 'sample.cckd'));
    writeFileSync(file, bytes);
    truncateSync(file, Math.floor(bytes.length / 2));
    expect(runVdasd(['image', 'inspect', file]).exitCode).toBe(8);
  });

  it('8: integrity, when a verify or a write meets a lost track', () => {
    const failed = [0, 1, 2, 3].map((member) => `  - failDrive: { member: ${member} }\n`).join('');
    const backup =
      '  - backup: { host: SYSA, source: SAMPLE, target: 0332, volser: NEW001, as: one }\n';
    for (const [entry, message] of [
      ['  - verify: { backup: one }\n', 'of one lost on 0332, first at'],
      ['  - write: { host: SYSA, volume: SAMPLE, tracks: 300 }\n', 'TRACK_LOST'],
    ] as const) {
      const result = run(`${backup}  - destage: {}\n${failed}${entry}`);
      expect(result.output).toContain(message);
      expect(result.exitCode).toBe(8);
    }
  });

  it('9: timeout', () => {
    const result = run(
      '  - backup: { host: SYSA, source: SAMPLE, target: 0332, volser: NEW001, copy: background, as: one }\n' +
        '  - inquire: { backup: one, until: physicallyComplete, tracksPerInquiry: 1, limit: 3 }\n',
    );
    expect(result.output).toContain('after 3 inquiries');
    expect(result.exitCode).toBe(9);
  });

  it('10: expectation failed', () => {
    expect(run('  - expect: { DSS1.devices: 4 }\n').exitCode).toBe(10);
  });

  it('78: wrong runtime', () => {
    const preload = join(folder, 'old.mjs');
    writeFileSync(
      preload,
      "Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '20.0.0' } });\n",
    );
    const result = spawnSync(process.execPath, ['--import', preload, launcher, '--version'], {
      encoding: 'utf8',
      env: { ...process.env, VDASD_RELAUNCHED: '1' },
    });
    expect(result.stderr).toContain('needs Node 24.12 or newer, this is 20.0.0');
    expect(result.status).toBe(78);
  });

  it.each([
    ['130: interrupted', 'SIGINT', 130],
    ['143: asked to end', 'SIGTERM', 143],
    ['129: terminal gone', 'SIGHUP', 129],
  ] as const)('%s, with nothing half written', async (_name, signal, exitCode) => {
    const out = join(folder, signal);
    mkdirSync(out);
    // Large enough that it is not over before the signal comes.
    const text = HEAD.replace('8 MiB', '2 GiB')
      .replace('3330-1, volume: { sample', '3390-1, volume: { sample')
      .replace('0331, model: 3330-1', '0331, model: 3390-9');
    const timeline = '  - export: { volume: EMPTY1, file: big.ckd, format: ckd }\n';
    writeFileSync(join(folder, 'long.yaml'), text + timeline);
    const child = spawn(
      process.execPath,
      [launcher, 'run', 'long.yaml', '--out', out, '--progress=json'],
      { cwd: folder },
    );
    let errors = '';
    let isSent = false;
    child.stderr.on('data', (chunk: Buffer) => {
      errors += chunk.toString();
      if (isSent || !errors.includes('writing big.ckd')) return;
      isSent = true;
      child.kill(signal);
    });
    const [code] = (await once(child, 'exit')) as [number | null];
    expect(errors).toContain('interrupted');
    expect(code).toBe(exitCode);
    expect(readdirSync(out)).toEqual([]);
  });
});

describe('the command line', () => {
  it('ends quietly when nobody reads its output any more', () => {
    const command = `'${process.execPath}' '${launcher}' scenario schema | head -n 1`;
    const result = spawnSync('bash', ['-c', `set -o pipefail; ${command}`], { encoding: 'utf8' });
    expect(result.stderr).toBe('');
    expect(result.stdout).toBe('{\n');
    expect([0, 141]).toContain(result.status);
  });

  it('shows no colours where NO_COLOR is set, and none in a pipe', () => {
    const text = run('  - check: {}\n').output;
    expect(text).toContain('every invariant holds');
    expect(text).not.toContain('\u001b[');
  });

  it('has help with examples for every command, and a version', () => {
    for (const args of [
      [],
      ['run'],
      ['scenario', 'schema'],
      ['scenario', 'check'],
      ['image', 'inspect'],
      ['image', 'convert'],
      ['image', 'list'],
      ['image', 'extract'],
    ]) {
      const help = runVdasd([...args, '--help']);
      expect(help.exitCode).toBe(0);
      expect(help.output, args.join(' ')).toContain('Examples:\n  $ vdasd');
    }
    const help = runVdasd(['--help']).output;
    expect(EXIT_MEANINGS.map(([code]) => code)).toEqual(
      Object.values(EXIT).toSorted((a, b) => a - b),
    );
    for (const [code, meaning] of EXIT_MEANINGS) {
      expect(help).toContain(`${String(code).padStart(5)}  ${meaning}\n`);
    }
    const { version } = JSON.parse(readFileSync(join(TOP, 'package.json'), 'utf8')) as {
      version: string;
    };
    expect(runVdasd(['--version']).output).toBe(`vdasd ${version}\n`);
  });

  it('completes commands and choices for shells', () => {
    expect(runVdasd(['complete', '--', 'image', 'con']).output).toContain('convert');
    expect(runVdasd(['complete', '--', 'image', 'convert', '--format', '']).output).toContain(
      'cckd',
    );
    const files = runVdasd(['complete', '--', 'run', 'sim/scenarios/f']).output;
    expect(files).toContain('sim/scenarios/first-backup.yaml');
    for (const shell of ['bash', 'zsh', 'fish', 'powershell']) {
      expect(runVdasd(['complete', shell]).output).toContain('vdasd');
    }
  });

  it('says what is wrong with the command line as it says everything else', () => {
    const result = runVdasd(['image', 'convert', 'a', 'b', '--json']);
    expect(result.errors).toMatch(/^vdasd: required option '--format <format>' not specified; /);
    expect(JSON.parse(result.output)).toMatchObject({ errors: [{ code: 'USAGE' }], exitCode: 2 });
  });

  it('says where a scenario asks for an input that is not there', () => {
    const text = HEAD.replace('sample: production, volser: SAMPLE', 'import: gone.cckd');
    writeFileSync(join(folder, 'gone.yaml'), `${text}  - check: {}\n`);
    const result = runVdasd(['run', 'gone.yaml'], { cwd: folder });
    expect(result.errors).toMatch(/^vdasd: gone.yaml:6:\d+: import of gone.cckd: /);
    expect(result.exitCode).toBe(4);
  });

  it('refuses a file in place of the output folder', () => {
    writeFileSync(join(folder, 'plain.yaml'), `${HEAD}  - check: {}\n`);
    const result = runVdasd(['run', 'plain.yaml', '--out', 'plain.yaml'], { cwd: folder });
    expect(result.errors).toMatch(/^vdasd: .*summary.json: writing failed: .*\n$/);
    expect(result.exitCode).toBe(5);
  });

  it('does not write over a file that is there', () => {
    const sample = join(folder, 'sample.cckd');
    const member = 'PROD.SOURCE.COBOL(PAY001)';
    expect(runVdasd(['image', 'extract', sample, member, '-o', sample]).exitCode).toBe(5);
    const result = runVdasd(['image', 'convert', sample, sample, '--format', 'ckd']);
    expect(result.errors).toContain('it is the input');
    expect(result.exitCode).toBe(5);
  });
});
