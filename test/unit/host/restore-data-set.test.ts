/**
 * Bringing scratched data sets back from a device that shows the volume as it was.
 *
 * @module
 */
import { describe, expect, it } from 'vitest';
import { deviceNumber, nanos, trackIndex } from '../../../src/base/units.ts';
import type { DataProcessor } from '../../../src/host/data-processor.ts';
import { allocatedRanges, type DataSetEntry } from '../../../src/host/data-set-entry.ts';
import { readSequential } from '../../../src/host/data-set-reading.ts';
import { RestoreDataSetJob } from '../../../src/host/restore-data-set.ts';
import { ScratchJob } from '../../../src/host/scratch-data-set.ts';
import { VolumeBuilder } from '../../../src/host/volume-builder.ts';
import { findDataSet } from '../../../src/host/vtoc.ts';
import type { Device } from '../../../src/mapping/device-table.ts';
import { records, vtocOf } from '../../support/host-volumes.ts';
import { type MachineRoom, must, usualRoom } from '../backup/machine-room.ts';

const PAYROLL = 'PROD01.PAYROLL.MASTER';
const LIBRARY = 'PROD01.SOURCE.LIBRARY';
const INDEXED = 'PROD01.VSAM.DATA';
const LABELLED = 'PROD01.LABELLED';
const ALL = [PAYROLL, LIBRARY, INDEXED, LABELLED];
const PAST = deviceNumber(0x0f00);
const MINUTE = 60_000_000_000;

interface Bench {
  readonly room: MachineRoom;
  readonly host: DataProcessor;
  readonly device: Device;
}

/** The usual room with a VSAM component and a data set with user labels more on PROD01. */
function bench(): Bench {
  const { room, host } = usualRoom();
  const builder = must(VolumeBuilder.open(room.volume(0x0a80)));
  must(
    builder.addVsam({
      name: INDEXED,
      cluster: 'PROD01.VSAM',
      catalog: 'CATALOG.PROD',
      organisation: 'K',
      controlIntervalBytes: 4096,
      intervals: [new Uint8Array(4096).fill(7)],
    }),
  );
  must(
    builder.addSequential({
      name: LABELLED,
      recordFormat: 'FB',
      recordLength: 80,
      blockLength: 800,
      records: records(['ONE', 'TWO']),
      userLabelTracks: 1,
    }),
  );
  must(builder.finish());
  const device = room.store().subsystem.findDevice(deviceNumber(0x0a80));
  if (device === undefined) throw new Error('no device 0A80');
  return { room, host, device };
}

function run(job: ScratchJob): void {
  for (let steps = 0; steps < 1_000; steps += 1) {
    const step = job.step();
    if (step.kind === 'again') continue;
    must(step);
    return;
  }
  throw new Error('a job without end');
}

function restore(host: DataProcessor, dataSet: string): string {
  const job = new RestoreDataSetJob(host, { volser: 'PROD01', dataSet, from: PAST });
  for (;;) {
    const step = job.step();
    if (step.kind === 'again') continue;
    return step.kind === 'refused' ? step.code : step.kind;
  }
}

/** Content of all tracks of a data set. */
function contentOf(room: MachineRoom, entry: DataSetEntry): readonly string[] {
  return allocatedRanges(entry).flatMap(({ first, count }) =>
    Array.from({ length: count }, (_, at) =>
      Buffer.from(room.volume(0x0a80).readTrack(trackIndex(first + at))).toString('base64'),
    ),
  );
}

const entryOf = (room: MachineRoom, name: string): DataSetEntry =>
  must(findDataSet(vtocOf(room.volume(0x0a80)), name));

