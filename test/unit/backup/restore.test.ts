/**
 * Restores: does the volume of the point in time come back, byte for byte, with serial and names?
 */
import { describe, expect, it } from 'vitest';
import { startBackup } from '../../../src/backup/backup-job.ts';
import type { BackupRequest } from '../../../src/backup/backup-request.ts';
import { startRestore } from '../../../src/backup/restore-job.ts';
import { deviceNumber } from '../../../src/base/units.ts';
import type { DataProcessor } from '../../../src/host/data-processor.ts';
import { totalMessages } from '../../../src/host/host-records.ts';
import { VolumeBuilder } from '../../../src/host/volume-builder.ts';
import { readVtoc } from '../../../src/host/vtoc.ts';
import { MachineRoom, must, stepsOf, usualRoom } from './machine-room.ts';

const BACK01 = { kind: 'volser', volser: 'BACK01' } as const;

function backUp(room: MachineRoom, host: DataProcessor, more: Partial<BackupRequest> = {}): void {
  const request = { name: 'nightly', source: 'PROD01', target: BACK01, ...more };
  must(room.drive(startBackup(host, request)));
}

/** What a bad day does to a volume: data, VTOC, even the label. */
function ruin(room: MachineRoom, host: DataProcessor): void {
  for (const track of [0, 1, 2, 60, 100, 149]) room.scribble(host, 0x0a80, track, 'ruined');
}

describe('a restore onto the source', () => {
  it('gives the digest of the point in time back, whatever the identity mode', () => {
    for (const identity of ['relabel', 'conditioned', 'clone'] as const) {
      const { room, host } = usualRoom();
      const before = room.digest(0x0a80);
      backUp(room, host, { identity });
      room.scribble(host, 0x0a80, 100, 'written since');
      expect(room.digest(0x0a80)).not.toBe(before);
      const copy = room.digest(0x0a81);
      const job = must(room.drive(startRestore(host, { backup: 'nightly' })));
      expect(room.digest(0x0a80)).toBe(before);
      expect(room.digest(0x0a81)).toBe(copy);
      expect(stepsOf(job)).toEqual([201, 202, 203, 204, 205, 206, 207, 208, 209, 210, 211]);
      expect(totalMessages(job)).toMatchObject({ sourceDefinition: 1, targetExecution: 1 });
      expect(host.findVolume('PROD01')?.device).toBe(0x0a80);
      expect(room.violations()).toEqual([]);
    }
  });

  it('brings a volume back whose label and VTOC are ruined', () => {
    const { room, host } = usualRoom();
    const before = room.digest(0x0a80);
    backUp(room, host);
    ruin(room, host);
    must(host.varyOffline(deviceNumber(0x0a80)));
    expect(host.varyOnline(deviceNumber(0x0a80)).kind).toBe('refused');
    must(room.drive(startRestore(host, { backup: 'nightly' })));
    expect(room.digest(0x0a80)).toBe(before);
  });

  it('works while the background copy of the backup is still pending', () => {
    const { room, host } = usualRoom();
    const before = room.digest(0x0a80);
    backUp(room, host, { copy: 'background' });
    room.background(20);
    ruin(room, host);
    must(room.drive(startRestore(host, { backup: 'nightly' })));
    expect(room.digest(0x0a80)).toBe(before);
    room.background(10_000);
    expect(room.digest(0x0a80)).toBe(before);
    expect(room.violations()).toEqual([]);
  });

  it('carries what was written to the copy since, with the names of the original', () => {
    const { room, host } = usualRoom();
    backUp(room, host);
    const builder = must(VolumeBuilder.open(room.volume(0x0a81)));
    must(
      builder.addSequential({
        name: 'ADDED.LATER',
        recordFormat: 'F',
        recordLength: 80,
        blockLength: 80,
        records: [new Uint8Array(80)],
      }),
    );
    must(builder.finish());
    const job = must(room.drive(startRestore(host, { backup: 'nightly' })));
    const vtoc = must(readVtoc(room.volume(0x0a80)));
    expect(vtoc.warnings).toEqual([]);
    expect(vtoc.label.volser).toBe('PROD01');
    expect(vtoc.entries.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['ADDED.LATER', 'SYS1.VTOCIX.PROD01', 'SYS1.VVDS.VPROD01']),
    );
    expect(vtoc.entries.every(({ dscb }) => dscb.volser === 'PROD01')).toBe(true);
    const notes = job.steps.find(({ step }) => step === 210)?.notes ?? [];
    expect(notes.join()).toContain('the copy was used since');
  });

  it('brings back what a larger target holds, without its further cylinders', () => {
    const room = new MachineRoom();
    room.addStore('DSS3');
    room.define(0x0a80, 10);
    room.define(0x0a81, 14);
    room.build(0x0a80, 'PROD01');
    const host = room.addHost();
    must(host.varyOnline(deviceNumber(0x0a80)));
    const before = room.digest(0x0a80);
    must(room.drive(startBackup(host, { name: 'nightly', source: 'PROD01', volser: 'COPY01' })));
    ruin(room, host);
    must(room.drive(startRestore(host, { backup: 'nightly' })));
    expect(host.findVolume('PROD01')).toMatchObject({ device: 0x0a80, cylinders: 10 });
    expect(room.digest(0x0a80)).toBe(before);
  });

  it('refuses a larger copy that was used since, before anything is touched', () => {
    const room = new MachineRoom();
    room.addStore('DSS3');
    room.define(0x0a80, 10);
    room.define(0x0a81, 14);
    room.build(0x0a80, 'PROD01');
    const host = room.addHost();
    must(host.varyOnline(deviceNumber(0x0a80)));
    must(room.drive(startBackup(host, { name: 'nightly', source: 'PROD01', volser: 'COPY01' })));
    const builder = must(VolumeBuilder.open(room.volume(0x0a81)));
    must(
      builder.addSequential({
        name: 'ADDED.LATER',
        recordFormat: 'F',
        recordLength: 80,
        blockLength: 80,
        records: [new Uint8Array(80)],
      }),
    );
    must(builder.finish());
    const before = room.digest(0x0a80);
    expect(room.drive(startRestore(host, { backup: 'nightly' }))).toMatchObject({
      code: 'BACKUP_TARGET_CHANGED',
    });
    expect(room.digest(0x0a80)).toBe(before);
    expect(host.findVolume('PROD01')?.device).toBe(0x0a80);
  });

  it('restores a backup of allocated extents in its extents', () => {
    const { room, host } = usualRoom();
    room.scribble(host, 0x0a80, 149, 'free space');
    const before = room.digest(0x0a80);
    backUp(room, host, { extents: 'allocated' });
    for (const track of [0, 1, 20, 46]) room.scribble(host, 0x0a80, track, 'ruined');
    must(room.drive(startRestore(host, { backup: 'nightly' })));
    expect(room.digest(0x0a80)).toBe(before);
  });

  it('restores a consistency unit at one instant, or one volume of it', () => {
    const { room, host } = usualRoom();
    const before = [room.digest(0x0a80), room.digest(0x0a82)];
    const request = { name: 'unit', source: ['PROD01', 'PROD02'], volser: ['COPY01', 'COPY02'] };
    must(room.drive(startBackup(host, request)));
    room.scribble(host, 0x0a80, 100, 'since');
    room.scribble(host, 0x0a82, 100, 'since');
    must(room.drive(startRestore(host, { backup: 'unit', volumes: ['PROD02'] })));
    expect([room.digest(0x0a80) === before[0], room.digest(0x0a82)]).toEqual([false, before[1]]);
    const job = must(room.drive(startRestore(host, { backup: 'unit' })));
    expect([room.digest(0x0a80), room.digest(0x0a82)]).toEqual(before);
    expect(totalMessages(job)).toMatchObject({ sourceDefinition: 2, targetExecution: 1 });
  });

  it('goes to another device when told to', () => {
    const { room, host } = usualRoom();
    const before = room.digest(0x0a80);
    backUp(room, host);
    const to = { kind: 'device', device: deviceNumber(0x0a84) } as const;
    expect(room.drive(startRestore(host, { backup: 'nightly', to }))).toMatchObject({
      code: 'DUPLICATE_VOLSER',
    });
    must(host.varyOffline(deviceNumber(0x0a80)));
    must(room.drive(startRestore(host, { backup: 'nightly', to })));
    expect(room.digest(0x0a84)).toBe(before);
    expect(host.findVolume('PROD01')?.device).toBe(0x0a84);
  });
});

