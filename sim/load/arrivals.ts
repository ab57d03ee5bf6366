/**
 * When requests come: laws of arrival for open loads.
 *
 * Every law is driven by exponential gaps of its own substream, and never looks at what became of earlier
 * requests. That is what makes a load open, and the same for every method that is compared under it.
 *
 * @module
 */
import { invariant, unreachable } from '../../src/index.ts';
import type { Substream } from '../engine/substream.ts';

const NANOS_PER_SECOND = 1e9;
const NANOS_PER_HOUR = 3_600e9;
const HOURS = 24;
const NANOS_PER_DAY = HOURS * NANOS_PER_HOUR;

/** A law of arrival. Rates are requests a second. */
export type ArrivalLaw =
  /** Equal gaps. */
  | { readonly kind: 'even'; readonly perSecond: number }
  /** Independent arrivals. */
  | { readonly kind: 'poisson'; readonly perSecond: number }
  /**
   * Poisson in bursts, nothing between them. Bursts last `burstNanos` on the mean and are `peak` times as
   * dense as the mean rate `perSecond`.
   */
  | {
      readonly kind: 'bursts';
      readonly perSecond: number;
      readonly peak: number;
      readonly burstNanos: number;
    }
  /**
   * Poisson whose rate follows the day: `hours` are 24 weights, for the middle of every hour, with
   * straight lines between them; the mean over a day is `perSecond`. The run begins at `startOfDayNanos`.
   */
  | {
      readonly kind: 'daily';
      readonly perSecond: number;
      readonly startOfDayNanos: number;
      readonly hours: readonly number[];
    }
  /** Poisson inside a window of the day, such as a batch run; it may go over midnight. */
  | {
      readonly kind: 'window';
      readonly perSecond: number;
      readonly startOfDayNanos: number;
      readonly fromNanos: number;
      readonly toNanos: number;
    };

/**
 * Weights of the hours of a working day: quiet at night, a climb to the late morning, a dip at noon, an
 * afternoon, an evening. Source: our choice.
 */
export const WORKING_DAY: readonly number[] = Object.freeze([
  0.3, 0.25, 0.25, 0.25, 0.3, 0.4, 0.6, 0.9, 1.4, 1.9, 2.1, 2, 1.5, 1.6, 2, 2, 1.8, 1.4, 1, 0.8,
  0.7, 0.6, 0.5, 0.4,
]);

/** Gives the gaps between arrivals, one after the other. */
export interface Arrivals {
  /** Whole nanoseconds from `now`, the last arrival or the start, to the next. */
  nextDelay(now: number): number;
  /** State besides that of the substream. */
  save(): readonly number[];
  restore(values: readonly number[]): void;
}

/** Makes a law out of its description. */
export function createArrivals(law: ArrivalLaw, stream: Substream): Arrivals {
  invariant(law.perSecond > 0, 'arrival-rate-positive', String(law.perSecond));
  const gap = NANOS_PER_SECOND / law.perSecond;
  switch (law.kind) {
    case 'even':
      return new EvenArrivals(gap);
    case 'poisson':
      return withoutState(() => stream.exponentialNanos(gap));
    case 'bursts':
      return new BurstArrivals(stream, gap, law.peak, law.burstNanos);
    case 'daily':
      return dailyArrivals(stream, gap, law.startOfDayNanos, law.hours);
    case 'window':
      return windowArrivals(stream, gap, law);
    default:
      return unreachable(law, 'arrival-law-known');
  }
}

function withoutState(nextDelay: (now: number) => number): Arrivals {
  return { nextDelay, save: () => [], restore: () => undefined };
}

/** Equal gaps; what rounding to whole nanoseconds leaves is carried on. */
class EvenArrivals implements Arrivals {
  readonly #gap: number;
  #rest = 0;

  constructor(gap: number) {
    this.#gap = gap;
  }

  nextDelay(): number {
    const exact = this.#gap + this.#rest;
    const delay = Math.floor(exact);
    this.#rest = exact - delay;
    return delay;
  }

