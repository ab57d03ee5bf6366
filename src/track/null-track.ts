/**
 * Null tracks: the contents that real images and the track directory say with a number instead of
 * bytes. Directory entry 0 is a track never written; entries 1 to 3 are the three formats of
 * compressed images, so that import and export keep the difference (docs/sources.md, S-11).
 *
 * | entry | image format | content |
 * | --- | --- | --- |
 * | 0 never written | | as entry 2 |
 * | 1 | 0 | home address, record 0, an end-of-file record 1 (37 bytes) |
 * | 2 | 1 | home address, record 0 (29 bytes) |
 * | 3 | 2 | home address, record 0, twelve 4,096-byte records of zeros (49,277 bytes) |
 *
 * @module
 */
import type { TrackAddress } from '../geometry/address.ts';
import { buildTrack, homeCchh, type RecordContent } from './track-image.ts';

/** Directory entries that are no instances. */
export const RESERVED_ENTRY_COUNT = 4;
/** Directory entry of a track that nobody has written. */
export const NEVER_WRITTEN = 0;

/** Null-track format of a compressed image: 0, 1 or 2. */
export type NullFormat = 0 | 1 | 2;

/** A reserved directory entry. */
export type ReservedEntry = 0 | 1 | 2 | 3;

/** Bytes of the null track of each format. */
export const NULL_TRACK_BYTES = Object.freeze([37, 29, 49_277] as const);

const EMPTY = new Uint8Array(0);
const LINUX_RECORD = new Uint8Array(4096);
const RECORDS: readonly (readonly RecordContent[])[] = [
  [{ number: 1, data: EMPTY }],
  [],
  Array.from({ length: 12 }, (_, at) => ({ number: at + 1, data: LINUX_RECORD })),
];

/** Directory entry of a null format. */
export function entryOfNullFormat(format: NullFormat): ReservedEntry {
  return (format + 1) as ReservedEntry;
}

/** Null format that shows the content of a reserved entry. Entry 0 reads like format 1. */
export function nullFormatOfEntry(entry: ReservedEntry): NullFormat {
  return entry === NEVER_WRITTEN ? 1 : ((entry - 1) as NullFormat);
}

/** The bytes of a null track at an address. */
export function buildNullTrack(format: NullFormat, address: TrackAddress): Uint8Array {
  return buildTrack(address, RECORDS[format] ?? []);
}

/**
 * Which null track these bytes are exactly, if any: same bytes at the address of their own home
 * address. Costs three comparisons for any other length.
 */
export function recogniseNullTrack(
  track: Uint8Array,
  address: TrackAddress,
): NullFormat | undefined {
  const format = NULL_TRACK_BYTES.indexOf(track.length as 29);
  if (format < 0) return undefined;
  const expected = buildNullTrack(format as NullFormat, address);
  if (homeCchh(track) !== homeCchh(expected)) return undefined;
  for (let at = 0; at < track.length; at += 1) {
    if (track[at] !== expected[at]) return undefined;
  }
  return format as NullFormat;
}
