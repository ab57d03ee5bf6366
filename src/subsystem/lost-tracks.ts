/**
 * Naming what is lost: tracks of which more members are gone than redundancy makes up for, by every
 * device and retained point that shows them.
 *
 * Being lost is no state that is kept. It is found by trying to read every instance, without healing
 * any, so a drive that returns takes its tracks off the list, and so does overwriting them. Silent
 * damage is found as well. The directories are walked only when something is lost.
 *
 * @module
 */
import { type DeviceNumber, type TrackIndex, trackIndex } from '../base/units.ts';
import { toTrackAddress } from '../geometry/address.ts';
import type { Device } from '../mapping/device-table.ts';
import { visitEntries } from '../mapping/directory-walk.ts';
import type { DirectoryTree } from '../mapping/track-directory.ts';
import { placeGroup, placeMember } from '../media/logical-cylinder.ts';
import { RESERVED_ENTRY_COUNT } from '../track/null-track.ts';
import type { SubsystemParts } from './parts.ts';

/** Who shows a track, and where. */
interface TrackOwner {
  /** Number of the device; of a retained point, of the device that it is a point of. */
  readonly device: DeviceNumber;
  /** Name of the retained point; none when the device itself shows the track. */
  readonly point?: string;
  readonly track: TrackIndex;
  readonly cylinder: number;
  readonly head: number;
}

/** One lost track. */
export interface LostTrack {
  /** Redundancy group, logical cylinder and member where it lies. */
  readonly group: number;
  readonly logicalCylinder: number;
  readonly member: number;
  /** Everybody who shows it, devices first, each in order of definition; at least one. */
  readonly owners: readonly TrackOwner[];
}

/** All lost tracks, in the order in which devices and points show them. Reads everything stored. */
export function findLostTracks(parts: SubsystemParts): readonly LostTrack[] {
  const owners = new Map<number, TrackOwner[]>();
  const { instances, store } = parts;
  for (let id = RESERVED_ENTRY_COUNT; id <= instances.highestId; id += 1) {
    if (instances.count(id) > 0 && !store.isRecoverable(id)) owners.set(id, []);
  }
  if (owners.size === 0) return [];
  const search = new OwnerSearch(parts, owners);
  for (const device of parts.devices.values()) {
    search.walk(device, device.trackCount, parts.directory.tree(device.index), undefined);
  }
  for (const { device, generation, trackCount, tree, name } of parts.points.values()) {
    const of = parts.devices.get(device);
    // A device that was removed has no number any more, and nobody can read its points.
    if (of?.generation === generation) search.walk(of, trackCount, tree, name);
  }
  return search.found();
}

class OwnerSearch {
  readonly #parts: SubsystemParts;
  /** Owners by lost instance. */
  readonly #owners: ReadonlyMap<number, TrackOwner[]>;
  /** Lost instances in the order in which an owner was first found. */
  readonly #order: number[] = [];

  constructor(parts: SubsystemParts, owners: ReadonlyMap<number, TrackOwner[]>) {
    this.#parts = parts;
    this.#owners = owners;
  }

  walk(device: Device, trackCount: number, tree: DirectoryTree, point: string | undefined): void {
    const { headCount } = device.model.type;
    visitEntries(this.#parts.pages, tree, 0, trackCount, (track, entry) => {
      const owners = this.#owners.get(entry);
      if (owners === undefined) return;
      if (owners.length === 0) this.#order.push(entry);
      const at = trackIndex(track);
      owners.push({
        device: device.number,
        ...(point === undefined ? {} : { point }),
        track: at,
        ...toTrackAddress(at, headCount),
      });
    });
  }

  found(): readonly LostTrack[] {
    const { instances } = this.#parts;
    return this.#order.map((id) => {
      const place = instances.place(id);
      return {
        group: placeGroup(place),
        logicalCylinder: instances.cylinder(id),
        member: placeMember(place),
        owners: this.#owners.get(id) ?? [],
      };
    });
  }
}
