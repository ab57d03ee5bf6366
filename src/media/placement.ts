/**
 * Kinds of new instances, by which they gather in different open cylinders, and the right with which
 * space is asked for.
 *
 * Instances that die at about the same time should lie together: then whole cylinders come back by
 * themselves, and collection has little to move. Plain numbers, because they travel on hot paths.
 *
 * @module
 */

/** Tracks that hosts write here and there. */
export const UPDATE = 0;
/** Tracks that a host writes one after the other: loads, sorts, restores. */
export const SEQUENTIAL = 1;
/** Tracks that collection, rebuild or healing has moved. */
export const SURVIVOR = 2;
/** Tracks that hardly anybody will change: targets of background copies. */
export const LOW_ACCESS = 3;
/** Tracks written with the right to the reserve: the metadata of running backups. */
export const METADATA = 4;

/** One of the kinds. */
export type PlacementKind =
  | typeof UPDATE
  | typeof SEQUENTIAL
  | typeof SURVIVOR
  | typeof LOW_ACCESS
  | typeof METADATA;

/** All kinds, the number of a kind being its place here. */
export const PLACEMENT_KINDS = [
  'update',
  'sequential',
  'survivor',
  'lowAccess',
  'metadata',
] as const;

/** Hosts: neither the metadata reserve nor the cylinders that are kept back. */
export const HOST_RIGHT = 0;
/** The metadata of running backups: everything but what collection needs. */
export const METADATA_RIGHT = 1;
/** Collection and rebuild: the last cylinder, and past the capacity while they move. */
export const COLLECTION_RIGHT = 2;
/** Healing: past the capacity while it moves, but not what collection needs to make room. */
export const HEALING_RIGHT = 3;

/** One of the rights. */
export type TakeRight =
  | typeof HOST_RIGHT
  | typeof METADATA_RIGHT
  | typeof COLLECTION_RIGHT
  | typeof HEALING_RIGHT;

/** In place of a group: any will do. */
export const ANY_GROUP = -1;
