/** Drives as files: bytes lie where the sectors are, and an exchange is there with its commit. */
import { describe, expect, it } from 'vitest';
import type { GroupShape } from '../../../src/media/group-shape.ts';
import { DriveFiles } from '../../../src/store/drive-files.ts';
import { driveFile } from '../../../src/store/store-layout.ts';
import { completeConfiguration } from '../../../src/subsystem/configuration.ts';
import { shapeGroups } from '../../../src/subsystem/group-configuration.ts';
import { RecordingMedium } from '../../../src/testing/recording-medium.ts';

const SHAPES: readonly GroupShape[] = shapeGroups(
  completeConfiguration({
    name: 'FILES',
    capacityBytes: 2 ** 22,
    groups: [{ dataDrives: 2, redundancyDrives: 1, cylinderSectors: 256 }],
  }).groups,
);
const CYLINDER_BYTES = 256 * 512;

function files(medium: RecordingMedium, mode: 'read' | 'write' = 'write'): DriveFiles {
  return new DriveFiles(medium, SHAPES, mode, () => true);
}

function made(): { medium: RecordingMedium; drives: DriveFiles } {
  const medium = new RecordingMedium();
  medium.makeFolder('drives');
  const drives = files(medium);
  drives.makeAll();
  return { medium, drives };
}

function cylinder(fill: number): Uint8Array {
  return new Uint8Array(CYLINDER_BYTES).map((_, at) => fill + (at >>> 9));
}

function bytesAt(medium: RecordingMedium, name: string, offset: number, count: number) {
  const bytes = new Uint8Array(count);
  medium.open(name, 'read').read(offset, bytes);
  return bytes;
}

describe('drives as files', () => {
  it('are as long as the drives, one for each member', () => {
    const { medium, drives } = made();
    expect([...drives.places()]).toHaveLength(3);
    const size = (SHAPES[0]?.cylinderCount ?? 0) * CYLINDER_BYTES;
    for (let member = 0; member < 3; member += 1) {
      expect(medium.open(driveFile(0, member), 'read').sizeBytes).toBe(size);
    }
    expect(drives.missing()).toEqual([]);
  });

  it('have bytes where the sectors are', () => {
    const { medium, drives } = made();
    const drive = drives.open(0, 1);
    drive.write(3, cylinder(5));
    expect(bytesAt(medium, driveFile(0, 1), 3 * CYLINDER_BYTES, CYLINDER_BYTES)).toEqual(
      cylinder(5),
    );
    expect(drive.read(3, 7, 2)).toEqual(cylinder(5).subarray(7 * 512, 9 * 512));
    expect(drive.read(4, 0, 1)).toEqual(new Uint8Array(512));
    drive.damage(3, 8, new Uint8Array(512).fill(0xee));
    expect(drive.read(3, 8, 1)).toEqual(new Uint8Array(512).fill(0xee));
    expect(files(medium).open(0, 1).read(3, 9, 1)).toEqual(cylinder(5).subarray(4608, 5120));
  });

  it('cannot be read where the medium gives an error, or ends', () => {
    const { medium, drives } = made();
    const drive = drives.open(0, 0);
    drive.write(0, cylinder(1));
    medium.failure = ({ operation }) => (operation === 'read' ? { fault: 'failed' } : undefined);
    expect(drive.read(0, 0, 1)).toBe('unreadable');
    medium.failure = undefined;
    expect(drive.read(0, 0, 1)).toEqual(cylinder(1).subarray(0, 512));
    medium.open(driveFile(0, 0), 'write').resize(1_000);
    expect(drive.read(0, 0, 1)).toEqual(cylinder(1).subarray(0, 512));
    expect(drive.read(0, 1, 1)).toBe('unreadable');
    medium.remove(driveFile(0, 2));
    const anew = files(medium);
    expect(anew.open(0, 2).read(0, 0, 1)).toBe('unreadable');
    expect(anew.missing()).toEqual([
      { group: 0, member: 0 },
      { group: 0, member: 2 },
    ]);
  });

  it('are flushed when they were written, and only then', () => {
    const { medium, drives } = made();
    drives.open(0, 2).write(1, cylinder(1));
    medium.log.length = 0;
    drives.flush();
    drives.flush();
    expect(medium.log.map(({ operation, file }) => [operation, file])).toEqual([
      ['flush', driveFile(0, 2)],
    ]);
    drives.distrust();
    medium.log.length = 0;
    drives.flush();
    // A drive whose file is not open was not written to.
    expect(medium.log.length).toBeGreaterThan(0);
  });

  it('tell a failure to write to whoever keeps the store', () => {
    const { medium, drives } = made();
    const told: unknown[] = [];
    drives.onFailure = (error) => {
      told.push(error);
      return new Error('failed');
    };
    medium.failure = ({ operation }) => (operation === 'write' ? { fault: 'full' } : undefined);
    expect(() => drives.open(0, 0).write(0, cylinder(1))).toThrow('failed');
    expect(told).toMatchObject([{ fault: 'full' }]);
  });

  it('keep in memory what readers write', () => {
    const { medium } = made();
    const fingerprint = medium.fingerprint();
    const drive = files(medium, 'read').open(0, 0);
    expect(drive.write(2, cylinder(4))).toBeUndefined();
    expect(drive.read(2, 1, 1)).toEqual(cylinder(4).subarray(512, 1024));
    drive.damage(2, 1, new Uint8Array(512).fill(9));
    expect(drive.read(2, 1, 1)).toEqual(new Uint8Array(512).fill(9));
    expect(drive.write(2, cylinder(5))).toHaveLength(CYLINDER_BYTES);
    expect(medium.fingerprint()).toBe(fingerprint);
  });

  it('give an exchanged drive its place when that is durable', () => {
    const { medium, drives } = made();
    drives.open(0, 1).write(0, cylinder(1));
    const first = drives.exchange(0, 1);
    first.write(0, cylinder(2));
    // The drive that was there is untouched until then.
    expect(bytesAt(medium, driveFile(0, 1), 0, 1)[0]).toBe(1);
    const second = drives.exchange(0, 1);
    second.write(0, cylinder(3));
    expect(drives.exchanged).toEqual([
      { group: 0, member: 1, number: 1 },
      { group: 0, member: 1, number: 2 },
    ]);
    expect(drives.staged.needsFlush).toBe(true);
    drives.flush();
    drives.settle();
    expect(drives.exchanged).toEqual([]);
    expect(medium.list('drives')).toHaveLength(3);
    expect(bytesAt(medium, driveFile(0, 1), 0, 1)[0]).toBe(3);
    second.write(1, cylinder(4));
    expect(bytesAt(medium, driveFile(0, 1), CYLINDER_BYTES, 1)[0]).toBe(4);
  });

  it('finish exchanges that were durable, and forget those that were not', () => {
    const { medium, drives } = made();
    drives.exchange(0, 0).write(0, cylinder(7));
    drives.exchange(0, 2).write(0, cylinder(8));
    const anew = files(medium);
    anew.recover([{ group: 0, member: 0, number: 1 }]);
    expect(medium.list('drives')).toHaveLength(3);
    expect(anew.missing()).toEqual([]);
    expect(anew.open(0, 0).read(0, 0, 1)?.[0]).toBe(7);
    expect(anew.open(0, 2).read(0, 0, 1)?.[0]).toBe(0);
    // The next exchange has a number of its own.
    anew.exchange(0, 1);
    expect(anew.exchanged).toEqual([{ group: 0, member: 1, number: 2 }]);
  });
});
