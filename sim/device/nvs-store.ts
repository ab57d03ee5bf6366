/**
 * Nonvolatile storage in time: room is taken before a host's bytes come, and given back when the
 * logical cylinder that they went into is on the drives.
 *
 * The model destages a cylinder when it is full, and at once; here it stays taken until its drives have
 * written it. When most of the storage lies in cylinders that are still open and nothing is on its way
 * to the drives, open cylinders are destaged as they are: no writer waits for a cylinder to fill up.
 *
 * @module
 */
import { invariant, type Subsystem } from '../../src/index.ts';
import type { Engine, EnginePart } from '../engine/engine.ts';
import { Level } from '../engine/level.ts';
import type { NvsParameters } from './subsystem-parameters.ts';

/** Bytes of the storage by where they are. */
export class NvsStore implements EnginePart {
  readonly name: string;
  readonly level: Level;
  /** Open cylinders that had to be destaged before they were full. */
  earlyDestageCount = 0;
  readonly #subsystem: Subsystem;
  readonly #parameters: NvsParameters;
  /** Bytes by group and cylinder, for cylinders that were not destaged. */
  readonly #cylinders = new Map<number, number>();
  /** Bytes that drives are writing. */
  #leavingBytes = 0;
  /** Bytes taken for writes that the model has not executed. */
  #comingBytes = 0;

  /**
   * @param prefix - Before the names of its parts.
   * @param granted - A slot got its room: inside {@link take}, or later.
   */
  constructor(
    engine: Engine,
    prefix: string,
    subsystem: Subsystem,
    parameters: NvsParameters,
    granted: (slot: number) => void,
  ) {
    this.#subsystem = subsystem;
    this.#parameters = parameters;
    this.name = `${prefix}nvs store`;
    this.level = new Level(engine, { name: `${prefix}nvs`, bound: parameters.bytes, granted });
    engine.attach(this);
  }

  /** Bytes of storage for so many bytes of a host; never more than there is. */
  bytesFor(hostBytes: number): number {
    const { bytes, bytesPerByte } = this.#parameters;
    return Math.min(bytes, Math.ceil(hostBytes * bytesPerByte));
  }

  /** Takes room. Slots get it in the order in which they come. */
  take(slot: number, bytes: number): void {
    this.#comingBytes += bytes;
    this.level.take(bytes, slot);
  }

  /** Whether destage has to go before hosts' reads: it is nearly full, or somebody waits. */
  get isUrgent(): boolean {
    const { level, bound, queued } = this.level;
    return queued > 0 || level >= bound * this.#parameters.urgentAt;
  }

  /** A write was executed: its bytes lie in this cylinder, or in none when it took no place. */
  noteWritten(bytes: number, group: number, cylinder: number): void {
    this.#comingBytes -= bytes;
    const key = keyOf(group, cylinder);
    this.#cylinders.set(key, (this.#cylinders.get(key) ?? 0) + bytes);
  }

  /** A write was not executed, or into something that needs no drives: its room is free. */
  giveBack(bytes: number): void {
    this.#comingBytes -= bytes;
    this.level.give(bytes);
  }

  /** A cylinder is on its way to the drives. @returns Bytes to {@link giveWritten} in the end. */
  beginDestage(group: number, cylinder: number): number {
    const bytes = this.#forget(group, cylinder);
    this.#leavingBytes += bytes;
    return bytes;
  }

  /** A cylinder is on the drives. */
  giveWritten(bytes: number): void {
    this.#leavingBytes -= bytes;
    this.level.give(bytes);
  }

  /** A cylinder holds nothing any more and goes nowhere. */
  drop(group: number, cylinder: number): void {
    const bytes = this.#forget(group, cylinder);
    if (bytes > 0) this.level.give(bytes);
  }

  /**
   * Whether open cylinders should be destaged as they are: too much is taken, or somebody waits, and
   * nothing is on its way to the drives.
   */
  get shouldDestageOpen(): boolean {
    if (this.#leavingBytes > 0 || this.#cylinders.size === 0) return false;
    const { level, bound, queued } = this.level;
    return queued > 0 || level - this.#comingBytes >= bound * this.#parameters.destageAt;
  }

  /** Destages open cylinders as they are. The model tells what that means for the drives. */
  destageOpen(): void {
    this.earlyDestageCount += 1;
    this.#subsystem.drives.closeOpen();
  }

  save(): Float64Array {
    const values = [this.earlyDestageCount, this.#leavingBytes, this.#comingBytes];
    for (const [key, bytes] of this.#cylinders) values.push(key, bytes);
    return Float64Array.from(values);
  }

  restore(values: Float64Array): void {
    const [early, leaving, coming] = values;
    invariant(coming !== undefined, 'nvs-state-whole');
    this.earlyDestageCount = early as number;
    this.#leavingBytes = leaving as number;
    this.#comingBytes = coming;
    this.#cylinders.clear();
    for (let at = 3; at < values.length; at += 2) {
      this.#cylinders.set(values[at] as number, values[at + 1] as number);
    }
  }

  #forget(group: number, cylinder: number): number {
    const key = keyOf(group, cylinder);
    const bytes = this.#cylinders.get(key) ?? 0;
    this.#cylinders.delete(key);
    return bytes;
  }
}

/** Cylinders of a group are fewer than 2^32. */
function keyOf(group: number, cylinder: number): number {
  return group * 2 ** 32 + cylinder;
}
