/**
 * Options of methods that move tracks through a host.
 *
 * @module
 */

/** Tracks that one channel program reads or writes. */
export const TRACKS_PER_PROGRAM = Object.freeze({
  kind: 'count',
  fallback: 15,
  least: 1,
  most: 150,
  says: 'tracks of one channel program; 15 are a cylinder',
} as const);

/** Pieces under way. */
export const BUFFERS = Object.freeze({
  kind: 'count',
  fallback: 2,
  least: 1,
  most: 64,
  says: 'pieces in host memory at once: with 2 one is read while another is written',
} as const);
