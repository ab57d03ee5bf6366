/**
 * Virtual time: events in the order (time, sequence), run by handlers from a table.
 *
 * Time is whole nanoseconds from 0 to 2^53 - 1. An event is a handler and two 32-bit numbers; nothing is
 * allocated for it. Handlers and parts are registered by name when a model is set up, so that a saved
 * state can be taken over by a model that was set up the same way. Nothing here knows the hour or
 * draws chance: the same model gives the same events, and {@link Engine.witness} shows it.
 *
 * @module
 */
import { InvariantViolation, invariant } from '../../src/index.ts';
import { EventQueue } from './event-queue.ts';

/** What runs when an event is due. The two numbers are those it was scheduled with. */
export type EventHandler = (a: number, b: number) => void;

/** Whatever has a state of its own besides the pending events: stations, gates, sources, streams. */
export interface EnginePart {
  /** Unique within its engine. */
  readonly name: string;
  /** Everything that {@link restore} needs, as numbers. */
  save(): Float64Array;
  /** Takes over what a part of the same set-up saved. */
  restore(values: Float64Array): void;
}

/** A stopped engine with all its parts. Plain data: it may be cloned, stored, sent. */
export interface EngineState {
  readonly now: number;
  readonly eventCount: number;
  readonly stalledCount: number;
  readonly witness: string;
  /** Names of handlers; {@link handlers} holds indices into it. */
  readonly handlerNames: readonly string[];
  /** Pending events in the order in which they will run. */
  readonly times: Float64Array;
  readonly handlers: Int32Array;
  readonly a: Int32Array;
  readonly b: Int32Array;
  readonly parts: Readonly<Record<string, Float64Array>>;
}

/** Settings of an engine. */
export interface EngineOptions {
  /** Events that may run at one instant before the run is stopped as one that never ends. Default 1,000,000. */
  readonly stalledMax?: number;
}

const TWO_32 = 2 ** 32;
const STALLED_MAX = 1_000_000;
const WITNESS_START_LOW = 0x2545_f491;
const WITNESS_START_HIGH = 0x4f6c_dd1d;

/** The engine. */
export class Engine {
  readonly #queue = new EventQueue();
  readonly #handlers: EventHandler[] = [];
  readonly #names: string[] = [];
  readonly #parts = new Map<string, EnginePart>();
  readonly #stalledMax: number;
  /** Events that had run when a state was restored. */
  #eventsBefore = 0;
  #stalledCount = 0;
  #isStopped = false;
  #low = WITNESS_START_LOW;
  #high = WITNESS_START_HIGH;

  constructor(options: EngineOptions = {}) {
    this.#stalledMax = options.stalledMax ?? STALLED_MAX;
  }

  /** Nanoseconds since the start. */
  get now(): number {
    return this.#queue.time;
  }

  /** Events that have run. */
  get eventCount(): number {
    return this.#eventsBefore + this.#queue.takenCount;
  }

  /** Events that wait. */
  get pendingCount(): number {
    return this.#queue.count;
  }

