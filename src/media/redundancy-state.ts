/**
 * How well a redundancy group can lose another drive.
 *
 * | state | meaning |
 * | --- | --- |
 * | full | every cylinder with tracks has all its members |
 * | exposed | some cylinder is missing members, and can lose at least one more |
 * | degraded | some cylinder is missing as many members as redundancy makes up for |
 * | beyond | some cylinder is missing more: tracks are lost unless a drive comes back |
 *
 * @module
 */

/** One of the states above; the worst cylinder decides. */
export type RedundancyState = 'full' | 'exposed' | 'degraded' | 'beyond';

/** @param missingMembers - Most members that any cylinder with tracks is missing. */
export function redundancyState(missingMembers: number, redundancyDrives: number): RedundancyState {
  if (missingMembers === 0) return 'full';
  if (missingMembers > redundancyDrives) return 'beyond';
  return missingMembers === redundancyDrives ? 'degraded' : 'exposed';
}
