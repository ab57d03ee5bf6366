/**
 * Drives whose bytes lie in memory, and go with the process.
 *
 * @module
 */
import type { DriveBytes, DriveSupply } from './drive-bytes.ts';
import { SECTOR_BYTES } from './logical-cylinder.ts';

/** A drive that keeps the buffers that are written to it. */
class MemoryDrive implements DriveBytes {
  readonly #cylinders: (Uint8Array | undefined)[] = [];

  read(cylinder: number, sector: number, sectors: number): Uint8Array | undefined {
    const first = sector * SECTOR_BYTES;
    return this.#cylinders[cylinder]?.subarray(first, first + sectors * SECTOR_BYTES);
  }

  write(cylinder: number, buffer: Uint8Array): Uint8Array | undefined {
    const former = this.#cylinders[cylinder];
    this.prepare(cylinder, buffer);
    return former;
  }

  damage(cylinder: number, sector: number, bytes: Uint8Array): void {
    this.#cylinders[cylinder]?.set(bytes, sector * SECTOR_BYTES);
  }

  prepare(cylinder: number, buffer: Uint8Array): void {
    while (this.#cylinders.length < cylinder) this.#cylinders.push(undefined);
    this.#cylinders[cylinder] = buffer;
  }
}

/** Drives in memory. Nobody else hears of what goes to them. */
export const MEMORY_DRIVES: DriveSupply = Object.freeze({
  keepsStorage: false,
  open: () => new MemoryDrive(),
  exchange: () => new MemoryDrive(),
  destaging: () => undefined,
  rewriting: () => undefined,
  dropped: () => undefined,
});
