/**
 * Extents of data sets: ten bytes in DSCBs of format 1, 3, 4 and 8.
 *
 * | offset | bytes | field |
 * | --- | --- | --- |
 * | 0 | 1 | type: 00 unused, 01 data, 02 overflow, 04 index, 40 user labels, 80 shares cylinders, 81 on cylinder boundaries |
 * | 1 | 1 | sequence number |
 * | 2 | 4 | CCHH of the first track |
 * | 6 | 4 | CCHH of the last track: the extent includes it |
 *
 * A data set that shares cylinders has the heads from low to high in each cylinder from low to
 * high: many runs of tracks in one extent. Source: docs/sources.md, S-10 and S-13.
 *
 * @module
 */
import { trackIndex } from '../base/units.ts';
import { decodeCchh, toTrackAddress } from '../geometry/address.ts';
import type { DeviceType } from '../geometry/device-model.ts';
import { readWord } from './big-endian.ts';
import { type AddressSpace, readTrackAddress, writeTrackAddress } from './dscb-address.ts';
import type { TrackRange } from './volume-tracks.ts';

/** Bytes of one extent. */
export const EXTENT_BYTES = 10;

/** Extent types that we write. */
export const EXTENT_TYPE = Object.freeze({
  unused: 0x00,
  data: 0x01,
  overflow: 0x02,
  index: 0x04,
  userLabel: 0x40,
  sharedCylinder: 0x80,
  cylinderBoundary: 0x81,
});

/** A usable extent. */
export interface Extent {
  readonly type: number;
  readonly sequence: number;
  /** Its runs of tracks in the order in which the data set uses them; one unless it shares cylinders. */
  readonly ranges: readonly TrackRange[];
}

/** What ten bytes turned out to be. */
export type ReadExtent =
  | { readonly kind: 'unused' }
  | { readonly kind: 'valid'; readonly extent: Extent }
  | { readonly kind: 'invalid'; readonly what: string };

const KNOWN_TYPES: ReadonlySet<number> = new Set(Object.values(EXTENT_TYPE));

/** Reads the extent at `offset`. */
export function readExtent(bytes: Uint8Array, offset: number, space: AddressSpace): ReadExtent {
  const type = bytes[offset] ?? 0;
  if (type === EXTENT_TYPE.unused) return { kind: 'unused' };
  const invalid = (why: string): ReadExtent => ({
    kind: 'invalid',
    what: `extent ${describeBytes(bytes, offset, space.type)} ${why}`,
  });
  if (!KNOWN_TYPES.has(type)) return invalid('has an unknown type');
  const low = readTrackAddress(bytes, offset + 2, space);
  const high = readTrackAddress(bytes, offset + 6, space);
  if (low === undefined || high === undefined) return invalid('leaves the volume');
  if (high < low) return invalid('ends before it begins');
  const ranges =
    type === EXTENT_TYPE.sharedCylinder
      ? sharedRanges(low, high, space.type)
      : [{ first: low, count: high - low + 1 }];
  if (ranges === undefined) return invalid('shares cylinders from a higher to a lower head');
  return { kind: 'valid', extent: { type, sequence: bytes[offset + 1] ?? 0, ranges } };
}

/** Stores an extent of one run of tracks. */
export function writeExtent(
  bytes: Uint8Array,
  offset: number,
  extent: { readonly type: number; readonly sequence: number; readonly range: TrackRange },
  type: DeviceType,
): void {
  const { range } = extent;
  bytes[offset] = extent.type;
  bytes[offset + 1] = extent.sequence;
  writeTrackAddress(bytes, offset + 2, range.first, type);
  writeTrackAddress(bytes, offset + 6, trackIndex(range.first + range.count - 1), type);
}

/** The type byte of an ordinary extent: whether it begins and ends on cylinder boundaries. */
export function ordinaryExtentType(range: TrackRange, type: DeviceType): number {
  const isOnBoundary = range.first % type.headCount === 0 && range.count % type.headCount === 0;
  return isOnBoundary ? EXTENT_TYPE.cylinderBoundary : EXTENT_TYPE.data;
}

/** The cylinder-by-cylinder runs of a split extent, joined where they touch. */
function sharedRanges(low: number, high: number, type: DeviceType): TrackRange[] | undefined {
  const { headCount } = type;
  const from = toTrackAddress(trackIndex(low), headCount);
  const to = toTrackAddress(trackIndex(high), headCount);
  const count = to.head - from.head + 1;
  if (count < 1) return undefined;
  const cylinders = to.cylinder - from.cylinder + 1;
  if (count === headCount) return [{ first: trackIndex(low), count: cylinders * headCount }];
  return Array.from({ length: cylinders }, (_, at) => ({
    first: trackIndex(low + at * headCount),
    count,
  }));
}

function describeBytes(bytes: Uint8Array, offset: number, type: DeviceType): string {
  const place = (at: number): string => {
    const { cylinder, head } = decodeCchh(readWord(bytes, at), type.headCount);
    return `${cylinder}/${head}`;
  };
  const kind = (bytes[offset] ?? 0).toString(16).toUpperCase().padStart(2, '0');
  return `of type ${kind} from ${place(offset + 2)} to ${place(offset + 6)}`;
}
