/**
 * Scratching data sets: what is left on the volume, byte for byte; the order of what is written; and
 * that the subsystem frees the tracks.
 *
 * @module
 */
import { describe, expect, it } from 'vitest';
import { deviceNumber, nanos, trackIndex } from '../../../src/base/units.ts';
import type { DataProcessor } from '../../../src/host/data-processor.ts';
import { allocatedRanges } from '../../../src/host/data-set-entry.ts';
import type { InitialiseOptions } from '../../../src/host/initialise-volume.ts';
import {
  planScratch,
  ScratchJob,
  type ScratchRequest,
  type ScratchResult,
} from '../../../src/host/scratch-data-set.ts';
import { scratchDataSet, type VolumeBuilder } from '../../../src/host/volume-builder.ts';
import type { MemoryVolume } from '../../../src/host/volume-tracks.ts';
import type { Device } from '../../../src/mapping/device-table.ts';
import {
  build,
  codeOf,
  contentOf,
  copyOf,
  freshVolume,
  pairs,
  range,
  records,
  valueOf,
  vtocOf,
} from '../../support/host-volumes.ts';
import { MachineRoom, must, smallRoom, usualRoom } from '../backup/machine-room.ts';

const FB80 = { recordFormat: 'FB', recordLength: 80, blockLength: 800 } as const;
const LINES = records(Array.from({ length: 300 }, (_, at) => `LINE ${at}`));
const VSAM = {
  cluster: 'CLUSTER',
  catalog: 'CATALOG',
  organisation: 'K',
  controlIntervalBytes: 4096,
  intervals: [new Uint8Array(4096).fill(1)],
} as const;
const WITH_BOTH: Partial<InitialiseOptions> = { index: true, vvds: true };

const add = {
  sequential: (builder: VolumeBuilder, name: string) =>
    valueOf(builder.addSequential({ name, ...FB80, records: LINES })),
  scattered: (builder: VolumeBuilder, name: string) =>
    valueOf(
      builder.addSequential({
        name,
        ...FB80,
        records: LINES,
        space: { ranges: [300, 310, 320, 330, 340].map((first) => range(first, 2)) },
      }),
    ),
  labelled: (builder: VolumeBuilder, name: string) =>
    valueOf(builder.addSequential({ name, ...FB80, records: LINES, userLabelTracks: 1 })),
  extended: (builder: VolumeBuilder, name: string) =>
    valueOf(builder.addSequential({ name, ...FB80, records: LINES, extendedAddressing: true })),
  managed: (builder: VolumeBuilder, name: string) =>
    valueOf(builder.addSequential({ name, ...FB80, records: LINES, smsManaged: true })),
  vsam: (builder: VolumeBuilder, name: string) => valueOf(builder.addVsam({ name, ...VSAM })),
};

/** Content of label, VTOC, index and VVDS. */
function metadataOf(volume: MemoryVolume): unknown {
  const vtoc = vtocOf(volume);
  const own = [vtoc.index, vtoc.vvds].flatMap((one) => one?.entry.extents ?? []);
  const ranges = [range(0, 1), vtoc.extent, ...own];
  const content = contentOf(volume);
  return ranges.flatMap(({ first, count }) =>
    Array.from({ length: count }, (_, at) => content.get(first + at)),
  );
}

