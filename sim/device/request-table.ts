/**
 * Requests of hosts that are under way: a slot each, in typed arrays, used again when the request is
 * done. Memory follows how many are under way at once, never how many there were.
 *
 * A request's response time falls into the four parts that mainframes report. Every nanosecond between
 * arrival and completion is booked to exactly one of them (docs/timing.md):
 *
 * | part | from, to |
 * | --- | --- |
 * | IOSQ | arrival until the device takes it, with being held before the start |
 * | pend | until a path is granted and the control unit listens |
 * | disconnect | the path is given back while drives, storage or a copy method are waited for |
 * | connect | on the path: commands and data |
 *
 * @module
 */
import { invariant } from '../../src/index.ts';
import type { EnginePart } from '../engine/engine.ts';

/** A request found its track in the cache, or wrote without waiting for anything. */
export const REQUEST_HIT = 1;
/** It was held by a copy method, at its start or before its write. */
export const REQUEST_HELD = 2;
/** It waited for nonvolatile storage. */
export const REQUEST_WAITED_FOR_NVS = 4;
/** It was read with the help of the redundancy. */
export const REQUEST_DEGRADED = 8;
/** Its track is lost, or its write was refused for want of space. */
export const REQUEST_FAILED = 16;
/** It missed at least one reconnection. */
export const REQUEST_MISSED_RECONNECTION = 32;

const PART_IOSQ = 0;
/** The part of the response that time is booked to. */
export const PART_PEND = 1;
/** As {@link PART_PEND}. */
export const PART_DISCONNECT = 2;
/** As {@link PART_PEND}. */
export const PART_CONNECT = 3;

const FIRST_ROOM = 256;

/** The slots. Fields are read by index of the slot; slot 0 is never used. */
export class RequestTable implements EnginePart {
  readonly name: string;
  /** Instants and durations in whole nanoseconds. */
  arrival = new Float64Array(FIRST_ROOM);
  iosq = new Float64Array(FIRST_ROOM);
  pend = new Float64Array(FIRST_ROOM);
  disconnect = new Float64Array(FIRST_ROOM);
  connect = new Float64Array(FIRST_ROOM);
  /** Since when time is booked to {@link part}. */
  mark = new Float64Array(FIRST_ROOM);
  /** The caller's own number. */
  tag = new Float64Array(FIRST_ROOM);

  device = new Int32Array(FIRST_ROOM);
  track = new Int32Array(FIRST_ROOM);
  bytes = new Int32Array(FIRST_ROOM);
  /** 0 read, 1 write, 2 work of a job or a copy method. */
  operation = new Int32Array(FIRST_ROOM);
  loadClass = new Int32Array(FIRST_ROOM);
  /** `REQUEST_…` bits. */
  flags = new Int32Array(FIRST_ROOM);
  /** Which part runs now. */
  part = new Int32Array(FIRST_ROOM);
  /** Index of who is told. */
  done = new Int32Array(FIRST_ROOM);
  /** The path set, and the path in it, that the request uses. */
  host = new Int32Array(FIRST_ROOM);
  path = new Int32Array(FIRST_ROOM);
  /** How far the request is with its path: channel-set.ts. */
  phase = new Int32Array(FIRST_ROOM);
  /** Things still to happen before it goes on. */
  pending = new Int32Array(FIRST_ROOM);
  /** How far the request is: request-path.ts, work-path.ts. */
  step = new Int32Array(FIRST_ROOM);
  /** Bytes still to be transferred. */
  rest = new Int32Array(FIRST_ROOM);
  /** Bytes of nonvolatile storage that the request has taken. */
  nvsBytes = new Int32Array(FIRST_ROOM);

  #highest = 0;
  #free: number[] = [];

  /** @param prefix - Before its name. */
  constructor(prefix = '') {
    this.name = `${prefix}requests`;
  }

  /** Requests under way. */
  get usedCount(): number {
    return this.#highest - this.#free.length;
  }

  /** Slots ever used at once: what memory follows. */
  get highest(): number {
    return this.#highest;
  }

  /** A slot for a request that arrives now. */
  take(now: number): number {
    let slot = this.#free.pop();
    if (slot === undefined) {
      this.#highest += 1;
      slot = this.#highest;
      if (slot === this.arrival.length) this.#grow();
    }
    this.arrival[slot] = now;
    this.mark[slot] = now;
    this.iosq[slot] = 0;
    this.pend[slot] = 0;
    this.disconnect[slot] = 0;
    this.connect[slot] = 0;
    this.flags[slot] = 0;
    this.part[slot] = PART_IOSQ;
    this.pending[slot] = 0;
    this.step[slot] = 0;
    this.nvsBytes[slot] = 0;
    return slot;
  }

