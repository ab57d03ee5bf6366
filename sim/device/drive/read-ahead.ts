/**
 * Reading on after a read, worked out when somebody asks: while nothing arrives nobody needs to know
 * how far it has come.
 *
 * @module
 */

import type { SavedNumbers } from '../../engine/saved-numbers.ts';
import type { DriveMechanics } from './drive-mechanics.ts';
import type { SegmentTable } from './segment-table.ts';

/** A stream of sectors from the medium into a segment. Times are nanoseconds. */
export class ReadAhead {
  /** Whether the medium is being read. */
  isActive = false;
  /** The segment that is being filled. */
  segment = -1;
  /** The next sector to be read, and when it begins (or began) to pass under the head. */
  next = 0;
  time = 0;
  #limit = 0;
  #minimum = 0;
  /** When the arm has settled where the stream sent it. */
  #settledAt = 0;
  /** Address from which the segment holds the track once a whole revolution has passed. */
  #trackFrom = 0;
  #trackAt = Number.POSITIVE_INFINITY;
  readonly #mechanics: DriveMechanics;
  readonly #segments: SegmentTable;
  readonly #stopsInSector: boolean;

  constructor(mechanics: DriveMechanics, segments: SegmentTable, stopsInSector: boolean) {
    this.#mechanics = mechanics;
    this.#segments = segments;
    this.#stopsInSector = stopsInSector;
  }

  /** Begins at `next`, from an arm that is free at `time`, and goes on before address `limit`. */
  start(segment: number, next: number, limit: number, minimum: number, time: number): void {
    this.#trackAt = Number.POSITIVE_INFINITY;
    this.isActive = next < limit;
    this.segment = segment;
    this.next = next;
    this.time = time;
    this.#settledAt = time;
    this.#limit = limit;
    this.#minimum = Math.min(minimum, limit);
  }

  /** Lets the segment hold the track from `from` on when the head has passed all of it, at `at`. */
  keepTrack(segment: number, from: number, at: number): void {
    this.segment = segment;
    this.#trackFrom = from;
    this.#trackAt = at;
  }

  /** Moves the end of the stream; one that has ended stays so. */
  extend(limit: number): void {
    if (this.isActive && limit > this.#limit) this.#limit = limit;
  }

  /** Brings the stream to an instant. */
  advance(now: number): void {
    if (now >= this.#trackAt) {
      this.#trackAt = Number.POSITIVE_INFINITY;
      const { first, end } = this.#segments;
      const segment = this.segment;
      if ((first[segment] as number) > this.#trackFrom) first[segment] = this.#trackFrom;
      this.#segments.extend(segment, end[segment] as number);
    }
    if (!this.isActive) return;
    const { layout, revolution } = this.#mechanics;
    while (this.next < this.#limit) {
      const begin = this.#mechanics.reach(this.time, this.next);
      const sectorTime = revolution / layout.sectorsPerTrack;
      const run = Math.min(layout.runSectors, this.#limit - this.next);
      this.#settledAt = this.#mechanics.settledAt;
      this.time = begin;
      if (begin + run * sectorTime > now) {
        const whole = now > begin ? Math.min(run, Math.floor((now - begin) / sectorTime)) : 0;
        this.next += whole;
        this.time = begin + whole * sectorTime;
        break;
      }
      this.next += run;
      this.time = begin + run * sectorTime;
    }
    this.#segments.extend(this.segment, this.next);
    if (this.next >= this.#limit) {
      this.isActive = false;
      this.#mechanics.freeAt = this.time;
    }
  }

  /** Ends the stream for a request at `now` that needs the medium; when the arm is free for it. */
  stop(now: number): number {
    this.#trackAt = Number.POSITIVE_INFINITY;
    if (this.isActive && this.next < this.#minimum) {
      this.#limit = this.#minimum;
      this.advance(Number.POSITIVE_INFINITY);
    }
    if (!this.isActive) return Math.max(now, this.#mechanics.freeAt);
    this.isActive = false;
    let free = Math.max(now, this.#settledAt);
    if (!this.#stopsInSector && this.time < now) {
      free = this.time + this.#mechanics.revolution / this.#mechanics.layout.sectorsPerTrack;
    }
    this.#mechanics.freeAt = free;
    return free;
  }

  /** Lets the stream run to its end; when the arm is free then. */
  finish(): number {
    this.advance(Number.POSITIVE_INFINITY);
    return this.#mechanics.freeAt;
  }

  /** The stream as numbers. */
  save(): readonly number[] {
    const { isActive, segment, next, time } = this;
    return [
      isActive ? 1 : 0,
      segment,
      next,
      time,
      this.#limit,
      this.#minimum,
      this.#settledAt,
      this.#trackFrom,
      this.#trackAt,
    ];
  }

  /** Goes back to what `save` gave. */
  restore(saved: SavedNumbers): void {
    this.isActive = saved.next() === 1;
    this.segment = saved.next();
    this.next = saved.next();
    this.time = saved.next();
    this.#limit = saved.next();
    this.#minimum = saved.next();
    this.#settledAt = saved.next();
    this.#trackFrom = saved.next();
    this.#trackAt = saved.next();
  }
}
