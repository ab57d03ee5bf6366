/**
 * The free space of a volume: who owns it, what it records, and what the data sets leave over.
 *
 * | volume | owner |
 * | --- | --- |
 * | not indexed, at most 65,535 tracks | chain of format 5 |
 * | not indexed, larger | chain of format 7 |
 * | indexed, and the index passes its checks | space maps of the index |
 * | format 5 marked invalid, or an update left unfinished | nobody: recomputed from the data sets |
 *
 * Source: docs/sources.md, S-13.
 *
 * @module
 */
import { unreachable } from '../base/invariant.ts';
import type { DeviceType } from '../geometry/device-model.ts';
import { isAllZero } from './big-endian.ts';
import type { DscbSlot } from './data-set-entry.ts';
import { dscbId, NEXT_POINTER_OFFSET } from './dscb.ts';
import { type DscbAddress, readDscbAddress } from './dscb-address.ts';
import { type FreeSpaceFormat, freeSpaceId, readFreeExtents } from './dscb-free-space.ts';
import { type VolumeDscb, VTOC_FLAG } from './dscb-volume.ts';
import {
  complementOf,
  countTracks,
  type FreeSpace,
  type FreeSpaceAuthority,
  normaliseRanges,
  sameRanges,
} from './free-space.ts';
import type { TrackRange } from './volume-tracks.ts';
import type { VolumeWarning } from './volume-warning.ts';
import type { VtocIndex } from './vtoc-index.ts';

/** What free space is read from. */
export interface FreeSpaceSource {
  readonly format4: VolumeDscb;
  readonly slots: readonly DscbSlot[];
  readonly find: (address: DscbAddress) => Uint8Array | undefined;
  /** Every run of tracks in use: label, VTOC, data sets. */
  readonly used: readonly TrackRange[];
  readonly usable: number;
  readonly type: DeviceType;
  /** The index, if it is believed. */
  readonly index: VtocIndex | undefined;
}

/** Reads and recomputes the free space; a difference is a warning. */
export function readFreeSpace(source: FreeSpaceSource, warnings: VolumeWarning[]): FreeSpace {
  const recomputed = complementOf(source.used, source.usable);
  const authority = freeSpaceAuthority(source);
  const recorded = readRecorded(source, authority, warnings);
  if (recorded === undefined) {
    return { authority: 'invalid', extents: recomputed, recorded, recomputed };
  }
  if (!sameRanges(recorded, recomputed)) {
    const what =
      `${authority} records ${countTracks(recorded)} free tracks in ${recorded.length} extents, ` +
      `the data sets leave ${countTracks(recomputed)} in ${recomputed.length}`;
    warnings.push({ code: 'FREE_SPACE_DIFFERS', what });
  }
  return { authority, extents: recorded, recorded, recomputed };
}

/** Who owns the free space. */
function freeSpaceAuthority(source: {
  readonly format4: VolumeDscb;
  readonly index: VtocIndex | undefined;
}): FreeSpaceAuthority {
  const { flags } = source.format4;
  if ((flags & VTOC_FLAG.updateIncomplete) !== 0) return 'invalid';
  if ((flags & VTOC_FLAG.indexed) !== 0 && (flags & VTOC_FLAG.format5Invalid) !== 0) {
    const isBelieved = source.index !== undefined && !source.index.isDisabled;
    return isBelieved ? 'index' : 'invalid';
  }
  if ((flags & VTOC_FLAG.format7Valid) !== 0) return 'format7';
  return (flags & VTOC_FLAG.format5Invalid) !== 0 ? 'invalid' : 'format5';
}

function readRecorded(
  source: FreeSpaceSource,
  authority: FreeSpaceAuthority,
  warnings: VolumeWarning[],
): TrackRange[] | undefined {
  switch (authority) {
    case 'invalid':
      return undefined;
    case 'index':
      return [...(source.index?.free ?? [])];
    case 'format5':
      // The first format 5 has no pointer to it: it is the record behind the format 4.
      return readChain(source, 5, source.slots[1]?.address, warnings);
    case 'format7':
      return readChain(source, 7, source.format4.format7, warnings);
    default:
      return unreachable(authority, 'free-space-authority');
  }
}

/** Follows a chain; `undefined` when it is broken, because half a free space is none. */
function readChain(
  source: FreeSpaceSource,
  format: FreeSpaceFormat,
  first: DscbAddress | undefined,
  warnings: VolumeWarning[],
): TrackRange[] | undefined {
  const broken = (what: string): undefined => {
    warnings.push({ code: 'FREE_SPACE_CHAIN', what: `the chain of format ${format} ${what}` });
    return undefined;
  };
  const ranges: TrackRange[] = [];
  const visited = new Set<Uint8Array>();
  let address = first;
  for (;;) {
    const bytes = address === undefined ? undefined : source.find(address);
    if (bytes === undefined) return broken('points outside the VTOC');
    if (dscbId(bytes) !== freeSpaceId(format)) return broken('meets a DSCB of another format');
    if (visited.has(bytes)) return broken('runs in a circle');
    visited.add(bytes);
    ranges.push(...readFreeExtents(bytes, format, source.type));
    if (isAllZero(bytes, NEXT_POINTER_OFFSET, NEXT_POINTER_OFFSET + 5)) break;
    const space = { type: source.type, cylinders: source.format4.cylinders };
    address = readDscbAddress(bytes, NEXT_POINTER_OFFSET, space);
  }
  const outside = ranges.find((range) => range.first + range.count > source.usable);
  if (outside !== undefined) return broken(`lists track ${outside.first} beyond the volume`);
  return normaliseRanges(ranges);
}
