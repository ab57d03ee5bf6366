/**
 * Where tracks lie, for whoever times the drives: as {@link DriveControl.locate}, in numbers and without
 * allocation, for millions of reads a second.
 *
 * @module
 */
import { invariant } from '../base/invariant.ts';
import type { TrackDirectory } from '../mapping/track-directory.ts';
import type { TrackInstances } from '../mapping/track-instances.ts';
import type { BackEnd } from '../media/back-end.ts';
import type { GroupShape } from '../media/group-shape.ts';
import { placeGroup, placeMember, placeSector } from '../media/logical-cylinder.ts';
import { RESERVED_ENTRY_COUNT } from '../track/null-track.ts';
import type { SubsystemParts } from './parts.ts';

/** What is known of a track's place. */
export type PlaceKind =
  /** The track has no content: its directory entry is the whole answer. */
  | 'none'
  /** Its logical cylinder was not destaged yet. */
  | 'nvs'
  /** On its drive. */
  | 'drive'
  /** Its drive failed or misses it, and the redundancy has to make up for that. */
  | 'degraded';

/** Finds places. What {@link find} found stands in the fields until the next call. */
export class TrackPlaces {
  group = 0;
  cylinder = 0;
  member = 0;
  /** First sector in the physical cylinder of the member. */
  sector = 0;
  /** Sectors, header included. */
  sectors = 0;
  /** Shapes of all groups, by number. */
  readonly shapes: readonly GroupShape[];
  readonly #backEnd: BackEnd;
  readonly #directory: TrackDirectory;
  readonly #instances: TrackInstances;

  constructor({ backEnd, directory, instances }: SubsystemParts) {
    this.shapes = Object.freeze(backEnd.groups.map(({ shape }) => shape));
    this.#backEnd = backEnd;
    this.#directory = directory;
    this.#instances = instances;
  }

  /** Finds a track that its device has. The fields stand unless it is `none`. */
  find(device: number, track: number): PlaceKind {
    const entry = this.#directory.find(device, track);
    if (entry < RESERVED_ENTRY_COUNT) return 'none';
    const instances = this.#instances;
    const place = instances.place(entry);
    this.group = placeGroup(place);
    this.cylinder = instances.cylinder(entry);
    this.member = placeMember(place);
    this.sector = placeSector(place);
    this.sectors = instances.sectors(entry);
    const group = this.#backEnd.groupOf(place);
    if (!group.isDestaged(this.cylinder)) return 'nvs';
    const isErased = group.isErased(this.cylinder, this.member, this.sector, this.sectors);
    return isErased ? 'degraded' : 'drive';
  }

  /**
   * Members that have to be read together for sectors of a cylinder that one of them cannot give: as
   * many as hold data, data before redundancy.
   *
   * @param into - Room for as many members as hold data.
   * @returns How many there are; fewer than hold data when the sectors are lost.
   */
  survivors(
    group: number,
    cylinder: number,
    sector: number,
    sectors: number,
    into: Int32Array,
  ): number {
    const owner = this.#backEnd.groupNumbered(group);
    const { dataDrives } = owner.shape;
    invariant(into.length >= dataDrives, 'survivors-have-room');
    let count = 0;
    for (const member of owner.members) {
      if (count === dataDrives) break;
      if (member.isErased(cylinder, sector, sectors)) continue;
      into[count] = member.number;
      count += 1;
    }
    return count;
  }

  /** Whether the drive of a member works. */
  isOnline(group: number, member: number): boolean {
    return this.#backEnd.groupNumbered(group).members[member]?.state === 'online';
  }
}
