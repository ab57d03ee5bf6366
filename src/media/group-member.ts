/**
 * A member of a redundancy group: the place of one drive, data or redundancy, which drives take in
 * turn as they fail and are replaced.
 *
 * Members 0 to N-1 hold data, N holds P, N+1 holds Q.
 *
 * @module
 */
import type { SparseBitmap } from '../base/bitmap.ts';
import { invariant } from '../base/invariant.ts';
import type { KeptBitmaps } from '../base/kept-bitmaps.ts';
import { type CorruptionKind, Drive, type DriveState } from './drive.ts';
import type { DriveBytes } from './drive-bytes.ts';

/** Where the drives of one member come from. */
export interface MemberDrives {
  /** The drive that stands there when the subsystem comes up. */
  open(): DriveBytes;
  /** An empty one in its place. */
  exchange(): DriveBytes;
}

/** One member. */
export class GroupMember {
  readonly number: number;
  /** The drive that stands here now. */
  readonly drive: Drive;
  readonly #drives: MemberDrives | undefined;
  /** Called after everything that may make or end a fault. */
  readonly #onFault: () => void;
  /** Drives that failed and whose place a spare has taken. */
  #outCount = 0;

  /** @param drives - None where drives hold no bytes, but only what is wrong with them. */
  constructor(
    number: number,
    shape: { readonly cylinderCount: number; readonly cylinderSectors: number },
    drives: MemberDrives | undefined,
    onFault: () => void,
  ) {
    this.number = number;
    this.#drives = drives;
    this.#onFault = onFault;
    this.drive = new Drive(shape.cylinderCount, shape.cylinderSectors, drives?.open());
  }

  /** What is wrong with the drive outlives the process. */
  keep(bitmaps: KeptBitmaps): void {
    bitmaps.add(`${this.number}.missing`, this.drive.missing);
    bitmaps.add(`${this.number}.unreadable`, this.drive.unreadable);
    bitmaps.add(`${this.number}.harmed`, this.drive.harmed);
  }

  get state(): DriveState {
    return this.drive.state;
  }

  /** Cylinders that the drive does not hold as it should: rebuild has them before it. */
  get missing(): SparseBitmap {
    return this.drive.missing;
  }

  /** Sectors that cannot be read, by cylinder times sectors of a cylinder plus sector. */
  get unreadable(): SparseBitmap {
    return this.drive.unreadable;
  }

  /** Failed drives of this member whose place a spare has taken. */
  get outCount(): number {
    return this.#outCount;
  }

  /** Whether any of these sectors is known to be bad. */
  isErased(cylinder: number, sector: number, sectors: number): boolean {
    return this.drive.isErased(cylinder, sector, sectors);
  }

  /** The drive fails: nothing on it can be read or written. */
  fail(): void {
    invariant(this.state === 'online', 'member-online-at-failure', String(this.number));
    this.drive.state = 'failed';
    this.#onFault();
  }

  /** The failed drive comes back with what it held; cylinders destaged meanwhile are missing. */
  return(): void {
    invariant(this.state === 'failed', 'member-failed-at-return', String(this.number));
    this.drive.state = 'online';
    this.#onFault();
  }

  /**
   * An empty drive takes the place of the failed one.
   *
   * @param destaged - Cylinders that it should hold; all of them are missing.
   * @param isSpare - Whether it is a spare, and the failed drive waits to be repaired.
   */
  replace(destaged: Iterable<number>, isSpare: boolean): void {
    invariant(this.state === 'failed', 'member-failed-at-replacement', String(this.number));
    this.drive.exchange(this.#drives?.exchange());
    for (const cylinder of destaged) this.drive.missing.set(cylinder);
    if (isSpare) this.#outCount += 1;
    this.#onFault();
  }

  /** State of the drive, and how many are out. */
  save(): readonly [DriveState, number] {
    return [this.state, this.#outCount];
  }

  /** Takes what was saved; the caller sees to the faults. */
  restore([state, outCount]: readonly [DriveState, number]): void {
    this.drive.state = state;
    this.#outCount = outCount;
  }

  /** A failed drive whose place a spare had taken is repaired or replaced: it is the spare now. */
  refillSpare(): void {
    invariant(this.#outCount > 0, 'member-has-drive-out', String(this.number));
    this.#outCount -= 1;
  }

  /** Damages sectors of a cylinder that was destaged. */
  corrupt(cylinder: number, sector: number, sectors: number, kind: CorruptionKind): void {
    invariant(this.state === 'online', 'member-online-at-corruption', String(this.number));
    if (kind === 'unreadable' || this.#drives === undefined) {
      this.drive.markUnreadable(cylinder, sector, sectors);
      this.#onFault();
    } else if (!this.drive.missing.has(cylinder)) {
      this.drive.harm(cylinder, sector, sectors, kind);
    }
  }

  /**
   * Bytes of sectors as they lie on the drive, right or wrong.
   *
   * @returns `undefined` where none were ever written, or where the medium gives an error: then the
   *   sectors that do so are unreadable from now on.
   */
  read(cylinder: number, sector: number, sectors: number): Uint8Array | undefined {
    const bytes = this.drive.read(cylinder, sector, sectors);
    if (bytes !== 'unreadable') return bytes;
    const bad: number[] = [];
    for (let at = sector; at < sector + sectors; at += 1) {
      if (this.drive.read(cylinder, at, 1) === 'unreadable') bad.push(at);
    }
    // An error that comes and goes is believed: the sectors are found again elsewhere, and move away.
    if (bad.length === 0) this.drive.markUnreadable(cylinder, sector, sectors);
    for (const at of bad) this.drive.markUnreadable(cylinder, at, 1);
    this.#onFault();
    return undefined;
  }

  /** A whole cylinder arrives at the drive, or passes it by while it has failed. */
  write(cylinder: number, buffer: Uint8Array | undefined): Uint8Array | undefined {
    if (this.state === 'failed') {
      this.drive.missing.set(cylinder);
      return buffer;
    }
    const wasFaulty = this.drive.isFaulty;
    const former = this.drive.write(cylinder, buffer);
    if (wasFaulty) this.#onFault();
    return former;
  }

  /** A cylinder holds nothing any more. */
  forget(cylinder: number): void {
    const wasFaulty = this.drive.isFaulty;
    this.drive.forget(cylinder);
    if (wasFaulty) this.#onFault();
  }

  /** Sectors of a cylinder are not to be had: rebuilding it could not find them, or nothing lies there. */
  markLost(cylinder: number, sector: number, sectors: number): void {
    this.drive.markUnreadable(cylinder, sector, sectors);
    this.#onFault();
  }
}
