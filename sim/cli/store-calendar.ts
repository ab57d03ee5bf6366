/**
 * Dates of a store's moments: its model time is real time since it was made.
 *
 * @module
 */
import type { StoreMoment } from '../report/store-moment.ts';

const NANOS_PER_MS = 1e6;
/** Characters of an ISO date up to its seconds. */
const ISO_SECONDS = 19;

/**
 * The moment of a model time. The same time has the same date in every process.
 *
 * @param madeAtMillis - Real time at which the store was made, since 1970.
 */
export function storeMoment(madeAtMillis: number, nanos: number): StoreMoment {
  const date = new Date(madeAtMillis + nanos / NANOS_PER_MS).toISOString();
  return { nanos, date: `${date.slice(0, ISO_SECONDS)}Z` };
}
