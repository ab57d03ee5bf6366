/**
 * The drive's own buffer: segments, each holding one run of addresses.
 *
 * @module
 */
import type { SavedNumbers } from '../../engine/saved-numbers.ts';
import type { DriveBuffer } from './drive-parameters.ts';

const EMPTY = 0;
const READ = 1;
const WRITTEN = 2;

/** Which addresses lie in which segment. Typed arrays, and no allocation after the start. */
export class SegmentTable {
  /** First address of each segment, and the first one behind it. */
  readonly first: Float64Array;
  readonly end: Float64Array;
  readonly #kind: Uint8Array;
  readonly #used: Float64Array;
  readonly #parameters: DriveBuffer;
  /** First segment that reads may use. */
  readonly #firstForReads: number;
  #clock = 0;

  constructor(parameters: DriveBuffer) {
    const count = Math.max(1, parameters.segments);
    this.first = new Float64Array(count);
    this.end = new Float64Array(count);
    this.#kind = new Uint8Array(count);
    this.#used = new Float64Array(count);
    this.#parameters = parameters;
    this.#firstForReads = parameters.hasOwnWriteSegment && count > 1 ? 1 : 0;
  }

  /** The segment in which a read of `address` finds at least its first sector; -1 for none. */
  holding(address: number): number {
    if (!this.#parameters.isCaching) return -1;
    for (let segment = 0; segment < this.first.length; segment += 1) {
      const kind = this.#kind[segment] as number;
      if (kind === EMPTY || (kind === WRITTEN && !this.#parameters.readsWrittenData)) continue;
      if (address >= (this.first[segment] as number) && address < (this.end[segment] as number)) {
        return segment;
      }
    }
    return -1;
  }

  /** Whether a read of the address was served not long ago. */
  remembers(address: number): boolean {
    const segment = this.holding(address);
    return segment >= 0 && this.#kind[segment] === READ;
  }

  /** Marks a segment as the one used last. */
  touch(segment: number): void {
    this.#clock += 1;
    this.#used[segment] = this.#clock;
  }

  /** A segment for what a read brings: the one that it continues, or the one not used longest. */
  takeForRead(address: number): number {
    for (let segment = this.#firstForReads; segment < this.first.length; segment += 1) {
      if (this.#kind[segment] === READ && this.end[segment] === address) {
        return this.#assign(segment, READ, address);
      }
    }
    return this.#assign(this.#oldest(this.#firstForReads, EMPTY), READ, address);
  }

  /** A segment for written data that continues none. */
  takeForWrite(address: number): number {
    if (this.#parameters.hasOwnWriteSegment) return this.#assign(0, WRITTEN, address);
    const written = this.#kind.reduce((sum, kind) => sum + (kind === WRITTEN ? 1 : 0), 0);
    const isFull = written >= this.#parameters.writeSegments;
    return this.#assign(this.#oldest(0, isFull ? WRITTEN : EMPTY), WRITTEN, address);
  }

  /** Sets the end of a segment, and drops from its front what no longer fits. */
  extend(segment: number, end: number): void {
    this.end[segment] = end;
    const front = end - this.#parameters.segmentSectors;
    if ((this.first[segment] as number) < front) this.first[segment] = front;
  }

  /** Empties all segments but one that hold any of the addresses: they are written anew. */
  drop(first: number, end: number, except: number): void {
    for (let segment = 0; segment < this.first.length; segment += 1) {
      if (segment === except) continue;
      if (end <= (this.first[segment] as number) || first >= (this.end[segment] as number))
        continue;
      this.#kind[segment] = EMPTY;
      this.end[segment] = this.first[segment] as number;
    }
  }

  /** The table as numbers. */
  save(): readonly number[] {
    return [...this.first, ...this.end, ...this.#kind, ...this.#used, this.#clock];
  }

  /** Goes back to what `save` gave. */
  restore(saved: SavedNumbers): void {
    for (const column of [this.first, this.end, this.#kind, this.#used]) {
      column.set(saved.many(column.length));
    }
    this.#clock = saved.next();
  }

  #assign(segment: number, kind: number, address: number): number {
    this.#kind[segment] = kind;
    this.first[segment] = address;
    this.end[segment] = address;
    this.touch(segment);
    return segment;
  }

  /** The segment not used longest, among those of a kind (any kind for `EMPTY`). */
  #oldest(from: number, kind: number): number {
    let best = from;
    let bestUsed = Number.POSITIVE_INFINITY;
    for (let segment = from; segment < this.first.length; segment += 1) {
      if (kind !== EMPTY && this.#kind[segment] !== kind) continue;
      const used = this.#kind[segment] === EMPTY ? -1 : (this.#used[segment] as number);
      if (used < bestUsed) {
        best = segment;
        bestUsed = used;
      }
    }
    return best;
  }
}
