/** Channel programs against a real subsystem. */
import { beforeEach, describe, expect, it } from 'vitest';
import { CountingMeter } from '../../../src/base/default-ports.ts';
import { refuse } from '../../../src/base/refusal.ts';
import { ChannelPath } from '../../../src/channel/channel-path.ts';
import type { ChannelCommand, ChannelProgram } from '../../../src/channel/channel-program.ts';
import { type ChannelAddress, ControlUnit } from '../../../src/channel/control-unit.ts';
import { PathGroup } from '../../../src/channel/path-group.ts';
import {
  PROCESSOR_NANOS_PER_BYTE,
  PROCESSOR_NANOS_PER_PROGRAM,
} from '../../../src/channel/processor-cost.ts';
import { asUnitCheck, isUnitCheck } from '../../../src/channel/unit-check.ts';
import { encodeRequest } from '../../../src/ecam/codec.ts';
import {
  definition,
  deviceAt,
  EcamBench,
  SYSA,
  SYSB,
  TRACKS,
  trackImage,
  trackOf,
} from '../../support/ecam-host.ts';

let bench: EcamBench;
let controlUnit: ControlUnit;
let hostA: PathGroup;
let hostB: PathGroup;

beforeEach(() => {
  bench = new EcamBench();
  controlUnit = new ControlUnit(bench.subsystem, bench.responder, bench.meter);
  hostA = PathGroup.form(SYSA, controlUnit, 4);
  hostB = PathGroup.form(SYSB, controlUnit, 2);
});

const extent = (first: number, last: number, write = false): ChannelCommand => ({
  kind: 'defineExtent',
  first: trackOf(first),
  last: trackOf(last),
  write,
});
const locate = (track: number): ChannelCommand => ({ kind: 'locateRecord', track: trackOf(track) });
const read: ChannelCommand = { kind: 'readTrack' };
const write = (track: number, value: number): ChannelCommand => ({
  kind: 'writeTrack',
  image: trackImage(track, value),
});
const reserve: ChannelCommand = { kind: 'reserve' };
const release: ChannelCommand = { kind: 'release' };

/** What a program that must end well read. */
function run(host: PathGroup, program: ChannelProgram, address: ChannelAddress = deviceAt(0)) {
  const step = host.execute(address, program);
  if (step.kind !== 'done') throw new Error(JSON.stringify(step));
  return step.value;
}

/** The reason for which a program is refused, or what it waits for. */
function stopped(host: PathGroup, program: ChannelProgram, address: ChannelAddress = deviceAt(0)) {
  const step = host.execute(address, program);
  if (step.kind === 'refused') return step.code;
  return step.kind === 'waiting' ? `waiting for ${step.for}` : step.kind;
}

describe('a track that is lost', () => {
  it('ends the chain with unit check, and sense that says where and that trying again is no use', () => {
    const track = 47;
    run(hostA, [extent(0, 49, true), locate(track), write(track, 9)]);
    const { drives } = bench.subsystem;
    drives.closeOpen();
    const [group] = drives.report().groups;
    const spares = drives.report().spares;
    for (let member = 0; member < 3 + spares; member += 1) drives.fail(0, member);
    expect(group?.members.length).toBe(15);
    const step = hostB.execute(deviceAt(0), [extent(0, 49), locate(track), read]);
    if (step.kind !== 'refused' || !isUnitCheck(step)) throw new Error(JSON.stringify(step));
    expect(step.code).toBe('TRACK_LOST');
    expect(step.what).toContain(`track ${track} of device`);
    expect(step.unitStatus).toBe(0x0e);
    // Cylinder 3, head 2.
    const sense = new Uint8Array(32);
    sense.set([0x08, 0x80, 0, 0, 0, 3, 2, 0x40, 0, 3, 0, 2, 0]);
    sense.set([0x80, 0, 0, 3, 2], 27);
    expect(step.sense).toEqual(sense);
  });

  it('is told from a chain that breaks a rule, which has no sense', () => {
    const step = hostA.execute(deviceAt(0), [extent(5, 9), locate(4)]);
    expect(step.kind === 'refused' && isUnitCheck(step)).toBe(false);
  });

  it('shows cylinders beyond 4,095 in the long address alone', () => {
    const refusal = refuse('TRACK_LOST', { what: '', limit: '', fix: '' });
    const check = asUnitCheck(refusal, { cylinder: 0x1_2345, head: 14 }, 100_000);
    if (!isUnitCheck(check)) throw new Error('no unit check');
    expect([...check.sense.subarray(5, 13)]).toEqual([0xff, 0xff, 0x40, 0x23, 0x45, 0x00, 0x1e, 0]);
    const rule = refuse('FILE_PROTECTED', { what: '', limit: '', fix: '' });
    expect(asUnitCheck(rule, { cylinder: 0, head: 0 }, 10)).toBe(rule);
  });
});

