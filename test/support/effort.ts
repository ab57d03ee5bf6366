/**
 * How far tests go: a sample with the test command, everything in CI, wider bounds when asked for.
 * `VDASD_LONG` is 1 or 2 for the last two.
 *
 * @module
 */

/** Values for the efforts. What takes no sample is left to CI, see {@link IS_LONG}. */
interface Efforts<Value> {
  readonly sample?: Value;
  readonly every: Value;
  readonly wide: Value;
}

/** The value for the effort of this run. */
export function byEffort<Value>({ every, sample = every, wide }: Efforts<Value>): Value {
  const long = process.env['VDASD_LONG'] ?? '';
  if (long === '2') return wide;
  return long === '1' ? every : sample;
}

/** Whether more than a sample is asked for: what takes many processes, or long, is left to CI. */
export const IS_LONG = byEffort({ sample: false, every: true, wide: true });

/** So long may one test take. */
export const EFFORT_MILLIS_MAX = byEffort({ sample: 120_000, every: 600_000, wide: 3_600_000 });
