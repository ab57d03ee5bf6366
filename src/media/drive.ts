/**
 * A drive: physical cylinders of bytes, and what is wrong with them.
 *
 * | state | shown by |
 * | --- | --- |
 * | the whole drive failed | {@link Drive.state} |
 * | a cylinder was destaged while the drive was away, or not rebuilt yet | {@link Drive.missing} |
 * | a sector gives an error when it is read | {@link Drive.unreadable} |
 * | a sector holds wrong bytes and nobody knows | only the bytes themselves |
 *
 * A subsystem with content `signature` keeps no bytes; there the last case is a state, too, and stands
 * with the unreadable sectors.
 *
 * @module
 */
import { SparseBitmap } from '../base/bitmap.ts';
import { invariant } from '../base/invariant.ts';
import type { DriveBytes } from './drive-bytes.ts';
import { SECTOR_BYTES } from './logical-cylinder.ts';

/** Whether a drive can be used. */
export type DriveState = 'online' | 'failed';

/** What kind of damage is done to sectors. */
export type CorruptionKind = 'unreadable' | 'torn' | 'misdirected' | 'flipped';

/** One drive. */
export class Drive {
  state: DriveState = 'online';
  /** Cylinders whose content on this drive is not the one that it should be. */
  readonly missing: SparseBitmap;
  /** Sectors that cannot be read, by cylinder times sectors of a cylinder plus sector. */
  readonly unreadable: SparseBitmap;
  /** Sectors that are silently wrong for damage on purpose. Only the whole-state check looks at them. */
  readonly harmed: SparseBitmap;
  readonly #cylinderSectors: number;
  #bytes: DriveBytes | undefined;

  /** @param bytes - None where no bytes are kept. */
  constructor(cylinderCount: number, cylinderSectors: number, bytes: DriveBytes | undefined) {
    this.#cylinderSectors = cylinderSectors;
    this.#bytes = bytes;
    this.missing = new SparseBitmap(cylinderCount);
    this.unreadable = new SparseBitmap(cylinderCount * cylinderSectors);
    this.harmed = new SparseBitmap(cylinderCount * cylinderSectors);
  }

  /** Whether the drive or something on it is known to be bad. */
  get isFaulty(): boolean {
    return this.state === 'failed' || this.missing.count > 0 || this.unreadable.count > 0;
  }

  /** Whether any of these sectors is known to be bad. */
  isErased(cylinder: number, sector: number, sectors: number): boolean {
    if (this.state === 'failed' || this.missing.has(cylinder)) return true;
    return this.unreadable.countIn(cylinder * this.#cylinderSectors + sector, sectors) > 0;
  }

  /** Whether any of these sectors was silently damaged on purpose. */
  isHarmed(cylinder: number, sector: number, sectors: number): boolean {
    return this.harmed.countIn(cylinder * this.#cylinderSectors + sector, sectors) > 0;
  }

  /** Bytes of sectors, right or wrong, as {@link DriveBytes.read} has them. */
  read(cylinder: number, sector: number, sectors: number): Uint8Array | 'unreadable' | undefined {
    return this.#bytes?.read(cylinder, sector, sectors);
  }

  /**
   * A cylinder is written as a whole: the buffer is the drive's from now on.
   *
   * @param buffer - `undefined` where no bytes are kept.
   * @returns A buffer that the drive does not need any more.
   */
  write(cylinder: number, buffer: Uint8Array | undefined): Uint8Array | undefined {
    invariant(this.state === 'online', 'drive-online-at-write');
    const former = buffer === undefined ? undefined : this.#bytes?.write(cylinder, buffer);
    this.forget(cylinder);
    return former;
  }

  /** Gives a cylinder that was never written its memory ahead of need. */
  prepare(cylinder: number, buffer: Uint8Array): void {
    this.#bytes?.prepare(cylinder, buffer);
  }

  /** Another drive takes the place of this one: it is empty, and nothing is wrong with it. */
  exchange(bytes: DriveBytes | undefined): void {
    this.#bytes = bytes;
    this.state = 'online';
    for (const bitmap of [this.missing, this.unreadable, this.harmed]) bitmap.reset();
  }

  /** Nothing is wrong with a cylinder any more: it was written anew, or holds nothing. */
  forget(cylinder: number): void {
    if (this.missing.count > 0) this.missing.clear(cylinder);
    if (this.unreadable.count > 0) this.#clear(this.unreadable, cylinder);
    if (this.harmed.count > 0) this.#clear(this.harmed, cylinder);
  }

  /** Sectors cannot be read from now on. */
  markUnreadable(cylinder: number, sector: number, sectors: number): void {
    const first = cylinder * this.#cylinderSectors + sector;
    for (let at = 0; at < sectors; at += 1) this.unreadable.set(first + at);
  }

  /**
   * Silently damages sectors that hold bytes.
   *
   * `torn`: the second half holds something else. `misdirected`: all of them hold what belongs to
   * other sectors of the cylinder. `flipped`: one bit of each differs.
   */
  harm(cylinder: number, sector: number, sectors: number, kind: CorruptionKind): void {
    const range = this.#copy(cylinder, sector, sectors);
    if (kind === 'torn') {
      for (let at = range.length >>> 1; at < range.length; at += 1) range[at] = ~(range[at] ?? 0);
    } else if (kind === 'misdirected') {
      const from = (sector + sectors) % this.#cylinderSectors;
      range.set(this.#copy(cylinder, from, Math.min(sectors, this.#cylinderSectors - from)));
    } else {
      for (let at = 0; at < range.length; at += SECTOR_BYTES) {
        const flipped = at + ((at / SECTOR_BYTES) % SECTOR_BYTES);
        range[flipped] = (range[flipped] ?? 0) ^ 0x10;
      }
    }
    this.#bytes?.damage(cylinder, sector, range);
    this.noteHarm(cylinder, sector, sectors);
  }

  /** Sectors hold something wrong because of damage on purpose, here or where they were found from. */
  noteHarm(cylinder: number, sector: number, sectors: number): void {
    const first = cylinder * this.#cylinderSectors + sector;
    for (let at = 0; at < sectors; at += 1) this.harmed.set(first + at);
  }

  #copy(cylinder: number, sector: number, sectors: number): Uint8Array {
    const bytes = this.read(cylinder, sector, sectors);
    invariant(bytes instanceof Uint8Array, 'drive-cylinder-has-bytes', String(cylinder));
    return bytes.slice();
  }

  #clear(bitmap: SparseBitmap, cylinder: number): void {
    const first = cylinder * this.#cylinderSectors;
    if (bitmap.countIn(first, this.#cylinderSectors) === 0) return;
    for (let at = 0; at < this.#cylinderSectors; at += 1) bitmap.clear(first + at);
  }
}