describe('tracks', () => {
  it('are written and read one after the other from the located one', () => {
    run(hostA, [extent(5, 9, true), locate(6), write(6, 1), write(7, 2), write(8, 3)]);
    const { data } = run(hostA, [extent(0, 149), locate(6), read, read, read, locate(7), read]);
    expect(data).toEqual([trackImage(6, 1), trackImage(7, 2), trackImage(8, 3), trackImage(7, 2)]);
  });

  it('read back what another host wrote', () => {
    run(hostA, [extent(1, 1, true), locate(1), write(1, 7)]);
    expect(run(hostB, [extent(1, 1), locate(1), read]).data).toEqual([trackImage(1, 7)]);
  });

  it('may be read and written in one chain', () => {
    const { data } = run(hostA, [extent(1, 2, true), locate(1), write(1, 7), locate(1), read]);
    expect(data).toEqual([trackImage(1, 7)]);
  });

  it.each([
    ['before locate', [extent(0, 9), read], 'COMMAND_REJECT'],
    ['locate before define extent', [locate(1), read], 'COMMAND_REJECT'],
    ['a second define extent', [extent(0, 9), extent(0, 9)], 'COMMAND_REJECT'],
    ['an extent that ends before it begins', [extent(9, 8)], 'COMMAND_REJECT'],
    ['an extent past the device', [extent(0, TRACKS)], 'COMMAND_REJECT'],
    ['locate before the extent', [extent(5, 9), locate(4)], 'FILE_PROTECTED'],
    ['locate behind the extent', [extent(5, 9), locate(10)], 'FILE_PROTECTED'],
    ['moving on out of the extent', [extent(5, 9), locate(9), read, read], 'FILE_PROTECTED'],
    ['a write to an extent for reading', [extent(5, 9), locate(5), write(5, 1)], 'COMMAND_REJECT'],
    ['a track at another address', [extent(5, 9, true), locate(5), write(6, 1)], 'TRACK_INVALID'],
    [
      'a track that is none',
      [extent(5, 9, true), locate(5), { kind: 'writeTrack', image: new Uint8Array(40) }],
      'TRACK_INVALID',
    ],
    ['nothing', [], 'COMMAND_REJECT'],
  ] satisfies [string, ChannelProgram, string][])('refuse %s', (_what, program, code) => {
    expect(stopped(hostA, program)).toBe(code);
  });

  it('are not touched by a chain that breaks a rule further on', () => {
    const before = bench.subsystem.commits.last();
    const chain = [extent(5, 6, true), locate(5), write(5, 1), write(6, 2), write(7, 3)];
    expect(stopped(hostA, chain)).toBe('FILE_PROTECTED');
    expect(bench.subsystem.commits.last()).toBe(before);
    expect(stopped(hostA, [reserve, extent(5, 6), locate(7)])).toBe('FILE_PROTECTED');
    expect(run(hostB, [extent(5, 5), locate(5), read]).data).toHaveLength(1);
  });

  it('wait for space, each wholly in or out', () => {
    const small = new EcamBench({ capacityBytes: 1_048_576 });
    const unit = new ControlUnit(small.subsystem, small.responder, small.meter);
    const host = PathGroup.form(SYSA, unit, 1);
    const tracks = Array.from({ length: 30 }, (_, track) => track);
    const large = (track: number): ChannelCommand => {
      const image = trackImage(track, 1);
      const data = Uint8Array.from({ length: 50_000 }, (_, at) => (at * 7919) >>> 3);
      const record = Uint8Array.of(...image.subarray(1, 5), 1, 0, data.length >>> 8, data.length);
      const bytes = [...image.subarray(0, 21), ...record, ...data, ...image.subarray(-8)];
      return { kind: 'writeTrack', image: Uint8Array.from(bytes) };
    };
    const chain = [extent(0, 29, true), locate(0), ...tracks.map(large)];
    expect(stopped(host, chain)).toBe('waiting for space');
    const kinds = tracks.map(
      (track) => small.subsystem.trackEntry(small.device(0x0a80).index, trackOf(track)).kind,
    );
    const written = kinds.filter((kind) => kind === 'instance').length;
    expect(written).toBeGreaterThan(5);
    expect(written).toBeLessThan(30);
    expect(kinds.slice(0, written)).toEqual(tracks.slice(0, written).map(() => 'instance'));
    expect(small.subsystem.check().violations).toEqual([]);
  });
});

