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

import type { GroupMember } from './group-member.ts';

/** One of the states above; the worst cylinder decides. */
export type RedundancyState = 'full' | 'exposed' | 'degraded' | 'beyond';

/**
 * Most members that any cylinder with tracks is missing: those whose drive has failed, and of the
 * others those that have not been rebuilt there. Single unreadable sectors do not count.
 */
export function missingMembersMax({
  members,
}: {
  readonly members: readonly GroupMember[];
}): number {
  const online = members.filter(({ state }) => state === 'online');
  const missing = new Map<number, number>();
  let most = 0;
  for (const member of online) {
    for (const cylinder of member.missing.bits()) {
      const count = (missing.get(cylinder) ?? 0) + 1;
      missing.set(cylinder, count);
      most = Math.max(most, count);
    }
  }
  return members.length - online.length + most;
}

/** @param missingMembers - Most members that any cylinder with tracks is missing. */
export function redundancyState(missingMembers: number, redundancyDrives: number): RedundancyState {
  if (missingMembers === 0) return 'full';
  if (missingMembers > redundancyDrives) return 'beyond';
  return missingMembers === redundancyDrives ? 'degraded' : 'exposed';
}
