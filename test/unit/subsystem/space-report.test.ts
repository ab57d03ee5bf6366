/**
 * Reports about space, against figures worked out by hand from what was written.
 *
 * @module
 */
import { describe, expect, it } from 'vitest';
import { ManualClock } from '../../../src/base/default-ports.ts';
import { deviceNumber, nanos } from '../../../src/base/units.ts';
import { findModel } from '../../../src/geometry/device-model.ts';
import type { Device } from '../../../src/mapping/device-table.ts';
import { Subsystem } from '../../../src/subsystem/subsystem.ts';
import {
  extent,
  finish,
  smallSubsystem,
  snap,
  track,
  value,
  whole,
  write,
} from '../../support/small-subsystem.ts';

/** Bytes of a track with one record of 1,000 bytes, and of its sectors with their header. */
const RAW = 37 + 1_000;
const STORED = 3 * 512;

function setup() {
  const { subsystem, devices } = smallSubsystem(['3390-1', '3390-1', '3390-1']);
  const [a, b, c] = devices as unknown as readonly [Device, Device, Device];
  for (let at = 0; at < 100; at += 1) write(subsystem, a, at, at, 1_000);
  return { subsystem, a, b, c };
}

describe('space of a device', () => {
  it('is nothing for one that was never written', () => {
    const { subsystem, b } = setup();
    expect(subsystem.space.device(b.index)).toEqual({
      mapped: 0,
      unique: 0,
      shared: 0,
      outsideHome: 0,
      rawBytes: 0,
      storedBytes: 0,
      compressionRatio: 1,
      uniqueBytes: 0,
      sharedBytes: 0,
    });
  });

  it('tells what it holds alone from what it shares', () => {
    const { subsystem, a, b, c } = setup();
    snap(subsystem, { wholeDevices: [whole(a, b)] });
    snap(subsystem, { extents: [extent(a, 0, c, 30, 7)] });
    for (let at = 90; at < 110; at += 1) write(subsystem, a, at, 9, 1_000);
    subsystem.loadNullTrack(a.index, track(200), 1);
    expect(subsystem.space.device(a.index)).toEqual({
      mapped: 110,
      unique: 20,
      shared: 90,
      outsideHome: 0,
      rawBytes: 110 * RAW,
      storedBytes: 110 * STORED,
      compressionRatio: RAW / STORED,
      uniqueBytes: 20 * STORED,
      sharedBytes: 90 * STORED,
    });
    // The ten tracks that the source has overwritten are the copy's own by now.
    expect(subsystem.space.device(b.index)).toMatchObject({ mapped: 100, unique: 10, shared: 90 });
    expect(subsystem.space.device(c.index)).toMatchObject({ mapped: 7, unique: 0, shared: 7 });
  });

  it('tells exactly what clearing it would free', () => {
    const { subsystem, a, b } = setup();
    snap(subsystem, { wholeDevices: [whole(a, b)] });
    for (let at = 0; at < 30; at += 1) write(subsystem, a, at, 9, 1_000);
    const { uniqueBytes } = subsystem.space.device(a.index);
    const before = subsystem.capacity().liveBytes;
    subsystem.clearDevice(a.index);
    finish(subsystem);
    expect(before - subsystem.capacity().liveBytes).toBe(uniqueBytes);
    expect(uniqueBytes).toBe(30 * STORED);
  });

  it('tells the ratio at which its group compresses', () => {
    const subsystem = Subsystem.create({
      name: 'RATIO',
      content: 'signature',
      capacityBytes: 268_435_456,
      groups: [{ compression: { ratio: 4 } }, {}],
    });
    const model = findModel('3390-1');
    if (model === undefined) throw new Error('no model 3390-1');
    const [packed, plain] = [0, 1].map((homeGroup) =>
      value(subsystem.defineDevice({ number: deviceNumber(homeGroup), model, homeGroup })),
    ) as [Device, Device];
    for (const { index } of [packed, plain]) {
      for (let at = 0; at < 50; at += 1) subsystem.writeSignature(index, track(at), at, 1, 51_200);
    }
    // 12,800 bytes and a header are 26 sectors, 51,200 and a header 101.
    expect(subsystem.space.device(packed.index)).toMatchObject({
      rawBytes: 50 * 51_200,
      storedBytes: 50 * 26 * 512,
      compressionRatio: 51_200 / (26 * 512),
    });
    expect(subsystem.space.device(plain.index)).toMatchObject({ storedBytes: 50 * 101 * 512 });
    const [one, other] = subsystem.space.groups();
    expect([one?.liveBytes, other?.liveBytes]).toEqual([50 * 26 * 512, 50 * 101 * 512]);
  });
});

describe('space of a retained point', () => {
  it('is what it alone keeps', () => {
    const { subsystem, a } = setup();
    const point = subsystem.retention.retain(a.index, 'monday');
    expect(subsystem.space.points()).toMatchObject([{ name: 'monday', mapped: 100, unique: 0 }]);
    for (let at = 0; at < 25; at += 1) write(subsystem, a, at, 9, 1_000);
    const [report] = subsystem.space.points();
    expect(report).toMatchObject({ mapped: 100, unique: 25, uniqueBytes: 25 * STORED });
    const before = subsystem.capacity().liveBytes;
    value(subsystem.retention.drop(point.id));
    finish(subsystem);
    expect(before - subsystem.capacity().liveBytes).toBe(25 * STORED);
    expect(subsystem.space.points()).toEqual([]);
  });
});

