/**
 * Reading past damage: ranges, whole members and the redundancy of destaged cylinders.
 *
 * What is known to be bad (a failed drive, a cylinder it misses, an unreadable sector) is an erasure,
 * row by row: in one row redundancy may make up for other members than in the next. What is silently
 * wrong is found by the caller's check of the result; then further members are distrusted in turn, in
 * all rows, as far as the redundancy reaches. A result that the caller accepts is right, because its
 * checksum is bound to the instance and its place.
 *
 * Where no bytes are kept, damage is a state, and a range is lost when in some row its member and more
 * than there is redundancy for are damaged.
 *
 * @module
 */
import { invariant } from '../base/invariant.ts';
import { FIRST_TRACK_SECTOR, SECTOR_BYTES } from './logical-cylinder.ts';
import type { ParityEngine } from './parity.ts';
import type { RedundancyGroup } from './redundancy-group.ts';

/** Rows in which the same members are erased: from `sector` up to, not including, `end`. */
interface Rows {
  readonly sector: number;
  readonly end: number;
  readonly erased: readonly number[];
}

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
    return this.#attempt(group, cylinder, sector, sector + sectors, (rows) => {
      for (const distrusted of suspicions(group, member, rows)) {
        const bytes = this.#assemble(group, cylinder, member, rows, distrusted);
        if (bytes === 'unread') return bytes;
        if (bytes !== undefined && accept(bytes)) return bytes;
      }
      return undefined;
    });
  }

  /** Whether sectors of a member can be had, by what is known: in each row as they are, or from others. */
  isWithinReach(
    group: RedundancyGroup,
    cylinder: number,
    member: number,
    sector: number,
    sectors: number,
  ): boolean {
    const { redundancyDrives } = group.shape;
    const erased = group.erasedMembers(cylinder, sector, sectors);
    if (erased.length <= redundancyDrives || !erased.includes(member)) return true;
    return this.#rows(group, cylinder, sector, sector + sectors).every(
      (row) => row.erased.length <= redundancyDrives || !row.erased.includes(member),
    );
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
    const lost = this.#attempt(group, cylinder, FIRST_TRACK_SECTOR, cylinderSectors, (rows) =>
      this.#fill(group, cylinder, member, rows, bytes),
    );
    const harmed = harmedRows(group, cylinder, member);
    tellReconstruction(group, cylinder, member);
    group.destage.rewrite(group, cylinder, member, bytes);
    for (const sector of harmed) place.drive.noteHarm(cylinder, sector, 1);
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
    return this.#attempt(group, cylinder, FIRST_TRACK_SECTOR, cylinderSectors, (rows) => {
      for (const { sector, end, erased } of rows) {
        if (erased.length > 0) continue;
        const ranges = rangesOf(group, cylinder, sector, end - sector, []);
        if (ranges === 'unread') return ranges;
        const [p, q] = ranges.slice(dataDrives);
        if (!this.#parity.isConsistent(ranges.slice(0, dataDrives), p, q)) return false;
      }
      return true;
    });
  }

  /**
   * Works on rows, and again for as long as reading finds further sectors that the medium cannot read:
   * those are erasures the next time.
   */
  #attempt<Result>(
    group: RedundancyGroup,
    cylinder: number,
    sector: number,
    end: number,
    work: (rows: readonly Rows[]) => Result | 'unread',
  ): Result {
    for (;;) {
      const result = work(this.#rows(group, cylinder, sector, end));
      if (result !== 'unread') return result;
    }
  }

  /**
   * Fills the buffer of a member, if bytes are kept, from the others.
   *
   * @returns First sector and sectors of what the redundancy does not reach.
   */
  #fill(
    group: RedundancyGroup,
    cylinder: number,
    member: number,
    rows: readonly Rows[],
    bytes: Uint8Array | undefined,
  ): readonly (readonly [number, number])[] | 'unread' {
    const lost: [number, number][] = [];
    for (const { sector, end, erased } of rows) {
      const all = erased.includes(member) ? erased : [...erased, member];
      const range = bytes?.subarray(sector * SECTOR_BYTES, end * SECTOR_BYTES);
      if (all.length > group.shape.redundancyDrives) {
        lost.push([sector, end - sector]);
        range?.fill(0);
      } else if (range !== undefined) {
        const found = this.#solve(group, cylinder, member, sector, end, all);
        if (found === 'unread') return found;
        range.set(found);
      }
    }
    return lost;
  }

  /** The rows from `sector` up to `end`, those in which the same members are erased together. */
  #rows(group: RedundancyGroup, cylinder: number, sector: number, end: number): readonly Rows[] {
    const rows: Rows[] = [];
    for (let first = sector; first < end; ) {
      const next = rowsAlike(group, cylinder, first, end);
      rows.push({ sector: first, end: next, erased: group.erasedMembers(cylinder, first, 1) });
      first = next;
    }
    return rows;
  }

  /**
   * Sectors of a member, where it can be believed as they are, elsewhere from the others.
   *
   * @param distrusted - Members that count as erased in all rows.
   * @returns `undefined` when the redundancy does not reach, `unread` when the medium failed.
   */
  #assemble(
    group: RedundancyGroup,
    cylinder: number,
    member: number,
    rows: readonly Rows[],
    distrusted: readonly number[],
  ): Uint8Array | 'unread' | undefined {
    const { redundancyDrives } = group.shape;
    const first = rows[0]?.sector ?? 0;
    const parts = rows.map(({ sector, end, erased }) => ({
      sector,
      end,
      all: [...erased, ...distrusted.filter((at) => !erased.includes(at))],
    }));
    const isReached = parts.every(
      ({ all }) => all.length <= redundancyDrives || !all.includes(member),
    );
    if (!isReached) return undefined;
    const bytes = new Uint8Array(((rows.at(-1)?.end ?? 0) - first) * SECTOR_BYTES);
    for (const { sector, end, all } of parts) {
      const part = all.includes(member)
        ? this.#solve(group, cylinder, member, sector, end, all)
        : readSound(group, cylinder, member, sector, end - sector);
      if (part === 'unread') return part;
      bytes.set(part, (sector - first) * SECTOR_BYTES);
    }
    return bytes;
  }

  /** The rows of one erased member. */
  #solve(
    group: RedundancyGroup,
    cylinder: number,
    member: number,
    sector: number,
    end: number,
    erased: readonly number[],
  ): Uint8Array | 'unread' {
    const ranges = rangesOf(group, cylinder, sector, end - sector, erased);
    if (ranges === 'unread') return ranges;
    this.#parity.reconstruct(ranges, group.shape.dataDrives, erased);
    const found = ranges[member];
    invariant(found !== undefined, 'reconstructed-member');
    return found;
  }
}

