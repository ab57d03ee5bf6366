/**
 * Drives in memory that can be copied with everything on them, as if they were found again by another
 * process.
 *
 * @module
 */
import type { DriveBytes, DriveSupply } from '../../src/media/drive-bytes.ts';
import { SECTOR_BYTES } from '../../src/media/logical-cylinder.ts';

/** One drive. */
class CopiedDrive implements DriveBytes {
  readonly cylinders = new Map<number, Uint8Array>();

  read(cylinder: number, sector: number, sectors: number): Uint8Array | undefined {
    const first = sector * SECTOR_BYTES;
    return this.cylinders.get(cylinder)?.subarray(first, first + sectors * SECTOR_BYTES);
  }

  write(cylinder: number, buffer: Uint8Array): undefined {
    this.cylinders.set(cylinder, buffer.slice());
  }

  damage(cylinder: number, sector: number, bytes: Uint8Array): void {
    this.cylinders.get(cylinder)?.set(bytes, sector * SECTOR_BYTES);
  }

  prepare(): void {
    // Memory is taken as it is needed.
  }
}

/** Drives by place. */
export class CopiedDrives implements DriveSupply {
  readonly keepsStorage = true;
  readonly #drives = new Map<string, CopiedDrive>();

  open(group: number, member: number): DriveBytes {
    return this.#drives.get(`${group}.${member}`) ?? this.exchange(group, member);
  }

  exchange(group: number, member: number): DriveBytes {
    const drive = new CopiedDrive();
    this.#drives.set(`${group}.${member}`, drive);
    return drive;
  }

  destaging(): void {
    // What is written is there at once.
  }

  rewriting(): void {
    // The same.
  }

  dropped(): void {
    // Nothing was written.
  }

  /** The same drives with the same bytes, apart from these. */
  copy(): CopiedDrives {
    const copy = new CopiedDrives();
    for (const [place, { cylinders }] of this.#drives) {
      const drive = new CopiedDrive();
      for (const [cylinder, bytes] of cylinders) drive.cylinders.set(cylinder, bytes.slice());
      copy.#drives.set(place, drive);
    }
    return copy;
  }
}
