/**
 * The drives of all groups: a station each, with a line for each priority, and the pieces of work in
 * them.
 *
 * | priority | what |
 * | --- | --- |
 * | 0 | hosts' reads; destage instead when nonvolatile storage runs full |
 * | 1 | destage, reading ahead, work of jobs; hosts' reads when nonvolatile storage runs full |
 * | 2 | background work: copy, collection, rebuild, scrub |
 *
 * A long transfer is done in commands of bounded length, and what is more urgent goes in between. Inside a
 * priority the order is that of arrival: nothing is sorted by place (our choice; it makes waits longer
 * where a drive is nearly saturated).
 *
 * @module
 */
import { InputError } from '../../src/index.ts';
import type { Engine, EnginePart } from '../engine/engine.ts';
import { SavedNumbers } from '../engine/saved-numbers.ts';
import { Station } from '../engine/station.ts';

const PRIORITIES = 3;
const SECTOR_BYTES = 512;
const FIRST_ROOM = 64;

/** Where the time of a drive comes from: a model with moving parts, or a drive without. */
export interface DriveTiming {
  readonly sectorCount: number;
  /** Whole nanoseconds of a command that begins now; moves the drive on. */
  serviceNanos(now: number, operation: 0 | 1, lbn: number, sectors: number): number;
  save(): Float64Array;
  restore(values: Float64Array): void;
}

/** On whose behalf a drive works: places in {@link DriveBank.readBytes} and {@link DriveBank.writtenBytes}. */
export const FOR_HOST = 0;
export const FOR_JOB = 1;
export const FOR_READ_AHEAD = 2;
export const FOR_BACKGROUND = 3;
export const FOR_DESTAGE = 4;
const PURPOSE_COUNT = 5;

/** What makes a bank. */
export interface DriveBankInput {
  /** Before the names of parts. */
  readonly prefix: string;
  /** Members and sectors of a physical cylinder of each group. */
  readonly groups: readonly { readonly members: number; readonly cylinderSectors: number }[];
  readonly makeDrive: () => DriveTiming;
  /** Commands that a drive works on at once. */
  readonly concurrency: number;
  /** Longest command in sectors. */
  readonly pieceSectors: number;
  /** A piece of work of this task is done. */
  readonly done: (task: number) => void;
}

/** The drives. */
export class DriveBank implements EnginePart {
  readonly name: string;
  /** By group, then member. */
  readonly stations: readonly Station[];
  readonly drives: readonly DriveTiming[];
  /** Bytes read and written so far, by purpose. */
  readonly readBytes = new Float64Array(PURPOSE_COUNT);
  readonly writtenBytes = new Float64Array(PURPOSE_COUNT);
  readonly #engine: Engine;
  readonly #pieceSectors: number;
  readonly #firstUnit: readonly number[];
  readonly #cylinderSectors: readonly number[];
  readonly #done: (task: number) => void;
  #unit = new Int32Array(FIRST_ROOM);
  /** 0 read, 1 write; the priority times two beside it. */
  #command = new Int32Array(FIRST_ROOM);
  #sector = new Float64Array(FIRST_ROOM);
  #sectors = new Int32Array(FIRST_ROOM);
  #task = new Int32Array(FIRST_ROOM);
  #highest = 0;
  #free: number[] = [];

  constructor(engine: Engine, input: DriveBankInput) {
    this.#engine = engine;
    this.name = `${input.prefix}drive bank`;
    this.#pieceSectors = input.pieceSectors;
    this.#done = input.done;
    const firstUnit: number[] = [];
    const stations: Station[] = [];
    const drives: DriveTiming[] = [];
    input.groups.forEach(({ members }, group) => {
      firstUnit.push(stations.length);
      for (let member = 0; member < members; member += 1) {
        const drive = input.makeDrive();
        drives.push(drive);
        stations.push(
          new Station(engine, {
            name: `${input.prefix}drive ${group}.${member}`,
            servers: input.concurrency,
            priorities: PRIORITIES,
            serviceOf: (slot) => this.#serviceOf(drive, slot),
            done: (slot) => this.#pieceDone(slot),
          }),
        );
      }
    });
    this.#firstUnit = firstUnit;
    this.#cylinderSectors = input.groups.map(({ cylinderSectors }) => cylinderSectors);
    this.stations = stations;
    this.drives = drives;
    engine.attach(this);
  }

