/**
 * Model time of a store: real time since it was made.
 *
 * It never goes back: not when the system's clock is set back, and not from one opening to the next.
 * Beyond 2^53 ns, some 104 days, it counts in steps of 1,024 ns, which a number holds exactly up to
 * 2^63 ns, some 292 years.
 *
 * @module
 */
import type { Clock } from '../base/ports.ts';
import type { Nanos } from '../base/units.ts';

const NANOS_IN_MILLI = 1_000_000;
/** Step beyond 2^53 (our choice: a power of two, and exact up to 2^63). */
const COARSE_STEP = 1_024;

/** A clock that follows the real one. */
export class StoreClock implements Clock {
  readonly #madeAtMillis: number;
  #last: number;

  /**
   * @param madeAtMillis - Real time at which the store was made, since 1970.
   * @param resumeAt - No time before this is told.
   */
  constructor(madeAtMillis: number, resumeAt = 0) {
    this.#madeAtMillis = madeAtMillis;
    this.#last = resumeAt;
  }

  now(): Nanos {
    const real = performance.timeOrigin + performance.now() - this.#madeAtMillis;
    const time = exactNanos(Math.max(0, real * NANOS_IN_MILLI));
    if (time > this.#last) this.#last = time;
    return this.#last as Nanos;
  }

  /** No time before this is told from now on. */
  resume(at: number): void {
    if (at > this.#last) this.#last = at;
  }
}

function exactNanos(time: number): number {
  if (time <= Number.MAX_SAFE_INTEGER) return Math.floor(time);
  return Math.floor(time / COARSE_STEP) * COARSE_STEP;
}
