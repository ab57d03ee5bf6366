import { describe, expect, it } from 'vitest';
import { loadScenario } from '../../../../sim/scenario/loading.ts';
import { occurrencesOf } from '../../../../sim/scenario/occurrences.ts';
import { ScenarioInvalid } from '../../../../sim/scenario/problems.ts';
import type { Scenario } from '../../../../sim/scenario/scenario.ts';
import { planUnits } from '../../../../sim/scenario/units.ts';

const HEAD = `name: A test
subsystems:
  - name: DSS1
    content: signature
    capacity: 1 GiB
    devices:
      - { number: 0A80, model: 3390-1, volume: { volser: PROD01 } }
      - { number: 0A81-0A84, model: 3390-1 }
hosts:
  - { name: SYSA, subsystems: [DSS1] }
`;
const TIMING = 'timing: { duration: 1 h, start: 2026-01-05 08:00 }\n';

function load(timeline: string, more = TIMING): Scenario {
  return loadScenario(`${HEAD}${more}timeline:\n${timeline}`, 't.yaml');
}

/** Every problem in one line: place, what, fix. */
function problems(timeline: string, more = TIMING): readonly string[] {
  try {
    load(timeline, more);
  } catch (error) {
    if (!(error instanceof ScenarioInvalid)) throw error;
    return error.problems.map(({ what, fix, place }) => `${place.line}: ${what}; ${fix}`);
  }
  return [];
}

function when(scenario: Scenario): readonly (readonly [minutes: number | 'end', names: string])[] {
  if (scenario.timing === undefined) throw new Error('no clock');
  return occurrencesOf(scenario, scenario.timing).map(({ atNanos, entries }) => [
    atNanos === undefined ? 'end' : atNanos / 60e9,
    entries.map((entry) => JSON.stringify('fields' in entry ? entry.fields : entry.kind)).join(' '),
  ]);
}

describe('entries with a clock', () => {
  it('form chains: what has no time follows what is before it', () => {
    const scenario = load(
      '  - check: {}\n  - at: 20 min\n    advance: 1 s\n  - advance: 2 s\n' +
        '  - at: [08:10, 08:50]\n    advance: 3 s\n  - at: end\n    advance: 4 s\n',
    );
    expect(when(scenario)).toEqual([
      [0, '{}'],
      [10, '3000000000'],
      [20, '1000000000 2000000000'],
      [50, '3000000000'],
      ['end', '4000000000'],
    ]);
  });

  it('that happen again have names of their own each time, and devices that take turns', () => {
    const scenario = load(
      '  - every: 20 min\n    from: 0 s\n    rotate: 0A81-0A82\n' +
        '    snapshot: { pairs: [{ source: PROD01, target: 0A81 }], as: s }\n' +
        '  - discard: { snapshot: s }\n  - at: end\n    discard: { snapshot: s-2 }\n',
    );
    const texts = when(scenario).map(([minutes, fields]) => {
      const names = [...fields.matchAll(/"(?:as|snapshot)":"([\w-]+)"/g)].map(([, name]) => name);
      return [minutes, /"number":(\d+)/.exec(fields)?.[1] ?? '', ...names];
    });
    expect(texts).toEqual([
      [0, '2689', 's-1', 's-1'],
      [20, '2690', 's-2', 's-2'],
      [40, '2689', 's-3', 's-3'],
      ['end', '', 's-2'],
    ]);
  });

  it('follow cron in UTC from the start of the calendar', () => {
    const scenario = load('  - every: "*/15 8 * * MON"\n    check: {}\n');
    expect(when(scenario).map(([minutes]) => minutes)).toEqual([0, 15, 30, 45]);
  });

  it('are told with their places when their times cannot be', () => {
    expect(
      problems(
        '  - at: 2 h\n    check: {}\n' +
          '  - at: 1 min\n    every: 1 min\n    check: {}\n' +
          '  - at: 1 min\n    until: 5 min\n    check: {}\n' +
          '  - every: 2 h\n    check: {}\n' +
          '  - every: 1 ns\n    check: {}\n',
      ),
    ).toEqual([
      '13: a time after the end; choose a time within, or at: end',
      '15: at and every; leave one of them out',
      '19: until without every; add every, or leave it out',
      '21: an entry that never happens; choose a shorter interval, or a longer duration',
      '23: an entry that happens more than 100000 times; choose a longer interval',
    ]);
  });

  it('need a clock, as loads, copies and comparisons do', () => {
    expect(
      problems(
        '  - at: 1 min\n    check: {}\n  - copy: { source: PROD01, target: 0A81, method: snapshot }\n',
        'replications: 3\nloads: [{ name: a, volumes: PROD01, rate: 5 /s }]\n',
      ).map((text) => text.replace(/;.*/, '')),
    ).toEqual([
      '11: replications without timing',
      '12: loads without timing',
      '14: at without timing',
      '16: copy without timing',
    ]);
  });
});