  save(): readonly number[] {
    return [this.#rest];
  }

  restore(values: readonly number[]): void {
    this.#rest = values[0] ?? 0;
  }
}

/** Exponential bursts and pauses. */
class BurstArrivals implements Arrivals {
  readonly #stream: Substream;
  readonly #gapInside: number;
  readonly #burst: number;
  readonly #pause: number;
  /** Nanoseconds that the burst at hand still lasts. */
  #left: number;

  constructor(stream: Substream, gap: number, peak: number, burst: number) {
    invariant(peak > 1 && burst > 0, 'bursts-denser-than-mean', `peak ${peak}`);
    this.#stream = stream;
    this.#gapInside = gap / peak;
    this.#burst = burst;
    // Bursts take 1 / peak of the time, so that the mean rate comes out.
    this.#pause = burst * (peak - 1);
    // The first burst begins at a moment drawn from the long run.
    this.#left = stream.chance(1 / peak) ? stream.exponential(burst) : 0;
  }

  nextDelay(): number {
    let delay = 0;
    for (;;) {
      const gap = this.#stream.exponential(this.#gapInside);
      if (gap <= this.#left) {
        this.#left -= gap;
        return Math.floor(delay + gap + 0.5);
      }
      delay += this.#left + this.#stream.exponential(this.#pause);
      this.#left = this.#stream.exponential(this.#burst);
    }
  }

  save(): readonly number[] {
    return [this.#left];
  }

  restore(values: readonly number[]): void {
    this.#left = values[0] ?? 0;
  }
}

/** Thinning: arrivals at the highest rate, of which the share that suits the hour is kept. */
function dailyArrivals(
  stream: Substream,
  gap: number,
  startOfDay: number,
  hours: readonly number[],
): Arrivals {
  invariant(hours.length === HOURS, 'day-has-24-hours', String(hours.length));
  invariant(hours.every((weight) => weight >= 0) && Math.max(...hours) > 0, 'hours-weigh');
  const highest = Math.max(...hours);
  const mean = hours.reduce((sum, weight) => sum + weight, 0) / HOURS;
  const weightAt = (time: number): number => {
    // Straight lines go from the middle of an hour to the middle of the next.
    const place = (((startOfDay + time) % NANOS_PER_DAY) / NANOS_PER_HOUR + HOURS - 0.5) % HOURS;
    const hour = Math.floor(place);
    const [from = 0, to = 0] = [hours[hour], hours[(hour + 1) % HOURS]];
    return from + (place - hour) * (to - from);
  };
  const shortest = (gap * mean) / highest;
  return withoutState((now) => {
    let delay = 0;
    do delay += stream.exponentialNanos(shortest);
    while (!stream.chance(weightAt(now + delay) / highest));
    return delay;
  });
}

function windowArrivals(
  stream: Substream,
  gap: number,
  window: {
    readonly startOfDayNanos: number;
    readonly fromNanos: number;
    readonly toNanos: number;
  },
): Arrivals {
  const { startOfDayNanos, fromNanos, toNanos } = window;
  invariant(fromNanos !== toNanos, 'window-has-length');
  // From 0:00 to 24:00 is the whole day, and not nothing.
  const length = ((toNanos - fromNanos + NANOS_PER_DAY - 1) % NANOS_PER_DAY) + 1;
  return withoutState((now) => {
    // Time counts on inside the window only.
    let delay = 0;
    let left = stream.exponentialNanos(gap);
    for (;;) {
      const sinceStart =
        (startOfDayNanos + now + delay - fromNanos + NANOS_PER_DAY) % NANOS_PER_DAY;
      if (sinceStart >= length) {
        delay += NANOS_PER_DAY - sinceStart;
      } else if (sinceStart + left < length) {
        return delay + left;
      } else {
        left -= length - sinceStart;
        delay += length - sinceStart;
      }
    }
  });
}
