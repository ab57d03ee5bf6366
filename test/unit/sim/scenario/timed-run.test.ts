import { writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadScenario } from '../../../../sim/scenario/loading.ts';
import { runUnit, type UnitResult } from '../../../../sim/scenario/timed-run.ts';
import { planUnits } from '../../../../sim/scenario/units.ts';
import { nodeFiles } from '../../../../sim/sweep/node-files.ts';
import { temporaryFolder } from '../../../support/temporary-folder.ts';
import { TOP } from '../../../support/tree.ts';

const folder = temporaryFolder();
const SECOND = 1e9;

const HEAD = `name: In time
seed: 3
subsystems:
  - name: DSS1
    content: signature
    capacity: 512 MiB
    devices:
      - { number: 0330, model: 3330-1, volume: { volser: PROD01, fill: 60 % } }
      - { number: 0331, model: 3330-1, volume: { volser: WORK01, fill: 60 % } }
      - { number: 0332-0334, model: 3330-1 }
hosts:
  - { name: SYSA, paths: 2, subsystems: [DSS1] }
`;
const LOAD = 'loads: [{ name: oltp, volumes: WORK01, rate: 50 /s, place: oltp }]\n';

async function run(
  timeline: string,
  { timing = 'duration: 20 s', more = LOAD, unit = 0 } = {},
): Promise<UnitResult> {
  const text = `${HEAD}timing: { ${timing} }\n${more}timeline:\n${timeline}`;
  const scenario = loadScenario(text, join(folder, 't.yaml'));
  const chosen = planUnits(scenario)[unit];
  if (chosen === undefined || scenario.timing === undefined) throw new Error('no unit');
  const files = nodeFiles({
    inputs: join(TOP, 'sim/samples'),
    outputs: dirname(join(folder, 't.yaml')),
    mayReplace: true,
    writes: () => undefined,
  });
  return await runUnit(scenario, scenario.timing, files, { unit: chosen, seed: scenario.seed });
}

/** Kind, start and end in seconds, and outcome of every entry. */
function times({ record }: UnitResult): readonly string[] {
  return record.entries.map(({ kind, startNanos, endNanos, outcome }) => {
    const at = (nanos: number): string => (nanos / SECOND).toFixed(1);
    return `${kind} ${at(startNanos)}-${at(endNanos)} ${outcome}`;
  });
}

