/**
 * Times of a trace as nanoseconds from its zero point, exactly.
 *
 * Traces count from 1601, from 1970, from the start of a machine or from their own start; nanoseconds
 * of the first three do not fit a number. So a time is taken apart into whole seconds and nanoseconds
 * while it is read, and only the distance to the zero point becomes one number.
 *
 * @module
 */

/** Where a trace's times count from: the moment of its first request, or what the file counts from. */
export type ZeroPoint = 'first' | 'file';

/** Farthest arrival from the zero point, in nanoseconds: what a number holds exactly (104 days). */
const ARRIVAL_NANOS_MAX = Number.MAX_SAFE_INTEGER;

const NANOS_PER_SECOND = 1e9;

/** Turns times into arrivals. */
export class TraceClock {
  /** The zero point, in seconds and nanoseconds of what the file counts from. */
  originSeconds = 0;
  originNanos = 0;
  #isSet: boolean;

  constructor(zero: ZeroPoint) {
    this.#isSet = zero === 'file';
  }

  /** Nanoseconds from the zero point; not a number when they are too many to be exact. */
  arrival(seconds: number, nanos: number): number {
    if (!this.#isSet) {
      this.#isSet = true;
      this.originSeconds = seconds;
      this.originNanos = nanos;
    }
    const arrival = (seconds - this.originSeconds) * NANOS_PER_SECOND + (nanos - this.originNanos);
    return arrival <= ARRIVAL_NANOS_MAX && arrival >= -ARRIVAL_NANOS_MAX ? arrival : Number.NaN;
  }
}
