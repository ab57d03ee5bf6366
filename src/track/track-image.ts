/**
 * A track as bytes: home address, record 0, count-key-data records, end marker.
 *
 * One immutable byte string is what a directory entry finally leads to, and what image slots,
 * compressed images and channel programs carry. The layout (docs/formats.md, "Track image"):
 *
 * | part | bytes |
 * | --- | --- |
 * | home address | flag (0), CC, HH |
 * | record 0 | count CC HH 00 00 0008, eight data bytes |
 * | record n | count CC HH R KL DL, key, data; KL = DL = 0 is an end-of-file record |
 * | end marker | eight X'FF' where the next count would stand |
 *
 * Numbers are big-endian. Counts need not name the track they stand on (minidisk images do not);
 * the top bit of a count's cylinder is the overflow flag of old devices.
 *
 * @module
 */
import type { TrackAddress } from '../geometry/address.ts';
import { encodeCchh } from '../geometry/address.ts';

/** Bytes of the home address. */
export const HOME_ADDRESS_BYTES = 5;
/** Bytes of a count field. */
export const COUNT_BYTES = 8;
/** Offset of the first record after record 0. */
export const FIRST_RECORD_OFFSET = HOME_ADDRESS_BYTES + COUNT_BYTES + 8;
/** Bytes of the end marker. */
export const END_MARKER_BYTES = 8;
/** Bytes of a track with record 0 only: the shortest valid one. */
export const TRACK_BYTES_MIN = FIRST_RECORD_OFFSET + END_MARKER_BYTES;

/** Where one record lies inside a track image. */
export interface TrackRecord {
  /** Offset of the count field. */
  readonly offset: number;
  /** CCHH as stored in the count. */
  readonly cchh: number;
  /** Record number, 0 to 255. */
  readonly number: number;
  readonly keyBytes: number;
  readonly dataBytes: number;
  /** Offset of the key; equals {@link dataOffset} when there is none. */
  readonly keyOffset: number;
  readonly dataOffset: number;
}

/** What a record to be built looks like. */
export interface RecordContent {
  /** Record number, 1 to 255. */
  readonly number: number;
  readonly key?: Uint8Array;
  readonly data: Uint8Array;
  /** CCHH to put into the count when it is not the track's own. */
  readonly cchh?: number;
}

/** Why bytes are no valid track. */
export interface TrackFault {
  readonly offset: number;
  readonly what: string;
}

/**
 * Length of the track that starts at `offset`, home address to end marker.
 *
 * Checks what every reader relies on: record 0 has no key and eight data bytes, later records are
 * not numbered 0, and the chain meets the end marker inside the limit.
 *
 * @param limit - Offset behind the last byte that the track may use.
 * @returns The length, or a fault with the offset at which the track stops making sense.
 */
export function measureTrack(
  bytes: Uint8Array,
  offset = 0,
  limit = bytes.length,
): number | TrackFault {
  if (offset + TRACK_BYTES_MIN > limit) {
    return { offset, what: `track of ${limit - offset} bytes is shorter than ${TRACK_BYTES_MIN}` };
  }
  if (bytes[offset] !== 0) {
    return { offset, what: `home address flag is ${hex(bytes[offset] ?? 0)}, not 00` };
  }
  const zero = offset + HOME_ADDRESS_BYTES;
  if (bytes[zero + 4] !== 0 || bytes[zero + 5] !== 0 || halfword(bytes, zero + 6) !== 8) {
    return { offset: zero, what: 'record 0 is not a keyless record of eight bytes' };
  }
  let at = offset + FIRST_RECORD_OFFSET;
  for (;;) {
    if (at + COUNT_BYTES > limit) {
      return { offset: at, what: 'record chain runs past the end without an end marker' };
    }
    if (isEndMarker(bytes, at)) return at + END_MARKER_BYTES - offset;
    if (bytes[at + 4] === 0) return { offset: at, what: 'a record after record 0 has number 0' };
    at += COUNT_BYTES + (bytes[at + 5] ?? 0) + halfword(bytes, at + 6);
  }
}

/**
 * Checks that `track` is one whole valid track and nothing more.
 *
 * @param expectedCchh - Address that the home address must show; not compared when left out.
 * @returns `undefined` when valid, otherwise the first fault.
 */
export function validateTrack(track: Uint8Array, expectedCchh?: number): TrackFault | undefined {
  const length = measureTrack(track);
  if (typeof length !== 'number') return length;
  if (length !== track.length) {
    return { offset: length, what: `${track.length - length} bytes follow the end marker` };
  }
  if (expectedCchh !== undefined && homeCchh(track) !== expectedCchh) {
    return {
      offset: 1,
      what: `home address is ${hexWord(homeCchh(track))}, not ${hexWord(expectedCchh)}`,
    };
  }
  return undefined;
}

/** The address in the home address, as a CCHH word. */
export function homeCchh(track: Uint8Array, offset = 0): number {
  return word(track, offset + 1);
}