describe('a run in simulated time', () => {
  it('begins entries at their times and lets one follow the other', async () => {
    const result = await run(
      '  - advance: 1 s\n  - advance: 2 s\n  - at: 5 s\n    advance: 500 ms\n' +
        '  - every: 6 s\n    until: 19 s\n    check: {}\n  - at: end\n    check: {}\n',
    );
    expect(result.failure).toBeNull();
    expect(times(result)).toEqual([
      'advance 0.0-1.0 done',
      'advance 1.0-3.0 done',
      'advance 5.0-5.5 done',
      'check 6.0-6.0 done',
      'check 12.0-12.0 done',
      'check 18.0-18.0 done',
      expect.stringMatching(/^check 20\.\d-20\.\d done$/),
    ]);
  });

  it('takes as long as its entries, with their load, and no longer than its limit', async () => {
    const longer = await run('  - at: 15 s\n    advance: 12 s\n');
    expect(longer.failure).toBeNull();
    const { simulatedNanos, measures } = longer.record;
    expect(simulatedNanos / SECOND).toBeGreaterThanOrEqual(27);
    expect(measures.requestCount / (simulatedNanos / SECOND)).toBeCloseTo(50, -1);
    const never = await run('  - at: 15 s\n    advance: 1 h\n');
    expect(never.failure).toMatchObject({
      kind: 'timeout',
      what: '1 chain of entries still running',
      limit: 'the run has taken 40.0 s',
    });
  });

  it('runs the jobs of hosts step by step, with a copy that holds under load', async () => {
    const more = 'loads: [{ name: oltp, volumes: PROD01, rate: 100 /s, reads: 30 % }]\n';
    const result = await run(
      '  - at: 5 s\n    backup: { host: SYSA, source: PROD01, target: 0332, volser: BACK01, copy: background, as: nightly }\n' +
        '  - inquire: { backup: nightly, until: physicallyComplete }\n' +
        '  - at: end\n    verify: { backup: nightly }\n' +
        '  - expect: { nightly.physicallyComplete: true, DSS1.lost: 0 }\n  - check: {}\n',
      { more },
    );
    expect(result.failure).toBeNull();
    const [backup, inquire] = result.record.entries;
    expect(backup?.endNanos).toBeGreaterThan(backup?.startNanos ?? 0);
    // Inquiries have their interval: the background copies in between.
    expect((inquire?.result['inquiries'] as number) * SECOND).toBeGreaterThanOrEqual(
      (inquire?.endNanos ?? 0) - (inquire?.startNanos ?? 0),
    );
    const phases = result.record.measures.phases.map(({ phase }) => phase);
    expect(phases).toEqual(['before', 'during', 'after']);
  });

  it('copies by a method onto devices that take turns', async () => {
    const result = await run(
      '  - every: 4 s\n    rotate: 0332-0333\n' +
        '    copy: { source: PROD01, target: 0332, method: snapshot, as: s, options: { pieces: 1 } }\n' +
        '  - at: end\n    check: {}\n',
    );
    expect(result.failure).toBeNull();
    const copies = result.record.entries.filter(({ kind }) => kind === 'copy');
    expect(copies.map(({ result: { name } }) => name)).toEqual(['s-1', 's-2', 's-3', 's-4']);
    expect(copies.map(({ title }) => title.slice(-4))).toEqual(['0332', '0333', '0332', '0333']);
    expect(result.record.strategies.map(({ consistency }) => consistency.kind)).toEqual(
      Array.from({ length: 4 }, () => 'consistent'),
    );
  });

  it('lets entries run together, and writes go the way of requests', async () => {
    const result = await run(
      '  - at: 1 s\n    together:\n' +
        '      - write: { host: SYSA, volume: PROD01, tracks: 40, area: any }\n' +
        '      - advance: 100 ms\n' +
        '  - check: {}\n',
      { more: '' },
    );
    expect(result.failure).toBeNull();
    const { measures, entries } = result.record;
    expect(entries.map(({ kind }) => kind).toSorted()).toEqual(['advance', 'check', 'write']);
    expect(measures.classes).toEqual(['entries']);
    expect(measures.responses[0]).toMatchObject({ operation: 'write', response: { count: 40 } });
    const write = entries.find(({ kind }) => kind === 'write');
    expect((write?.endNanos ?? 0) - SECOND).toBeGreaterThan(30 * 1e6);
  });

  it('ends with the failure of an entry, at its line', async () => {
    const refused = await run('  - at: 2 s\n    discard: { snapshot: none }\n').catch(String);
    expect(refused).toContain("unknown snapshot 'none'");
    const failed = await run('  - at: 2 s\n    expect: { DSS1.lost: 1 }\n  - advance: 1 s\n');
    expect(failed.failure).toMatchObject({ kind: 'expectation', line: 17 });
    expect(times(failed)).toEqual(['expect 2.0-2.0 failed']);
  });

  it('is the same again, and another one in another replication', async () => {
    const timeline = '  - at: 5 s\n    copy: { source: PROD01, target: 0332 }\n';
    const more = `${LOAD}compare: [snapshot, host-copy]\nreplications: 2\n`;
    const [first, again, other, second] = await Promise.all([
      run(timeline, { more, unit: 0 }),
      run(timeline, { more, unit: 0 }),
      run(timeline, { more, unit: 1 }),
      run(timeline, { more, unit: 2 }),
    ]);
    expect(JSON.stringify(again)).toBe(JSON.stringify(first));
    expect(second.record.witness).not.toBe(first.record.witness);
    // Common random numbers: until the copies begin, methods see the same.
    const before = ({ record }: UnitResult): unknown =>
      record.measures.responses.filter(({ phase }) => phase === 'before');
    expect(before(other)).toEqual(before(first));
    expect(before(second)).not.toEqual(before(first));
  });
});