  /** Pieces under way. */
  get usedCount(): number {
    return this.#highest - this.#free.length;
  }

  /** Work for one drive. The task's count of pieces is the caller's. */
  enter(
    group: number,
    cylinder: number,
    member: number,
    sector: number,
    sectors: number,
    operation: 0 | 1,
    priority: number,
    purpose: number,
    task: number,
  ): void {
    let slot = this.#free.pop();
    if (slot === undefined) {
      this.#highest += 1;
      slot = this.#highest;
      if (slot === this.#unit.length) this.#grow();
    }
    const unit = (this.#firstUnit[group] as number) + member;
    this.#unit[slot] = unit;
    this.#command[slot] = operation | (priority << 1);
    this.#sector[slot] = cylinder * (this.#cylinderSectors[group] as number) + sector;
    this.#sectors[slot] = sectors;
    this.#task[slot] = task;
    const bytes = operation === 0 ? this.readBytes : this.writtenBytes;
    bytes[purpose] = (bytes[purpose] as number) + sectors * SECTOR_BYTES;
    (this.stations[unit] as Station).enter(slot, priority);
  }

  save(): Float64Array {
    const values = [this.#highest, this.#free.length, ...this.#free];
    values.push(...this.readBytes, ...this.writtenBytes);
    for (const field of this.#fields()) values.push(...field.subarray(1, this.#highest + 1));
    for (const drive of this.drives) {
      const state = drive.save();
      values.push(state.length, ...state);
    }
    return Float64Array.from(values);
  }

  restore(values: Float64Array): void {
    const saved = new SavedNumbers(values);
    this.#highest = saved.next();
    this.#free = [...saved.many(saved.next())];
    this.readBytes.set(saved.many(PURPOSE_COUNT));
    this.writtenBytes.set(saved.many(PURPOSE_COUNT));
    while (this.#highest >= this.#unit.length) this.#grow();
    for (const field of this.#fields()) field.set(saved.many(this.#highest), 1);
    for (const drive of this.drives) drive.restore(saved.many(saved.next()));
  }

  #serviceOf(drive: DriveTiming, slot: number): number {
    const rest = this.#sectors[slot] as number;
    const sectors = rest < this.#pieceSectors ? rest : this.#pieceSectors;
    const operation = ((this.#command[slot] as number) & 1) as 0 | 1;
    return drive.serviceNanos(this.#engine.now, operation, this.#sector[slot] as number, sectors);
  }

  #pieceDone(slot: number): void {
    const rest = (this.#sectors[slot] as number) - this.#pieceSectors;
    if (rest > 0) {
      this.#sectors[slot] = rest;
      this.#sector[slot] = (this.#sector[slot] as number) + this.#pieceSectors;
      const station = this.stations[this.#unit[slot] as number] as Station;
      station.enter(slot, (this.#command[slot] as number) >> 1);
      return;
    }
    const task = this.#task[slot] as number;
    this.#free.push(slot);
    if (task !== 0) this.#done(task);
  }

  #fields(): readonly (Int32Array | Float64Array)[] {
    return [this.#unit, this.#command, this.#sector, this.#sectors, this.#task];
  }

  #grow(): void {
    const room = this.#unit.length * 2;
    const longer = (array: Int32Array): Int32Array<ArrayBuffer> => {
      const grown = new Int32Array(room);
      grown.set(array);
      return grown;
    };
    const sector = new Float64Array(room);
    sector.set(this.#sector);
    this.#unit = longer(this.#unit);
    this.#command = longer(this.#command);
    this.#sector = sector;
    this.#sectors = longer(this.#sectors);
    this.#task = longer(this.#task);
  }
}

/**
 * Checks that the cylinders of a group fit its drives.
 *
 * @throws InputError CONFIGURATION_INVALID
 */
export function checkDriveRoom(group: number, neededSectors: number, sectorCount: number): void {
  if (neededSectors <= sectorCount) return;
  throw new InputError('CONFIGURATION_INVALID', {
    what: `group ${group} needs ${neededSectors} sectors of each of its drives`,
    limit: `the drive of the parameter set has ${sectorCount}`,
    fix: 'give the group less capacity or more data drives, or choose a larger drive',
  });
}
