/**
 * Configurations and devices: defaults, limits, and what they say when they are broken.
 *
 * @module
 */
import { describe, expect, it } from 'vitest';
import { InputError } from '../../../src/base/errors.ts';
import { deviceNumber } from '../../../src/base/units.ts';
import type { DeviceModel } from '../../../src/geometry/device-model.ts';
import { findModel } from '../../../src/geometry/device-model.ts';
import { memoryReport } from '../../../src/inspect.ts';
import type { Device } from '../../../src/mapping/device-table.ts';
import { ZstdCompress } from '../../../src/store/zstd-compress.ts';
import {
  completeConfiguration,
  type SubsystemInput,
} from '../../../src/subsystem/configuration.ts';
import { shapeGroups } from '../../../src/subsystem/group-configuration.ts';
import { Subsystem } from '../../../src/subsystem/subsystem.ts';
import {
  codeOf,
  extent,
  fillOf,
  finish,
  smallSubsystem,
  snap,
  track,
  value,
  violationsOf,
  whole,
  write,
} from '../../support/small-subsystem.ts';

const MODEL = findModel('3390-1') as DeviceModel;

describe('completeConfiguration', () => {
  it('fills in every default', () => {
    expect(completeConfiguration({ name: 'DSS3', capacityBytes: 2 ** 30 })).toEqual({
      name: 'DSS3',
      content: 'bytes',
      capacityBytes: 2 ** 30,
      deviceCountMax: 256,
      hostSelectable: true,
      outOfSpace: 'block',
      sourceTokenLife: 600_000_000_000,
      definitionsPerPathGroupMax: 4_096,
      jobCountMax: 65_536,
      groups: [
        {
          dataDrives: 13,
          redundancyDrives: 2,
          capacityBytes: 2 ** 30,
          cylinderSectors: 1_024,
          reserveCylinders: 38,
          compression: 'none',
        },
      ],
      spareDrives: 1,
      nvs: { bytes: 9 * 13 * 1_024 * 512, destage: 'atOnce' },
      collection: { victim: 'costBenefit' },
      thresholds: { warn: 75, alert: 90, critical: 95 },
    });
  });

  it('divides the capacity among groups, and the metadata reserve with it', () => {
    const { groups } = completeConfiguration({
      name: 'DSS3',
      capacityBytes: 2 ** 33,
      groups: [{}, { capacityBytes: 2 ** 32, dataDrives: 6 }, { redundancyDrives: 0 }],
    });
    expect(groups.map(({ capacityBytes }) => capacityBytes)).toEqual([2 ** 31, 2 ** 32, 2 ** 31]);
    const reserves = shapeGroups(groups).map(({ reserveSectors }) => reserveSectors);
    expect(reserves).toEqual([1_776, 3_552, 1_776]);
  });

  it.each<[Partial<SubsystemInput>, string]>([
    [{ name: '' }, 'name'],
    [{ capacityBytes: 0 }, 'capacityBytes'],
    [{ capacityBytes: 1.5e9 + 0.5 }, 'capacityBytes'],
    [{ capacityBytes: 2 ** 51 }, 'capacityBytes'],
    [{ deviceCountMax: 0 }, 'deviceCountMax'],
    [{ deviceCountMax: 65_537 }, 'deviceCountMax'],
    [{ content: 'words' as never }, 'content'],
    [{ outOfSpace: 'panic' as never }, 'outOfSpace'],
    [{ jobCountMax: 0 }, 'jobCountMax'],
    [{ spareDrives: -1 }, 'spareDrives'],
    [{ groups: [] }, 'number of groups'],
    [{ groups: [{ dataDrives: 0 }] }, 'dataDrives'],
    [{ groups: [{}, { dataDrives: 129 }] }, 'groups[1].dataDrives'],
    [{ groups: [{ redundancyDrives: 3 }] }, 'redundancyDrives'],
    [{ groups: [{ cylinderSectors: 128 }] }, 'cylinderSectors'],
    [{ groups: [{ cylinderSectors: 1_000 }] }, 'cylinderSectors'],
    [{ groups: [{ reserveCylinders: 7 }] }, 'reserveCylinders'],
    [{ groups: [{ capacityBytes: 2 ** 20 }] }, 'sum of the groups'],
    [{ groups: [{ capacityBytes: 2 ** 30 }, {}] }, 'groups[1].capacityBytes'],
    [{ groups: [{ compression: 'lzw' as never }] }, 'compression'],
    [{ groups: [{ compression: { ratio: 2 } }] }, 'compression'],
    [{ content: 'signature', groups: [{ compression: { ratio: 0.5 } }] }, 'compression'],
    [{ content: 'signature', groups: [{ compression: 'zstd' }] }, 'compression'],
    [{ nvs: { bytes: 1_000 } }, 'nvs.bytes'],
    [{ nvs: { destage: 'never' as never } }, 'nvs.destage'],
    [{ collection: { victim: 'first' as never } }, 'collection.victim'],
    [{ thresholds: { warn: 90, alert: 80, critical: 95 } }, 'thresholds.warn'],
    [{ thresholds: { warn: 75, alert: 90, critical: 101 } }, 'thresholds.critical'],
  ])('names the field that is wrong in %j', (input, field) => {
    const make = () => completeConfiguration({ name: 'X', capacityBytes: 2 ** 30, ...input });
    expect(make).toThrow(InputError);
    expect(make).toThrow(field);
  });

  it('asks for the port that compresses where a group compresses', () => {
    const input = {
      name: 'X',
      capacityBytes: 2 ** 30,
      groups: [{ compression: 'zstd' as const }],
    };
    expect(() => Subsystem.create(input)).toThrow('compress');
    expect(() => Subsystem.create(input, { compress: new ZstdCompress() })).not.toThrow();
  });
});

