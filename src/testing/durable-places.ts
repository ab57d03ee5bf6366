/**
 * Would everything acknowledged still be there after a crash? A journal that is behind, and a record of
 * where every track lay when it was last up to date: until it is so again, the same bytes must lie
 * there, because that is where the map of then leads.
 *
 * @module
 */
import type { Journal } from '../base/ports.ts';
import { type CommitSequence, commitSequence } from '../base/units.ts';
import { visitEntries } from '../mapping/directory-walk.ts';
import { placeGroup, placeMember, placeSector, SECTOR_BYTES } from '../media/logical-cylinder.ts';
import type { SubsystemParts } from '../subsystem/parts.ts';
import { RESERVED_ENTRY_COUNT } from '../track/null-track.ts';

/** A journal of which only what was flushed is durable. */
export class FlushedJournal implements Journal {
  keep(): void {
    // It has nothing to restore.
  }

  #durable = commitSequence(0);

  append(): void {
    // Nothing reads it: what counts here is how far it is behind.
  }

  durable(): CommitSequence {
    return this.#durable;
  }

  /** Everything up to this change is durable. */
  flush(sequence: CommitSequence): void {
    this.#durable = sequence;
  }
}

/** Sectors of a track when the journal was last up to date. */
interface DurablePlace {
  readonly id: number;
  readonly cylinder: number;
  readonly place: number;
  readonly bytes: Uint8Array;
}

/** Where everything lay when the journal was last up to date. */
export class DurablePlaces {
  #places: readonly DurablePlace[] = [];

  /** The journal is up to date. */
  note(parts: SubsystemParts): void {
    const { instances } = parts;
    const places: DurablePlace[] = [];
    for (const id of shownInstances(parts)) {
      const at = { id, cylinder: instances.cylinder(id), place: instances.place(id) };
      const sectors = instances.sectors(id);
      if (isDamaged(parts, at, sectors)) continue;
      const bytes = sectorsAt(parts, at, sectors);
      if (bytes !== undefined) places.push({ ...at, bytes: bytes.slice() });
    }
    this.#places = places;
  }

  /** A member was damaged, in one cylinder or wholly: what lay there is not to be had for that reason. */
  noteDamage(group: number, member: number, cylinder?: number): void {
    this.#places = this.#places.filter(
      ({ place, ...at }) =>
        placeGroup(place) !== group ||
        placeMember(place) !== member ||
        (cylinder !== undefined && cylinder !== at.cylinder),
    );
  }

  /** Tracks whose sectors hold something else by now. */
  violations(parts: SubsystemParts): readonly string[] {
    const found: string[] = [];
    for (const { id, cylinder, place, bytes } of this.#places) {
      const sectors = bytes.length / SECTOR_BYTES;
      const at = { cylinder, place };
      if (isDamaged(parts, at, sectors) || isEqual(bytes, sectorsAt(parts, at, sectors))) continue;
      found.push(`durable-places: cylinder ${cylinder} was used again too early for track ${id}`);
    }
    return found;
  }
}

/** Instances that devices and points lead to. What only waits to be released is not among them. */
function shownInstances({ devices, points, directory, pages }: SubsystemParts): Set<number> {
  const found = new Set<number>();
  const add = (_track: number, entry: number): void => {
    if (entry >= RESERVED_ENTRY_COUNT) found.add(entry);
  };
  for (const { index, trackCount } of devices.values()) {
    visitEntries(pages, directory.tree(index), 0, trackCount, add);
  }
  for (const { tree, trackCount } of points.values()) visitEntries(pages, tree, 0, trackCount, add);
  return found;
}

/** Sectors as they lie there. */
function sectorsAt(
  { backEnd }: SubsystemParts,
  { cylinder, place }: { readonly cylinder: number; readonly place: number },
  sectors: number,
): Uint8Array | undefined {
  const group = backEnd.groupOf(place);
  return group.read(cylinder, placeMember(place), placeSector(place), sectors);
}

/** Whether a drive does not hold what it should. Says nothing about nonvolatile storage. */
function isDamaged(
  { backEnd }: SubsystemParts,
  { cylinder, place }: { readonly cylinder: number; readonly place: number },
  sectors: number,
): boolean {
  const drive = backEnd.groupOf(place).members[placeMember(place)]?.drive;
  if (drive === undefined || drive.isErased(cylinder, placeSector(place), sectors)) return true;
  return drive.isHarmed(cylinder, placeSector(place), sectors);
}

function isEqual(one: Uint8Array, other: Uint8Array | undefined): boolean {
  if (other === undefined) return false;
  for (let at = 0; at < one.length; at += 1) if (one[at] !== other[at]) return false;
  return true;
}