describe('a restore that cannot be', () => {
  it('is refused when no finished backup has that name or volume', () => {
    const { room, host } = usualRoom();
    expect(room.drive(startRestore(host, { backup: 'nightly' }))).toMatchObject({
      code: 'BACKUP_UNKNOWN',
    });
    backUp(room, host);
    const volumes = ['PROD02'];
    expect(room.drive(startRestore(host, { backup: 'nightly', volumes }))).toMatchObject({
      code: 'BACKUP_UNKNOWN',
    });
  });

  it('is refused when the copy was overwritten or is another volume now', () => {
    const { room, host } = usualRoom();
    backUp(room, host);
    backUp(room, host, { name: 'later', reuse: true });
    expect(room.drive(startRestore(host, { backup: 'nightly' }))).toMatchObject({
      code: 'BACKUP_TARGET_CHANGED',
    });
    room.initialise(0x0a81, { volser: 'OTHER1' });
    expect(room.drive(startRestore(host, { backup: 'later' }))).toMatchObject({
      code: 'BACKUP_TARGET_CHANGED',
    });
    expect(room.violations()).toEqual([]);
  });

  it('is refused when the original device holds another volume with data', () => {
    const { room, host } = usualRoom();
    backUp(room, host);
    must(host.varyOffline(deviceNumber(0x0a80)));
    room.build(0x0a80, 'OTHER1');
    must(host.varyOnline(deviceNumber(0x0a80)));
    expect(room.drive(startRestore(host, { backup: 'nightly' }))).toMatchObject({
      code: 'TARGET_HAS_DATA',
    });
  });
});
