/**
 * Dates of a store's moments: its model time is real time since it was made.
 *
 * @module
 */
import type { StoreMoment } from '../report/store-moment.ts';

const NANOS_PER_MS = 1e6;
/** Characters of an ISO date up to its seconds. */
const ISO_SECONDS = 19;

/** Gives moments of one store their dates. */
export class StoreCalendar {
  readonly #madeAtMs: number;

  /** @param nowNanos - Model time of the store now. */
  constructor(nowNanos: number) {
    this.#madeAtMs = Date.now() - nowNanos / NANOS_PER_MS;
  }

  /** The moment of a model time. */
  moment(nanos: number): StoreMoment {
    const date = new Date(this.#madeAtMs + nanos / NANOS_PER_MS).toISOString();
    return { nanos, date: `${date.slice(0, ISO_SECONDS)}Z` };
  }
}
