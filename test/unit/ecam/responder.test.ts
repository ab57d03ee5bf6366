/** Whole exchanges against a real subsystem. */
import { describe, expect, it } from 'vitest';
import { MESSAGE_BYTES_MAX } from '../../../src/base/limits.ts';
import { encodeRequest } from '../../../src/ecam/codec.ts';
import type { EcamRequest, MessageDataSet, SourceDefinition } from '../../../src/ecam/messages.ts';
import { definition, EcamBench, SYSB, TRACKS } from '../../support/ecam-host.ts';

const inquiry = (pollingToken: Uint8Array, detail = false): EcamRequest => ({
  kind: 'statusInquiry',
  pollingToken,
  ...(detail && { detail }),
});
const extents = (
  sourceFirst: number,
  targetFirst: number,
  trackCount: number,
): Partial<SourceDefinition> => ({
  wholeDevice: false,
  extents: [{ sourceFirst, targetFirst, trackCount }],
});

describe('an exchange', () => {
  it('copies a whole device by pointers and tells when the background copy is done', () => {
    const bench = new EcamBench();
    for (const track of [0, 7, 149]) bench.write(0x0a80, track, track);
    const { token, expiresAt } = bench.get('sourceAccepted', definition({ label: 'nightly' }));
    expect(expiresAt).toBe(600_000_000_000);
    const executed = bench.get('executed', { kind: 'targetExecution', tokens: [token] });
    expect(executed).toMatchObject({ logicallyComplete: true, tracks: TRACKS });
    for (const track of [0, 7, 149, 20]) {
      expect(bench.read(0x0a81, track)).toEqual(bench.read(0x0a80, track));
    }

    const { pollingToken } = executed;
    expect(bench.ask(inquiry(pollingToken))).toMatchObject({
      state: 'copying',
      logicallyComplete: true,
      physicallyComplete: false,
      tracksTotal: TRACKS,
      tracksCopied: 0,
      relations: 1,
    });
    bench.settle();
    expect(bench.ask(inquiry(pollingToken))).toMatchObject({
      state: 'complete',
      physicallyComplete: true,
      tracksRemaining: 0,
    });
  });

  it('copies extents to other tracks', () => {
    const bench = new EcamBench();
    bench.write(0x0a80, 10, 1);
    bench.write(0x0a81, 99, 9);
    bench.execute([bench.define(extents(10, 100, 5))]);
    expect(bench.read(0x0a81, 100).subarray(-72)).toEqual(bench.read(0x0a80, 10).subarray(-72));
    expect(bench.read(0x0a81, 99).subarray(-72)[0]).toBe(9);
  });

  it('adds what became of each track when asked for detail', () => {
    const bench = new EcamBench();
    for (const track of [1, 2, 3]) bench.write(0x0a80, track, track);
    const pollingToken = bench.execute([bench.define({ copy: 'none' })]);
    bench.write(0x0a80, 1, 11);
    bench.write(0x0a81, 2, 12);
    const status = bench.get('status', inquiry(pollingToken, true));
    expect(status).toMatchObject({ state: 'shared', targetWrites: 1 });
    expect(status.detail).toEqual({
      shared: 1,
      separatedByBackground: 0,
      separatedBySourceWrite: 1,
      separatedByTargetWrite: 1,
      empty: TRACKS - 3,
    });
    expect(bench.get('status', inquiry(pollingToken)).detail).toBeUndefined();
  });
});

