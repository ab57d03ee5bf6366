/**
 * Which cylinder is best emptied next: four scores, the higher the better.
 *
 * With *u* the live part of a cylinder's sectors, and ages in openings of cylinders of its group:
 *
 * | policy | score | source |
 * | --- | --- | --- |
 * | `greedy` | 1 - u | most space for least work; the yardstick of the literature (S-17) |
 * | `costBenefit` | (1 - u) * age / (1 + u), age since the cylinder was closed | segment cleaning of the log-structured file system: space gained times how long it has lasted, over reading one cylinder and writing u of it (S-17) |
 * | `invalidationAge` | (1 - u) * age, age since a track of it was last invalidated | log-structured arrays: space times how long its tracks have been invalid (S-18); that of the last one stands for all (our choice: one word a cylinder) |
 * | `fifo` | age since the cylinder was closed | the circular log, closed form known (S-17) |
 *
 * Ages are counted in openings because those are the pace at which a group writes; model time would
 * make an idle night look like wear. Equal scores: the cylinder closed first, then the lowest number.
 *
 * @module
 */
import { unreachable } from '../base/invariant.ts';

/** How victims are chosen. */
export type VictimPolicy = 'greedy' | 'costBenefit' | 'invalidationAge' | 'fifo';

/** All policies, for checks of configurations. */
export const VICTIM_POLICIES: readonly VictimPolicy[] = Object.freeze([
  'greedy',
  'costBenefit',
  'invalidationAge',
  'fifo',
]);

/**
 * Score of a cylinder.
 *
 * @param live - Live part of its sectors, 0 to 1.
 * @param closedAge - Openings since it was closed.
 * @param invalidatedAge - Openings since a track of it was last invalidated.
 */
export function victimScore(
  policy: VictimPolicy,
  live: number,
  closedAge: number,
  invalidatedAge: number,
): number {
  switch (policy) {
    case 'greedy':
      return 1 - live;
    case 'costBenefit':
      // One more, so that a cylinder closed just now still weighs by what it gives.
      return ((1 - live) * (closedAge + 1)) / (1 + live);
    case 'invalidationAge':
      return (1 - live) * (invalidatedAge + 1);
    case 'fifo':
      return closedAge;
    default:
      return unreachable(policy, 'victim-policy-known');
  }
}
