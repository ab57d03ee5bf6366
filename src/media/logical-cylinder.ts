/**
 * Shape of a logical cylinder, and how a place in it is written as two words.
 *
 * A logical cylinder is one physical cylinder of each data drive of a redundancy group. A track
 * instance lies within one member and never spans two, so that one drive can give it back.
 *
 * Our choices: thirteen data members (the array of thirteen data and two redundancy drives of the
 * subsystem family this models), 512 KiB a physical cylinder (nine full 3390 tracks; 2 % is lost at its
 * end and goes to shorter tracks), 512-byte sectors.
 *
 * @module
 */

/** Bytes of a sector, the unit of space. */
export const SECTOR_BYTES = 512;
/** Data members of a redundancy group. */
export const MEMBER_COUNT = 13;
/** Sectors of a physical cylinder: one member's part of a logical cylinder. */
export const MEMBER_SECTORS = 1024;
/** Sectors of a whole logical cylinder. */
export const CYLINDER_SECTORS = MEMBER_COUNT * MEMBER_SECTORS;

/**
 * A place inside a logical cylinder as one word: group in the top 8 bits, member in the next 8,
 * sector within the member in the low 16.
 */
export function encodePlace(group: number, member: number, sector: number): number {
  return ((group << 24) | (member << 16) | sector) >>> 0;
}

/** Redundancy group of a place. */
export function placeGroup(place: number): number {
  return place >>> 24;
}

/** Member of a place. */
export function placeMember(place: number): number {
  return (place >>> 16) & 0xff;
}

/** First sector of a place within its member. */
export function placeSector(place: number): number {
  return place & 0xffff;
}

/** Sectors that so many bytes take. */
export function sectorsOf(bytes: number): number {
  return (bytes + (SECTOR_BYTES - 1)) >>> 9;
}