describe('a scratched data set', () => {
  it.each(ALL)('comes back from ten minutes before: %s', (name) => {
    const { room, host, device } = bench();
    const { subsystem } = room.store();
    must(subsystem.retention.setRule(device.index, { every: nanos(MINUTE), keep: 60 }));
    const before = entryOf(room, name);
    const content = contentOf(room, before);
    room.clock.advance(nanos(5 * MINUTE));
    room.scribble(host, 0x0a80, 140, 'BEFORE');
    run(new ScratchJob(host, { volser: 'PROD01', dataSets: [name] }));
    room.clock.advance(nanos(10 * MINUTE));
    // What happens to the volume in the meantime stays.
    room.scribble(host, 0x0a80, 141, 'AFTER');
    const others = ALL.filter((other) => other !== name);
    run(new ScratchJob(host, { volser: 'PROD01', dataSets: [others[0] ?? ''] }));
    room.background(1_000);
    must(
      subsystem.retention.openAt(device.index, { ago: nanos(10 * MINUTE + 1) }, { number: PAST }),
    );
    expect(restore(host, name)).toBe('done');
    const { address, format3s, format9s, ...after } = entryOf(room, name);
    expect(before).toMatchObject(after);
    expect([format3s.length, format9s.length]).toEqual([
      before.format3s.length,
      before.format9s.length,
    ]);
    expect(address.record).toBeGreaterThan(0);
    expect(contentOf(room, entryOf(room, name))).toEqual(content);
    const volume = room.volume(0x0a80);
    expect(vtocOf(volume).warnings).toEqual([]);
    expect(vtocOf(volume).entries.map((one) => one.name)).not.toContain(others[0]);
    expect(volume.readTrack(trackIndex(141)).length).toBeGreaterThan(37);
    const vvdsNames = vtocOf(volume).vvds?.content?.entries.map((one) => one.name) ?? [];
    expect(vvdsNames.includes(INDEXED)).toBe(name === INDEXED || others[0] !== INDEXED);
    must(subsystem.removeDevice(PAST));
    room.background(1_000);
    expect(contentOf(room, entryOf(room, name))).toEqual(content);
    expect(room.violations()).toEqual([]);
  });

  it('reads back record by record', () => {
    const { room, host, device } = bench();
    const { subsystem } = room.store();
    const linesOf = (): readonly string[] =>
      [...must(readSequential(room.volume(0x0a80), entryOf(room, PAYROLL)))].map((record) =>
        Buffer.from(record).toString('hex'),
      );
    const lines = linesOf();
    expect(lines.length).toBe(400);
    const point = subsystem.retention.retain(device.index, 'noon').id;
    run(new ScratchJob(host, { volser: 'PROD01', dataSets: [PAYROLL] }));
    must(subsystem.retention.openAt(device.index, { point }, { number: PAST }));
    expect(restore(host, PAYROLL)).toBe('done');
    expect(linesOf()).toEqual(lines);
  });

  it('does not come back over anything: a data set of its name, tracks that are taken', () => {
    const { room, host, device } = bench();
    const { subsystem } = room.store();
    const point = subsystem.retention.retain(device.index, 'noon').id;
    must(subsystem.retention.openAt(device.index, { point }, { number: PAST }));
    expect(restore(host, LIBRARY)).toBe('DATA_SET_EXISTS');
    expect(restore(host, 'NO.SUCH')).toBe('DATA_SET_UNKNOWN');
    run(new ScratchJob(host, { volser: 'PROD01', dataSets: [LIBRARY] }));
    const builder = must(VolumeBuilder.open(room.volume(0x0a80)));
    const space = { ranges: [{ first: trackIndex(47), count: 1 }] };
    const shape = { recordFormat: 'FB', recordLength: 80, blockLength: 800 } as const;
    must(builder.addSequential({ name: 'NEW', ...shape, space, records: records(['NEW']) }));
    must(builder.finish());
    const before = room.digest(0x0a80);
    expect(restore(host, LIBRARY)).toBe('SPACE_NOT_ON_VOLUME');
    expect(room.digest(0x0a80)).toBe(before);
    expect(room.violations()).toEqual([]);
  });

  it('does not come back from a device that shows another volume, or a volume in the making', () => {
    const { room, host, device } = bench();
    const { subsystem } = room.store();
    const [other] = subsystem.devices().filter(({ number }) => number === 0x0a82);
    const retained = (of: Device): unknown => {
      const point = subsystem.retention.retain(of.index, 'noon').id;
      return must(subsystem.retention.openAt(of.index, { point }, { number: PAST }));
    };
    retained(other ?? device);
    expect(restore(host, PAYROLL)).toBe('VOLUME_UNKNOWN');
    must(subsystem.removeDevice(PAST));
    // In the middle of a scratch the format 4 says so.
    const job = new ScratchJob(host, { volser: 'PROD01', dataSets: [LIBRARY] });
    const isBegun = (): boolean =>
      vtocOf(room.volume(0x0a80)).warnings.some(({ code }) => code === 'UPDATE_INCOMPLETE');
    while (!isBegun()) job.step();
    retained(device);
    run(job);
    expect(restore(host, LIBRARY)).toBe('VTOC_INVALID');
    expect(restore(host, PAYROLL)).toBe('VTOC_INVALID');
    expect(room.violations()).toEqual([]);
  });
});