describe('a source definition is refused', () => {
  it.each([
    ['for an unknown source', { source: { device: 1 } }, 'DEVICE_UNKNOWN'],
    ['for an unknown target', { target: { device: 1 } }, 'DEVICE_UNKNOWN'],
    ['onto itself', { target: { device: 0x0a80 } }, 'EXTENT_IDENTICAL'],
    ['past the end of the device', extents(TRACKS - 1, 0, 2), 'EXTENT_OUT_OF_DEVICE'],
    ['past the end of the target', extents(0, TRACKS, 1), 'EXTENT_OUT_OF_DEVICE'],
    ['without extents', { wholeDevice: false }, 'MESSAGE_MALFORMED'],
    ['with extents and whole', { ...extents(0, 0, 1), wholeDevice: true }, 'MESSAGE_MALFORMED'],
  ] satisfies [string, Partial<SourceDefinition>, string][])('%s', (_what, change, code) => {
    const bench = new EcamBench();
    const before = bench.subsystem.commits.last();
    expect(bench.refusal(definition(change))).toBe(code);
    expect(bench.subsystem.commits.last()).toBe(before);
    expect(bench.meter.total('ecamRefusals')).toBe(1);
  });

  it('where hosts may not select the snapshot copy', () => {
    const bench = new EcamBench({ hostSelectable: false });
    const before = bench.subsystem.commits.last();
    expect(bench.refusal(definition())).toBe('NOT_HOST_SELECTABLE');
    expect(bench.subsystem.commits.last()).toBe(before);
  });

  it('for another geometry', () => {
    const bench = new EcamBench();
    bench.defineDevice(0x0b00, '3380-1');
    expect(bench.refusal(definition({ target: { device: 0x0b00 } }))).toBe('GEOMETRY_MISMATCH');
  });

  it('onto a target that another copy still owes', () => {
    const bench = new EcamBench();
    bench.write(0x0a80, 1, 1);
    bench.execute([bench.define()]);
    const again = { source: { device: 0x0a82 } };
    expect(bench.refusal(definition(again))).toBe('TARGET_STILL_PENDING');
    bench.execute([bench.define({ ...again, supersede: true })]);
  });
});

describe('a group', () => {
  it('is one instant with one polling token', () => {
    const bench = new EcamBench();
    bench.write(0x0a80, 1, 1);
    bench.write(0x0a82, 1, 2);
    const tokens = [
      bench.define(),
      bench.define({ source: { device: 0x0a82 }, target: { device: 0x0a83 } }),
    ];
    const executed = bench.get('executed', { kind: 'targetExecution', tokens });
    expect(executed.tracks).toBe(2 * TRACKS);
    const sequences = new Set([...bench.subsystem.relations()].map(({ sequence }) => sequence));
    expect([...sequences]).toEqual([executed.sequence]);
    expect(bench.ask(inquiry(executed.pollingToken))).toMatchObject({
      relations: 2,
      tracksTotal: 2 * TRACKS,
    });
  });

  it('keeps track of which relation belongs to which definition, whatever their order', () => {
    const other = { source: { device: 0x0a82 }, target: { device: 0x0a83 } };
    const changes = [
      { label: 'whole' },
      { ...extents(0, 0, 10), ...other, label: 'first' },
      { ...extents(20, 20, 10), ...other, label: 'second' },
    ];
    for (const order of [changes, changes.toReversed()]) {
      const bench = new EcamBench();
      const pollingToken = bench.execute(order.map((change) => bench.define(change)));
      // The tracks of the extents leave their relation; the copy of the whole device goes on.
      bench.subsystem.clearDevice(bench.device(0x0a83).index);
      const jobsOf = (device: number) => bench.get('device', { kind: 'queryDevice', device }).jobs;
      expect(jobsOf(0x0a81)).toMatchObject([{ label: 'whole', tracks: TRACKS, state: 'copying' }]);
      const part = { tracks: 10, role: 'target', source: 0x0a82, pollingToken };
      expect(jobsOf(0x0a83).toSorted((one, two) => (one.label < two.label ? -1 : 1))).toMatchObject(
        [
          { ...part, label: 'first', state: 'superseded' },
          { ...part, label: 'second', state: 'superseded' },
        ],
      );
    }
  });

  it('of which one definition is refused copies nothing', () => {
    const bench = new EcamBench();
    bench.write(0x0a80, 1, 1);
    bench.write(0x0a82, 1, 1);
    const tokens = [
      bench.define(),
      bench.define({ source: { device: 0x0a82 }, target: { device: 0x0a81 } }),
    ];
    expect(bench.refusal({ kind: 'targetExecution', tokens })).toBe('EXTENT_OVERLAP');
    expect([...bench.subsystem.relations()]).toEqual([]);
    bench.execute([tokens[0] as Uint8Array]);
  });

  it('agrees on what kind of copy it is', () => {
    const bench = new EcamBench();
    const other = { source: { device: 0x0a82 }, target: { device: 0x0a83 } };
    const first = bench.define();
    for (const change of [
      { copy: 'none' },
      { supersede: true },
      { series: { id: 'S', ordinal: 1, of: 1 } },
    ] satisfies Partial<SourceDefinition>[]) {
      const tokens = [first, bench.define({ ...other, ...change })];
      expect(bench.refusal({ kind: 'targetExecution', tokens })).toBe('GROUP_MISMATCH');
    }
  });
});

