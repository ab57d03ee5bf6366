/**
 * The drives of our subsystem behind the small interface: what a checker may do to them.
 *
 * @module
 */
import { deviceNumber, trackIndex } from '../base/units.ts';
import { placeGroup, placeMember, placeSector } from '../media/logical-cylinder.ts';
import type { RedundancyGroup } from '../media/redundancy-group.ts';
import type { SectorRange } from '../subsystem/drive-control.ts';
import type { Subsystem } from '../subsystem/subsystem.ts';
import { RESERVED_ENTRY_COUNT } from '../track/null-track.ts';
import type { DamageOrder, EngineDrives, EngineGroup, LostPlace } from './engine-drives.ts';

/** Sectors of the longest damage to no track in particular. */
const DAMAGE_SECTORS_MAX = 40;

/** Adapts the drives of a subsystem. */
export class SubsystemDrives implements EngineDrives {
  readonly groups: readonly EngineGroup[];
  readonly lossCodes = ['TRACK_LOST', 'CHECKSUM_MISMATCH'] as const;
  readonly #subsystem: Subsystem;
  readonly #onDamage: (group: number, member: number, cylinder?: number) => void;

  /** @param onDamage - Told of every damage, to a cylinder of a member or to all of it. */
  constructor(
    subsystem: Subsystem,
    onDamage: (group: number, member: number, cylinder?: number) => void,
  ) {
    this.#subsystem = subsystem;
    this.#onDamage = onDamage;
    this.groups = subsystem.parts.backEnd.groups.map(({ shape }) => ({
      members: shape.dataDrives + shape.redundancyDrives,
      redundancy: shape.redundancyDrives,
    }));
  }

  fail(group: number, member: number): 'failed' | 'spareTakesOver' | undefined {
    this.#onDamage(group, member);
    const failed = this.#subsystem.drives.fail(group, member);
    if (failed.kind === 'refused') return undefined;
    return failed.value.spare ? 'spareTakesOver' : 'failed';
  }

  bringBack(
    group: number,
    member: number,
    how: 'return' | 'replace',
  ): 'inPlace' | 'spare' | undefined {
    const brought = this.#subsystem.drives[how](group, member);
    if (brought.kind === 'refused') return undefined;
    const { spare, takesOver } = brought.value;
    return spare || takesOver !== undefined ? 'spare' : 'inPlace';
  }

  damage(order: DamageOrder): string | undefined {
    const range = this.#aim(order);
    if (range === undefined) return undefined;
    const done = this.#subsystem.drives.corrupt({ ...range, kind: order.kind });
    if (done.kind === 'refused') return undefined;
    const { cylinder, sector, sectors } = range;
    this.#onDamage(order.group, order.member, cylinder);
    return `cylinder ${cylinder} sector ${sector} to ${sector + sectors - 1}`;
  }

  destage(what: 'waiting' | 'everything'): void {
    if (what === 'everything') this.#subsystem.drives.closeOpen();
    else this.#subsystem.drives.destage();
  }

  collect(cylinders: number): void {
    this.#subsystem.drives.collect({ cylinders });
  }

  requestScrub(): void {
    this.#subsystem.drives.requestScrub();
  }

  faults(): { readonly now: number; readonly everFound: number } {
    const { groups, scrub, evacuatedCylinders } = this.#subsystem.drives.report();
    let now = 0;
    for (const { state, missingCylinders, unreadableSectors } of groups.flatMap(
      ({ members }) => members,
    )) {
      now += (state === 'failed' ? 1 : 0) + missingCylinders + unreadableSectors;
    }
    // What rebuild finds wrong it empties at once; what scrub finds may be counted twice.
    return { now, everFound: scrub.faulty + evacuatedCylinders };
  }

  lostTracks(): readonly LostPlace[] {
    return this.#subsystem.drives.lostTracks().map(({ group, owners }) => ({
      group,
      shownBy: owners
        .filter(({ point }) => point === undefined)
        .map(({ device, track }) => ({ device, first: track, count: 1 })),
    }));
  }

  groupOf(device: number, track: number): number | undefined {
    const found = this.#subsystem.findDevice(deviceNumber(device));
    if (found === undefined) return undefined;
    return this.#subsystem.drives.locate(found.index, trackIndex(track))?.group;
  }

  work(): Readonly<Record<string, number>> {
    const { scrub, groups: _groups, spares: _spares, ...counts } = this.#subsystem.drives.report();
    return { ...counts, scrubbedCylinders: scrub.verified, faultyCylinders: scrub.faulty };
  }

  /** Sectors of cylinders with live tracks; all others are never looked at. */
  #aim({ group, member, aim, at, sectors }: DamageOrder): SectorRange | undefined {
    const owner = this.#subsystem.parts.backEnd.groupNumbered(group);
    const found = this.#tracksOf(owner);
    const own = aim === 'own' ? found.filter((track) => track.member === member) : [];
    const from = own.length > 0 ? own : found;
    const track = from[at % Math.max(from.length, 1)];
    if (track === undefined) return undefined;
    const { cylinder } = track;
    if (aim === 'label') return { group, member, cylinder, sector: 0, sectors: 1 };
    const { cylinderSectors } = owner.shape;
    if (aim === 'anywhere') {
      const count = 1 + (sectors % DAMAGE_SECTORS_MAX);
      const sector = 1 + (at % (cylinderSectors - count));
      return { group, member, cylinder, sector, sectors: count };
    }
    const count = 1 + (sectors % track.sectors);
    const sector = track.sector + (at % (track.sectors - count + 1));
    return { group, member, cylinder, sector, sectors: count };
  }

  #tracksOf(group: RedundancyGroup): readonly SectorRange[] {
    const { instances } = this.#subsystem.parts;
    const found: SectorRange[] = [];
    for (let id = RESERVED_ENTRY_COUNT; id <= instances.highestId; id += 1) {
      if (instances.count(id) === 0) continue;
      const place = instances.place(id);
      const cylinder = instances.cylinder(id);
      if (placeGroup(place) !== group.number || !group.isDestaged(cylinder)) continue;
      found.push({
        group: group.number,
        cylinder,
        member: placeMember(place),
        sector: placeSector(place),
        sectors: instances.sectors(id),
      });
    }
    return found;
  }
}
