/**
 * The arm and the spindle: where the heads are, and when a run of sectors passes under one.
 *
 * Absolute time matters: the spindle never stops, so the wait for a sector follows from the instant
 * at which the head is ready. A transfer is worked out track by track, never sector by sector.
 *
 * @module
 */
import type { SavedNumbers } from '../../engine/saved-numbers.ts';
import { DriveLayout } from './drive-layout.ts';
import type { DriveParameters } from './drive-parameters.ts';
import { seekTable } from './seek-curve.ts';

const NANOS_PER_MILLI = 1e6;
const NANOS_PER_MINUTE = 6e10;

/** A wait so near a whole revolution is none: the sector begins just now, give or take rounding. */
const WHOLE_TURN = 1 - 1e-6;

/** Heads, arm and spindle of one drive. Times are nanoseconds. */
export class DriveMechanics {
  readonly layout: DriveLayout;
  /** Nanoseconds of a revolution. */
  readonly revolution: number;
  /** Where the arm and the active head are. */
  cylinder = 0;
  head = 0;
  /** When the medium was last in use. */
  freeAt = 0;
  /** Parts of the last access. */
  seekNanos = 0;
  latencyNanos = 0;
  transferNanos = 0;
  /** When the head was ready on the track it was last sent to. */
  settledAt = 0;
  /** When the head of the last access was ready on its first track, and how long it waited there. */
  onTrackAt = 0;
  firstWait = 0;
  /** When the sector that the water mark asked for had been read. */
  markAt = 0;
  /** When the bus can have sent all that was read, if it never had to wait for itself. */
  pacedAt = 0;
  readonly #seeks: Float64Array;
  readonly #headSwitch: number;
  readonly #writeSettle: number;
  readonly #positioning: 'full' | 'average-rotation' | 'constant';
  readonly #constant: number;
  /** Turns the spindle is ahead of the clock; moves only where half a revolution is assumed. */
  #phase = 0;

  constructor(parameters: DriveParameters) {
    this.layout = new DriveLayout(parameters);
    this.revolution = NANOS_PER_MINUTE / parameters.revolutionsPerMinute;
    const cylinders = Math.max(...parameters.zones.map((zone) => zone.lastCylinder)) + 1;
    this.#seeks = seekTable(parameters.seek, cylinders);
    this.#headSwitch = parameters.headSwitch * NANOS_PER_MILLI;
    this.#writeSettle = parameters.writeSettle * NANOS_PER_MILLI;
    this.#positioning = parameters.positioning.kind;
    this.#constant =
      parameters.positioning.kind === 'constant'
        ? parameters.positioning.time * NANOS_PER_MILLI
        : 0;
  }

  /**
   * Reads sectors, wherever the arm is.
   *
   * @param start - When the arm may start.
   * @param address - First sector.
   * @param sectors - How many.
   * @param before - Sectors of the request that are in the buffer already.
   * @param mark - Which sector of the request (from 1) sets `markAt`.
   * @param busSector - Time to send one sector.
   * @param isZeroLatency - Whether reading begins in the middle of a run.
   * @returns When the last sector has been read.
   */
  read(
    start: number,
    address: number,
    sectors: number,
    before: number,
    mark: number,
    busSector: number,
    isZeroLatency: boolean,
  ): number {
    const total = before + sectors;
    this.#begin();
    let time = start;
    let done = 0;
    while (done < sectors) {
      this.layout.find(address + done);
      const run = Math.min(this.layout.runSectors, sectors - done);
      const sectorTime = this.revolution / this.layout.sectorsPerTrack;
      const ready = this.#position(time, false, done === 0);
      const wait = this.#wait(ready, done === 0);
      let first = ready + wait;
      // How many of the run come last, in order; all of them unless reading began inside the run.
      let late = run;
      if (isZeroLatency) {
        const missed = Math.ceil((this.revolution - wait) / sectorTime - 1e-6);
        if (missed > 0 && missed < run) late = missed;
      }
      if (done === 0) this.firstWait = wait;
      this.latencyNanos += wait;
      time = first + late * sectorTime;
      this.transferNanos += late * sectorTime;
      first += sectorTime;
      const index = before + done;
      if (mark > index && mark <= index + run) {
        this.markAt = first + (Math.min(mark - index, late) - 1) * sectorTime;
      }
      const paced = Math.max(
        first + (total - index) * busSector,
        time + (total - index - late + 1) * busSector,
      );
      if (paced > this.pacedAt) this.pacedAt = paced;
      done += run;
    }
    this.freeAt = time;
    return time;
  }