describe('a serial series', () => {
  const part = (ordinal: number, first: number): Partial<SourceDefinition> => ({
    ...extents(first, first, 10),
    series: { id: 'JOB1', ordinal, of: 3 },
  });

  it('is executed part by part; each part has its polling token', () => {
    const bench = new EcamBench();
    const tokens = [1, 2, 3].map((ordinal) => bench.define(part(ordinal, ordinal * 20)));
    const second = { kind: 'targetExecution', tokens: [tokens[1] as Uint8Array] } as const;
    expect(bench.refusal(second)).toBe('SERIES_INCOMPLETE');
    const polling = tokens.map((token) => bench.execute([token]));
    expect(bench.get('status', inquiry(polling[0] as Uint8Array))).toMatchObject({
      series: { id: 'JOB1', ordinal: 1, of: 3, executed: 3 },
      tracksTotal: 10,
    });
  });

  it('reports the first write between, with track and side', () => {
    const bench = new EcamBench();
    const tokens = [1, 2, 3].map((ordinal) => bench.define(part(ordinal, ordinal * 20)));
    bench.write(0x0a80, 25, 1);
    const polling = bench.execute([tokens[0] as Uint8Array]);
    expect(bench.get('status', inquiry(polling)).conflict).toBeUndefined();
    bench.write(0x0a80, 100, 2);
    bench.write(0x0a81, 45, 3);
    bench.write(0x0a80, 61, 4);
    bench.execute([tokens[1] as Uint8Array]);
    const last = bench.execute([tokens[2] as Uint8Array]);
    bench.write(0x0a80, 21, 5);
    for (const token of [polling, last]) {
      expect(bench.get('status', inquiry(token)).conflict).toEqual({
        device: 0x0a81,
        track: 45,
        side: 'target',
      });
    }
  });

  it('has no conflict when nothing was written between', () => {
    const bench = new EcamBench();
    bench.write(0x0a80, 25, 1);
    const tokens = [1, 2, 3].map((ordinal) => bench.define(part(ordinal, ordinal * 20)));
    const polling = tokens.map((token) => bench.execute([token]));
    bench.write(0x0a80, 25, 2);
    for (const token of polling) {
      expect(bench.get('status', inquiry(token)).conflict).toBeUndefined();
    }
  });

  it('may be defined while it is executed', () => {
    const bench = new EcamBench();
    for (const ordinal of [1, 2, 3]) bench.execute([bench.define(part(ordinal, ordinal * 20))]);
  });

  it('is not mixed up with the series of another path group', () => {
    const bench = new EcamBench();
    const elsewhere = { source: { device: 0x0a84 }, target: { device: 0x0a85 } };
    bench.execute([bench.define(part(1, 20))]);
    bench.execute([bench.define({ ...part(1, 20), ...elsewhere }, SYSB)], SYSB);
    bench.write(0x0a84, 25, 1);
    const mine = bench.execute([bench.define(part(2, 40))]);
    expect(bench.get('status', inquiry(mine)).conflict).toBeUndefined();
  });

  it('given up keeps what its window saw, and sees no more', () => {
    const bench = new EcamBench();
    const tokens = [1, 2, 3].map((ordinal) => bench.define(part(ordinal, ordinal * 20)));
    const clean = bench.execute([tokens[0] as Uint8Array]);
    bench.get('withdrawn', { kind: 'withdraw', pollingToken: clean });
    bench.write(0x0a80, 41, 1);
    expect(bench.get('status', inquiry(clean)).conflict).toBeUndefined();
    const rest = { kind: 'targetExecution', tokens: [tokens[1] as Uint8Array] } as const;
    expect(bench.refusal(rest)).toBe('SERIES_MISMATCH');

    const other = { series: { id: 'JOB2', ordinal: 1, of: 2 } };
    const dirty = bench.execute([
      bench.define({ ...part(1, 100), ...other, target: { device: 0x0a84 } }),
    ]);
    bench.write(0x0a84, 101, 1);
    bench.get('withdrawn', { kind: 'withdraw', pollingToken: dirty });
    bench.write(0x0a80, 102, 1);
    expect(bench.get('status', inquiry(dirty)).conflict).toMatchObject({ track: 101 });
  });

  it('of whole devices is watched as a whole', () => {
    const bench = new EcamBench();
    const whole = (ordinal: number, source: number, target: number) =>
      bench.define({
        source: { device: source },
        target: { device: target },
        series: { id: 'VOLS', ordinal, of: 2 },
      });
    const tokens = [whole(1, 0x0a80, 0x0a81), whole(2, 0x0a82, 0x0a83)];
    bench.execute([tokens[0] as Uint8Array]);
    bench.write(0x0a82, 149, 1);
    const last = bench.execute([tokens[1] as Uint8Array]);
    expect(bench.get('status', inquiry(last)).conflict).toEqual({
      device: 0x0a82,
      track: 149,
      side: 'source',
    });
  });

  it('keeps its slots until it is over', () => {
    const bench = new EcamBench({ jobCountMax: 3 });
    const polling = bench.execute([bench.define({ ...part(1, 20), copy: 'none' })]);
    bench.get('status', inquiry(polling));
    const others = [2, 3].map((at) =>
      bench.define({ target: { device: 0x0a80 + at }, copy: 'none' }, SYSB),
    );
    for (const token of others) bench.execute([token], SYSB);
    const more = bench.define({ target: { device: 0x0a84 }, copy: 'none' });
    expect(bench.refusal({ kind: 'targetExecution', tokens: [more] })).toBe('BUSY_RETRY');
    // Withdrawing a part gives the series up.
    bench.get('withdrawn', { kind: 'withdraw', pollingToken: polling });
    bench.get('status', inquiry(polling));
    bench.execute([more]);
    expect(bench.refusal(inquiry(polling))).toBe('TOKEN_UNKNOWN');
  });
});