/** The first row behind `sector`, at most `end`, in which other members are erased than in that row. */
function rowsAlike(group: RedundancyGroup, cylinder: number, sector: number, end: number): number {
  const known = group.erasedMembers(cylinder, sector, end - sector);
  // Nothing changes within the rest, as long as whoever is erased somewhere is erased as a whole.
  if (known.every((at) => isWhollyErased(group, cylinder, at))) return end;
  const here = group.erasedMembers(cylinder, sector, 1).join();
  let next = sector + 1;
  while (next < end && group.erasedMembers(cylinder, next, 1).join() === here) next += 1;
  return next;
}

/**
 * Members to distrust beyond what is known, in the order in which that is tried. A member that is not
 * known to be damaged was read before, and was wrong: it is distrusted from the beginning.
 */
function* suspicions(
  group: RedundancyGroup,
  member: number,
  rows: readonly Rows[],
): Generator<readonly number[]> {
  const isSound = (at: number): boolean => rows.some(({ erased }) => !erased.includes(at));
  const isWrong = rows.every(({ erased }) => !erased.includes(member));
  const others = group.members
    .map(({ number }) => number)
    .filter((at) => at !== member && isSound(at));
  const choice = isWrong || !isSound(member) ? others : [member, ...others];
  const base = isWrong ? [member] : [];
  for (let more = 0; base.length + more <= group.shape.redundancyDrives; more += 1) {
    for (const further of combinations(choice, more)) yield [...base, ...further];
  }
}

/** The same rows of all members; those of erased members are fresh buffers to be filled. */
function rangesOf(
  group: RedundancyGroup,
  cylinder: number,
  sector: number,
  sectors: number,
  erased: readonly number[],
): Uint8Array[] | 'unread' {
  const ranges: Uint8Array[] = [];
  for (const { number } of group.members) {
    const range = erased.includes(number)
      ? new Uint8Array(sectors * SECTOR_BYTES)
      : readSound(group, cylinder, number, sector, sectors);
    if (range === 'unread') return range;
    ranges.push(range);
  }
  return ranges;
}

/** Sectors that are not known to be bad; if they turn out to be, they are known from then on. */
function readSound(
  group: RedundancyGroup,
  cylinder: number,
  member: number,
  sector: number,
  sectors: number,
): Uint8Array | 'unread' {
  const place = group.members[member] as RedundancyGroup['members'][number];
  const known = place.unreadable.count;
  const bytes = group.read(cylinder, member, sector, sectors);
  if (bytes !== undefined) return bytes;
  // A drive that holds nothing where a destaged cylinder should lie cannot give it back, either.
  if (place.unreadable.count === known) place.markLost(cylinder, sector, sectors);
  invariant(place.unreadable.count > known, 'unread-sectors-become-known');
  return 'unread';
}

function isWhollyErased(group: RedundancyGroup, cylinder: number, member: number): boolean {
  const { state, missing } = group.members[member] as RedundancyGroup['members'][number];
  return state === 'failed' || missing.has(cylinder);
}

/** Rows in which some other member was silently damaged on purpose: what is found from them is wrong. */
function harmedRows(group: RedundancyGroup, cylinder: number, member: number): readonly number[] {
  const { cylinderSectors } = group.shape;
  const harmed = group.members.filter(
    ({ number, drive }) => number !== member && drive.isHarmed(cylinder, 0, cylinderSectors),
  );
  if (harmed.length === 0) return [];
  const rows = Array.from({ length: cylinderSectors }, (_, sector) => sector);
  return rows.filter((sector) => harmed.some(({ drive }) => drive.isHarmed(cylinder, sector, 1)));
}

/** What rebuilding a member takes: as many others as hold data, whole, and writing it. */
function tellReconstruction(group: RedundancyGroup, cylinder: number, member: number): void {
  const { cylinderSectors, dataDrives } = group.shape;
  const { driveWork } = group;
  let read = 0;
  for (const { number } of group.members) {
    if (number === member || read === dataDrives || isWhollyErased(group, cylinder, number))
      continue;
    driveWork.rangeRead(group.number, cylinder, number, 0, cylinderSectors);
    read += 1;
  }
  driveWork.memberWritten(group.number, cylinder, member);
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