describe('the volume after a scratch', () => {
  it.each([
    ['3390-1', 'sequential', {}],
    ['3390-1', 'scattered', {}],
    ['3390-1', 'labelled', { index: true }],
    ['3390-1', 'sequential', WITH_BOTH],
    ['3390-1', 'scattered', WITH_BOTH],
    ['3390-1', 'vsam', WITH_BOTH],
    ['3390-1', 'managed', { vvds: true }],
    ['3390-9', 'sequential', {}],
    ['3390-9', 'scattered', { vvds: true }],
    ['3390-A:70000', 'extended', WITH_BOTH],
    ['3380-K', 'sequential', {}],
    ['2314-1', 'sequential', {}],
  ] as const)(
    'has label, VTOC, index and VVDS as if it had never been there: %s, %s, %j',
    (model, kind, options) => {
      const before = freshVolume(model, options);
      build(before, (builder) => {
        add.sequential(builder, 'A.STAYS');
        if ('vvds' in options) add.vsam(builder, 'B.STAYS');
      });
      const volume = copyOf(before);
      build(volume, (builder) => add[kind](builder, 'C.GOES'));
      expect(metadataOf(volume)).not.toEqual(metadataOf(before));
      const entry = valueOf(planScratch(volume, ['C.GOES'])).dataSets[0];
      const done = valueOf(scratchDataSet(volume, 'C.GOES'));
      expect(metadataOf(volume)).toEqual(metadataOf(before));
      expect(vtocOf(volume).warnings).toEqual([]);
      expect(done.changes.map((change) => change.kind)).toContain('dataSetScratched');
      // The tracks themselves are left as they are: they are the subsystem's to forget.
      expect(contentOf(volume).get(entry?.extents[0]?.first ?? 0)).toBeDefined();
    },
  );

  it('gives the space of several back in one update, joined with what was free', () => {
    const volume = freshVolume('3390-1');
    const empty = pairs(vtocOf(volume).freeSpace.extents);
    build(volume, (builder) => {
      for (const name of ['A', 'B', 'C']) add.labelled(builder, name);
    });
    const plan = valueOf(planScratch(volume, ['C', 'A', 'B', 'A']));
    expect(plan.dataSets.map(({ name }) => name)).toEqual(['C', 'A', 'B']);
    const all = vtocOf(volume).entries.flatMap((entry) => allocatedRanges(entry));
    const count = all.reduce((sum, one) => sum + one.count, 0);
    expect(plan.ranges.reduce((sum, one) => sum + one.count, 0)).toBe(count);
    for (const { track, image } of plan.metadata.writes) volume.writeTrack(track, image);
    expect(pairs(vtocOf(volume).freeSpace.extents)).toEqual(empty);
    expect(vtocOf(volume).entries).toEqual([]);
  });

  it('is marked as inconsistent from the first write to the last', () => {
    const volume = freshVolume('3390-1', WITH_BOTH);
    build(volume, (builder) => {
      add.scattered(builder, 'A');
      add.vsam(builder, 'B');
    });
    const { writes } = valueOf(planScratch(volume, ['A', 'B'])).metadata;
    expect(writes.length).toBeGreaterThanOrEqual(4);
    for (const [at, { track, image }] of writes.entries()) {
      volume.writeTrack(track, image);
      const codes = vtocOf(volume).warnings.map(({ code }) => code);
      const isLast = at === writes.length - 1;
      expect(codes.includes('UPDATE_INCOMPLETE')).toBe(!isLast);
      if (!isLast) expect(codeOf(planScratch(volume, ['B']))).toBe('VTOC_INVALID');
    }
  });

  it('is not touched when one of the data sets cannot be scratched', () => {
    const volume = freshVolume('3390-1', WITH_BOTH);
    build(volume, (builder) => {
      add.sequential(builder, 'A');
      add.vsam(builder, 'V');
    });
    const { index, vvds } = vtocOf(volume);
    const own = [index, vvds].map((one) => one?.entry.name ?? '');
    const codes = [['A', 'Z'], ['A', own[0]], [own[1]]].map((names) =>
      codeOf(planScratch(volume, names as string[])),
    );
    expect(codes).toEqual(['DATA_SET_UNKNOWN', 'DATA_SET_UNSUPPORTED', 'DATA_SET_UNSUPPORTED']);
    const broken = copyOf(volume);
    const [first] = vvds?.entry.extents ?? [];
    const image = broken.readTrack(first?.first ?? trackIndex(0)).slice();
    image.fill(0, 40, 60);
    broken.writeTrack(first?.first ?? trackIndex(0), image);
    expect(codeOf(planScratch(broken, ['V']))).toBe('DATA_SET_DAMAGED');
    expect(valueOf(planScratch(broken, ['A'])).dataSets).toHaveLength(1);
  });
});