describe('a job', () => {
  it('whose relation the subsystem has forgotten still answers', () => {
    const bench = new EcamBench();
    const pollingToken = bench.execute([bench.define({ copy: 'none' })]);
    const [relation] = bench.subsystem.relations();
    bench.subsystem.forgetRelation(relation?.id as never);
    expect(bench.get('status', inquiry(pollingToken, true))).toMatchObject({
      state: 'forgotten',
      tracksTotal: 0,
    });
    expect(bench.get('withdrawn', { kind: 'withdraw', pollingToken }).withdrawn).toBe(0);
    expect(bench.get('device', { kind: 'queryDevice', device: 0x0a80 }).jobs).toMatchObject([
      { state: 'forgotten', tracks: TRACKS },
    ]);
  });
});

describe('withdraw', () => {
  it('drops the background duty and leaves a full copy', () => {
    const bench = new EcamBench();
    bench.write(0x0a80, 1, 1);
    const pollingToken = bench.execute([bench.define()]);
    const copied = bench.read(0x0a81, 1);
    expect(bench.get('withdrawn', { kind: 'withdraw', pollingToken }).withdrawn).toBe(1);
    expect(bench.ask(inquiry(pollingToken))).toMatchObject({ state: 'withdrawn' });
    bench.write(0x0a80, 1, 2);
    expect(bench.read(0x0a81, 1)).toEqual(copied);
  });

  it('of nothing is success', () => {
    const bench = new EcamBench();
    const pollingToken = bench.execute([bench.define({ copy: 'none' })]);
    expect(bench.get('withdrawn', { kind: 'withdraw', pollingToken }).withdrawn).toBe(0);
    expect(bench.ask(inquiry(pollingToken))).toMatchObject({ state: 'shared' });
  });

  it('with discard is refused while a target is reserved to another path group', () => {
    const bench = new EcamBench();
    bench.write(0x0a80, 1, 1);
    const pollingToken = bench.execute([bench.define()]);
    const copied = bench.read(0x0a81, 1);
    const discard = { kind: 'withdraw', pollingToken, discard: true } as const;
    bench.responder.reservations.reserve(bench.device(0x0a81), SYSB);
    expect(bench.refusal(discard)).toBe('DEVICE_RESERVED');
    expect(bench.read(0x0a81, 1)).toEqual(copied);
    expect(bench.ask(inquiry(pollingToken))).toMatchObject({ state: 'copying' });
    // Withdrawing changes no content, and what another reserves on the source side is not touched.
    bench.get('withdrawn', { kind: 'withdraw', pollingToken });
    bench.responder.reservations.releaseAll(SYSB);
    bench.responder.reservations.reserve(bench.device(0x0a80), SYSB);
    expect(bench.get('withdrawn', discard).withdrawn).toBe(1);
  });

  it('with discard drops the copy itself', () => {
    const bench = new EcamBench();
    bench.write(0x0a80, 1, 1);
    const pollingToken = bench.execute([bench.define()]);
    const discard = { kind: 'withdraw', pollingToken, discard: true } as const;
    expect(bench.get('withdrawn', discard).withdrawn).toBe(1);
    expect(bench.ask(inquiry(pollingToken))).toMatchObject({ state: 'discarded' });
    expect(bench.subsystem.trackEntry(bench.device(0x0a81).index, 1 as never).kind).toBe(
      'neverWritten',
    );
    expect(bench.get('withdrawn', discard).withdrawn).toBe(0);
  });
});