describe('devices', () => {
  it('are defined, found, resized and removed', () => {
    const { subsystem, devices } = smallSubsystem(['3390-1', '3390-1']);
    const [a, b] = devices as readonly [Device, Device];
    expect(subsystem.devices().map(({ number }) => number)).toEqual([0xa80, 0xa81]);
    expect(subsystem.findDevice(a.number)).toBe(subsystem.device(a.index));
    expect(a).toMatchObject({ cylinders: 1_113, trackCount: 16_695, trackCapacity: 16_710 });
    write(subsystem, a, 16_000, 5);
    write(subsystem, a, 0, 6);
    value(subsystem.setCylinders(a.index, 1_000));
    value(subsystem.setCylinders(a.index, 1_114));
    expect(fillOf(subsystem, a, 16_000)).toBe(-1);
    expect(fillOf(subsystem, a, 0)).toBe(6);
    expect(codeOf(subsystem.removeDevice(deviceNumber(0xfff)))).toBe('DEVICE_UNKNOWN');
    const { relation } = snap(subsystem, { wholeDevices: [whole(a, b)], background: 'copy' });
    expect(codeOf(subsystem.removeDevice(a.number))).toBe('DEVICE_IN_USE');
    expect(codeOf(subsystem.removeDevice(b.number))).toBe('DEVICE_IN_USE');
    finish(subsystem);
    expect(codeOf(subsystem.removeDevice(a.number))).toBe('done');
    expect(subsystem.relationTracks(relation)).toMatchObject({ shared: 0 });
    expect(subsystem.findDevice(a.number)).toBeUndefined();
    expect(fillOf(subsystem, b, 0)).toBe(6);
    expect(violationsOf(subsystem)).toEqual([]);
  });

  it.each([
    ['a number twice', 'DEVICE_EXISTS', { number: deviceNumber(0xa80), model: MODEL }],
    ['too many', 'DEVICE_TABLE_FULL', { number: deviceNumber(0xa81), model: MODEL }],
  ])('are refused: %s', (_name, code, input) => {
    const { subsystem } = smallSubsystem(['3390-1'], { deviceCountMax: 1 });
    expect(codeOf(subsystem.defineDevice(input))).toBe(code);
  });

  it.each([
    ['no cylinders', 'CYLINDERS_OUT_OF_MODEL', { cylinders: 0 }],
    ['too many cylinders', 'CYLINDERS_OUT_OF_MODEL', { cylinders: 1_115 }],
    ['half a cylinder', 'CYLINDERS_OUT_OF_MODEL', { cylinders: 10.5 }],
    ['another home group', 'HOME_GROUP_UNKNOWN', { homeGroup: 1 }],
  ])('are refused: %s', (_name, code, input) => {
    const { subsystem, devices } = smallSubsystem(['3390-1']);
    const outcome = subsystem.defineDevice({ number: deviceNumber(1), model: MODEL, ...input });
    expect(codeOf(outcome)).toBe(code);
    if ('cylinders' in input) {
      const resized = subsystem.setCylinders((devices[0] as Device).index, input.cylinders);
      expect(codeOf(resized)).toBe(code);
    }
  });

  it('take the place of a removed one with the next generation', () => {
    const { subsystem, devices } = smallSubsystem(['3390-1']);
    const [a] = devices as readonly [Device];
    write(subsystem, a, 3, 1);
    const point = subsystem.retain(a.index, 'old');
    value(subsystem.removeDevice(a.number));
    const again = value(subsystem.defineDevice({ number: a.number, model: MODEL }));
    expect(again).toMatchObject({ index: a.index, generation: 2 });
    expect(fillOf(subsystem, again, 3)).toBe(-1);
    expect(() => [...subsystem.changedTracks(point, 'current')]).toThrow('point-of-living-device');
    expect(codeOf(subsystem.releasePoint(point))).toBe('done');
    expect(violationsOf(subsystem)).toEqual([]);
  });
});

describe('memoryReport', () => {
  it('needs at most 40 bytes a track of a fully mapped device', () => {
    const { subsystem, devices } = smallSubsystem(['3390-3'], {
      content: 'signature',
      capacityBytes: 2 ** 33,
    });
    const { index, trackCount } = devices[0] as Device;
    for (let at = 0; at < trackCount; at += 1) subsystem.writeSignature(index, track(at), at, 0);
    const report = memoryReport(subsystem);
    expect(report.instances).toBe(trackCount);
    expect(report.bytesPerInstance).toBeLessThanOrEqual(40);
    expect(report.totalBytes).toBe(
      report.directoryBytes + report.instanceBytes + report.spaceBytes + report.relationBytes,
    );
  });

  it('shows that a snapshot takes no memory of the map', () => {
    const { subsystem, devices } = smallSubsystem(['3390-1', '3390-1']);
    const [a, b] = devices as readonly [Device, Device];
    write(subsystem, a, 3, 1);
    const { totalBytes } = memoryReport(subsystem);
    snap(subsystem, { wholeDevices: [whole(a, b)], background: 'copy' });
    expect(memoryReport(subsystem).totalBytes).toBe(totalBytes);
    snap(subsystem, { extents: [extent(a, 0, b, 1, 1)], supersede: true });
    expect(memoryReport(subsystem).totalBytes).toBeGreaterThan(totalBytes);
    expect(memoryReport(smallSubsystem([]).subsystem).bytesPerInstance).toBe(0);
  });
});