const PAYROLL = 'PROD01.PAYROLL.MASTER';
const LIBRARY = 'PROD01.SOURCE.LIBRARY';

function scratch(
  host: DataProcessor,
  dataSets: readonly string[],
  change: Partial<ScratchRequest> = {},
): ScratchJob {
  return new ScratchJob(host, { volser: 'PROD01', dataSets, ...change });
}

function run(job: ScratchJob): ScratchResult {
  for (let steps = 0; steps < 1_000; steps += 1) {
    const step = job.step();
    if (step.kind !== 'again') return must(step);
  }
  throw new Error('a job without end');
}

/** The device of PROD01. */
function prod01(room: MachineRoom): Device {
  const device = room.store().subsystem.findDevice(deviceNumber(0x0a80));
  if (device === undefined) throw new Error('no device 0A80');
  return device;
}

const mapped = (room: MachineRoom): number =>
  room.store().subsystem.deviceSpace(prod01(room).index).mapped;

describe('a scratch job', () => {
  it('frees the tracks of the data set in the subsystem, with one message', () => {
    const { room, host } = smallRoom();
    const volume = room.volume(0x0a80);
    const before = mapped(room);
    const result = run(scratch(host, [LIBRARY]));
    expect(pairs(result.ranges)).toEqual([
      [45, 4],
      [52, 2],
    ]);
    expect(result.notReleased).toBeUndefined();
    const stored = result.released?.tracks ?? 0;
    expect(stored).toBeGreaterThan(0);
    expect(mapped(room)).toBe(before - stored);
    for (const { first, count } of result.ranges) {
      for (let at = 0; at < count; at += 1) {
        expect(volume.readTrack(trackIndex(first + at))).toHaveLength(29);
      }
    }
    expect(vtocOf(volume).entries.map(({ name }) => name)).not.toContain(LIBRARY);
    expect(vtocOf(volume).warnings).toEqual([]);
    expect(room.violations()).toEqual([]);
  });

  it('frees nothing before the VTOC has forgotten the data set', () => {
    const { room, host } = smallRoom();
    const job = scratch(host, [PAYROLL]);
    const before = mapped(room);
    const volume = room.volume(0x0a80);
    for (;;) {
      const step = job.step();
      const isThere = vtocOf(volume).entries.some(({ name }) => name === PAYROLL);
      const isIncomplete = vtocOf(volume).warnings.some(({ code }) => code === 'UPDATE_INCOMPLETE');
      if (isThere || isIncomplete) expect(mapped(room)).toBe(before);
      if (step.kind === 'done') break;
      expect(step.kind).toBe('again');
    }
    expect(mapped(room)).toBeLessThan(before);
  });

  it('can have its release undone, which brings back the tracks and not the VTOC entry', () => {
    const { room, host } = smallRoom();
    const before = room.digest(0x0a80);
    const tracks = (): readonly string[] =>
      [45, 46, 47, 48, 52, 53].map((at) =>
        Buffer.from(room.volume(0x0a80).readTrack(trackIndex(at))).toString('base64'),
      );
    const content = tracks();
    const { released } = run(scratch(host, [LIBRARY], { hold: nanos(1_000) }));
    expect(tracks()).not.toEqual(content);
    const undoToken = released?.undoToken ?? new Uint8Array(16);
    const undone = must(host.exchange('DSS3', { kind: 'undoRelease', undoToken }));
    expect(undone).toMatchObject({ kind: 'releaseUndone', changedTracks: 0 });
    expect(tracks()).toEqual(content);
    expect(room.digest(0x0a80)).not.toBe(before);
  });

  it('brings a data set back from a device that shows the volume as it was', () => {
    const { room, host } = smallRoom();
    const { subsystem } = room.store();
    const device = prod01(room);
    const before = room.digest(0x0a80);
    const point = subsystem.retention.retain(device.index, 'before').id;
    run(scratch(host, [LIBRARY, PAYROLL]));
    const number = deviceNumber(0x0f00);
    const opened = must(subsystem.retention.openAt(device.index, { point }, { number }));
    must(
      subsystem.snapshot({
        background: 'none',
        wholeDevices: [{ source: opened.index, target: device.index }],
      }),
    );
    expect(room.digest(0x0a80)).toBe(before);
    expect(room.violations()).toEqual([]);
  });

  it('leaves the tracks to the host when the device is excluded or nothing is asked', () => {
    for (const isExcluded of [true, false]) {
      const { room, host } = smallRoom();
      const { subsystem } = room.store();
      const device = prod01(room);
      subsystem.deletedSpace.setExcluded(device.index, isExcluded);
      const before = mapped(room);
      const result = run(scratch(host, [PAYROLL], { release: isExcluded }));
      expect(result.notReleased?.code).toBe(isExcluded ? 'RELEASE_EXCLUDED' : undefined);
      expect(result.released).toBeUndefined();
      expect(mapped(room)).toBe(before);
      expect(vtocOf(room.volume(0x0a80)).entries.map(({ name }) => name)).not.toContain(PAYROLL);
      expect(room.violations()).toEqual([]);
    }
  });

  it('waits for who holds the volume, and holds it against others until it has ended', () => {
    const { room, host } = usualRoom();
    const { serialization } = room.complex;
    const reader = must(
      serialization.request(
        'reader',
        [{ major: 'SYSDSN', minor: PAYROLL, mode: 'shared' }],
        'refuse',
      ),
    );
    expect(scratch(host, [PAYROLL], { onBusy: 'refuse' }).step()).toMatchObject({
      code: 'VOLUME_BUSY',
    });
    const job = scratch(host, [PAYROLL]);
    expect(job.step()).toMatchObject({ kind: 'waiting', for: 'lock' });
    reader.release();
    const stranger = room.addHost('SYSZ', ['DSS3'], 1);
    const [block] = stranger.devices();
    if (block === undefined) throw new Error('no device');
    must(stranger.reserve(block));
    expect(job.step()).toMatchObject({ kind: 'waiting', for: 'reservation' });
    must(stranger.release(block));
    expect(job.step()).toMatchObject({ kind: 'again' });
    expect(stranger.reserve(block)).toMatchObject({ kind: 'waiting' });
    expect(serialization.holders('SYSVTOC', 'PROD01')).toEqual(['scratch on PROD01 by SYSA']);
    run(job);
    expect(job.step()).toMatchObject({ kind: 'done' });
    must(stranger.reserve(block));
    must(stranger.release(block));
    expect(room.violations()).toEqual([]);
  });

  it('is refused for unknown volumes and data sets, and lets go of everything', () => {
    const { room, host } = smallRoom();
    const before = room.digest(0x0a80);
    const answer = (job: ScratchJob): string => {
      for (;;) {
        const step = job.step();
        if (step.kind === 'refused') return step.code;
        if (step.kind !== 'again') return step.kind;
      }
    };
    expect(answer(scratch(host, [PAYROLL], { volser: 'NOWHER' }))).toBe('VOLUME_UNKNOWN');
    expect(answer(scratch(host, [PAYROLL, 'NO.SUCH']))).toBe('DATA_SET_UNKNOWN');
    expect(room.digest(0x0a80)).toBe(before);
    expect(room.violations()).toEqual([]);
  });

  it('asks for each release under a name of its own', () => {
    const { room, host } = smallRoom();
    const hold = nanos(1_000);
    const tokens = [LIBRARY, PAYROLL].map(
      (name) => run(scratch(host, [name], { hold })).released?.undoToken,
    );
    expect(tokens[0]).not.toEqual(tokens[1]);
    expect(room.store().subsystem.deletedSpace.holds()).toHaveLength(2);
  });
});