describe('query device', () => {
  const dataSets: readonly MessageDataSet[] = [
    { name: 'SYS1.PROD.MASTER', extents: [{ first: 15, count: 30 }] },
    { name: 'SYS1.PROD.INDEX', extents: [] },
  ];

  it('tells what the device is', () => {
    const bench = new EcamBench();
    bench.defineDevice(0x0b00, '3390-9', 10_019);
    expect(bench.get('device', { kind: 'queryDevice', device: 0x0b00 })).toEqual({
      kind: 'device',
      device: 0x0b00,
      model: '3390-9',
      generation: 1,
      cylinders: 10_019,
      headCount: 15,
      trackCount: 150_285,
      trackCapacity: 150_300,
      homeGroup: 0,
      readOnly: false,
      reservedToOther: false,
      jobs: [],
    });
    expect(bench.refusal({ kind: 'queryDevice', device: 1 })).toBe('DEVICE_UNKNOWN');
  });

  it('returns the data sets that came with the definition, from both sides', () => {
    const bench = new EcamBench();
    const pollingToken = bench.execute([
      bench.define({ dataSets, source: { device: 0x0a80, volser: 'PROD01' }, label: 'nightly' }),
    ]);
    for (const [device, role] of [
      [0x0a80, 'source'],
      [0x0a81, 'target'],
    ] as const) {
      expect(bench.get('device', { kind: 'queryDevice', device }).jobs).toMatchObject([
        { role, volser: 'PROD01', label: 'nightly', dataSets, pollingToken, wholeDevice: true },
      ]);
    }
  });

  it('shows the copies of others, but not their polling tokens', () => {
    const bench = new EcamBench();
    bench.execute([bench.define({ dataSets }, SYSB)], SYSB);
    bench.responder.reservations.reserve(bench.device(0x0a80), SYSB);
    const { jobs, reservedToOther } = bench.get('device', { kind: 'queryDevice', device: 0x0a80 });
    expect(jobs).toMatchObject([{ dataSets }]);
    expect(jobs[0]?.pollingToken).toBeUndefined();
    expect(reservedToOther).toBe(true);
  });

  it('answers in parts when the whole would be too long', () => {
    const bench = new EcamBench();
    const many = Array.from({ length: 8000 }, (_, at) => ({
      name: `SYS1.VERY.LONG.DATA.SET.NAME.NUMBER.X${100_000 + at}`,
      extents: [{ first: at, count: 1 }],
    }));
    const long = definition({ dataSets: many, copy: 'none' });
    expect(encodeRequest(long).length).toBeGreaterThan(MESSAGE_BYTES_MAX / 3);
    for (let at = 1; at <= 5; at += 1) {
      bench.execute([
        bench.define({ dataSets: many, copy: 'none', target: { device: 0x0a80 + at } }),
      ]);
    }
    const targets: number[] = [];
    let from = 0;
    let parts = 0;
    for (;;) {
      const answer = bench.get('device', { kind: 'queryDevice', device: 0x0a80, from });
      targets.push(...answer.jobs.map(({ target }) => target));
      parts += 1;
      if (answer.next === undefined) break;
      from = answer.next;
    }
    expect(targets).toEqual([0x0a81, 0x0a82, 0x0a83, 0x0a84, 0x0a85]);
    expect(parts).toBeGreaterThan(1);
  });

  it('knows nothing of the copies of a device that was removed', () => {
    const bench = new EcamBench();
    bench.execute([bench.define({ copy: 'none' })]);
    const { number } = bench.device(0x0a81);
    expect(bench.subsystem.removeDevice(number).kind).toBe('done');
    bench.defineDevice(number);
    expect(bench.get('device', { kind: 'queryDevice', device: number })).toMatchObject({
      jobs: [],
      generation: 2,
    });
  });
});

