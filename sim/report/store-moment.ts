/**
 * Moments of a store, as data and for people.
 *
 * @module
 */

/** A moment of a store. */
export interface StoreMoment {
  /** Model time, in nanoseconds since the store was made. */
  readonly nanos: number;
  /** Its date in UTC, by what the clock of the machine said when the store was made. */
  readonly date: string;
}

/** A moment for people: `2026-11-22 07:58:12 UTC`. */
export function formatMoment({ date }: StoreMoment): string {
  return date.replace('T', ' ').replace('Z', ' UTC');
}
