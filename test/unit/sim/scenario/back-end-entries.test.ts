import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  type EntryRecord,
  formatRun,
  type RunRecord,
  runScenarioFile,
} from '../../../../sim/index.ts';
import { temporaryFolder } from '../../../support/temporary-folder.ts';

const folder = temporaryFolder();

/** A small group with one redundancy drive, a sample volume, an empty one, two devices. */
const HEAD = `name: Drives and points
seed: 3
subsystems:
  - name: DSS1
    capacity: 24 MiB
    groups:
      - { dataDrives: 4, redundancyDrives: 1 }
    spares: 0
    devices:
      - { number: 0330, model: 3330-1, volume: { sample: production, volser: PROD01 }, retention: { everyWrites: 10, keep: 3 } }
      - { number: 0331, model: 3330-1, volume: { volser: WORK01 } }
      - { number: 0332-0333, model: 3330-1 }
hosts:
  - { name: SYSA, subsystems: [DSS1] }
timeline:
`;

async function run(timeline: string, head = HEAD): Promise<RunRecord> {
  const file = join(folder, 'case.yaml');
  writeFileSync(file, head + timeline);
  return await runScenarioFile(file, { out: folder });
}

/** The last entry, of a run that ended well. */
async function last(timeline: string, head = HEAD): Promise<EntryRecord> {
  const { failure, steps } = await run(timeline, head);
  expect(failure).toBeNull();
  const step = steps.at(-1);
  if (step === undefined) throw new Error('no steps');
  return step;
}

const BACKUP =
  '  - backup: { host: SYSA, source: PROD01, target: 0332, volser: BACK01, copy: background, wait: physical, as: one }\n' +
  '  - destage: {}\n';

describe('failing drives', () => {
  it('is told with what it leaves of the redundancy', async () => {
    const { result, notes } = await last('  - failDrive: { member: 3 }\n');
    expect(result).toMatchObject({ group: 0, member: 3, spare: false, redundancy: 'degraded' });
    expect(notes).toEqual(['no spare takes its place; the group is degraded']);
  });

  it('takes a spare, and a drive that comes back is the spare then', async () => {
    const head = HEAD.replace('spares: 0', 'spares: 1');
    const { result, notes } = await last(
      '  - failDrive: { member: 3 }\n  - expect: { DSS1.spares: 0, DSS1.drivesFailed: 0 }\n' +
        '  - returnDrive: { member: 3 }\n',
      head,
    );
    expect(result).toMatchObject({ spare: true });
    expect(notes[0]).toContain('the drive is back and waits as a spare');
  });

  it('beyond the redundancy loses tracks, which the record names, and which come back', async () => {
    const timeline =
      `${BACKUP}  - failDrive: { member: 0 }\n  - failDrive: { member: 1 }\n` +
      '  - expect: { DSS1.redundancy: beyond, DSS1.lost: "> 0", 0332.tracksLost: "> 0" }\n' +
      '  - report: { show: drives }\n';
    const lostRun = await run(`${timeline}  - verify: { backup: one }\n`);
    expect(lostRun.failure).toMatchObject({ kind: 'integrity' });
    expect(lostRun.failure?.what).toMatch(/^\d+ tracks of one lost on 0332, first at \d+\/\d+$/);
    const [first] = lostRun.subsystems[0]?.drives.lost ?? [];
    expect(first?.owners[0]?.device).toBe('0330');
    const text = formatRun(lostRun, 100, (_emphasis, one) => one).join('\n');
    expect(text).toContain('group 0: 5 drives, more is missing than redundancy makes up for');
    expect(text).toMatch(/ {2}lost: 0330 cylinder \d+ head \d+/);

    const back = await run(
      `${timeline}  - returnDrive: { member: 0 }\n  - expect: { DSS1.lost: 0 }\n` +
        '  - verify: { backup: one }\n  - replaceDrive: { member: 1 }\n' +
        '  - background: { until: rebuilt }\n  - expect: { DSS1.redundancy: full }\n  - check: {}\n',
    );
    expect(back.failure).toBeNull();
  });

  it('ends an entry whose tracks the laboratory itself cannot read', async () => {
    const { failure } = await run(
      `${BACKUP}  - failDrive: { member: 0 }\n  - failDrive: { member: 1 }\n` +
        '  - expect: { BACK01.digest: one.digest }\n',
    );
    expect(failure).toMatchObject({ kind: 'refused', code: 'TRACK_LOST' });
  });
});