describe('space in answers', () => {
  it('of a device is told when asked for', () => {
    const bench = new EcamBench();
    for (let at = 0; at < 5; at += 1) bench.write(0x0a80, at, at);
    bench.execute([bench.define({ copy: 'none' })]);
    bench.write(0x0a80, 0, 9);
    const query = { kind: 'queryDevice', device: 0x0a80 } as const;
    expect(bench.get('device', query).space).toBeUndefined();
    // Home address, record 0, a count, 64 bytes and the end marker; one sector each.
    expect(bench.get('device', { ...query, space: true }).space).toEqual({
      mapped: 5,
      unique: 1,
      shared: 4,
      rawBytes: 5 * (37 + 64),
      storedBytes: 5 * 512,
      uniqueBytes: 512,
    });
  });

  it('is what a copy waits for, and its status says so', () => {
    const bench = new EcamBench({
      capacityBytes: 2_097_152,
      thresholds: { warn: 1, alert: 1, critical: 1 },
    });
    for (let at = 0; at < 100; at += 1) bench.write(0x0a80, at, at);
    const pollingToken = bench.execute([bench.define()]);
    expect(bench.get('status', inquiry(pollingToken)).waitsForSpace).toBe(false);
    expect(bench.subsystem.backgroundStep({ tracks: 10 }).waitsForSpace).toBe(true);
    expect(bench.get('status', inquiry(pollingToken))).toMatchObject({
      state: 'copying',
      waitsForSpace: true,
      tracksCopied: 0,
    });
    bench.get('withdrawn', { kind: 'withdraw', pollingToken });
    expect(bench.get('status', inquiry(pollingToken)).waitsForSpace).toBe(false);
  });

  it('of a device that may lie anywhere names no home group', () => {
    const bench = new EcamBench({ groups: [{}, {}] });
    const answer = bench.get('device', { kind: 'queryDevice', device: 0x0a80 });
    expect(answer.homeGroup).toBeUndefined();
    expect(
      bench.get('capacity', { kind: 'queryCapacity' }).groups.map(({ group }) => group),
    ).toEqual([0, 1]);
  });
});

describe('query capacity', () => {
  it('adds up', () => {
    const bench = new EcamBench();
    bench.write(0x0a80, 1, 1);
    bench.execute([bench.define()]);
    const answer = bench.get('capacity', { kind: 'queryCapacity' });
    expect(answer.liveBytes).toBeGreaterThan(0);
    expect(answer.liveBytes + answer.deadBytes + answer.unwrittenBytes).toBe(answer.physicalBytes);
    expect(answer).toMatchObject({
      warnPercent: 75,
      alertPercent: 90,
      criticalPercent: 95,
      trend: 'notEnoughSamples',
      groups: [{ group: 0, liveBytes: answer.liveBytes, redundancy: 'full' }],
      subsystem: 'DSS3',
      threshold: 'normal',
      hostSelectable: true,
      deviceCount: 8,
      deviceCountMax: 256,
      jobCount: 1,
      jobCountMax: 65_536,
    });
  });
});

describe('the responder', () => {
  it('counts messages and refusals', () => {
    const bench = new EcamBench();
    bench.define();
    bench.refusal({ kind: 'queryDevice', device: 1 });
    bench.responder.respond(SYSB, new Uint8Array(3));
    expect(bench.meter.total('ecamMessages')).toBe(3);
    expect(bench.meter.total('ecamRefusals')).toBe(2);
    expect(bench.meter.total('securityRejects')).toBe(0);
  });

  it('answers the same bytes to the same history', () => {
    const history = (): string => {
      const bench = new EcamBench();
      const pollingToken = bench.execute([bench.define()]);
      return JSON.stringify(bench.ask(inquiry(pollingToken)));
    };
    expect(history()).toBe(history());
  });
});