  /**
   * Writes sectors that come over the bus from `dataFrom` on, one every `busSector`.
   *
   * @param notBefore - The medium is not written earlier.
   * @returns When the last sector has been written.
   */
  write(
    start: number,
    address: number,
    sectors: number,
    dataFrom: number,
    busSector: number,
    notBefore: number,
    isZeroLatency: boolean,
  ): number {
    this.#begin();
    let time = start;
    let done = 0;
    while (done < sectors) {
      this.layout.find(address + done);
      const run = Math.min(this.layout.runSectors, sectors - done);
      const sectorTime = this.revolution / this.layout.sectorsPerTrack;
      const ready = Math.max(
        this.#position(time, true, done === 0),
        notBefore,
        dataFrom + (done + 1) * busSector,
      );
      const wait = this.#wait(ready, done === 0);
      let first = ready + wait;
      let late = run;
      const lastData = dataFrom + (done + run) * busSector;
      if (isZeroLatency && ready >= lastData) {
        const missed = Math.ceil((this.revolution - wait) / sectorTime - 1e-6);
        if (missed > 0 && missed < run) late = missed;
      }
      this.latencyNanos += wait;
      // A sector whose data is not there when it passes is written a revolution later.
      while (first + (late - 1) * sectorTime < lastData) {
        first += this.revolution;
        this.latencyNanos += this.revolution;
      }
      time = first + late * sectorTime;
      this.transferNanos += late * sectorTime;
      done += run;
    }
    this.freeAt = time;
    return time;
  }

  /**
   * When the head can begin with a sector, if it goes there now. Moves arm and head, and leaves
   * `layout` at the sector.
   */
  reach(start: number, address: number): number {
    this.layout.find(address);
    const ready = this.#position(start, false, true);
    return ready + this.#wait(ready, false);
  }

  /** Arm, head and phase as numbers. */
  save(): readonly number[] {
    return [this.cylinder, this.head, this.freeAt, this.#phase];
  }

  /** Goes back to what `save` gave. */
  restore(saved: SavedNumbers): void {
    this.cylinder = saved.next();
    this.head = saved.next();
    this.freeAt = saved.next();
    this.#phase = saved.next();
  }

  #begin(): void {
    this.seekNanos = 0;
    this.latencyNanos = 0;
    this.transferNanos = 0;
    this.markAt = 0;
    this.pacedAt = 0;
  }

  /** Moves to the track that `layout` found; when the head is ready there. */
  #position(start: number, isWrite: boolean, isFirst: boolean): number {
    const { layout } = this;
    const distance = Math.abs(layout.cylinder - this.cylinder);
    const isOtherHead = layout.head !== this.head;
    this.cylinder = layout.cylinder;
    this.head = layout.head;
    let time = 0;
    if (this.#positioning === 'constant') time = isFirst ? this.#constant : 0;
    else {
      if (distance > 0) time = this.#seeks[distance] as number;
      if (isOtherHead && time < this.#headSwitch) time = this.#headSwitch;
      if (isWrite && (distance > 0 || isOtherHead)) time += this.#writeSettle;
    }
    this.seekNanos += time;
    this.settledAt = start + time;
    if (isFirst) this.onTrackAt = this.settledAt;
    return this.settledAt;
  }

  /** How long the found sector is still away. */
  #wait(ready: number, isFirst: boolean): number {
    const { revolution } = this;
    const now = (ready % revolution) / revolution + this.#phase;
    let turns = this.layout.angle - now;
    turns -= Math.floor(turns);
    if (this.#positioning !== 'full' && isFirst) {
      const wanted = this.#positioning === 'constant' ? 0 : 0.5;
      this.#phase += turns - wanted;
      this.#phase -= Math.floor(this.#phase);
      return wanted * revolution;
    }
    return turns > WHOLE_TURN ? 0 : turns * revolution;
  }
}