describe('a device', () => {
  it('that is not there is unknown', () => {
    expect(stopped(hostA, [{ kind: 'senseId' }], deviceAt(0x100))).toBe('DEVICE_UNKNOWN');
  });

  it('says what it is', () => {
    const { data } = run(hostA, [{ kind: 'senseId' }, { kind: 'readDeviceCharacteristics' }]);
    expect(data.map(({ length }) => length)).toEqual([12, 64]);
  });

  it('that is reserved keeps everybody else waiting, and its holder working', () => {
    run(hostA, [reserve]);
    const chain = [extent(1, 1), locate(1), read];
    for (const program of [chain, [reserve], [release], [{ kind: 'senseId' } as const]]) {
      expect(stopped(hostB, program)).toBe('waiting for reservation');
    }
    expect(run(hostB, chain, deviceAt(1)).data).toHaveLength(1);
    // Any path of the holder's group will do.
    for (let path = 0; path < 4; path += 1) run(hostA, chain);
    run(hostA, [release]);
    expect(run(hostB, chain).data).toHaveLength(1);
  });

  it('waits without cost', () => {
    run(hostA, [reserve]);
    const before = bench.meter.total('channelPrograms');
    stopped(hostB, [reserve]);
    expect(bench.meter.total('channelPrograms')).toBe(before);
  });

  it('is taken away by an unconditional reserve', () => {
    run(hostA, [reserve]);
    run(hostB, [{ kind: 'unconditionalReserve' }, extent(1, 1), locate(1), read]);
    expect(stopped(hostA, [{ kind: 'senseId' }])).toBe('waiting for reservation');
    expect(stopped(hostB, [{ kind: 'senseId' }, { kind: 'unconditionalReserve' }])).toBe(
      'COMMAND_REJECT',
    );
  });

  it('is free again when its holder has no path left', () => {
    run(hostA, [reserve]);
    hostA.resign();
    run(hostB, [reserve]);
  });
});

describe('path groups', () => {
  it('are known on every path', () => {
    expect(hostA.paths).toHaveLength(4);
    for (let path = 0; path < 4; path += 1) {
      expect(hostA.sensePath(path)).toEqual({ grouped: true, id: SYSA });
    }
    hostA.resign();
    expect(hostA.sensePath(0)).toEqual({ grouped: false });
  });

  it.each([0, 9, 1.5])('have no %d paths', (count) => {
    expect(() => PathGroup.form(SYSA, controlUnit, count)).toThrow(RangeError);
  });

  it('are needed for whatever depends on who the host is', () => {
    const path = new ChannelPath(controlUnit);
    const ecam = { kind: 'performSubsystemFunction', message: new Uint8Array(0) } as const;
    for (const command of [ecam, reserve, release]) {
      expect(path.execute(deviceAt(0), [command])).toMatchObject({ code: 'PATH_NOT_GROUPED' });
    }
    expect(path.execute(deviceAt(0), [extent(1, 1), locate(1), read]).kind).toBe('done');
    run(hostA, [reserve]);
    expect(path.execute(deviceAt(0), [extent(1, 1)]).kind).toBe('waiting');
  });

  it('are not changed without resigning', () => {
    const path = hostA.paths[0] as ChannelPath;
    const set = (what: 'establish' | 'resign', id = SYSB) =>
      path.execute('control', [{ kind: 'setPathGroupId', id, function: what }]).kind;
    expect(set('establish')).toBe('refused');
    expect(set('resign')).toBe('refused');
    expect(set('resign', SYSA)).toBe('done');
    expect(set('establish')).toBe('done');
  });
});