describe('damage', () => {
  it.each(['unreadable', 'torn', 'misdirected', 'flipped'])(
    '%s is found and healed by a scrub',
    async (kind) => {
      const { result } = await last(
        `${BACKUP}  - corrupt: { volume: BACK01, track: 60, count: 2, kind: ${kind} }\n` +
          '  - scrub: {}\n  - verify: { backup: one }\n  - check: {}\n  - scrub: { tracks: 10 }\n',
      );
      expect(result).toMatchObject({ faulty: 0, evacuated: 0 });
    },
  );

  it('of a track that is on no drive is refused', async () => {
    const { failure } = await run('  - corrupt: { volume: 0333, track: 60 }\n');
    expect(failure).toMatchObject({ code: 'SECTOR_UNKNOWN' });
  });
});

describe('background work', () => {
  it('ends when nothing is left to do, and says what it did', async () => {
    const { result, notes } = await last(
      '  - snapshot: { pairs: [{ source: PROD01, target: 0332 }], copy: background, as: early }\n' +
        '  - background: { tracks: 20 }\n',
    );
    expect(result['copied']).toBeGreaterThan(50);
    expect(result['steps']).toBeGreaterThan(3);
    expect(notes[0]).toMatch(/^\d+ steps: \d+ tracks copied/);
  });

  it('gives up after its limit', async () => {
    const { failure } = await run(
      '  - snapshot: { pairs: [{ source: PROD01, target: 0332 }], copy: background }\n' +
        '  - background: { tracks: 1, limit: 2 }\n',
    );
    expect(failure).toMatchObject({ kind: 'timeout', limit: 'the entry gives up after 2' });
  });

  it('makes room in the non-volatile store for a writer that waits', async () => {
    const head = HEAD.replace('spares: 0', 'nvs: { destage: scheduled }');
    const { result } = await last(
      '  - write: { host: SYSA, volume: WORK01, tracks: 1400, area: any, pattern: sequential }\n',
      head,
    );
    expect(result).toMatchObject({ tracks: 1400 });
  });
});

describe('collection', () => {
  it('empties cylinders of what was overwritten', async () => {
    const write = '  - write: { host: SYSA, volume: WORK01, tracks: 800, area: any }\n';
    const { result } = await last(
      `${write}${write}  - destage: {}\n  - collect: { cylinders: 2 }\n`,
    );
    expect(result['cylinders']).toBe(2);
  });
});

describe('points in time', () => {
  it('are kept by rule, the oldest going first', async () => {
    const { result } = await last(
      '  - write: { host: SYSA, volume: PROD01, tracks: 55 }\n' +
        '  - expect: { PROD01.points: 3, DSS1.points: 3 }\n',
    );
    expect(result).toMatchObject({ expectations: 2 });
  });

  it('show what was there, until they are dropped', async () => {
    const timeline =
      '  - remember: { digest: WORK01.digest }\n' +
      '  - retain: { volume: WORK01, as: before }\n' +
      '  - write: { host: SYSA, volume: WORK01, tracks: 30, area: any }\n' +
      '  - openAt: { volume: WORK01, point: before, as: 0340, host: SYSA }\n' +
      '  - expect: { 0340.digest: remembered.digest, WORK01.digest: "!= remembered.digest" }\n' +
      '  - dropPoint: { point: before }\n';
    expect((await last(timeline)).result).toMatchObject({ point: 'before' });
    const { failure } = await run(`${timeline}  - dropPoint: { point: before }\n`);
    expect(failure).toMatchObject({ code: 'POINT_UNKNOWN' });
  });

  it('that nobody kept are refused', async () => {
    const { failure } = await run('  - openAt: { volume: WORK01, ago: 1 h, as: 0340 }\n');
    expect(failure).toMatchObject({ code: 'POINT_UNKNOWN' });
  });
});

