/**
 * Sectors, and how a place in a logical cylinder is written as one word.
 *
 * A logical cylinder is one physical cylinder of each member of a redundancy group. A track instance
 * lies within one data member and never spans two, so that one drive can give it back. Sector 0 of
 * every physical cylinder is its label (cylinder-label.ts).
 *
 * @module
 */
import { TRACK_BYTES_MAX } from '../base/limits.ts';

/** Bytes of a sector, the unit of space. */
export const SECTOR_BYTES = 512;
/** Bytes of the header in front of every stored track (stored-track.ts). */
export const TRACK_HEADER_BYTES = 48;
/** First sector of a physical cylinder that tracks may use. */
export const FIRST_TRACK_SECTOR = 1;

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

/** Sectors that a track of so many stored bytes takes, header included. */
export function sectorsOf(storedBytes: number): number {
  return (storedBytes + (TRACK_HEADER_BYTES + SECTOR_BYTES - 1)) >>> 9;
}

/** Sectors of the longest track. */
export const TRACK_SECTORS_MAX = sectorsOf(TRACK_BYTES_MAX);
