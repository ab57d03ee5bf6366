/**
 * Ports for a subsystem in memory: a clock that stands where it is put, a journal that is durable at
 * once, a meter that counts, a trace that forgets.
 *
 * @module
 */
import type { Clock, DriveWork, Journal, Meter, MeterCounter, Trace } from './ports.ts';
import { commitSequence, type Nanos, nanos } from './units.ts';

/** A clock that is moved by hand. */
export class ManualClock implements Clock {
  #now: Nanos = nanos(0);

  now(): Nanos {
    return this.#now;
  }

  /** Moves the clock forward by `duration` nanoseconds. */
  advance(duration: Nanos): void {
    this.#now = nanos(this.#now + duration);
  }
}

/** A journal for a subsystem that does not outlive its process: everything is durable at once. */
export const MEMORY_JOURNAL: Journal = Object.freeze({
  keep: () => undefined,
  append: () => undefined,
  durable: () => commitSequence(Number.MAX_SAFE_INTEGER),
});

/** Adds up what it is told. */
export class CountingMeter implements Meter {
  readonly #counts = new Map<MeterCounter, number>();

  add(counter: MeterCounter, amount: number): void {
    this.#counts.set(counter, (this.#counts.get(counter) ?? 0) + amount);
  }

  /** Total of one counter so far. */
  total(counter: MeterCounter): number {
    return this.#counts.get(counter) ?? 0;
  }

  /** All totals, in the order of first use. */
  totals(): Readonly<Record<string, number>> {
    return Object.fromEntries(this.#counts);
  }
}

/** Work of drives that nobody times. */
export const SILENT_DRIVE_WORK: DriveWork = Object.freeze({
  cylinderWritten: () => undefined,
  cylinderDropped: () => undefined,
  rangeRead: () => undefined,
  memberWritten: () => undefined,
});

/** A trace that nobody reads. */
export const SILENT_TRACE: Trace = Object.freeze({ emit: () => undefined });
