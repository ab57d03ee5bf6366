/**
 * The commands about traces, as users run them.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync, gzipSync, zstdCompressSync } from 'node:zlib';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  feedOptions,
  type ReplayCommandOptions,
  replayLevel,
} from '../../../../sim/cli/trace-options.ts';
import type { TraceTask, TraceTaskResults } from '../../../../sim/cli/trace-task.ts';
import { performTraceTask } from '../../../../sim/cli/trace-tasks.ts';
import { type CommandResult, runVdasd } from '../../../support/command-line.ts';
import { temporaryFolder } from '../../../support/temporary-folder.ts';
import { TOP } from '../../../support/tree.ts';

const folder = temporaryFolder();
const SAMPLES = join(TOP, 'sim/samples');

interface Reading {
  readonly firstRejects: readonly unknown[];
}

function vdasd(...args: readonly string[]): CommandResult {
  return runVdasd(args, { cwd: folder });
}

const EARS = {
  progress: () => undefined,
  writes: () => undefined,
  shouldStop: () => false,
};

/** Does a task in this process: starting one costs more than most of them. */
async function perform<Kind extends TraceTask['kind']>(
  task: Extract<TraceTask, { kind: Kind }>,
): Promise<TraceTaskResults[Kind]> {
  return (await performTraceTask(task, EARS)) as TraceTaskResults[Kind];
}

const input = (file: string) => feedOptions(join(folder, file), {});

beforeAll(() => {
  const lines = Array.from(
    { length: 60_000 },
    (_, at) => `${at % 3},${at % 5 === 0 ? 'W' : 'R'},${(at % 900) * 8_192},8192,${at * 100}`,
  );
  const text = `${lines.join('\n')}\n`;
  writeFileSync(join(folder, 'big.csv'), text);
  writeFileSync(join(folder, 'big.csv.gz'), gzipSync(text));
  // Two frames, as parallel compressors write them; the name says nothing of the compression.
  const half = Math.floor(text.length / 2);
  const frames = [text.slice(0, half), text.slice(half)].map((part) => zstdCompressSync(part));
  writeFileSync(join(folder, 'big.data'), Buffer.concat(frames));
  const damaged = lines.map((line, at) => (at === 1_234 ? 'oops' : line));
  writeFileSync(join(folder, 'damaged.csv'), damaged.join('\r\n'));
});

describe('vdasd trace inspect', () => {
  it('shows format, first requests and volumes', async () => {
    const sample = feedOptions(join(SAMPLES, 'msr.csv'), {});
    const found = await perform({ kind: 'traceInspect', input: sample });
    expect(found.reading).toMatchObject({ format: 'msr', requests: 46, rejects: 0 });
    expect(found.first).toHaveLength(10);
    expect(found.volumes).toEqual(['payroll_0', 'payroll_1']);
    const text = vdasd('trace', 'inspect', join(SAMPLES, 'msr.csv'));
    expect(text.output).toContain('zero point    2026-01-05T08:00:00.123456700Z');
    expect(text.exitCode).toBe(0);
  });

  it.each([
    ['big.csv', 'none'],
    ['big.csv.gz', 'gzip'],
    ['big.data', 'zstd'],
  ])('reads %s with compression %s', async (file, compression) => {
    const { reading } = await perform({ kind: 'traceInspect', input: input(file) });
    expect(reading).toMatchObject({ format: 'alibaba', compression, requests: 60_000 });
  });

  it('reports rejects with their lines, and that it is partial', () => {
    const result = vdasd('trace', 'inspect', 'damaged.csv', '--json');
    expect(result.exitCode).toBe(3);
    expect(result.errors).toContain('1 of 60000 lines or records were rejected');
    const { reading } = JSON.parse(result.output) as { reading: Reading };
    expect(reading.firstRejects).toMatchObject([{ line: 1_235, column: 1, text: 'oops' }]);
  });

  it('refuses what is no file: a trace is read more than once', async () => {
    execFileSync('mkfifo', [join(folder, 'pipe')]);
    const refused = { code: 'FILE_REFUSED' };
    for (const [name, what] of [
      ['pipe', /pipe: this is a pipe or a device/],
      ['.', /this is a folder/],
    ] as const) {
      const inspected = perform({ kind: 'traceInspect', input: input(name) });
      await expect(inspected).rejects.toMatchObject(refused);
      await expect(inspected).rejects.toThrow(what);
    }
  });

  it('names the place where compression breaks off', async () => {
    const whole = readFileSync(join(folder, 'big.csv.gz'));
    writeFileSync(join(folder, 'short.gz'), whole.subarray(0, whole.length - 2_000));
    await expect(perform({ kind: 'traceInspect', input: input('short.gz') })).rejects.toThrow(
      /short\.gz: gzip cannot be expanded behind byte \d+/,
    );
  });
});