  /** Sixteen hexadecimal digits over time, handler and numbers of every event that has run. */
  get witness(): string {
    return hexadecimal(this.#high) + hexadecimal(this.#low);
  }

  /**
   * Registers what runs when an event is due.
   *
   * @param name - Unique within this engine.
   * @returns The number to schedule it by.
   */
  handler(name: string, run: EventHandler): number {
    invariant(!this.#names.includes(name), 'handler-name-unique', name);
    this.#names.push(name);
    return this.#handlers.push(run) - 1;
  }

  /** Registers a part, so that its state is saved and restored with the engine's. */
  attach(part: EnginePart): void {
    invariant(!this.#parts.has(part.name), 'part-name-unique', part.name);
    this.#parts.set(part.name, part);
  }

  /**
   * Schedules an event.
   *
   * @param delayNanos - Whole nanoseconds from now, 0 or more.
   * @param a - A signed 32-bit number for the handler, as is `b`.
   */
  schedule(delayNanos: number, handler: number, a = 0, b = 0): void {
    if (
      !(delayNanos >= 0 && this.#queue.time + delayNanos <= Number.MAX_SAFE_INTEGER) ||
      Math.floor(delayNanos) !== delayNanos ||
      (a | 0) !== a ||
      (b | 0) !== b
    ) {
      throw this.#badEvent(delayNanos, handler, a, b);
    }
    this.#queue.enter(delayNanos, handler, a, b);
  }

  /** Runs every event due at `timeNanos` or before, then lets that be now, unless it was stopped. */
  runUntil(timeNanos: number): void {
    invariant(timeNanos >= this.now, 'time-does-not-go-back', `${timeNanos}`);
    this.#run(timeNanos, Number.POSITIVE_INFINITY);
    if (!this.#isStopped) this.#queue.skipTo(timeNanos);
  }

  /**
   * Runs at most `maxEvents` events, fewer when no more wait or it was stopped.
   *
   * @returns How many ran.
   */
  run(maxEvents = Number.POSITIVE_INFINITY): number {
    return this.#run(Number.POSITIVE_INFINITY, maxEvents);
  }

  /** Ends the run after the event that is running; the next run goes on from there. */
  stop(): void {
    this.#isStopped = true;
  }

  /** The state between two events; not to be called by a handler. */
  save(): EngineState {
    const parts: Record<string, Float64Array> = {};
    for (const [name, part] of this.#parts) parts[name] = part.save();
    return Object.freeze({
      now: this.now,
      eventCount: this.eventCount,
      stalledCount: this.#stalledCount,
      witness: this.witness,
      handlerNames: Object.freeze([...this.#names]),
      ...this.#queue.save(),
      parts: Object.freeze(parts),
    });
  }

  /**
   * Takes over a state that was saved by an engine set up the same way: every handler with a pending
   * event and every part must be there by name.
   */
  restore(state: EngineState): void {
    const numbers = state.handlerNames.map((name) => this.#names.indexOf(name));
    const handlers = state.handlers.map((saved) => {
      const known = numbers[saved] ?? -1;
      invariant(known >= 0, 'restored-handler-known', state.handlerNames[saved]);
      return known;
    });
    const saved = Object.keys(state.parts).toSorted().join(', ');
    const there = [...this.#parts.keys()].toSorted().join(', ');
    invariant(saved === there, 'restored-parts-known', `saved ${saved}; there ${there}`);
    const { now, times, a, b } = state;
    this.#queue.restore({ times, handlers, a, b }, now);
    this.#eventsBefore = state.eventCount;
    this.#stalledCount = state.stalledCount;
    this.#high = Number.parseInt(state.witness.slice(0, 8), 16) | 0;
    this.#low = Number.parseInt(state.witness.slice(8), 16) | 0;
    for (const [name, part] of this.#parts) part.restore(state.parts[name] ?? new Float64Array());
  }

  #run(until: number, maxEvents: number): number {
    const queue = this.#queue;
    const handlers = this.#handlers;
    let count = 0;
    let before = queue.time;
    this.#isStopped = false;
    while (count < maxEvents && queue.take(until)) {
      if (queue.time === before) {
        this.#stalledCount += 1;
        if (this.#stalledCount > this.#stalledMax) throw this.#stalled(queue.handler);
      } else {
        before = queue.time;
        this.#stalledCount = 0;
      }
      count += 1;
      this.#note();
      (handlers[queue.handler] as EventHandler)(queue.a, queue.b);
      if (this.#isStopped) break;
    }
    return count;
  }

  /** Mixes the event taken last into the witness. The products are independent, so that only the last step waits. */
  #note(): void {
    const { time, handler, a, b } = this.#queue;
    const whole = Math.imul(time | 0, 0x9e37_79b1) + Math.imul((time / TWO_32) | 0, 0x85eb_ca77);
    const rest = Math.imul(a, 0xc2b2_ae3d) + Math.imul(b, 0x27d4_eb2f) + handler;
    const low = Math.imul(this.#low ^ (whole + rest), 0x1656_67b1);
    this.#low = low ^ (low >>> 15);
    const high = Math.imul(this.#high ^ (whole ^ rest), 0x9e37_79b1);
    this.#high = high ^ (high >>> 13);
  }

  #stalled(handler: number): InvariantViolation {
    const detail = `${this.#stalledMax} events at ${this.now} ns, the last one ${this.#names[handler]}`;
    return new InvariantViolation('time-advances', detail);
  }

  #badEvent(delay: number, handler: number, a: number, b: number): InvariantViolation {
    const detail = `${this.#names[handler]} after ${delay} ns with ${a} and ${b}`;
    return new InvariantViolation('event-in-whole-numbers', detail);
  }
}

function hexadecimal(word: number): string {
  return (word >>> 0).toString(16).padStart(8, '0');
}
