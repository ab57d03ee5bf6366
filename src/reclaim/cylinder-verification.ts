/**
 * Verifying one destaged cylinder: labels, tracks and redundancy, as far as they can be read now.
 *
 * What a failed drive holds, and cylinders that a drive misses, are no faults here: rebuild deals with
 * them. Everything else that is not as it was written is one: a sector that cannot be read, a wrong
 * label, a track whose checksum does not match, a row whose redundancy is not that of its data. Rows
 * that hold no live track count as well, because redundancy over them is what other members are
 * reconstructed from.
 *
 * @module
 */
import type { TrackInstances } from '../mapping/track-instances.ts';
import type { TrackStore } from '../mapping/track-store.ts';
import type { BackEnd } from '../media/back-end.ts';
import { placeGroup, placeMember } from '../media/logical-cylinder.ts';
import type { RedundancyGroup } from '../media/redundancy-group.ts';

/** Verifies cylinders. */
export class CylinderVerification {
  readonly #backEnd: BackEnd;
  readonly #instances: TrackInstances;
  readonly #store: TrackStore;

  constructor(backEnd: BackEnd, instances: TrackInstances, store: TrackStore) {
    this.#backEnd = backEnd;
    this.#instances = instances;
    this.#store = store;
  }

  /** Whether everything in a destaged cylinder that can be read is as it was written. */
  isSound(group: RedundancyGroup, cylinder: number): boolean {
    return (
      this.#isReadable(group, cylinder) &&
      this.#hasLabels(group, cylinder) &&
      // Without bytes damage is a state, and known by now.
      (!this.#backEnd.hasBytes || this.#backEnd.repair.verifyParity(group, cylinder)) &&
      this.#tracksMatch(group, cylinder)
    );
  }

  /** Whether no sector of a drive that works gives an error or is known to be damaged. */
  #isReadable(group: RedundancyGroup, cylinder: number): boolean {
    const { cylinderSectors } = group.shape;
    return group.members.every(
      ({ drive, state, missing }) =>
        state === 'failed' ||
        missing.has(cylinder) ||
        !drive.isErased(cylinder, 0, cylinderSectors),
    );
  }

  #hasLabels(group: RedundancyGroup, cylinder: number): boolean {
    return group.members.every(
      ({ number, state, missing }) =>
        state === 'failed' ||
        missing.has(cylinder) ||
        group.destage.hasLabel(group, cylinder, number),
    );
  }

  /** Whether the tracks on drives that work are intact where they lie. */
  #tracksMatch(group: RedundancyGroup, cylinder: number): boolean {
    const instances = this.#instances;
    for (const id of group.instanceIds(cylinder)) {
      if (instances.count(id) === 0 || instances.cylinder(id) !== cylinder) continue;
      const place = instances.place(id);
      if (placeGroup(place) !== group.number) continue;
      const member = group.members[placeMember(place)];
      if (member === undefined || member.state === 'failed') continue;
      if (member.missing.has(cylinder)) continue;
      if (!this.#store.isIntact(id)) return false;
    }
    return true;
  }
}