describe('vdasd trace convert', () => {
  it('goes to compact and back without loss, compressed or not', async () => {
    const shared = { kind: 'traceConvert', blockBytes: 512 } as const;
    const there = { to: join(folder, 'big.vtr'), format: 'compact', compression: 'zstd' } as const;
    await perform({ ...shared, ...there, input: input('big.csv.gz') });
    const back = { to: join(folder, 'back'), format: 'alibaba', compression: 'gzip' } as const;
    await perform({ ...shared, ...back, input: input('big.vtr') });
    const text = gunzipSync(readFileSync(join(folder, 'back'))).toString();
    expect(text === readFileSync(join(folder, 'big.csv'), 'utf8')).toBe(true);
  });

  it('says what is lost, and overwrites nothing', () => {
    const result = vdasd('trace', 'convert', join(SAMPLES, 'compact.vtr'), 'x.spc', '--to', 'spc');
    expect(result.output).toContain('2 requests that the format has no word for');
    expect(result.output).toContain('no response times');
    expect(vdasd('trace', 'convert', 'big.csv', 'x.spc', '--to', 'spc').exitCode).toBe(5);
  });

  it('leaves nothing behind when it fails', () => {
    const args = ['trace', 'convert', 'damaged.csv', 'never.vtr', '--to', 'compact'];
    const result = vdasd(...args, '--rejects', '0');
    expect(result.exitCode).toBe(8);
    expect(result.errors).toContain('damaged.csv:1235:1: ');
    expect(existsSync(join(folder, 'never.vtr'))).toBe(false);
  });
});

describe('vdasd trace stats', () => {
  it('shows misses of plain caches', async () => {
    const stats = await perform({
      kind: 'traceStats',
      input: input('big.csv'),
      cacheObjects: [100, 900],
    });
    expect(stats.misses).toEqual([
      { objects: 100, requests: 60_000, lru: 60_000, fifo: 60_000, belady: 53_466 },
      { objects: 900, requests: 60_000, lru: 900, fifo: 900, belady: 900 },
    ]);
  });
});

describe('vdasd replay', () => {
  it('replays at mapping level with snapshots and warm-up', () => {
    const pace = ['--snapshot-every', '1s', '--snapshots-kept', '2'];
    const { output, exitCode } = vdasd(
      'replay',
      'big.csv',
      ...pace,
      '--json',
      '--warm-up',
      '10000',
      '--cache',
      '1MiB',
    );
    expect(exitCode).toBe(0);
    const { mapping } = JSON.parse(output) as { mapping: Record<string, unknown> };
    expect(mapping).toMatchObject({ warmUpRequests: 10_000, snapshotCount: 5, cacheTracks: 18 });
    expect(mapping['counts']).toMatchObject({ requests: 50_000 });
  });

  it('replays with timing, the same way twice', () => {
    const args = ['replay', 'big.csv', '--level', 'timing', '--limit', '2000', '--json'];
    const one = vdasd(...args);
    expect(one.exitCode).toBe(0);
    expect(vdasd(...args).output).toBe(one.output);
    const { timing } = JSON.parse(one.output) as { timing: Record<string, unknown> };
    expect(timing['requests']).toBe(2_000);
  });

  it('is an error when nothing is a request', () => {
    writeFileSync(join(folder, 'none.csv'), 'time,what\n1,2\n3,4\n');
    const unknown = vdasd('replay', 'none.csv');
    expect(unknown.exitCode).toBe(8);
    expect(unknown.errors).toContain('none.csv: the content is of no known format: time,what');
    const empty = vdasd('replay', 'none.csv', '--format', 'msr');
    expect(empty.exitCode).toBe(8);
    expect(empty.errors).toContain('none.csv:2: no request in 3 lines');
  });

  it.each([
    [{ level: 'timing', cache: '1GiB' }, '--cache and --policy with --level timing'],
    [{ mode: 'open' }, '--mode, --outstanding or --parameters'],
    [{ parameters: 'rva' }, '--mode, --outstanding or --parameters'],
    [{ level: 'timing', outstanding: '4' }, '--outstanding 4'],
    [{ format: 'msr', columns: 'op=1,offset=2,length=3' }, '--columns with --format msr'],
    [{ limit: '0' }, '--limit 0'],
    [{ snapshotEvery: '0' }, '--snapshot-every 0'],
    [{ snapshotsKept: '0' }, '--snapshots-kept 0'],
    [{ cache: '12' }, "'12' has no unit"],
    [{ format: 'csv' }, 'csv is no trace format'],
    [{ timeScale: '-1' }, '--time-scale -1'],
    [{ operation: ['erase'] }, '--operation erase'],
  ] satisfies readonly (readonly [Partial<ReplayCommandOptions>, string])[])(
    'refuses %j',
    (options, what) => {
      const refused = (): unknown => {
        const given: ReplayCommandOptions = { level: 'mapping', ...options };
        return [feedOptions('big.csv', given), replayLevel(given)];
      };
      expect(refused).toThrow(expect.objectContaining({ code: 'USAGE' }));
      expect(refused).toThrow(what);
    },
  );
});