describe('deleted space', () => {
  const WRITE = '  - write: { host: SYSA, volume: WORK01, tracks: 40, area: any }\n';
  const RELEASE =
    '  - release: { host: SYSA, volume: WORK01, emptyVolumes: true, hold: 1 min, as: gone }\n';

  it('comes back when undone in time, and not later', async () => {
    const timeline = `${WRITE}  - remember: { digest: WORK01.digest }\n${RELEASE}`;
    const undone = await last(
      `${timeline}  - expect: { WORK01.digest: "!= remembered.digest" }\n` +
        '  - undoRelease: { release: gone }\n  - expect: { WORK01.digest: remembered.digest }\n',
    );
    expect(undone.outcome).toBe('done');
    const late = await run(
      `${timeline}  - advance: 61 s\n  - undoRelease: { release: gone, refused: HOLD_UNKNOWN }\n`,
    );
    expect(late.failure).toBeNull();
  });

  it('is looked for on all volumes, and those that look strange are left alone', async () => {
    const { result, notes } = await last(`${WRITE}  - release: { host: SYSA, volume: all }\n`);
    expect(result).toMatchObject({
      volumes: [{ volume: 'PROD01', device: '0330' }],
      leftAlone: [{ volume: 'WORK01', code: 'VOLUME_EMPTY' }],
    });
    expect(notes[1]).toContain('WORK01 left alone: VOLUME_EMPTY');
  });

  it('of a scratched data set comes back at once, or with the next release', async () => {
    const scratch = '  - scratch: { host: SYSA, volume: PROD01, dataSet: PROD.PAYROLL.MASTER';
    const head = HEAD.replace(', retention: { everyWrites: 10, keep: 3 }', '');
    const atOnce = await last(`${scratch} }\n`, head);
    expect(atOnce.result['releasedBytes']).toBeGreaterThan(10_000);
    const later = await last(
      `${scratch}, release: false }\n  - release: { host: SYSA, volume: PROD01 }\n`,
      head,
    );
    expect(later.result['bytes']).toBe(atOnce.result['releasedBytes']);
  });
});

describe('reports', () => {
  it('show space and drives, as tables and as records, within the width', async () => {
    const ended = await run(
      '  - retain: { volume: PROD01, as: before }\n' +
        '  - write: { host: SYSA, volume: PROD01, tracks: 5 }\n' +
        '  - failDrive: { member: 1 }\n  - report: { show: [space, drives] }\n',
    );
    const [report] = ended.steps.at(-1)?.reports ?? [];
    expect(report?.space?.groups[0]).toMatchObject({ dataDrives: 4, redundancy: 'degraded' });
    expect(report?.space?.points.map(({ name, kind }) => [name, kind])).toEqual([
      ['', 'rule'],
      ['before', 'named'],
    ]);
    expect(report?.drives?.groups[0]?.members[1]).toMatchObject({ state: 'failed', role: 'data' });
    for (const width of [60, 80, 140]) {
      const lines = formatRun(ended, width, (_emphasis, text) => text);
      expect(lines.filter((line) => Array.from(line).length > Math.max(80, width))).toEqual([]);
      expect(lines.join('\n')).toContain('degraded: it can lose no other drive');
      expect(lines.join('\n')).toContain('0330    PROD01');
    }
  });

  it('measure how well a group compresses', async () => {
    const head = HEAD.replace('redundancyDrives: 1', 'redundancyDrives: 1, compression: zstd');
    const { result } = await last(
      `${BACKUP}  - verify: { backup: one }\n  - expect: { PROD01.ratio: "> 1.1" }\n`,
      head,
    );
    expect(result).toMatchObject({ expectations: 1 });
  });

  it('tell thresholds that were passed', async () => {
    const write =
      '  - write: { host: SYSA, volume: WORK01, tracks: 4000, area: any, pattern: sequential }\n';
    const head = HEAD.replace('spares: 0', 'thresholds: { warn: 40, alert: 60, critical: 90 }');
    const { failure, steps } = await run(write, head);
    expect(failure).toMatchObject({ kind: 'space' });
    const loads = steps[0]?.events.filter(({ event }) => event === 'netCapacityLoad') ?? [];
    expect(loads.map(({ data }) => data['to'])).toEqual(['warn', 'alert', 'critical']);
    expect(steps[0]?.events.at(-1)).toMatchObject({ event: 'outOfSpace', subsystem: 'DSS1' });
  });
});
