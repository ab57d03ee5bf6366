/**
 * Identity modes: whose names does the copy bear, and is it fit for use?
 */
import { describe, expect, it } from 'vitest';
import { startBackup } from '../../../src/backup/backup-job.ts';
import { deviceNumber } from '../../../src/base/units.ts';
import { countTracks } from '../../../src/host/free-space.ts';
import { readVtoc } from '../../../src/host/vtoc.ts';
import { MachineRoom, must, usualRoom } from './machine-room.ts';

const BACK01 = { kind: 'volser', volser: 'BACK01' } as const;

describe('relabel', () => {
  it('gives the copy a new serial, and index and VVDS their names after it', () => {
    const { room, host } = usualRoom();
    must(
      room.drive(
        startBackup(host, { name: 'n', source: 'PROD01', target: BACK01, volser: 'WORK01' }),
      ),
    );
    const vtoc = must(readVtoc(room.volume(0x0a81)));
    expect(vtoc.label.volser).toBe('WORK01');
    expect(vtoc.index?.entry.name).toBe('SYS1.VTOCIX.WORK01');
    expect(vtoc.vvds?.entry.name).toBe('SYS1.VVDS.VWORK01');
    expect(vtoc.warnings).toEqual([]);
    expect(host.findVolume('BACK01')).toBeUndefined();
  });
});

describe('clone', () => {
  it('is the source byte for byte and stays offline while the source is online', () => {
    const { room, host } = usualRoom();
    const job = must(
      room.drive(
        startBackup(host, { name: 'n', source: 'PROD01', target: BACK01, identity: 'clone' }),
      ),
    );
    expect(room.digest(0x0a81)).toBe(room.digest(0x0a80));
    expect(job.copies[0]).toMatchObject({ targetVolser: 'PROD01', rewritten: [] });
    expect(host.findDevice(deviceNumber(0x0a81))?.volume).toBeUndefined();
    expect(host.varyOnline(deviceNumber(0x0a81))).toMatchObject({ code: 'DUPLICATE_VOLSER' });
    must(host.varyOffline(deviceNumber(0x0a80)));
    expect(must(host.varyOnline(deviceNumber(0x0a81))).volume?.volser).toBe('PROD01');
  });
});

describe('conditioned', () => {
  it('keeps the serial of the target and the names of the source, and can be online', () => {
    const { room, host } = usualRoom();
    const job = must(
      room.drive(
        startBackup(host, { name: 'n', source: 'PROD01', target: BACK01, identity: 'conditioned' }),
      ),
    );
    const vtoc = must(readVtoc(room.volume(0x0a81)));
    expect(vtoc.label.volser).toBe('BACK01');
    expect(vtoc.index?.entry.name).toBe('SYS1.VTOCIX.PROD01');
    expect(vtoc.entries.map(({ dscb }) => dscb.volser)).toEqual(vtoc.entries.map(() => 'PROD01'));
    expect(job.copies[0]?.rewritten.map(({ track }) => track)).toEqual([0]);
    expect(host.findVolume('BACK01')?.device).toBe(0x0a81);
  });
});

describe('a target larger than the source', () => {
  it('gets its further cylinders as free space', () => {
    for (const identity of ['relabel', 'conditioned', 'clone'] as const) {
      const room = new MachineRoom();
      room.addStore('DSS3');
      room.define(0x0a80, 10);
      room.define(0x0a81, 14);
      room.build(0x0a80, 'PROD01');
      const host = room.addHost();
      must(host.varyOnline(deviceNumber(0x0a80)));
      const volser = identity === 'clone' ? {} : { volser: 'COPY01' };
      const job = must(
        room.drive(startBackup(host, { name: 'n', source: 'PROD01', identity, ...volser })),
      );
      const source = must(readVtoc(room.volume(0x0a80)));
      const copy = must(readVtoc(room.volume(0x0a81)));
      expect(copy.format4.cylinders).toBe(14);
      const free = (vtoc: typeof copy) => countTracks(vtoc.freeSpace.extents);
      expect(free(copy)).toBe(free(source) + 4 * 15);
      expect(job.copies[0]).toMatchObject({ sourceCylinders: 10, targetCylinders: 14 });
      expect(copy.warnings.filter(({ code }) => code !== 'NAME_DIFFERS_FROM_SERIAL')).toEqual([]);
      expect(room.violations()).toEqual([]);
    }
  });

  it('grows when its image was smaller than the source', () => {
    const room = new MachineRoom();
    room.addStore('DSS3');
    room.define(0x0a80, 12);
    room.define(0x0a81, 5);
    room.build(0x0a80, 'PROD01');
    const host = room.addHost();
    must(host.varyOnline(deviceNumber(0x0a80)));
    must(room.drive(startBackup(host, { name: 'n', source: 'PROD01', volser: 'COPY01' })));
    expect(host.findDevice(deviceNumber(0x0a81))?.cylinders).toBe(12);
    const serial = startBackup(host, {
      name: 'serial',
      source: 'PROD01',
      target: { kind: 'device', device: deviceNumber(0x0a82) },
      volser: 'COPY02',
      atomic: 'serial',
    });
    room.define(0x0a82, 5);
    must(host.senseDevice({ subsystem: 'DSS3', device: deviceNumber(0x0a82) }));
    expect(room.drive(serial)).toMatchObject({ kind: 'refused', code: 'TARGET_TOO_SMALL' });
  });
});