describe('space of groups', () => {
  it('adds up, in each group and over all', () => {
    const subsystem = Subsystem.create({
      name: 'GROUPS',
      capacityBytes: 67_108_864,
      groups: [{ dataDrives: 3, redundancyDrives: 1, capacityBytes: 33_554_432 }, {}, {}],
    });
    const model = findModel('3390-1');
    if (model === undefined) throw new Error('no model 3390-1');
    const device = value(subsystem.defineDevice({ number: deviceNumber(1), model }));
    for (let at = 0; at < 500; at += 1) write(subsystem, device, at % 130, at, 20_000);
    const groups = subsystem.space.groups();
    const total = subsystem.space.capacity();
    expect(groups.map(({ group }) => group)).toEqual([0, 1, 2]);
    for (const one of [...groups, total]) {
      expect(one.liveBytes + one.deadBytes + one.unwrittenBytes).toBe(one.physicalBytes);
      expect(one.physicalBytes).toBeGreaterThan(one.capacityBytes);
    }
    const figures = [
      'capacityBytes',
      'physicalBytes',
      'liveBytes',
      'deadBytes',
      'unwrittenBytes',
      'reserveBytes',
      'freeCylinders',
    ] as const;
    for (const figure of figures) {
      expect(groups.reduce((sum, one) => sum + one[figure], 0)).toBe(total[figure]);
    }
    expect(groups[0]).toMatchObject({
      dataDrives: 3,
      redundancyDrives: 1,
      redundancy: 'full',
      missingMembers: 0,
      quarantinedCylinders: 0,
    });
    for (const one of groups) {
      expect(one.collectionReserveCylinders).toBeGreaterThan(0);
      expect(one.hostReserveCylinders).toBeGreaterThan(one.collectionReserveCylinders);
    }
    expect(groups.some(({ nvsCylinders, nvsBytes }) => nvsCylinders > 0 && nvsBytes > 0)).toBe(
      true,
    );
    subsystem.drives.closeOpen();
    expect(subsystem.space.groups().map(({ nvsBytes }) => nvsBytes)).toEqual([0, 0, 0]);
  });

  it('tells what each can still lose', () => {
    const { subsystem } = smallSubsystem(['3390-1'], {
      groups: [{ dataDrives: 4 }, { dataDrives: 4, redundancyDrives: 1 }, { redundancyDrives: 0 }],
      spareDrives: 0,
    });
    const states = () => subsystem.space.groups().map(({ redundancy }) => redundancy);
    expect(states()).toEqual(['full', 'full', 'full']);
    for (const group of [0, 1, 2]) value(subsystem.drives.fail(group, 0));
    expect(states()).toEqual(['exposed', 'degraded', 'beyond']);
    value(subsystem.drives.fail(0, 5));
    expect(states()).toEqual(['degraded', 'degraded', 'beyond']);
    expect(subsystem.space.groups()[0]?.missingMembers).toBe(2);
    value(subsystem.drives.return(0, 0));
    expect(states()[0]).toBe('exposed');
  });

  it('takes the thresholds of the configuration', () => {
    const events: string[] = [];
    const { subsystem, devices } = smallSubsystem(
      ['3390-1'],
      { capacityBytes: 8_388_608, thresholds: { warn: 10, alert: 20, critical: 30 } },
      {
        trace: {
          emit: (event, { space, to, freeCylinders, collectableBytes }) => {
            if (event !== 'netCapacityLoad') return;
            events.push(`${String(space)} ${String(to)}`);
            expect(freeCylinders).toBeGreaterThan(0);
            expect(collectableBytes).toBeGreaterThanOrEqual(0);
          },
        },
      },
    );
    const [a] = devices as unknown as readonly [Device];
    for (let at = 0; at < 60; at += 1) write(subsystem, a, at, 1, 50_000);
    expect(events).toEqual(['subsystem warn', 'subsystem alert', 'subsystem critical']);
    expect(subsystem.space.thresholds).toEqual({ warn: 10, alert: 20, critical: 30 });
    expect(subsystem.space.capacity().threshold).toBe('critical');
  });
});

describe('the forecast of a subsystem', () => {
  it('follows what was written over model time, for all and for each group', () => {
    const clock = new ManualClock();
    const HOUR = 3_600_000_000_000;
    const { subsystem } = smallSubsystem(
      [],
      { capacityBytes: 67_108_864, groups: [{}, {}] },
      { clock },
    );
    const model = findModel('3390-1');
    if (model === undefined) throw new Error('no model 3390-1');
    const definition = { number: deviceNumber(1), model, homeGroup: 1 };
    const a = value(subsystem.defineDevice(definition));
    expect(subsystem.space.forecast()).toEqual({ kind: 'notEnoughSamples', samples: 1 });
    for (let hour = 1; hour <= 10; hour += 1) {
      clock.advance(nanos(HOUR));
      for (let at = 0; at < 10; at += 1) write(subsystem, a, hour * 10 + at, 1, 20_000);
      subsystem.backgroundStep({ tracks: 1 });
    }
    const { capacityBytes, reserveBytes, liveBytes } = subsystem.capacity();
    const perHour = 10 * 40 * 512;
    const forecast = subsystem.space.forecast();
    expect(forecast).toMatchObject({ kind: 'growing', samples: 11, bytesPerHour: perHour });
    const hours = (capacityBytes - reserveBytes - liveBytes) / perHour;
    const fullAt = forecast.kind === 'growing' ? forecast.fullAt : 0;
    expect(fullAt / HOUR).toBeCloseTo(10 + hours, 6);
    const kinds = [0, 1].map((group) => subsystem.space.forecast(group).kind);
    expect(kinds).toEqual(['notGrowing', 'growing']);
  });
});
