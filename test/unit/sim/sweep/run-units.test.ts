import { spawn } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join, relative } from 'node:path';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import type { TimedOutcome } from '../../../../sim/cli/run-timed-file.ts';
import { scenarioCheckCommand } from '../../../../sim/cli/scenario-command.ts';
import { type FileOutcome, runFile } from '../../../../sim/index.ts';
import { temporaryFolder } from '../../../support/temporary-folder.ts';
import { TOP } from '../../../support/tree.ts';

const folder = temporaryFolder();
const file = join(folder, 'sweep.yaml');

const SCENARIO = `name: A sweep
seed: 5
timing: { duration: 20 s, warmUp: 2 s, keepRequests: 1 in 10 }
compare: [snapshot, { method: host-copy, as: torn, options: { serialize: false } }]
replications: 2
sweep: { loads.oltp.rate: [40 /s, 80 /s] }
subsystems:
  - name: DSS1
    content: signature
    capacity: 512 MiB
    devices:
      - { number: 0330, model: 3330-1, volume: { volser: PROD01, fill: 60 % } }
      - { number: 0331, model: 3330-1, volume: { volser: BACK01 } }
hosts:
  - { name: SYSA, paths: 2, subsystems: [DSS1] }
loads:
  - { name: oltp, volumes: PROD01, rate: 40 /s, reads: 50 % }
timeline:
  - at: 5 s
    copy: { source: PROD01, target: 0331 }
expect:
  snapshot, rate=80 /s.tornTracks: 0
  torn, rate=80 /s.processor: '> 10 * snapshot, rate=80 /s.processor'
`;

function timed(outcome: FileOutcome): TimedOutcome {
  if (outcome.kind !== 'timed') throw new Error('no clock');
  return outcome.timed;
}

async function run(out: string, workers: number): Promise<TimedOutcome> {
  return timed(await runFile(file, { out: join(folder, out), workers }));
}

/** Every file below a folder with its bytes, the manifest left out: it tells when and where. */
function filesOf(out: string): ReadonlyMap<string, string> {
  const top = join(folder, out);
  const names = readdirSync(top, { recursive: true, encoding: 'utf8' }).toSorted();
  const files = names.filter((name) => statSync(join(top, name)).isFile());
  return new Map(
    files
      .filter((name) => name !== 'manifest.json')
      .map((name) => [relative('.', name), readFileSync(join(top, name)).toString('base64')]),
  );
}

function expectSame(out: string, other: string): void {
  const [one, two] = [filesOf(out), filesOf(other)];
  expect([...two.keys()]).toEqual([...one.keys()]);
  for (const [name, bytes] of one) expect(two.get(name) === bytes, name).toBe(true);
}

/** Reports are drawn, plot by plot; other work may share the processors. */
const TIMEOUT_MS = 180_000;
vi.setConfig({ testTimeout: TIMEOUT_MS, hookTimeout: TIMEOUT_MS });

beforeAll(async () => {
  writeFileSync(file, SCENARIO);
  const outcome = await run('whole', 1);
  expect(outcome).toMatchObject({ failure: null, ran: 8, kept: 0 });
});

describe('the units of a scenario', () => {
  it('leave a folder each, with everything that was asked for', () => {
    const names = readdirSync(join(folder, 'whole/units'));
    expect(names).toHaveLength(8);
    expect(names).toContain('rate=80_s-torn-r1');
    const wanted = ['events.msgpack', 'requests.parquet', 'timeseries.parquet', 'unit.json'];
    for (const name of names) {
      expect(readdirSync(join(folder, 'whole/units', name))).toEqual(
        expect.arrayContaining(wanted),
      );
    }
  });

  it('leave the same bytes on one and on two threads', async () => {
    await run('two', 2);
    expectSame('two', 'whole');
  });

  it('that are there are kept, and those that are not are made the same', async () => {
    for (const id of ['rate=40_s-snapshot-r1', 'rate=80_s-torn-r0']) {
      rmSync(join(folder, 'two/units', id), { recursive: true });
    }
    expect(await run('two', 2)).toMatchObject({ ran: 2, kept: 6 });
    expectSame('two', 'whole');
  });

  it('are not mixed with those of another run, unless it is to begin anew', async () => {
    const again = runFile(file, { out: join(folder, 'two'), seed: 6 });
    await expect(again).rejects.toMatchObject({ code: 'FILE_REFUSED' });
    const anew = await runFile(file, { out: join(folder, 'two'), seed: 6, restart: true });
    expect(timed(anew)).toMatchObject({ ran: 8, kept: 0 });
    expect(filesOf('two').get('summary.json')).not.toBe(filesOf('whole').get('summary.json'));
  });

  it('leave a folder alone that is of something else, even to begin anew', async () => {
    const foreign = join(folder, 'foreign');
    mkdirSync(join(foreign, 'units'), { recursive: true });
    writeFileSync(join(foreign, 'manifest.json'), '{"name": "an extension"}\n');
    writeFileSync(join(foreign, 'units/precious.txt'), 'precious\n');
    for (const restart of [false, true]) {
      const taken = runFile(file, { out: foreign, restart });
      await expect(taken).rejects.toMatchObject({ code: 'FILE_REFUSED' });
    }
    expect(readFileSync(join(foreign, 'units/precious.txt'), 'utf8')).toBe('precious\n');
    expect(readFileSync(join(foreign, 'manifest.json'), 'utf8')).toContain('an extension');
  });

  it('leave nothing when nobody asked for a folder', async () => {
    const outcome = timed(await runFile(file, { workers: 2 }));
    expect(outcome.folder).toBeNull();
    const { summary } = timed(await runFile(file, { out: join(folder, 'whole') }));
    expect(outcome.summary).toEqual(summary);
  });
});

