/**
 * Warnings about a volume: odd things that did not stop the reading.
 *
 * @module
 */

/** Something odd that did not stop the reading. */
export interface VolumeWarning {
  /** Stable code. */
  readonly code:
    | 'DSCB_UNKNOWN'
    | 'EXTENT_INVALID'
    | 'EXTENTS_OVERLAP'
    | 'EXTENT_COUNT'
    | 'DUPLICATE_NAME'
    | 'TRACK_DAMAGED'
    | 'GEOMETRY_DIFFERS'
    | 'FREE_SPACE_DIFFERS'
    | 'FREE_SPACE_CHAIN'
    | 'UPDATE_INCOMPLETE'
    | 'INDEX_INVALID'
    | 'INDEX_DIFFERS'
    | 'VVDS_INVALID'
    | 'NAME_DIFFERS_FROM_SERIAL';
  /** What and where, in words. */
  readonly what: string;
}
