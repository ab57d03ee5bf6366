/**
 * The checksum of a range of data in a record.
 *
 * Stored tracks have checksums of their own, which cover all of their bytes, and which were computed when
 * the bytes were at hand. So the checksum of a range that is nothing but tracks, one behind the other, is
 * over their headers, and reading it checks each track by its header: to go through all bytes once more
 * would cost a commit about as much as writing the track did.
 *
 * @module
 */
import { crc32 } from 'node:zlib';
import { XxHash64 } from '../base/checksum.ts';
import { SECTOR_BYTES, TRACK_HEADER_BYTES } from '../media/logical-cylinder.ts';
import { claimedTrack, StoredTrack } from '../media/stored-track.ts';

/** What tells whether a range is what was written. */
export interface RangeChecksum {
  /** CRC-32 of the headers of its tracks, or of all bytes. */
  readonly checksum: number;
  /** Whether the range is nothing but stored tracks. */
  readonly isOfTracks: boolean;
}

const recogniser = new StoredTrack(new XxHash64());

/** @param bytes - Whole sectors. */
export function rangeChecksum(bytes: Uint8Array): RangeChecksum {
  const checksum = headersChecksum(bytes);
  if (checksum !== undefined) return { checksum, isOfTracks: true };
  return { checksum: crc32(bytes), isOfTracks: false };
}

/** Whether bytes are those that the checksum was made of. */
export function isRangeWhole(bytes: Uint8Array, expected: RangeChecksum): boolean {
  if (!expected.isOfTracks) return crc32(bytes) === expected.checksum;
  return headersChecksum(bytes) === expected.checksum && areTracksWhole(bytes);
}

/** `undefined` when the bytes are not tracks from the first to the last sector. */
function headersChecksum(bytes: Uint8Array): number | undefined {
  let checksum = 0;
  let at = 0;
  while (at < bytes.length) {
    const claimed = claimedTrack(bytes, at);
    if (claimed === undefined) return undefined;
    checksum = crc32(bytes.subarray(at, at + TRACK_HEADER_BYTES), checksum);
    at += sectorsBytes(claimed.storedBytes);
  }
  return at === bytes.length ? checksum : undefined;
}

function areTracksWhole(bytes: Uint8Array): boolean {
  let at = 0;
  while (at < bytes.length) {
    const claimed = claimedTrack(bytes, at);
    if (claimed === undefined) return false;
    const end = at + sectorsBytes(claimed.storedBytes);
    if (recogniser.recognise(bytes.subarray(at, end), claimed) === undefined) return false;
    at = end;
  }
  return true;
}

function sectorsBytes(storedBytes: number): number {
  return Math.ceil((TRACK_HEADER_BYTES + storedBytes) / SECTOR_BYTES) * SECTOR_BYTES;
}