describe('copies and comparisons', () => {
  const copy = '  - at: 1 min\n    copy: { source: PROD01, target: 0A81 }\n';

  it('take methods with their own options', () => {
    const more =
      'compare:\n  - snapshot\n  - { method: host-copy, as: torn, options: { serialize: false } }\n';
    const { compare } = load(copy, TIMING + more);
    expect(compare).toEqual([
      { method: 'snapshot', as: 'snapshot', options: {} },
      { method: 'host-copy', as: 'torn', options: { serialize: 'false' } },
    ]);
  });

  it('are told what a method does not have', () => {
    const more =
      'compare:\n  - snapshut\n  - { method: host-copy, options: { serialise: false } }\n' +
      '  - { method: concurrent-copy, options: { sideFile: 4 } }\n  - { metod: snapshot }\n';
    expect(problems(copy, `${TIMING}${more}`)).toEqual([
      "16: 'method' is missing; add 'method'",
      "16: unknown key 'metod'; did you mean 'method'?",
    ]);
    const named = more.replace('  - { metod: snapshot }\n', '');
    expect(
      problems(copy, `${TIMING}${named}`).map((text) => text.replace(/units are.*/, '')),
    ).toEqual([
      "13: unknown copy method 'snapshut'; did you mean 'snapshot'?",
      "14: unknown option 'serialise'; did you mean 'serialize'?",
      "15: '4' has no unit; write a size such as 40 GiB; ",
    ]);
  });

  it('leave a method open only where methods are compared', () => {
    expect(problems(copy)).toEqual(['14: a copy without method; add method, or compare']);
    expect(problems('  - check: {}\n', `${TIMING}compare: [snapshot]\n`)).toEqual([
      '12: compare without an entry that leaves its method open; add a copy entry without method',
    ]);
  });
});

describe('loads', () => {
  it('are refused a trace at one instant', () => {
    const trace = 'arrival: trace, trace: { file: a.csv, timeScale: 0 }';
    const more = `loads: [{ name: a, volumes: PROD01, ${trace} }]\n`;
    expect(problems('  - check: {}\n', TIMING + more)).toEqual([
      '12: a time scale of 0; write 0.5, or 2',
    ]);
  });

  it.each(['0 KiB', '10 GiB', '4 KiB x 3, 56665 B'])('are refused the size %s', (size) => {
    const more = `loads: [{ name: a, volumes: PROD01, rate: 5 /s, size: '${size}' }]\n`;
    expect(problems('  - check: {}\n', TIMING + more)).toEqual([
      expect.stringMatching(
        /^12: '\S+ \S+' is no part of a track; write 1 to 56664 bytes, or track$/,
      ),
    ]);
  });
});

describe('units', () => {
  const copy = '  - at: 1 min\n    copy: { source: PROD01, target: 0A81, as: c }\n';
  const more = 'compare: [snapshot, host-copy]\nreplications: 2\n';

  it('are every combination of point, replication and method', () => {
    const sweep = 'sweep: { tracksPerInquiry: [10, 20], timeline.c.as: [x] }\n';
    expect(planUnits(load(copy, TIMING + more + sweep)).map(({ id }) => id)).toEqual([
      'tracksPerInquiry=10-as=x-snapshot-r0',
      'tracksPerInquiry=10-as=x-host-copy-r0',
      'tracksPerInquiry=10-as=x-snapshot-r1',
      'tracksPerInquiry=10-as=x-host-copy-r1',
      'tracksPerInquiry=20-as=x-snapshot-r0',
      'tracksPerInquiry=20-as=x-host-copy-r0',
      'tracksPerInquiry=20-as=x-snapshot-r1',
      'tracksPerInquiry=20-as=x-host-copy-r1',
    ]);
    expect(planUnits(load('  - check: {}\n')).map(({ id }) => id)).toEqual(['run-r0']);
  });

  it('are varied where the file has a place, and only there', () => {
    const text = (point: string): Scenario =>
      loadScenario(`${HEAD}${TIMING}${more}timeline:\n${copy}`, 't.yaml', {
        [point]: '4 GiB',
      });
    expect(text('subsystems.DSS1.capacity').subsystems[0]?.capacity).toBe(4 * 2 ** 30);
    const sweep = 'sweep: { subsystems.DSS2.capacity: [1 GiB], loads.a.rate: [1 /s] }\n';
    expect(problems(copy, TIMING + more + sweep)).toEqual([
      "14: nothing is called 'DSS2'; did you mean 'DSS1'?",
      "14: there is no 'loads'; known here: name, subsystems, hosts, timing, compare, replications, sweep, timeline",
    ]);
  });
});