describe('scenario check', () => {
  it('says how many runs there are, and what is wrong with any point of a sweep', () => {
    const lines: string[] = [];
    const terminal = {
      line: (text = '') => lines.push(text),
      error: (text: string) => lines.push(text),
      style: (_emphasis: string, text: string) => text,
      width: 80,
    };
    expect(scenarioCheckCommand(file, {}, terminal)).toBe(0);
    expect(lines).toEqual([
      `${file}: nothing wrong: 1 subsystem, 1 host, 1 timeline entries, 8 runs in simulated time`,
    ]);
    writeFileSync(file, SCENARIO.replace('80 /s]', 'eighty]'));
    expect(() => scenarioCheckCommand(file, {}, terminal)).toThrow("'eighty' is no rate");
    writeFileSync(file, SCENARIO);
  });
});

describe('expectations over all units', () => {
  const withExpect = (text: string): void => {
    writeFileSync(file, SCENARIO.replace(/expect:\n[\s\S]*$/, `expect:\n${text}`));
  };

  it('that do not hold fail the run, with what was found', async () => {
    withExpect(
      "  snapshot, rate=40 /s.tornTracks: 0\n  snapshot, rate=40 /s.exposure: '< 1 s'\n" +
        '  torn, rate=40 /s.sourceHeld: 0\n  torn, rate=40 /s.elapsed: < 1 ms\n',
    );
    const { failure, expectations } = timed(await runFile(file, { workers: 2 }));
    expect(expectations.map(({ isHeld }) => isHeld)).toEqual([true, false, true, false]);
    expect(failure).toMatchObject({
      kind: 'expectation',
      limit: '2 of 4 expectations do not hold',
      line: 23,
    });
    expect(failure?.what).toContain('snapshot, rate=40 /s.exposure is none, expected < 1 s');
  });

  it('name variants and figures that there are, or nothing runs', async () => {
    withExpect('  snapshut.elapsed: 1 s\n  snapshot, rate=40 /s.elapsd: 1 s\n');
    await expect(runFile(file)).rejects.toThrow(
      /no variant of 'snapshut\.elapsed'[\s\S]*did you mean 'elapsed'\?/,
    );
    writeFileSync(file, SCENARIO);
  });
});

describe('a run that is interrupted', () => {
  it('leaves finished units, and goes on to the bytes of one that was not', async () => {
    const out = join(folder, 'interrupted');
    const command = ['bin/vdasd.mjs', 'run', file, '--out', out, '--workers', '2'];
    const child = spawn(process.execPath, command, { cwd: TOP });
    let said = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      said += text;
    });
    const ended = new Promise<number | null>((resolve) => child.on('exit', resolve));
    const units = join(out, 'units');
    const finished = (): readonly string[] =>
      existsSync(units) ? readdirSync(units).filter((name) => !name.startsWith('.')) : [];
    while (finished().length === 0 && child.exitCode === null) {
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    child.kill('SIGINT');
    expect(await ended).toBe(130);
    expect(finished().length).toBeLessThan(8);
    expect(said).toMatch(/interrupted; .* kept in .*interrupted, and the same command goes on/);
    // Nothing is half there.
    expect(readdirSync(units).filter((name) => name.startsWith('.'))).toEqual([]);
    expect(readdirSync(out).toSorted()).toEqual(['manifest.json', 'units']);
    const kept = finished().length;
    expect(await run('interrupted', 2)).toMatchObject({ kept, ran: 8 - kept });
    expectSame('interrupted', 'whole');
  });
});
