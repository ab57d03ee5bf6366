/**
 * Addresses inside host structures: CCHHR of a record, CCHH of a track, taken from foreign bytes.
 *
 * @module
 */
import type { TrackIndex } from '../base/units.ts';
import { decodeCchh, encodeCchh, toTrackAddress, toTrackIndex } from '../geometry/address.ts';
import type { DeviceType } from '../geometry/device-model.ts';
import { readWord, writeWord } from './big-endian.ts';

/** A record on a track: CCHHR. */
export interface DscbAddress {
  readonly track: TrackIndex;
  readonly record: number;
}

/** What an address must lie in to make sense. */
export interface AddressSpace {
  readonly type: DeviceType;
  readonly cylinders: number;
}

/** Track of a stored CCHH word, or `undefined` when the volume has no such track. */
export function readTrackAddress(
  bytes: Uint8Array,
  offset: number,
  space: AddressSpace,
): TrackIndex | undefined {
  const { headCount } = space.type;
  const { cylinder, head } = decodeCchh(readWord(bytes, offset), headCount);
  if (cylinder >= space.cylinders || head >= headCount) return undefined;
  return toTrackIndex({ cylinder, head }, headCount);
}

/** Stores the CCHH word of a track. */
export function writeTrackAddress(
  bytes: Uint8Array,
  offset: number,
  track: TrackIndex,
  type: DeviceType,
): void {
  const { cylinder, head } = toTrackAddress(track, type.headCount);
  writeWord(bytes, offset, encodeCchh(cylinder, head));
}

/** Record of a stored CCHHR, or `undefined` when zero or outside the volume. */
export function readDscbAddress(
  bytes: Uint8Array,
  offset: number,
  space: AddressSpace,
): DscbAddress | undefined {
  const record = bytes[offset + 4] ?? 0;
  const track = readTrackAddress(bytes, offset, space);
  return track === undefined || record === 0 ? undefined : { track, record };
}

/** Stores a CCHHR; `undefined` stores zeros. */
export function writeDscbAddress(
  bytes: Uint8Array,
  offset: number,
  address: DscbAddress | undefined,
  type: DeviceType,
): void {
  if (address === undefined) {
    bytes.fill(0, offset, offset + 5);
    return;
  }
  writeTrackAddress(bytes, offset, address.track, type);
  bytes[offset + 4] = address.record;
}

/** Order of addresses on the volume. */
export function compareAddresses(one: DscbAddress, other: DscbAddress): number {
  return one.track - other.track || one.record - other.record;
}