describe('the warm-up of a run', () => {
  const at = async (warmUp: string): Promise<number> => {
    const { record, failure } = await run('  - check: {}\n', {
      timing: `duration: 30 s, sample: 100 ms, warmUp: ${warmUp}`,
    });
    expect(failure).toBeNull();
    const [first] = record.measures.phases;
    expect(first?.phase).toBe('warm-up');
    return (first?.endNanos ?? 0) / SECOND;
  };

  it('ends after a time, after requests, or when response times are steady', async () => {
    expect(await at('4 s')).toBe(4);
    const requests = await at('500 requests');
    expect(requests).toBeGreaterThan(8);
    expect(requests).toBeLessThan(12);
    const steady = await at('steady');
    expect(steady).toBeGreaterThanOrEqual(6);
    expect(steady).toBeLessThan(30);
  });
});

describe('a warm-up that does not end', () => {
  it('fails the run: nothing of it would count', async () => {
    const { failure } = await run('  - check: {}\n', { timing: 'duration: 5 s, warmUp: fill' });
    expect(failure).toMatchObject({ kind: 'timeout', what: 'the warm-up is not over' });
  });
});

describe('a trace as load', () => {
  it('is read chunk by chunk, just ahead of time', async () => {
    const count = 20_000;
    const line = (at: number): string =>
      `${128_166_372_000_000_000 + at * 10_000},host,${at % 3},${at % 4 === 0 ? 'Write' : 'Read'},${(at % 13) * 4096},4096,500`;
    const text = Array.from({ length: count }, (_, at) => line(at)).join('\n');
    const file = join(folder, 'long.csv');
    writeFileSync(file, `${text}\n`);
    const more = `loads: [{ name: t, volumes: [PROD01, WORK01], arrival: trace, trace: { file: ${file}, format: msr } }]\n`;
    const result = await run('  - check: {}\n', { more });
    expect(result.failure).toBeNull();
    expect(result.record.measures.requestCount).toBe(count);
    const responses = result.record.measures.responses.map((one) => [
      one.operation,
      one.response.count,
    ]);
    expect(responses).toEqual([
      ['read', (count / 4) * 3],
      ['write', count / 4],
    ]);
    // A run that ends before its trace leaves the rest unread, and is the same again.
    const short = { more, timing: 'duration: 3 s' };
    const [one, other] = [await run('  - check: {}\n', short), await run('  - check: {}\n', short)];
    expect(one.record.measures.requestCount).toBe(3_000);
    expect(JSON.stringify(other)).toBe(JSON.stringify(one));
  });

  it('of every format arrives when it says, wherever its volumes are put', async () => {
    for (const file of ['msr.csv', 'compact.vtr', 'alibaba.csv.gz', 'tencent.csv.zst']) {
      const more = `loads: [{ name: t, volumes: [PROD01, WORK01], arrival: trace, trace: { file: ${file} } }]\n`;
      const result = await run('  - check: {}\n', { more, timing: 'duration: 2 min, sample: 1 s' });
      expect(result.failure, file).toBeNull();
      expect(result.record.measures.requestCount, file).toBeGreaterThan(10);
      expect(result.inputs).toEqual([{ file, sha256: expect.stringMatching(/^[0-9a-f]{64}$/) }]);
    }
  });

  it('is refused where it cannot be read', async () => {
    const more =
      'loads: [{ name: t, volumes: PROD01, arrival: trace, trace: { file: gone.csv } }]\n';
    await expect(run('  - check: {}\n', { more })).rejects.toMatchObject({
      code: 'FILE_NOT_FOUND',
    });
  });
});
