/**
 * Reading past damage: ranges, whole members and the redundancy of destaged cylinders.
 *
 * What is known to be bad (a failed drive, a cylinder it misses, an unreadable sector) is an erasure.
 * What is silently wrong is found by the caller's check of the result; then further members are
 * distrusted in turn, as far as the redundancy reaches. A result that the caller accepts is right,
 * because its checksum is bound to the instance and its place.
 *
 * Where no bytes are kept, damage is a state, and a range is lost when more members are damaged in it
 * than there is redundancy.
 *
 * @module
 */
import { invariant } from '../base/invariant.ts';
import { FIRST_TRACK_SECTOR, SECTOR_BYTES } from './logical-cylinder.ts';
import type { ParityEngine } from './parity.ts';
import type { RedundancyGroup } from './redundancy-group.ts';

/** Repairs with one parity engine. */
export class ErasureRepair {
  readonly #parity: ParityEngine;

  constructor(parity: ParityEngine) {
    this.#parity = parity;
  }

  /**
   * Sectors of a member, found from the other members.
   *
   * @param accept - Whether the result is the right one; it may keep the bytes.
   * @returns Bytes of the caller's own, or `undefined` when the redundancy does not reach.
   */
  reconstructRange(
    group: RedundancyGroup,
    cylinder: number,
    member: number,
    sector: number,
    sectors: number,
    accept: (bytes: Uint8Array) => boolean,
  ): Uint8Array | undefined {
    if (!group.isDestaged(cylinder)) return undefined;
    const erased = group.erasedMembers(cylinder, sector, sectors);
    if (!erased.includes(member)) erased.push(member);
    const { redundancyDrives } = group.shape;
    for (let more = 0; erased.length + more <= redundancyDrives; more += 1) {
      const others = group.members.map(({ number }) => number).filter((at) => !erased.includes(at));
      for (const distrusted of combinations(others, more)) {
        const all = [...erased, ...distrusted];
        const bytes = this.#solve(group, cylinder, sector, sectors, all)[member];
        invariant(bytes !== undefined, 'reconstructed-member');
        if (accept(bytes)) return bytes;
      }
    }
    return undefined;
  }

  /**
   * Writes a member of a cylinder anew from the others, after its drive failed or was away. Rows that
   * the redundancy does not reach become unreadable sectors of its drive.
   *
   * @returns Sectors that were lost.
   */
  reconstructCylinder(group: RedundancyGroup, cylinder: number, member: number): number {
    invariant(group.isDestaged(cylinder), 'rebuilt-cylinder-destaged', String(cylinder));
    const place = group.members[member];
    invariant(place !== undefined && place.state === 'online', 'rebuilt-member-online');
    const { cylinderSectors } = group.shape;
    const bytes = group.destage.hasBytes ? group.destage.takeBuffer() : undefined;
    const lost: [number, number][] = [];
    for (let sector = FIRST_TRACK_SECTOR; sector < cylinderSectors; ) {
      const end = this.#rowsAlike(group, cylinder, sector);
      const erased = group.erasedMembers(cylinder, sector, 1);
      if (!erased.includes(member)) erased.push(member);
      const range = bytes?.subarray(sector * SECTOR_BYTES, end * SECTOR_BYTES);
      if (erased.length > group.shape.redundancyDrives) {
        lost.push([sector, end - sector]);
        range?.fill(0);
      } else if (range !== undefined) {
        const found = this.#solve(group, cylinder, sector, end - sector, erased)[member];
        invariant(found !== undefined, 'reconstructed-member');
        range.set(found);
      }
      sector = end;
    }
    group.destage.rewrite(group, cylinder, member, bytes);
    for (const [sector, sectors] of lost) place.markLost(cylinder, sector, sectors);
    return lost.reduce((sum, [, sectors]) => sum + sectors, 0);
  }

  /**
   * Whether the redundancy of a destaged cylinder is that of its data, in all rows that can be read
   * in full. Where no bytes are kept: whether nothing in it is damaged.
   */
  verifyParity(group: RedundancyGroup, cylinder: number): boolean {
    const { cylinderSectors, dataDrives, redundancyDrives } = group.shape;
    if (!group.destage.hasBytes) {
      return group.erasedMembers(cylinder, 0, cylinderSectors).length === 0;
    }
    if (redundancyDrives === 0) return true;
    for (let sector = FIRST_TRACK_SECTOR; sector < cylinderSectors; ) {
      const end = this.#rowsAlike(group, cylinder, sector);
      if (group.erasedMembers(cylinder, sector, 1).length === 0) {
        const ranges = rangesOf(group, cylinder, sector, end - sector, []);
        const [p, q] = ranges.slice(dataDrives);
        if (!this.#parity.isConsistent(ranges.slice(0, dataDrives), p, q)) return false;
      }
      sector = end;
    }
    return true;
  }

  /** The first row from `sector` on in which other members are erased than in that row. */
  #rowsAlike(group: RedundancyGroup, cylinder: number, sector: number): number {
    const { cylinderSectors } = group.shape;
    const behind = cylinderSectors - sector;
    const known = group.erasedMembers(cylinder, sector, behind);
    // Nothing changes within the rest, as long as whoever is erased somewhere is erased as a whole.
    if (known.every((at) => isWhollyErased(group, cylinder, at))) return cylinderSectors;
    const here = group.erasedMembers(cylinder, sector, 1).join();
    let end = sector + 1;
    while (end < cylinderSectors && group.erasedMembers(cylinder, end, 1).join() === here) end += 1;
    return end;
  }

  #solve(
    group: RedundancyGroup,
    cylinder: number,
    sector: number,
    sectors: number,
    erased: readonly number[],
  ): Uint8Array[] {
    const ranges = rangesOf(group, cylinder, sector, sectors, erased);
    this.#parity.reconstruct(ranges, group.shape.dataDrives, erased);
    return ranges;
  }
}

/** The same rows of all members; those of erased members are fresh buffers to be filled. */
function rangesOf(
  group: RedundancyGroup,
  cylinder: number,
  sector: number,
  sectors: number,
  erased: readonly number[],
): Uint8Array[] {
  return group.members.map(({ number }) => {
    if (erased.includes(number)) return new Uint8Array(sectors * SECTOR_BYTES);
    const bytes = group.bytes(cylinder, number);
    invariant(bytes !== undefined, 'destaged-member-has-bytes', `${cylinder} of ${number}`);
    return bytes.subarray(sector * SECTOR_BYTES, (sector + sectors) * SECTOR_BYTES);
  });
}

function isWhollyErased(group: RedundancyGroup, cylinder: number, member: number): boolean {
  const { state, missing } = group.members[member] as RedundancyGroup['members'][number];
  return state === 'failed' || missing.has(cylinder);
}

/** All choices of `count` out of a list. */
function* combinations(list: readonly number[], count: number): Generator<readonly number[]> {
  if (count === 0) {
    yield [];
    return;
  }
  for (let at = 0; at + count <= list.length; at += 1) {
    for (const rest of combinations(list.slice(at + 1), count - 1)) {
      yield [list[at] as number, ...rest];
    }
  }
}
