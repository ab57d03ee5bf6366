import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadScenario } from '../../../../sim/scenario/loading.ts';
import { runUnit } from '../../../../sim/scenario/timed-run.ts';
import { planUnits } from '../../../../sim/scenario/units.ts';
import { nodeFiles } from '../../../../sim/sweep/node-files.ts';
import { temporaryFolder } from '../../../support/temporary-folder.ts';
import { TOP } from '../../../support/tree.ts';

const folder = temporaryFolder();

const HEAD = `name: What matters
seed: 3
subsystems:
  - name: DSS1
    content: signature
    capacity: 512 MiB
    groups: [{ dataDrives: 5, redundancyDrives: 2 }]
    devices:
      - { number: 0330, model: 3330-1, volume: { volser: PROD01, fill: 60 % } }
      - { number: 0331, model: 3330-1, volume: { volser: WORK01, fill: 60 % } }
      - { number: 0332-0333, model: 3330-1 }
hosts:
  - { name: SYSA, paths: 2, subsystems: [DSS1] }
  - { name: SYSB, paths: 2, subsystems: [DSS1] }
timeline:
  - at: 2 s
    copy: { source: PROD01, target: 0332, method: snapshot-background, as: copy }
  - at: 1 s
    backup: { host: SYSA, source: WORK01, target: "0333", volser: BACK01, copy: background, as: nightly }
  - inquire: { backup: nightly, until: physicallyComplete }
`;

const TIMING = 'duration: 4 s, sample: 500 ms';

/** Everything that a run measured, without its assumptions. */
async function resultOf(load: string, timing = TIMING): Promise<string> {
  const text = `${HEAD}timing: { ${timing} }\nloads: [{ name: a, volumes: PROD01, ${load} }]\n`;
  const scenario = loadScenario(text, join(folder, 't.yaml'));
  const [unit] = planUnits(scenario);
  if (unit === undefined || scenario.timing === undefined) throw new Error('no unit');
  const files = nodeFiles({
    inputs: join(TOP, 'sim/samples'),
    outputs: dirname(join(folder, 't.yaml')),
    mayReplace: true,
    writes: () => undefined,
  });
  const { record, failure } = await runUnit(scenario, scenario.timing, files, {
    unit,
    seed: scenario.seed,
  });
  if (failure !== null) throw new Error(failure.what);
  return JSON.stringify([record.measures, record.strategies, record.witness]);
}

const OPEN = 'rate: 100 /s';
const BURSTS = 'rate: 100 /s, arrival: bursts, burst: 100 ms';
const HOURS = Array.from({ length: 24 }, (_, hour) => hour).join(', ');

describe('every key of a load changes what a run measures', () => {
  it.each([
    [OPEN, 'rate: 120 /s'],
    [OPEN, 'rate: 100 /s, arrival: even'],
    [OPEN, 'rate: 100 /s, host: SYSB'],
    [OPEN, 'rate: 100 /s, reads: 60 %'],
    [OPEN, 'rate: 100 /s, size: 2 KiB'],
    [OPEN, 'rate: 100 /s, size: "4 KiB x 2, 8 KiB x 1"'],
    [OPEN, 'rate: 100 /s, place: sequential'],
    ['rate: 100 /s, place: sequential', 'rate: 100 /s, place: sequential, streams: 3'],
    ['rate: 100 /s, place: zipf', 'rate: 100 /s, place: zipf, theta: 0.5'],
    ['rate: 100 /s, place: oltp', 'rate: 100 /s, place: oltp, theta: 0.5'],
    ['rate: 100 /s, place: oltp', 'rate: 100 /s, place: oltp, logWrites: 20 %'],
    ['rate: 100 /s, place: hotCold', 'rate: 100 /s, place: hotCold, hotTracks: 5 %'],
    ['rate: 100 /s, place: hotCold', 'rate: 100 /s, place: hotCold, hotRequests: 50 %'],
    [BURSTS, `${BURSTS}, peak: 9`],
    [BURSTS, 'rate: 100 /s, arrival: bursts, burst: 300 ms'],
    ['rate: 100 /s, arrival: daily', `rate: 100 /s, arrival: daily, hours: [${HOURS}]`],
    [
      'rate: 100 /s, arrival: window, between: 00:00-24:00',
      'rate: 100 /s, arrival: window, between: 08:00-09:00',
    ],
    ['arrival: closed, users: 3, think: 20 ms', 'arrival: closed, users: 4, think: 20 ms'],
    ['arrival: closed, users: 3, think: 20 ms', 'arrival: closed, users: 3, think: 30 ms'],
  ])('%s, and %s', async (one, other) => {
    expect(await resultOf(other)).not.toBe(await resultOf(one));
  });
});

describe('every key of timing changes what a run measures', () => {
  it.each([
    'duration: 5 s, sample: 500 ms',
    'duration: 4 s, sample: 400 ms',
    `${TIMING}, warmUp: 1 s`,
    `${TIMING}, parameters: iceberg`,
    `${TIMING}, limit: 5 min, background: 100 /s`,
    `${TIMING}, inquiryEvery: 100 ms`,
  ])('%s', async (timing) => {
    expect(await resultOf(OPEN, timing)).not.toBe(await resultOf(OPEN));
  });
});
