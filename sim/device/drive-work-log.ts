/**
 * The drive work that the model tells of, noted until the timing side has turned it into jobs.
 *
 * The model tells from inside its operations, where nothing may be called that could lead back to it.
 *
 * @module
 */
import type { DriveWork } from '../../src/index.ts';

/** First word of a note: what {@link DriveWork} was told. */
export const CYLINDER_WRITTEN = 0;
/** As {@link CYLINDER_WRITTEN}. */
export const CYLINDER_DROPPED = 1;
const RANGE_READ = 2;
/** As {@link CYLINDER_WRITTEN}. */
export const MEMBER_WRITTEN = 3;

/** Words of a note: kind, group, cylinder, member, sector, sectors. */
export const NOTE_WORDS = 6;
const FIRST_NOTES = 256;

/** Notes of drive work. Give it to the subsystem as its port `driveWork`. */
export class DriveWorkLog implements DriveWork {
  /** {@link NOTE_WORDS} words each. */
  words = new Int32Array(FIRST_NOTES * NOTE_WORDS);
  count = 0;

  cylinderWritten(group: number, cylinder: number): void {
    this.#note(CYLINDER_WRITTEN, group, cylinder, 0, 0, 0);
  }

  cylinderDropped(group: number, cylinder: number): void {
    this.#note(CYLINDER_DROPPED, group, cylinder, 0, 0, 0);
  }

  rangeRead(
    group: number,
    cylinder: number,
    member: number,
    sector: number,
    sectors: number,
  ): void {
    this.#note(RANGE_READ, group, cylinder, member, sector, sectors);
  }

  memberWritten(group: number, cylinder: number, member: number): void {
    this.#note(MEMBER_WRITTEN, group, cylinder, member, 0, 0);
  }

  #note(
    kind: number,
    group: number,
    cylinder: number,
    member: number,
    sector: number,
    sectors: number,
  ): void {
    let at = this.count * NOTE_WORDS;
    if (at === this.words.length) {
      const grown = new Int32Array(2 * at);
      grown.set(this.words);
      this.words = grown;
    }
    const { words } = this;
    words[at] = kind;
    words[(at += 1)] = group;
    words[(at += 1)] = cylinder;
    words[(at += 1)] = member;
    words[(at += 1)] = sector;
    words[at + 1] = sectors;
    this.count += 1;
  }
}
