import { describe, expect, it } from 'vitest';
import { loadScenario } from '../../../../sim/scenario/loading.ts';
import type { ScenarioInvalid } from '../../../../sim/scenario/problems.ts';

const HEAD = `name: A test
seed: 7
subsystems:
  - name: DSS3
    capacity: 1 GiB
    devices:
      - { number: 0E80, model: 3390-1, volume: { volser: 000001 } }
      - { number: 0190, model: 3390-1 }
      - { number: 0A82-0A8F, model: 3390-1 }
hosts:
  - { name: SYSA, paths: 4, subsystems: [DSS3] }
`;

function load(timeline: string): ReturnType<typeof loadScenario> {
  return loadScenario(`${HEAD}timeline:\n${timeline}`, 'test.yaml');
}

describe('a scenario', () => {
  it('takes device numbers and serials from the source text', () => {
    const { subsystems } = load('  - check: {}\n');
    const devices = subsystems[0]?.devices ?? [];
    expect(devices.map((device) => device.number)).toEqual([
      { first: 0x0e80, last: 0x0e80 },
      { first: 0x0190, last: 0x0190 },
      { first: 0x0a82, last: 0x0a8f },
    ]);
    expect(devices[0]?.volume?.volser).toBe('000001');
  });

  it('fills in every default', () => {
    const { timeline, subsystems, tracksPerInquiry } = load(
      '  - backup: { host: SYSA, source: 000001, as: nightly }\n',
    );
    expect(tracksPerInquiry).toBe(1000);
    expect(subsystems[0]).toMatchObject({
      content: 'bytes',
      capacity: 2 ** 30,
      outOfSpace: 'block',
      hostSelectable: true,
    });
    expect(timeline[0]).toMatchObject({
      kind: 'backup',
      place: { line: 13, column: 5 },
      fields: {
        source: ['000001'],
        target: [{ kind: 'auto' }],
        identity: 'relabel',
        extents: 'volume',
        atomic: 'group',
        copy: 'none',
        wait: 'logical',
        serialize: 'wait',
        as: 'nightly',
      },
    });
  });

  it('tells devices from serials, and has a way to write a serial that looks like a device', () => {
    const { timeline } = load(
      '  - export: { volume: 0A80, file: a }\n' +
        '  - export: { volume: BACK01, file: b }\n' +
        '  - export: { volume: volume 0A80, file: c }\n',
    );
    expect(timeline.map((entry) => entry.kind === 'export' && entry.fields.volume)).toEqual([
      { kind: 'device', number: 0x0a80 },
      { kind: 'volume', volser: 'BACK01' },
      { kind: 'volume', volser: '0A80' },
    ]);
  });

  it('may use anchors and aliases, whose values keep their places', () => {
    const { timeline } = load('  - backup: &job { host: SYSA, source: A }\n  - backup: *job\n');
    expect(timeline).toHaveLength(2);
    expect(() => load('  - check: &a { subsystem: NONE }\n  - check: *a\n')).toThrow(
      'test.yaml:13:28',
    );
  });

  it('reports every problem, in the order of the file', () => {
    let problems: readonly string[] = [];
    try {
      load('  - advance: 601\n  - chek: {}\n  - inquire: { backup: x, until: once }\n');
    } catch (error) {
      problems = (error as ScenarioInvalid).problems.map((one) => one.message);
    }
    expect(problems).toEqual([
      "test.yaml:13:14: '601' has no unit; 'advance' cannot be read; write a duration such as 600 s; units are ns, us, ms, s, min, h, d",
      "test.yaml:14:5: unknown key 'chek'; 'timeline' has no such key; did you mean 'check'?",
    ]);
  });
});
