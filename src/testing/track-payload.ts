/**
 * How opaque contents become real tracks: what the adapter of the subsystem writes, and what it reads
 * back, at whatever address the copies have brought it to.
 *
 * A content becomes the data of record 1. Beside it stand the oddities that relocation must get right:
 * a record whose count has the overflow flag, one whose count names another track, and one whose data
 * look like an address. Reading checks every byte against what a track with this content must look
 * like at the address asked for.
 *
 * @module
 */
import { encodeCchh, type TrackAddress } from '../geometry/address.ts';
import { buildTrack, parseTrack, type RecordContent, recordData } from '../track/track-image.ts';

/** Top bit of a count's cylinder. */
const OVERFLOW = 0x8000_0000;

/** A count as minidisks have it: of a cylinder that the devices of model tests do not have. */
const ODD_CCHH = encodeCchh(4_000, 3);

/** A track with this content, written at an address. */
export function trackOfContent(content: Uint8Array, address: TrackAddress): Uint8Array {
  return buildTrack(address, recordsOf(content, encodeCchh(address.cylinder, address.head)));
}

/**
 * The content of a track read at an address.
 *
 * @returns The content, or in a few words why the track is not what it must be.
 */
export function contentOfTrack(track: Uint8Array, address: TrackAddress): Uint8Array | string {
  const [, first] = parseTrack(track);
  if (first === undefined) return 'a track without record 1';
  const content = recordData(track, first).slice();
  const expected = trackOfContent(content, address);
  if (track.length !== expected.length) {
    return `a track of ${track.length} bytes, not ${expected.length}`;
  }
  for (let at = 0; at < track.length; at += 1) {
    if (track[at] === expected[at]) continue;
    return `a track whose byte ${at} is ${track[at]}, not ${expected[at]}`;
  }
  return content;
}

function recordsOf(content: Uint8Array, home: number): readonly RecordContent[] {
  return [
    { number: 1, data: content },
    { number: 2, key: KEY, data: EMPTY, cchh: (home + OVERFLOW) >>> 0 },
    { number: 3, data: EMPTY, cchh: ODD_CCHH },
    { number: 4, data: ADDRESS_LIKE },
  ];
}

const EMPTY = new Uint8Array(0);
const KEY = Uint8Array.of(0xd2, 0xc5, 0xe8);
/** Looks like the home address of cylinder 0, head 1, but is data and must stay. */
const ADDRESS_LIKE = Uint8Array.of(0, 0, 0, 1, 2, 0, 0, 8);
