/**
 * Turns the notes of drive work that the model has made into work of the drives.
 *
 * | note | work |
 * | --- | --- |
 * | a cylinder was written | every member that works writes it; its room in nonvolatile storage comes back |
 * | a cylinder was dropped | none; its room comes back |
 * | sectors were read | one read, for background work |
 * | a member was written | one write, for background work |
 *
 * @module
 */
import type { Subsystem } from '../../src/index.ts';
import { type DriveBank, FOR_BACKGROUND, FOR_DESTAGE } from './drive-bank.ts';
import { type DriveTasks, TASK_DESTAGE } from './drive-tasks.ts';
import {
  CYLINDER_DROPPED,
  CYLINDER_WRITTEN,
  type DriveWorkLog,
  MEMBER_WRITTEN,
  NOTE_WORDS,
} from './drive-work-log.ts';
import type { NvsStore } from './nvs-store.ts';

const URGENT = 0;
const DESTAGE = 1;
const BACKGROUND = 2;

/** What the notes are turned into work with. */
export interface DriveNotesParts {
  readonly subsystem: Subsystem;
  readonly log: DriveWorkLog;
  readonly bank: DriveBank;
  readonly tasks: DriveTasks;
  readonly nvs: NvsStore;
  /** A destage that no drive has to do anything for is done. */
  readonly ended: (task: number) => void;
}

/** The notes. */
export class DriveNotes {
  /** Logical cylinders that went to the drives so far. */
  destagedCount = 0;
  readonly #parts: DriveNotesParts;

  constructor(parts: DriveNotesParts) {
    this.#parts = parts;
  }

  /** Drops everything that was noted: work that was done before time began. */
  forget(): void {
    this.#parts.log.count = 0;
  }

  /**
   * Turns everything that was noted into work.
   *
   * @param background - Task whose pieces reads and rebuilt members are, and destages as well, so that
   *   whoever paces background work waits for what it caused; 0 for nobody's.
   */
  drain(background: number): void {
    const { log } = this.#parts;
    if (log.count === 0) return;
    const { words, count } = log;
    for (let at = 0; at < count * NOTE_WORDS; at += NOTE_WORDS) {
      const kind = words[at] as number;
      const group = words[at + 1] as number;
      const cylinder = words[at + 2] as number;
      if (kind === CYLINDER_WRITTEN) this.#destage(group, cylinder, background);
      else if (kind === CYLINDER_DROPPED) this.#parts.nvs.drop(group, cylinder);
      else this.#one(words, at, background);
    }
    log.count = 0;
  }

  #destage(group: number, cylinder: number, background: number): void {
    const { subsystem, bank, tasks, nvs, ended } = this.#parts;
    const { places } = subsystem;
    const shape = places.shapes[group];
    if (shape === undefined) return;
    this.destagedCount += 1;
    const task = tasks.take(TASK_DESTAGE, background, 0, nvs.beginDestage(group, cylinder));
    const priority = nvs.isUrgent ? URGENT : DESTAGE;
    const members = shape.dataDrives + shape.redundancyDrives;
    let pieces = 0;
    for (let member = 0; member < members; member += 1) {
      if (places.isOnline(group, member)) pieces += 1;
    }
    tasks.pending[task] = pieces;
    if (background !== 0) tasks.pending[background] = (tasks.pending[background] as number) + 1;
    if (pieces === 0) {
      ended(task);
      return;
    }
    for (let member = 0; member < members; member += 1) {
      if (!places.isOnline(group, member)) continue;
      const { cylinderSectors } = shape;
      bank.enter(group, cylinder, member, 0, cylinderSectors, 1, priority, FOR_DESTAGE, task);
    }
  }

  /** One piece of background work. */
  #one(words: Int32Array, at: number, background: number): void {
    const { subsystem, bank, tasks } = this.#parts;
    const group = words[at + 1] as number;
    const isWrite = words[at] === MEMBER_WRITTEN;
    const sectors = isWrite
      ? (subsystem.places.shapes[group]?.cylinderSectors ?? 0)
      : (words[at + 5] as number);
    if (background !== 0) tasks.pending[background] = (tasks.pending[background] as number) + 1;
    const cylinder = words[at + 2] as number;
    const member = words[at + 3] as number;
    const sector = isWrite ? 0 : (words[at + 4] as number);
    const operation = isWrite ? 1 : 0;
    bank.enter(
      group,
      cylinder,
      member,
      sector,
      sectors,
      operation,
      BACKGROUND,
      FOR_BACKGROUND,
      background,
    );
  }
}