/**
 * The records of a valid track, record 0 first.
 *
 * @throws RangeError when the bytes are no valid track; validate foreign bytes first.
 */
export function parseTrack(track: Uint8Array): readonly TrackRecord[] {
  const fault = validateTrack(track);
  if (fault !== undefined) {
    throw new RangeError(`not a valid track: ${fault.what} at byte ${fault.offset}`);
  }
  const records: TrackRecord[] = [];
  let at = HOME_ADDRESS_BYTES;
  while (!isEndMarker(track, at)) {
    const keyBytes = track[at + 5] ?? 0;
    const dataBytes = halfword(track, at + 6);
    const keyOffset = at + COUNT_BYTES;
    const dataOffset = keyOffset + keyBytes;
    records.push({
      offset: at,
      cchh: word(track, at),
      number: track[at + 4] ?? 0,
      keyBytes,
      dataBytes,
      keyOffset,
      dataOffset,
    });
    at = dataOffset + dataBytes;
  }
  return records;
}

/** The key bytes of a record: a view, not a copy. */
export function recordKey(track: Uint8Array, record: TrackRecord): Uint8Array {
  return track.subarray(record.keyOffset, record.keyOffset + record.keyBytes);
}

/** The data bytes of a record: a view, not a copy. */
export function recordData(track: Uint8Array, record: TrackRecord): Uint8Array {
  return track.subarray(record.dataOffset, record.dataOffset + record.dataBytes);
}

/**
 * Builds a track.
 *
 * @param records - Records after record 0, in order.
 * @param recordZero - The eight data bytes of record 0; zeros by default.
 * @throws RangeError when a record is numbered outside 1 to 255 or has an overlong key or data.
 */
export function buildTrack(
  address: TrackAddress,
  records: readonly RecordContent[],
  recordZero?: Uint8Array,
): Uint8Array {
  if (recordZero !== undefined && recordZero.length !== 8) {
    throw new RangeError(`record 0 has 8 data bytes, got ${recordZero.length}`);
  }
  const home = encodeCchh(address.cylinder, address.head);
  let size = TRACK_BYTES_MIN;
  for (const record of records) {
    size += COUNT_BYTES + (record.key?.length ?? 0) + record.data.length;
  }
  const track = new Uint8Array(size);
  putWord(track, 1, home);
  putCount(track, HOME_ADDRESS_BYTES, { cchh: home, number: 0, keyBytes: 0, dataBytes: 8 });
  if (recordZero !== undefined) track.set(recordZero, HOME_ADDRESS_BYTES + COUNT_BYTES);
  let at = FIRST_RECORD_OFFSET;
  for (const record of records) {
    const { number, key, data } = record;
    if (!Number.isInteger(number) || number < 1 || number > 255) {
      throw new RangeError(`record number must be 1 to 255, got ${number}`);
    }
    const keyBytes = key?.length ?? 0;
    if (keyBytes > 255) throw new RangeError(`key must be at most 255 bytes, got ${keyBytes}`);
    if (data.length > 0xffff) throw new RangeError(`data must be at most 65535 bytes`);
    putCount(track, at, { cchh: record.cchh ?? home, number, keyBytes, dataBytes: data.length });
    at += COUNT_BYTES;
    if (key !== undefined) track.set(key, at);
    track.set(data, at + keyBytes);
    at += keyBytes + data.length;
  }
  track.fill(0xff, at);
  return track;
}

/** Whether the eight bytes at `offset` are the end marker. */
export function isEndMarker(bytes: Uint8Array, offset: number): boolean {
  for (let at = offset; at < offset + END_MARKER_BYTES; at += 1) {
    if (bytes[at] !== 0xff) return false;
  }
  return true;
}

function putCount(
  bytes: Uint8Array,
  offset: number,
  count: { cchh: number; number: number; keyBytes: number; dataBytes: number },
): void {
  putWord(bytes, offset, count.cchh);
  bytes[offset + 4] = count.number;
  bytes[offset + 5] = count.keyBytes;
  bytes[offset + 6] = count.dataBytes >>> 8;
  bytes[offset + 7] = count.dataBytes;
}

function halfword(bytes: Uint8Array, offset: number): number {
  return ((bytes[offset] ?? 0) << 8) | (bytes[offset + 1] ?? 0);
}

function word(bytes: Uint8Array, offset: number): number {
  return ((halfword(bytes, offset) << 16) | halfword(bytes, offset + 2)) >>> 0;
}

function putWord(bytes: Uint8Array, offset: number, value: number): void {
  bytes[offset] = value >>> 24;
  bytes[offset + 1] = value >>> 16;
  bytes[offset + 2] = value >>> 8;
  bytes[offset + 3] = value;
}

function hex(byte: number): string {
  return byte.toString(16).toUpperCase().padStart(2, '0');
}

function hexWord(value: number): string {
  return value.toString(16).toUpperCase().padStart(8, '0');
}
