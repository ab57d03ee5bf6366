/**
 * Commands about stores as processes: one exit code each, Ctrl-C and kill -9 in the middle, a reader of
 * the output that goes away, two shells at once.
 */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { initRequest } from '../../sim/cli/store-options.ts';
import type { StoreRequest } from '../../sim/cli/store-request.ts';
import type { StoreRecord } from '../../sim/report/store-record.ts';
import { askStore, digestInStore, problemsInStore } from '../support/ask-store.ts';
import { type CommandResult, runVdasd } from '../support/command-line.ts';
import { IS_LONG } from '../support/effort.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { TOP } from '../support/tree.ts';

const folder = temporaryFolder();
const launcher = join(TOP, 'bin/vdasd.mjs');

/** A volume that takes a while to move, and devices for copies of it. */
const CONFIG = `capacity: 1 GiB
groups: [{ dataDrives: 4, redundancyDrives: 2, cylinderSectors: 256 }]
devices:
  - { number: 0A80-0A8F, model: 3390-1 }
  - { number: 0B00, model: 3390-1, volume: { sample: production, scale: 20, volser: PROD01 } }
`;

function vdasd(...args: readonly string[]): CommandResult {
  return runVdasd(args, { cwd: folder });
}

/** A process and what it says about its progress. */
interface Running {
  readonly child: ChildProcess;
  /** Resolved when it has done so much. */
  readonly reached: Promise<void>;
  readonly ended: Promise<{ exitCode: number | null; output: string; errors: string }>;
}

function start(args: readonly string[], done: number): Running {
  const child = spawn(process.execPath, [launcher, ...args, '--progress', 'json'], { cwd: folder });
  let output = '';
  let errors = '';
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const reached = new Promise<void>((resolve, reject) => {
    child.stderr.on('data', (chunk: Buffer) => {
      errors += chunk.toString();
      const counts = [...errors.matchAll(/"done":(\d+)/g)].map(([, count]) => Number(count));
      if (Math.max(0, ...counts) >= done) resolve();
    });
    child.on('exit', () => {
      reject(new Error(`ended before ${done} was reached: ${errors}`));
    });
  });
  const ended = once(child, 'close').then(([code]) => ({
    exitCode: code as number | null,
    output,
    errors,
  }));
  return { child, reached, ended };
}

async function ask<Kind extends StoreRequest['kind']>(
  request: Extract<StoreRequest, { kind: Kind }>,
  store = 'packs',
): Promise<Extract<StoreRecord, { kind: Kind }>> {
  return await askStore<Kind>(join(folder, store), request);
}

async function expectSound(store = 'packs'): Promise<void> {
  expect(await problemsInStore(join(folder, store))).toEqual([]);
}

async function stateOf(name: string): Promise<unknown> {
  return (await ask({ kind: 'status', name, detail: false })).copies[0]?.state;
}

beforeAll(async () => {
  writeFileSync(join(folder, 'store.yaml'), CONFIG);
  await ask(initRequest({ config: join(folder, 'store.yaml') }));
  const file = join(folder, 'prod01.cckd');
  await ask({ kind: 'volumeExport', volume: 'PROD01', file, format: 'cckd' });
});

describe.runIf(IS_LONG)('exit code', () => {
  it.each([
    ['0', ['volume', 'ls', 'packs'], ''],
    ['2', ['volume', 'ls'], "missing required argument 'store'"],
    ['2', ['drive', 'fail', 'packs', '5'], "'5' is no drive"],
    ['2', ['volume', 'shwo', 'packs'], "unknown command 'shwo'"],
    ['4', ['volume', 'ls', 'nowhere'], 'there is no store in nowhere'],
    ['4', ['volume', 'show', 'packs', 'NOBODY'], 'VOLUME_UNKNOWN'],
    ['4', ['volume', 'import', 'packs', 'nothing.cckd'], 'nothing.cckd'],
    ['5', ['init', 'packs'], 'there is a store in packs'],
    ['5', ['volume', 'define', 'packs', '--device', '0A80'], 'DEVICE_EXISTS'],
    ['8', ['volume', 'import', 'packs', 'store.yaml'], 'store.yaml'],
  ])('%s for %j', (code, args, said) => {
    const result = vdasd(...args);
    expect(`${result.exitCode}`).toBe(code);
    expect(result.errors).toContain(said);
    expect(result.errors).not.toContain('internal error');
  });

  it('8: a check that finds something, with every problem named', async () => {
    await ask(initRequest({ capacity: '8MiB', drives: '2+1' }), 'damaged');
    await expectSound('damaged');
    rmSync(join(folder, 'damaged/drives/group0-member02.drive'));
    const found = vdasd('check', 'damaged');
    expect(found.exitCode).toBe(8);
    expect(found.output).toContain('drives/group0-member02.drive');
    // Whoever writes next has the spare take its place.
    await ask({ kind: 'work' }, 'damaged');
    await expectSound('damaged');
  });

  it('7: no room, and nothing changed', async () => {
    await ask(initRequest({ capacity: '8MiB', drives: '2+1' }), 'small');
    const before = await ask({ kind: 'volumes' }, 'small');
    const full = vdasd('volume', 'import', 'small', 'prod01.cckd');
    expect(full.exitCode, full.errors).toBe(7);
    expect(full.errors).toContain('OUT_OF_SPACE');
    expect(await ask({ kind: 'volumes' }, 'small')).toEqual(before);
    await expectSound('small');
  });
});

