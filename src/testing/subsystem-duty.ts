/**
 * What our subsystem still owes to its copies, track by track, and whether a track is as separate as
 * its copy asked for.
 *
 * @module
 */
import { type DeviceIndex, trackIndex } from '../base/units.ts';
import type { RelationId } from '../copy/relation.ts';
import { placeGroup } from '../media/logical-cylinder.ts';
import type { Subsystem } from '../subsystem/subsystem.ts';
import type { DeviceRange } from './device-range.ts';

/** Target tracks that background work owes to relations, but for those that a host has written. */
export function owedTracksOf(
  { parts }: Subsystem,
  ids: readonly RelationId[],
): readonly DeviceRange[] {
  const { relations, devices } = parts;
  const owed: DeviceRange[] = [];
  for (const id of ids) {
    const relation = relations.get(id);
    if (relation?.phase !== 'copying') continue;
    const device = devices.require(relation.target).number;
    const { duty, written } = relations.progress(id);
    for (const claim of relations.claimsOf(relation)) {
      const last = claim.offset + claim.end - claim.first;
      for (const { first, end } of duty.within(claim.offset, last)) {
        for (let offset = first; offset < end; offset += 1) {
          if (written.has(offset)) continue;
          owed.push({ device, first: claim.first + offset - claim.offset, count: 1 });
        }
      }
    }
  }
  return owed;
}

/** Whether a target track is separate: stands alone or, by redundancy group, lies at home. */
export function isSeparate(
  subsystem: Subsystem,
  ids: readonly RelationId[],
  device: DeviceIndex,
  track: number,
): boolean {
  const entry = subsystem.trackEntry(device, trackIndex(track));
  if (entry.kind !== 'instance') return true;
  const isByGroup = ids.some((id) => subsystem.relation(id)?.separation === 'redundancyGroup');
  if (!isByGroup) return !entry.shared;
  const { homeGroup } = subsystem.device(device);
  return placeGroup(subsystem.parts.instances.place(entry.id)) === homeGroup;
}
