/**
 * Backups and space: which are taken, and those that run finish even on the last sector.
 *
 * @module
 */
import { describe, expect, it } from 'vitest';
import { startBackup } from '../../../src/backup/backup-job.ts';
import { deviceNumber, trackIndex } from '../../../src/base/units.ts';
import type { Device } from '../../../src/mapping/device-table.ts';
import { buildTrack } from '../../../src/track/track-image.ts';
import { MachineRoom, must, usualRoom } from './machine-room.ts';

const SMALL = { capacityBytes: 16_777_216 };
const DATA = new Uint8Array(50_000);

/** Defines a device that fails writes when there is no space. */
function filler(room: MachineRoom, number: number, homeGroup?: number): Device {
  return must(
    room.store().subsystem.defineDevice({
      number: deviceNumber(number),
      model: room.model('3390-1'),
      cylinders: 40,
      outOfSpace: 'failWrite',
      ...(homeGroup !== undefined && { homeGroup }),
    }),
  );
}

/** Fills whatever a device may fill, with shorter and shorter tracks. @returns Tracks written. */
function fill(room: MachineRoom, { index }: Device): number {
  const { subsystem } = room.store();
  let at = 0;
  for (const length of [50_000, 5_000, 100]) {
    for (; ; at += 1) {
      const address = { cylinder: Math.floor(at / 15), head: at % 15 };
      const image = buildTrack(address, [{ number: 1, data: DATA.subarray(0, length) }]);
      const written = subsystem.writeTrack(index, trackIndex(at), image);
      if (written.kind !== 'done') break;
    }
  }
  return at;
}

describe('a running backup', () => {
  it.each(['define', 'execute', 'updateMetadata'] as const)(
    'finishes on a subsystem that has become full when it comes to %s',
    (phase) => {
      const { room, host } = usualRoom({}, SMALL);
      const device = filler(room, 0x0b00);
      const job = startBackup(host, { name: 'last', source: 'PROD01', volser: 'COPY01' });
      expect(room.driveTo(job, phase)).toBe(true);
      expect(fill(room, device)).toBeGreaterThan(100);
      const { subsystem } = room.store();
      const before = subsystem.capacity();
      expect(before.capacityBytes - before.liveBytes - before.reserveBytes).toBeLessThan(512);
      must(room.drive(job));
      expect(host.findVolume('COPY01')).toBeDefined();
      // Only the reserve was left to take from.
      expect(subsystem.capacity().liveBytes).toBeGreaterThan(before.liveBytes);
      expect(room.violations()).toEqual([]);
    },
  );

  it('leaves the next one to be refused', () => {
    const { room, host } = usualRoom(
      {},
      { ...SMALL, thresholds: { warn: 50, alert: 60, critical: 70 } },
    );
    fill(room, filler(room, 0x0b00));
    const answer = room.drive(startBackup(host, { name: 'late', source: 'PROD01' }));
    expect(answer).toMatchObject({ kind: 'refused', code: 'SPACE_CRITICAL' });
    expect(answer.kind === 'refused' && answer.limit).toContain('from 70 % net capacity load on');
  });
});

describe('a target whose redundancy group is nearly full', () => {
  /** Sources in group 0, one target in each group; group 1 is full, the subsystem is not. */
  function twoGroups() {
    const room = new MachineRoom();
    const { subsystem } = room.addStore('DSS3', {
      capacityBytes: 67_108_864,
      groups: [{ capacityBytes: 58_720_256 }, { capacityBytes: 8_388_608 }],
      thresholds: { warn: 50, alert: 60, critical: 70 },
    });
    const define = (number: number, homeGroup: number): void => {
      const model = room.model('3390-1');
      must(
        subsystem.defineDevice({ number: deviceNumber(number), model, cylinders: 10, homeGroup }),
      );
    };
    define(0x0a80, 0);
    define(0x0a81, 1);
    define(0x0a82, 0);
    room.build(0x0a80, 'PROD01');
    fill(room, filler(room, 0x0b00, 1));
    const host = room.addHost();
    must(host.varyOnline(deviceNumber(0x0a80)));
    expect(subsystem.space.capacity().threshold).toBe('normal');
    expect(subsystem.space.groups()[1]?.threshold).toBe('critical');
    return { room, host };
  }

  it('is refused when it is named', () => {
    const { room, host } = twoGroups();
    const target = { kind: 'device', device: deviceNumber(0x0a81) } as const;
    const job = startBackup(host, { name: 'n', source: 'PROD01', volser: 'COPY01', target });
    expect(room.drive(job)).toMatchObject({ kind: 'refused', code: 'SPACE_CRITICAL' });
    expect(room.violations()).toEqual([]);
  });

  it('is passed by when the host chooses', () => {
    const { room, host } = twoGroups();
    const job = startBackup(host, { name: 'n', source: 'PROD01', volser: 'COPY01' });
    expect(must(room.drive(job)).copies[0]?.target.device).toBe(0x0a82);
    expect(room.violations()).toEqual([]);
  });
});
