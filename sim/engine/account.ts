/**
 * What a station, gate or level did in a span of time, and Little's law, which holds for each of them
 * on every run.
 *
 * @module
 */
import { invariant } from '../../src/index.ts';

/** Account of a station or gate since it was last reset. Means over time are weighted by time. */
export interface StationAccount {
  readonly name: string;
  /** Servers or permits. */
  readonly servers: number;
  readonly elapsedNanos: number;
  readonly arrivals: number;
  readonly completions: number;
  /** Mean of busy servers (held permits) over all servers, 0 to 1. */
  readonly utilisation: number;
  readonly busyMean: number;
  /** Mean number that wait. */
  readonly queuedMean: number;
  /** Most that waited at once since the run began, whatever was reset. */
  readonly queuedMax: number;
  /** L: mean number that wait or are served. */
  readonly presentMean: number;
  /** Wq: waits of those whose service began, over all arrivals. */
  readonly waitNanosMean: number;
  /** W: mean time from entering to leaving, of those that left. */
  readonly sojournNanosMean: number;
}

/**
 * Totals since the run began: time, arrivals, completions, sojourns of the completed, integral of the
 * busy, integral of the queued, waits of those whose service began. Nanoseconds where it is time.
 */
export type AccountTotals = Float64Array;

/** Numbers in {@link AccountTotals}. */
export const ACCOUNT_TOTALS = 7;

/** The account of the span between two totals. */
export function accountOf(
  name: string,
  servers: number,
  from: AccountTotals,
  to: AccountTotals,
  queuedMax: number,
): StationAccount {
  const [elapsed = 0, arrivals = 0, completions = 0, sojourn = 0, busy = 0, queued = 0, wait = 0] =
    to.map((value, at) => value - (from[at] ?? 0));
  return Object.freeze({
    name,
    servers,
    elapsedNanos: elapsed,
    arrivals,
    completions,
    utilisation: ratio(busy, elapsed * servers),
    busyMean: ratio(busy, elapsed),
    queuedMean: ratio(queued, elapsed),
    queuedMax,
    presentMean: ratio(busy + queued, elapsed),
    waitNanosMean: ratio(wait, arrivals),
    sojournNanosMean: ratio(sojourn, completions),
  });
}

/**
 * Largest relative distance between the two sides of Little's law. Both are sums of whole numbers; they
 * part only where a sum outgrows 2^53 and rounds.
 */
const ROUNDING = 1e-9;

/**
 * Little's law in the form that holds at every moment, not only in the mean: the integral of the
 * number present is the sum of the times that everybody was present.
 *
 * @throws InvariantViolation `littles-law`
 */
export function assertLittlesLaw(name: string, integral: number, sumOfTimes: number): void {
  const distance = Math.abs(integral - sumOfTimes);
  invariant(
    distance <= ROUNDING * Math.max(integral, 1),
    'littles-law',
    `${name}: integral of the number present ${integral} ns, times present ${sumOfTimes} ns`,
  );
}

/** `sum / count`, or 0 when there was nothing. */
export function ratio(sum: number, count: number): number {
  return count === 0 ? 0 : sum / count;
}