  /** The slot may be used again. */
  release(slot: number): void {
    this.#free.push(slot);
  }

  /** Books the time since the mark, and from now on to another part. */
  enterPart(slot: number, part: number, now: number): void {
    const spent = now - (this.mark[slot] as number);
    const parts = this.#partOf(this.part[slot] as number);
    parts[slot] = (parts[slot] as number) + spent;
    this.part[slot] = part;
    this.mark[slot] = now;
  }

  /**
   * Books the rest and checks that the parts are the whole response.
   *
   * @returns The response time.
   */
  finish(slot: number, now: number): number {
    this.enterPart(slot, PART_CONNECT, now);
    const response = now - (this.arrival[slot] as number);
    const sum =
      (this.iosq[slot] as number) +
      (this.pend[slot] as number) +
      (this.disconnect[slot] as number) +
      (this.connect[slot] as number);
    if (sum !== response) {
      invariant(false, 'response-parts-add-up', `${sum} of ${response}`);
    }
    return response;
  }

  /** Slots in use and free, field by field. */
  save(): Float64Array {
    const values = [this.#highest, this.#free.length, ...this.#free];
    for (const field of [...this.#whole(), ...this.#small()]) {
      for (let slot = 1; slot <= this.#highest; slot += 1) values.push(field[slot] as number);
    }
    return Float64Array.from(values);
  }

  restore(values: Float64Array): void {
    this.#highest = values[0] as number;
    while (this.#highest >= this.arrival.length) this.#grow();
    const freeCount = values[1] as number;
    let at = 2 + freeCount;
    this.#free = [...values.subarray(2, at)];
    for (const field of [...this.#whole(), ...this.#small()]) {
      for (let slot = 1; slot <= this.#highest; slot += 1) {
        field[slot] = values[at] as number;
        at += 1;
      }
    }
  }

  #partOf(part: number): Float64Array {
    if (part === PART_CONNECT) return this.connect;
    if (part === PART_DISCONNECT) return this.disconnect;
    return part === PART_PEND ? this.pend : this.iosq;
  }

  #whole(): readonly Float64Array[] {
    const { arrival, iosq, pend, disconnect, connect, mark, tag } = this;
    return [arrival, iosq, pend, disconnect, connect, mark, tag];
  }

  #small(): readonly Int32Array[] {
    const { device, track, bytes, operation, loadClass, flags, part } = this;
    const { done, host, path, phase, pending, step, rest, nvsBytes } = this;
    const first = [device, track, bytes, operation, loadClass, flags, part];
    return first.concat(done, host, path, phase, pending, step, rest, nvsBytes);
  }

  #grow(): void {
    const room = this.arrival.length * 2;
    this.arrival = longer(this.arrival, room);
    this.iosq = longer(this.iosq, room);
    this.pend = longer(this.pend, room);
    this.disconnect = longer(this.disconnect, room);
    this.connect = longer(this.connect, room);
    this.mark = longer(this.mark, room);
    this.tag = longer(this.tag, room);
    this.device = longerSmall(this.device, room);
    this.track = longerSmall(this.track, room);
    this.bytes = longerSmall(this.bytes, room);
    this.operation = longerSmall(this.operation, room);
    this.loadClass = longerSmall(this.loadClass, room);
    this.flags = longerSmall(this.flags, room);
    this.part = longerSmall(this.part, room);
    this.done = longerSmall(this.done, room);
    this.host = longerSmall(this.host, room);
    this.path = longerSmall(this.path, room);
    this.phase = longerSmall(this.phase, room);
    this.pending = longerSmall(this.pending, room);
    this.step = longerSmall(this.step, room);
    this.rest = longerSmall(this.rest, room);
    this.nvsBytes = longerSmall(this.nvsBytes, room);
  }
}

function longer(array: Float64Array<ArrayBuffer>, room: number): Float64Array<ArrayBuffer> {
  const grown = new Float64Array(room);
  grown.set(array);
  return grown;
}

function longerSmall(array: Int32Array<ArrayBuffer>, room: number): Int32Array<ArrayBuffer> {
  const grown = new Int32Array(room);
  grown.set(array);
  return grown;
}
