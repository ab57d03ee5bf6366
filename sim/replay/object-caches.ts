/**
 * Misses of plain caches over a trace: least recently used, first in first out, and the best that any
 * could do (Belady), each object one place.
 *
 * An object is a volume and the address at which a read or write begins, as cache studies have it.
 * Belady looks into the future, so the objects of the whole trace are kept: 4 bytes a request and
 * about 40 for each object.
 *
 * @module
 */
import { READ, type RequestBatch, WRITE } from '../load/request-batch.ts';

/** Misses of one size. */
export interface CacheMisses {
  readonly objects: number;
  readonly requests: number;
  readonly lru: number;
  readonly fifo: number;
  readonly belady: number;
}

const NONE = -1;
const FIRST_ROOM = 65_536;

/** Collects the objects of a trace, numbered in the order of appearance. */
export class ObjectTrace {
  count = 0;
  objectCount = 0;
  #objects = new Int32Array(FIRST_ROOM);
  readonly #numbers: Map<number, number>[] = [];

  /** Takes the reads and writes of a batch. */
  take(batch: RequestBatch): void {
    for (let at = 0; at < batch.count; at += 1) {
      const operation = batch.operation[at];
      if (operation !== READ && operation !== WRITE) continue;
      this.#add(this.#number(batch.volume[at] as number, batch.offset[at] as number));
    }
  }

  /** Misses for each size of the cache, in objects. */
  misses(sizes: readonly number[]): readonly CacheMisses[] {
    const trace = this.#objects.subarray(0, this.count);
    const next = nextUses(trace, this.objectCount);
    return sizes.map((objects) => ({
      objects,
      requests: this.count,
      lru: queueMisses(trace, this.objectCount, objects, true),
      fifo: queueMisses(trace, this.objectCount, objects, false),
      belady: beladyMisses(trace, next, this.objectCount, objects),
    }));
  }

  #number(volume: number, offset: number): number {
    this.#numbers[volume] ??= new Map();
    const numbers = this.#numbers[volume];
    let number = numbers.get(offset);
    if (number === undefined) {
      number = this.objectCount;
      this.objectCount += 1;
      numbers.set(offset, number);
    }
    return number;
  }

  #add(object: number): void {
    if (this.count === this.#objects.length) {
      const larger = new Int32Array(this.#objects.length * 2);
      larger.set(this.#objects);
      this.#objects = larger;
    }
    this.#objects[this.count] = object;
    this.count += 1;
  }
}

/**
 * Misses of a cache that throws out the object at the tail of a list: used longest ago when use moves
 * objects to its head, brought longest ago otherwise.
 */
function queueMisses(
  trace: Int32Array,
  objectCount: number,
  size: number,
  movesOnUse: boolean,
): number {
  // Neighbours in a ring through a head behind the last object.
  const head = objectCount;
  const newer = new Int32Array(objectCount + 1).fill(NONE);
  const older = new Int32Array(objectCount + 1).fill(NONE);
  newer[head] = head;
  older[head] = head;
  let used = 0;
  let misses = 0;
  for (const object of trace) {
    const isThere = newer[object] !== NONE;
    if (isThere && !movesOnUse) continue;
    if (isThere) {
      unlink(newer, older, object);
    } else {
      misses += 1;
      if (used === size) {
        const oldest = newer[head];
        unlink(newer, older, oldest);
        newer[oldest] = NONE;
      } else {
        used += 1;
      }
    }
    const newest = older[head];
    older[object] = newest;
    newer[object] = head;
    newer[newest] = object;
    older[head] = object;
  }
  return misses;
}

function unlink(newer: Int32Array, older: Int32Array, object: number): void {
  const up = newer[object] as number;
  const down = older[object] as number;
  older[up] = down;
  newer[down] = up;
}

/** For each request the place of the next one for its object; the end of the trace for none. */
function nextUses(trace: Int32Array, objectCount: number): Int32Array {
  const next = new Int32Array(trace.length);
  const last = new Int32Array(objectCount).fill(trace.length);
  for (let at = trace.length - 1; at >= 0; at -= 1) {
    const object = trace[at] as number;
    next[at] = last[object] as number;
    last[object] = at;
  }
  return next;
}

/**
 * Misses when the object whose next use is farthest away leaves. Objects are admitted always, as by
 * the other two.
 */
function beladyMisses(
  trace: Int32Array,
  next: Int32Array,
  objectCount: number,
  size: number,
): number {
  const heap = new FarthestHeap(objectCount, size);
  let misses = 0;
  for (let at = 0; at < trace.length; at += 1) {
    const object = trace[at] as number;
    if (!heap.has(object)) {
      misses += 1;
      if (heap.isFull()) heap.pop();
    }
    heap.set(object, next[at] as number);
  }
  return misses;
}

/** Objects by their next use, the farthest first. A binary heap that knows the place of each. */
class FarthestHeap {
  readonly #objects: Int32Array;
  readonly #places: Int32Array;
  readonly #uses: Int32Array;
  #count = 0;

  constructor(objectCount: number, size: number) {
    this.#objects = new Int32Array(size);
    this.#places = new Int32Array(objectCount).fill(NONE);
    this.#uses = new Int32Array(objectCount);
  }

  has(object: number): boolean {
    return this.#places[object] !== NONE;
  }

  isFull(): boolean {
    return this.#count === this.#objects.length;
  }

  /** Adds an object, or changes its next use to a later one. */
  set(object: number, nextUse: number): void {
    this.#uses[object] = nextUse;
    let place = this.#places[object] as number;
    if (place === NONE) {
      place = this.#count;
      this.#count += 1;
    }
    // A next use only ever becomes later, so the object only rises.
    while (place > 0) {
      const parent = (place - 1) >> 1;
      const other = this.#objects[parent] as number;
      if ((this.#uses[other] as number) >= nextUse) break;
      this.#put(place, other);
      place = parent;
    }
    this.#put(place, object);
  }

  /** Takes out the object with the farthest next use. */
  pop(): void {
    this.#places[this.#objects[0] as number] = NONE;
    this.#count -= 1;
    if (this.#count === 0) return;
    const object = this.#objects[this.#count] as number;
    const use = this.#uses[object] as number;
    let place = 0;
    for (;;) {
      const child = this.#laterChild(place);
      if (child >= this.#count) break;
      const other = this.#objects[child] as number;
      if ((this.#uses[other] as number) <= use) break;
      this.#put(place, other);
      place = child;
    }
    this.#put(place, object);
  }

  #laterChild(place: number): number {
    const left = 2 * place + 1;
    const right = left + 1;
    if (right >= this.#count) return left;
    const leftUse = this.#uses[this.#objects[left] as number] as number;
    return (this.#uses[this.#objects[right] as number] as number) > leftUse ? right : left;
  }

  #put(place: number, object: number): void {
    this.#objects[place] = object;
    this.#places[object] = place;
  }
}
