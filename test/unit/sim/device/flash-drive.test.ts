import { describe, expect, it } from 'vitest';
import { FlashDrive } from '../../../../sim/device/flash-drive.ts';

const PARAMETERS = {
  sectorCount: 2 ** 24,
  readNanos: 100_000,
  writeNanos: 30_000,
  bytesPerSecond: 512e6,
  concurrency: 16,
};

/** A microsecond a sector. */
const SECTOR = 1000;

describe('a drive without moving parts', () => {
  it('takes its time for a command, and the bytes', () => {
    const drive = new FlashDrive(PARAMETERS);
    expect(drive.serviceNanos(0, 0, 5, 8)).toBe(100_000 + 8 * SECTOR);
    expect(drive.serviceNanos(1_000_000, 1, 5, 8)).toBe(30_000 + 8 * SECTOR);
  });

  it('carries no more bytes than its interface, however many commands it works on', () => {
    const drive = new FlashDrive(PARAMETERS);
    const ends = Array.from({ length: 16 }, () => drive.serviceNanos(0, 0, 0, 256));
    expect(ends[0]).toBe(100_000 + 256 * SECTOR);
    expect(ends.at(-1)).toBe(16 * 256 * SECTOR);
    // Small commands are bound by the chips, not by the interface.
    const small = Array.from({ length: 8 }, () => drive.serviceNanos(1e9, 0, 0, 8));
    expect(new Set(small)).toEqual(new Set([108_000]));
  });

  it('goes on where it was saved', () => {
    const [drive, other] = [new FlashDrive(PARAMETERS), new FlashDrive(PARAMETERS)];
    drive.serviceNanos(0, 1, 0, 1000);
    other.restore(drive.save());
    expect(other.serviceNanos(10, 1, 0, 8)).toBe(drive.serviceNanos(10, 1, 0, 8));
    expect(other.serviceNanos(20, 0, 0, 1)).toBe(1009 * SECTOR - 20);
  });
});