describe.runIf(IS_LONG)('stopped in the middle', () => {
  it('an import leaves the store as it was', async () => {
    const before = await ask({ kind: 'volumes' });
    for (const [signal, exitCode] of [
      ['SIGINT', 130],
      ['SIGTERM', 143],
      ['SIGKILL', null],
    ] as const) {
      const args = ['volume', 'import', 'packs', 'prod01.cckd'];
      const { child, reached, ended } = start(args, 1);
      await reached;
      child.kill(signal);
      const end = await ended;
      expect(end.exitCode, end.errors).toBe(exitCode);
      if (signal !== 'SIGKILL') expect(end.errors).toContain('as it was before the command');
      expect(await ask({ kind: 'volumes' })).toEqual(before);
    }
    await expectSound();
  });

  it('a making of a store leaves nothing', async () => {
    const config = CONFIG.replace('scale: 20', 'scale: 40');
    writeFileSync(join(folder, 'slow.yaml'), config);
    const child = spawn(process.execPath, [launcher, 'init', 'slow', '--config', 'slow.yaml'], {
      cwd: folder,
    });
    const ended = once(child, 'close');
    while (!readdirSync(folder).some((name) => name.startsWith('.slow.'))) {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    child.kill('SIGINT');
    await ended;
    expect(readdirSync(folder).filter((name) => name.includes('slow'))).toEqual(['slow.yaml']);
  });

  it.each(['SIGINT', 'SIGKILL'] as const)('%s: work goes on afterwards', async (signal) => {
    const digest = await digestInStore(join(folder, 'packs'), 'PROD01');
    const targets = ['0A81', '0A82', '0A83', '0A84'];
    const nameOf = (target: string): string => `${signal}-${target}`;
    for (const target of targets) {
      const options = { copy: 'background', identity: 'clone' } as const;
      const words = { name: nameOf(target), sources: ['PROD01'], targets: [target], options };
      await ask({ kind: 'backup', words, dryRun: false });
    }
    const { child, reached, ended } = start(['work', 'packs'], 1);
    await reached;
    child.kill(signal);
    const end = await ended;
    if (signal === 'SIGINT') {
      expect(end.exitCode).toBe(130);
      expect(end.output).toContain('vdasd work packs goes on');
    }
    const states = async (): Promise<readonly unknown[]> =>
      await Promise.all(targets.map(async (target) => await stateOf(nameOf(target))));
    expect(await states()).toContain('copying');
    expect(await ask({ kind: 'work' })).toMatchObject({ idle: true });
    expect(await states()).toEqual(targets.map(() => 'complete'));
    for (const target of targets) {
      expect(await digestInStore(join(folder, 'packs'), target)).toBe(digest);
      await ask({ kind: 'withdraw', name: nameOf(target), discard: true });
    }
    await expectSound();
  });

  it('an export leaves no file', async () => {
    const args = ['volume', 'export', 'packs', 'PROD01', 'half.cckd'];
    const { child, reached, ended } = start(args, 100);
    await reached;
    child.kill('SIGINT');
    expect((await ended).exitCode).toBe(130);
    expect(readdirSync(folder).filter((name) => name.includes('half'))).toEqual([]);
    expect(readdirSync(join(folder, 'packs/readers'))).toEqual([]);
  });
});

describe.runIf(IS_LONG)('two shells', () => {
  it('write one at a time, and read beside it', async () => {
    const { child, reached, ended } = start(['volume', 'import', 'packs', 'prod01.cckd'], 300);
    await reached;
    // It is still there and will go on, only not now.
    child.kill('SIGSTOP');
    const busy = vdasd('volume', 'define', 'packs', '--json');
    expect(busy.exitCode).toBe(6);
    expect(JSON.parse(busy.output)).toMatchObject({
      exitCode: 6,
      errors: [{ code: 'STORE_BUSY' }],
    });
    const seen = vdasd('dataset', 'ls', 'packs', 'PROD01');
    expect(seen.exitCode, seen.errors).toBe(0);
    child.kill('SIGCONT');
    expect((await ended).exitCode).toBe(0);
    expect(existsSync(join(folder, 'packs/lock'))).toBe(false);
    await ask({ kind: 'volumeDefine', devices: undefined, definition: {} });
  });
});

describe.runIf(IS_LONG)('output', () => {
  it('into a pipe that closes early is no error', () => {
    const shell = `"${process.execPath}" "${launcher}" volume ls packs | head -1; exit \${PIPESTATUS[0]}`;
    const run = spawnSync('bash', ['-c', shell], { cwd: folder, encoding: 'utf8' });
    expect(run.status, run.stderr).toBe(0);
    expect(run.stderr).toBe('');
  });

  it('of a data set is its records, to a file or a pipe', async () => {
    const listed = await ask({ kind: 'dataSets', volume: '0B00' });
    const name = listed.dataSets.find(({ organisation }) => organisation === 'PS')?.name ?? '';
    const args = ['dataset', 'read', 'packs', '0B00', name, '--text'];
    const shown = vdasd(...args);
    expect(shown.exitCode, shown.errors).toBe(0);
    expect(shown.output.length).toBeGreaterThan(1_000);
    expect(vdasd(...args, '-o', 'records.txt').exitCode).toBe(0);
    expect(readFileSync(join(folder, 'records.txt'), 'utf8')).toBe(shown.output);
    expect(vdasd(...args, '-o', 'records.txt').exitCode).toBe(5);
  });

  it('completes names of the store', () => {
    const offered = (...words: readonly string[]): readonly string[] =>
      vdasd('complete', '--', ...words)
        .output.split('\n')
        .flatMap((line) => line.split('\t')[0] ?? []);
    expect(offered('volume', 'show', 'packs', 'PRO')).toContain('PROD01');
    expect(offered('backup', 'packs', '--target', '')).toContain('0A8F');
    expect(offered('drive', 'fail', 'packs', '')).toContain('0/5');
    expect(offered('status', 'packs', 'SIG')).toContain('SIGINT-0A81');
    expect(offered('volume', 'show', 'nowhere', '')).not.toContain('PROD01');
  });
});
