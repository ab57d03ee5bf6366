/**
 * Tasks of drives: pieces of drive work that belong together, and who waits for the last of them.
 *
 * A read of a track is one piece, or as many as there are drives that have to be read for it; a destaged
 * cylinder is a piece for every member. Slots are used again, so that memory follows what is under way.
 *
 * @module
 */
import type { EnginePart } from '../engine/engine.ts';
import { SavedNumbers } from '../engine/saved-numbers.ts';

/** A track comes into the cache: `a` is the device, `b` the track. */
export const TASK_STAGE = 0;
/** A cylinder is destaged: `amount` bytes of nonvolatile storage come back. */
export const TASK_DESTAGE = 1;
/** Background work, or a rebuilt member: `a` is the number of whoever is told. */
export const TASK_BACKGROUND = 2;

const FIRST_ROOM = 64;

/** The table. Task 0 is nobody's. */
export class DriveTasks implements EnginePart {
  readonly name: string;
  kind = new Int32Array(FIRST_ROOM);
  a = new Int32Array(FIRST_ROOM);
  b = new Int32Array(FIRST_ROOM);
  amount = new Float64Array(FIRST_ROOM);
  /** Pieces that are not done. */
  pending = new Int32Array(FIRST_ROOM);
  /** First and last who waits: nodes of a list. */
  #firstWaiter = new Int32Array(FIRST_ROOM);
  #lastWaiter = new Int32Array(FIRST_ROOM);
  #highest = 0;
  #free: number[] = [];
  #waiters = new Int32Array(FIRST_ROOM);
  #next = new Int32Array(FIRST_ROOM);
  #highestNode = 0;
  #freeNodes: number[] = [];

  /** @param prefix - Before its name. */
  constructor(prefix: string) {
    this.name = `${prefix}drive tasks`;
  }

  /** Tasks under way. */
  get usedCount(): number {
    return this.#highest - this.#free.length;
  }

  /** A task that has no pieces yet. */
  take(kind: number, a: number, b: number, amount: number): number {
    let task = this.#free.pop();
    if (task === undefined) {
      this.#highest += 1;
      task = this.#highest;
      if (task === this.kind.length) this.#grow();
    }
    this.kind[task] = kind;
    this.a[task] = a;
    this.b[task] = b;
    this.amount[task] = amount;
    this.pending[task] = 0;
    this.#firstWaiter[task] = 0;
    this.#lastWaiter[task] = 0;
    return task;
  }

  release(task: number): void {
    this.#free.push(task);
  }

  /** A slot waits for the task. */
  addWaiter(task: number, slot: number): void {
    let node = this.#freeNodes.pop();
    if (node === undefined) {
      this.#highestNode += 1;
      node = this.#highestNode;
      if (node === this.#waiters.length) this.#growNodes();
    }
    this.#waiters[node] = slot;
    this.#next[node] = 0;
    const last = this.#lastWaiter[task] as number;
    if (last === 0) this.#firstWaiter[task] = node;
    else this.#next[last] = node;
    this.#lastWaiter[task] = node;
  }

  /** Takes the slot off that has waited longest; 0 when nobody waits. */
  takeWaiter(task: number): number {
    const node = this.#firstWaiter[task] as number;
    if (node === 0) return 0;
    this.#firstWaiter[task] = this.#next[node] as number;
    if (this.#firstWaiter[task] === 0) this.#lastWaiter[task] = 0;
    this.#freeNodes.push(node);
    return this.#waiters[node] as number;
  }

  save(): Float64Array {
    const { kind, a, b, amount, pending } = this;
    const values = [this.#highest, this.#free.length, ...this.#free];
    values.push(this.#highestNode, this.#freeNodes.length, ...this.#freeNodes);
    for (const field of [kind, a, b, amount, pending, this.#firstWaiter, this.#lastWaiter]) {
      values.push(...field.subarray(1, this.#highest + 1));
    }
    for (const field of [this.#waiters, this.#next]) {
      values.push(...field.subarray(1, this.#highestNode + 1));
    }
    return Float64Array.from(values);
  }

  restore(values: Float64Array): void {
    const saved = new SavedNumbers(values);
    this.#highest = saved.next();
    this.#free = [...saved.many(saved.next())];
    this.#highestNode = saved.next();
    this.#freeNodes = [...saved.many(saved.next())];
    while (this.#highest >= this.kind.length) this.#grow();
    while (this.#highestNode >= this.#waiters.length) this.#growNodes();
    const { kind, a, b, amount, pending } = this;
    for (const field of [kind, a, b, amount, pending, this.#firstWaiter, this.#lastWaiter]) {
      field.set(saved.many(this.#highest), 1);
    }
    for (const field of [this.#waiters, this.#next]) field.set(saved.many(this.#highestNode), 1);
  }

  #grow(): void {
    const room = this.kind.length * 2;
    this.kind = grown(this.kind, room);
    this.a = grown(this.a, room);
    this.b = grown(this.b, room);
    this.pending = grown(this.pending, room);
    this.#firstWaiter = grown(this.#firstWaiter, room);
    this.#lastWaiter = grown(this.#lastWaiter, room);
    const amount = new Float64Array(room);
    amount.set(this.amount);
    this.amount = amount;
  }

  #growNodes(): void {
    const room = this.#waiters.length * 2;
    this.#waiters = grown(this.#waiters, room);
    this.#next = grown(this.#next, room);
  }
}

function grown(array: Int32Array<ArrayBuffer>, room: number): Int32Array<ArrayBuffer> {
  const longer = new Int32Array(room);
  longer.set(array);
  return longer;
}