describe('ECAM', () => {
  it('travels with its answer in one program', () => {
    const step = hostA.exchange(definition());
    expect(step).toMatchObject({ kind: 'done', value: { kind: 'sourceAccepted' } });
    expect(hostA.exchange(definition(), deviceAt(3))).toMatchObject({ kind: 'done' });
  });

  it('is answered to the path group of the path, on any path of it', () => {
    const accepted = hostA.exchange(definition());
    if (accepted.kind !== 'done' || accepted.value.kind !== 'sourceAccepted') throw new Error();
    const execution = { kind: 'targetExecution', tokens: [accepted.value.token] } as const;
    expect(hostB.exchange(execution)).toMatchObject({ value: { code: 'SECURITY_REJECT' } });
    expect(hostA.exchange(execution)).toMatchObject({ value: { kind: 'executed' } });
  });

  it('whose answer is lost is answered again', () => {
    const accepted = hostA.exchange(definition());
    if (accepted.kind !== 'done' || accepted.value.kind !== 'sourceAccepted') throw new Error();
    const execution = { kind: 'targetExecution', tokens: [accepted.value.token] } as const;
    run(hostA, [{ kind: 'performSubsystemFunction', message: encodeRequest(execution) }]);
    const again = hostA.exchange(execution);
    expect(again).toMatchObject({ value: { code: 'TOKEN_CONSUMED' } });
    if (again.kind !== 'done' || again.value.kind !== 'refused') throw new Error();
    const pollingToken = again.value.pollingToken as Uint8Array;
    expect(hostA.exchange({ kind: 'statusInquiry', pollingToken })).toMatchObject({
      value: { kind: 'status' },
    });
  });

  it('does not copy onto a device that is reserved to another host', () => {
    const accepted = hostA.exchange(definition());
    if (accepted.kind !== 'done' || accepted.value.kind !== 'sourceAccepted') throw new Error();
    run(hostB, [reserve], deviceAt(1));
    const execution = { kind: 'targetExecution', tokens: [accepted.value.token] } as const;
    expect(hostA.exchange(execution)).toMatchObject({ value: { code: 'DEVICE_RESERVED' } });
    run(hostB, [release], deviceAt(1));
    expect(hostA.exchange(execution)).toMatchObject({ value: { kind: 'executed' } });
  });

  it('stands alone in its chain', () => {
    const ecam = { kind: 'performSubsystemFunction', message: new Uint8Array(0) } as const;
    expect(stopped(hostA, [ecam, { kind: 'readDeviceCharacteristics' }])).toBe('COMMAND_REJECT');
    expect(stopped(hostA, [{ kind: 'readSubsystemData' }])).toBe('COMMAND_REJECT');
    expect(stopped(hostA, [{ kind: 'senseId' }], 'control')).toBe('COMMAND_REJECT');
  });
});

describe('cost', () => {
  it('is counted for the program, the host and everybody', () => {
    const hostMeter = new CountingMeter();
    const host = PathGroup.form(SYSA, controlUnit, 2, hostMeter);
    expect(hostMeter.totals()).toEqual({
      channelPrograms: 2,
      channelBytesIn: 0,
      channelBytesOut: 24,
      processorNanos: 2 * PROCESSOR_NANOS_PER_PROGRAM + 24 * PROCESSOR_NANOS_PER_BYTE,
    });
    const before = bench.meter.totals();
    const image = trackImage(1, 1);
    const { cost } = run(host, [extent(1, 1, true), locate(1), write(1, 1), locate(1), read]);
    const bytesOut = 16 + 16 + image.length + 16;
    expect(cost).toEqual({
      bytesIn: image.length,
      bytesOut,
      processorNanos:
        PROCESSOR_NANOS_PER_PROGRAM + (image.length + bytesOut) * PROCESSOR_NANOS_PER_BYTE,
    });
    expect(bench.meter.total('channelBytesOut')).toBe(
      (before['channelBytesOut'] ?? 0) + cost.bytesOut,
    );
    expect(hostMeter.total('channelPrograms')).toBe(3);
  });

  it('of a snapshot does not depend on what is copied', () => {
    const host = PathGroup.form(SYSB, controlUnit, 1);
    const measure = (request: Parameters<PathGroup['exchange']>[0]): number => {
      const before = bench.meter.total('channelBytesIn') + bench.meter.total('channelBytesOut');
      expect(host.exchange(request)).toMatchObject({ kind: 'done' });
      return bench.meter.total('channelBytesIn') + bench.meter.total('channelBytesOut') - before;
    };
    const small = measure(definition());
    bench.defineDevice(0x0b00, '3390-9', 10_017);
    bench.defineDevice(0x0b01, '3390-9', 10_017);
    const large = measure(definition({ source: { device: 0x0b00 }, target: { device: 0x0b01 } }));
    expect(large).toBe(small);
  });
});
