/**
 * The shape of a redundancy group: drives, cylinders, capacity, and what is kept back.
 *
 * The capacity is what hosts may fill, exactly. Behind it lie more cylinders, so that collection can
 * always make a place for what the capacity allows:
 *
 * | cylinders | for |
 * | --- | --- |
 * | packed | the capacity, when every member loses the longest possible end to a track that no longer fits |
 * | one in 32 of these | dead sectors that collection works with |
 * | one a kind | the open cylinders |
 * | collection reserve | survivors on their way: collection may take the last cylinder |
 * | metadata cylinders | writes with the right to the reserve |
 * | 1 | quarantine |
 *
 * All figures are our choice. Cylinders that were never opened cost no memory.
 *
 * @module
 */
import { FIRST_TRACK_SECTOR, SECTOR_BYTES, TRACK_SECTORS_MAX } from './logical-cylinder.ts';
import { PLACEMENT_KINDS } from './placement.ts';

/** How the tracks of a group are compressed: not, really, or only in their sectors. */
export type GroupCompression = 'none' | 'zstd' | { readonly ratio: number };

/** What a group is made from; every figure is checked by the configuration. */
export interface GroupPlan {
  readonly dataDrives: number;
  readonly redundancyDrives: number;
  /** What hosts may fill, in bytes; rounded down to whole sectors. */
  readonly capacityBytes: number;
  /** Sectors of a physical cylinder, its label included; a power of two. */
  readonly cylinderSectors: number;
  /** Cylinders beyond those that the capacity fills without any loss. */
  readonly reserveCylinders: number;
  readonly compression: GroupCompression;
}

/** A group as built. */
export interface GroupShape {
  readonly dataDrives: number;
  readonly redundancyDrives: number;
  readonly cylinderSectors: number;
  /** Sectors of a physical cylinder that tracks may use: all but the label. */
  readonly memberSectors: number;
  /** Sectors of a logical cylinder that tracks may use. */
  readonly usableSectors: number;
  /** Logical cylinders. */
  readonly cylinderCount: number;
  /** Live sectors that the group may hold. */
  readonly capacitySectors: number;
  /** Of these: sectors for the metadata of running backups only. */
  readonly reserveSectors: number;
  /** Free cylinders that only collection, rebuild and healing may open. */
  readonly collectionReserve: number;
  /** Free cylinders that hosts may not open: the collection reserve and those for metadata. */
  readonly hostReserve: number;
  readonly compression: GroupCompression;
}

/** Least and most sectors of a physical cylinder: it holds the longest track, and places have 16 bits. */
export const CYLINDER_SECTORS_MIN = 256;
export const CYLINDER_SECTORS_MAX = 4096;
/** Half a mebibyte: nine full 3390 tracks. */
const CYLINDER_SECTORS_USUAL = 1024;
/** Cylinders that a group of small capacity should have at least, before its cylinders shrink. */
const CYLINDERS_WANTED = 32;

/** Free cylinders for collection: one to fill, and one for a cylinder that is healed meanwhile. */
const COLLECTION_RESERVE = 2;
/** One cylinder in so many is there for dead sectors. */
const SLACK_DIVISOR = 32;
/** The metadata reserve never takes more than this part of a small group. */
const RESERVE_DIVISOR = 16;

/** Sectors of a physical cylinder when nobody says. */
export function usualCylinderSectors(dataDrives: number, capacitySectors: number): number {
  let sectors = CYLINDER_SECTORS_USUAL;
  while (
    sectors > CYLINDER_SECTORS_MIN &&
    capacitySectors < CYLINDERS_WANTED * dataDrives * (sectors - FIRST_TRACK_SECTOR)
  ) {
    sectors /= 2;
  }
  return sectors;
}

/** Cylinders beyond a lossless fill when nobody says. */
export function usualReserveCylinders(
  dataDrives: number,
  cylinderSectors: number,
  capacitySectors: number,
  reserveSectors: number,
): number {
  const memberSectors = cylinderSectors - FIRST_TRACK_SECTOR;
  const packed = Math.ceil(capacitySectors / packedSectors(dataDrives, memberSectors));
  const lossless = Math.ceil(capacitySectors / (dataDrives * memberSectors));
  const kept = hostReserve(dataDrives, memberSectors, reserveSectors);
  const slack = Math.ceil(packed / SLACK_DIVISOR);
  return packed - lossless + slack + PLACEMENT_KINDS.length + kept + 1;
}

/** Least reserve with which nothing can lock up: the open cylinders and what hosts may not open. */
export function leastReserveCylinders(
  dataDrives: number,
  cylinderSectors: number,
  reserveSectors: number,
): number {
  const memberSectors = cylinderSectors - FIRST_TRACK_SECTOR;
  return PLACEMENT_KINDS.length + hostReserve(dataDrives, memberSectors, reserveSectors);
}

/** The part of the metadata reserve that a group of this capacity keeps. */
export function metadataReserve(capacitySectors: number, wantedSectors: number): number {
  return Math.min(wantedSectors, Math.floor(capacitySectors / RESERVE_DIVISOR));
}

/** Works a plan out. @param reserveSectors - From {@link metadataReserve}. */
export function shapeGroup(plan: GroupPlan, reserveSectors: number): GroupShape {
  const { dataDrives, cylinderSectors } = plan;
  const memberSectors = cylinderSectors - FIRST_TRACK_SECTOR;
  const usableSectors = dataDrives * memberSectors;
  const capacitySectors = capacitySectorsOf(plan.capacityBytes);
  return Object.freeze({
    dataDrives,
    redundancyDrives: plan.redundancyDrives,
    cylinderSectors,
    memberSectors,
    usableSectors,
    cylinderCount: Math.ceil(capacitySectors / usableSectors) + plan.reserveCylinders,
    capacitySectors,
    reserveSectors,
    collectionReserve: COLLECTION_RESERVE,
    hostReserve: hostReserve(dataDrives, memberSectors, reserveSectors),
    compression: plan.compression,
  });
}

/** Whole sectors in so many bytes. */
export function capacitySectorsOf(capacityBytes: number): number {
  return Math.floor(capacityBytes / SECTOR_BYTES);
}

/** Bytes of nonvolatile storage that a logical cylinder of a group takes. */
export function nvsBytesOf(shape: GroupShape): number {
  return shape.dataDrives * shape.cylinderSectors * SECTOR_BYTES;
}

/** Sectors of a cylinder that are used at least, however badly tracks fit the ends of members. */
function packedSectors(dataDrives: number, memberSectors: number): number {
  return dataDrives * (memberSectors - (TRACK_SECTORS_MAX - 1));
}

function hostReserve(dataDrives: number, memberSectors: number, reserveSectors: number): number {
  return COLLECTION_RESERVE + Math.ceil(reserveSectors / packedSectors(dataDrives, memberSectors));
}
