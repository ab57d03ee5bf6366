/**
 * The format-4 DSCB: first record of every VTOC, describes volume and VTOC.
 *
 * Beware of one header file in circulation that gives X'40' and X'20' of DS4VTOCI to the DIRF bits:
 * the manual and the tools that write format 7 have them as below. Source: docs/sources.md, S-12 and S-13.
 *
 * @module
 */
import { encodeCchh } from '../geometry/address.ts';
import type { DeviceType } from '../geometry/device-model.ts';
import { recordsPerTrack } from '../geometry/track-capacity.ts';
import { readHalfword, readWord, writeHalfword, writeWord } from './big-endian.ts';
import { DSCB_BYTES, DSCB_DATA_BYTES, DSCB_ID, DSCB_KEY_BYTES } from './dscb.ts';
import {
  type AddressSpace,
  type DscbAddress,
  readDscbAddress,
  writeDscbAddress,
} from './dscb-address.ts';
import { ordinaryExtentType, readExtent, writeExtent } from './extent.ts';
import type { TrackRange } from './volume-tracks.ts';

/** Bits of DS4VTOCI. */
export const VTOC_FLAG = Object.freeze({
  /** Format 5 is not valid, or the volume is indexed ("DOS bit"). */
  format5Invalid: 0x80,
  indexDisabled: 0x40,
  format7Valid: 0x20,
  /** An update was begun and not ended (DIRF). */
  updateIncomplete: 0x04,
  indexed: 0x01,
});

/** Offsets of the fields that are edited in place. */
export const VOLUME_OFFSET = Object.freeze({
  highestFormat1: 45,
  freeRecords: 50,
  nextAlternate: 52,
  alternateTracks: 56,
  flags: 58,
  cylinders: 62,
  trackLength: 66,
  vtocExtent: 105,
  extendedFreeLevel: 125,
  format7: 126,
  mcuCylinders: 131,
  cylindersLarge: 132,
  firstManagedCylinder: 136,
  extendedFlags: 138,
});

/** Most cylinders that the two-byte field and track-managed space hold. */
export const TRACK_MANAGED_CYLINDERS = 65_520;
/** Most tracks that format 5 describes. */
export const FORMAT_5_TRACKS_MAX = 65_535;
/** Cylinders of one allocation unit in cylinder-managed space. */
export const MCU_CYLINDERS = 21;
/** DS4DSCYL of an extended address volume: the true count is in DS4DCYL. */
const LARGE_CYLINDERS = 0xfffe;
/** Unit of DS4LCYL. */
const FIRST_MANAGED_UNIT = 4095;
/** DS4DEVF2: cylinder-managed space exists, formats 8 and 9 are allowed. */
const EXTENDED_FLAGS = 0xc0;

/** The fields of a format 4. */
export interface VolumeDscb {
  /** Highest record that holds a format 1 or 8, if any. */
  readonly highestFormat1: DscbAddress | undefined;
  /** Free DSCBs; stale on indexed volumes. */
  readonly freeRecords: number;
  readonly alternateTracks: number;
  readonly flags: number;
  /** Cylinders of the volume, alternates included where the volume counts them. */
  readonly cylinders: number;
  readonly headCount: number;
  readonly trackLength: number;
  readonly dscbsPerTrack: number;
  readonly directoryBlocksPerTrack: number;
  readonly vtoc: TrackRange | undefined;
  readonly format7: DscbAddress | undefined;
  /** X'07' where format 7 is in use. */
  readonly extendedFreeLevel: number;
  /** Whether the volume has cylinder-managed space. */
  readonly isExtended: boolean;
}

/** Reads the fields; what points outside the volume comes back as `undefined`. */
export function readVolumeDscb(bytes: Uint8Array, space: AddressSpace): VolumeDscb {
  const short = readHalfword(bytes, VOLUME_OFFSET.cylinders);
  const isExtended = short === LARGE_CYLINDERS;
  const extent = readExtent(bytes, VOLUME_OFFSET.vtocExtent, space);
  return {
    highestFormat1: readDscbAddress(bytes, VOLUME_OFFSET.highestFormat1, space),
    freeRecords: readHalfword(bytes, VOLUME_OFFSET.freeRecords),
    alternateTracks: readHalfword(bytes, VOLUME_OFFSET.alternateTracks),
    flags: bytes[VOLUME_OFFSET.flags] ?? 0,
    cylinders: isExtended ? readWord(bytes, VOLUME_OFFSET.cylindersLarge) : short,
    headCount: readHalfword(bytes, 64),
    trackLength: readHalfword(bytes, VOLUME_OFFSET.trackLength),
    dscbsPerTrack: bytes[74] ?? 0,
    directoryBlocksPerTrack: bytes[75] ?? 0,
    vtoc: extent.kind === 'valid' ? extent.extent.ranges[0] : undefined,
    format7: readDscbAddress(bytes, VOLUME_OFFSET.format7, space),
    extendedFreeLevel: bytes[VOLUME_OFFSET.extendedFreeLevel] ?? 0,
    isExtended,
  };
}

/** Tracks that data sets may use: everything but the alternates at the end. */
export function usableTracks(fields: {
  readonly cylinders: number;
  readonly headCount: number;
  readonly alternateTracks: number;
}): number {
  return Math.max(0, fields.cylinders * fields.headCount - fields.alternateTracks);
}

/** What a new format 4 says. */
export interface NewVolumeDscb {
  readonly cylinders: number;
  /** Of these, alternates at the end. */
  readonly alternateCylinders: number;
  readonly vtoc: TrackRange;
  readonly flags: number;
}

/** Builds a format 4 for an empty VTOC. */
export function buildVolumeDscb(fields: NewVolumeDscb, type: DeviceType): Uint8Array {
  const bytes = new Uint8Array(DSCB_BYTES).fill(0x04, 0, DSCB_KEY_BYTES);
  bytes[DSCB_KEY_BYTES] = DSCB_ID.format4;
  // All but this record and the first format 5.
  const freeRecords = fields.vtoc.count * dscbsPerTrack(type) - 2;
  writeHalfword(bytes, VOLUME_OFFSET.freeRecords, Math.min(freeRecords, 0xffff));
  bytes[VOLUME_OFFSET.flags] = fields.flags;
  bytes[59] = 1;
  writeVolumeSize(bytes, fields.cylinders, fields.alternateCylinders, type);
  writeHalfword(bytes, 64, type.headCount);
  writeHalfword(bytes, VOLUME_OFFSET.trackLength, type.trackLength);
  writeDeviceConstants(bytes, type);
  bytes[74] = dscbsPerTrack(type);
  bytes[75] = recordsPerTrack(type, { keyBytes: 8, dataBytes: 256 });
  const extent = { type: ordinaryExtentType(fields.vtoc, type), sequence: 0, range: fields.vtoc };
  writeExtent(bytes, VOLUME_OFFSET.vtocExtent, extent, type);
  return bytes;
}

/** DSCBs that one track of this type holds. */
export function dscbsPerTrack(type: DeviceType): number {
  return recordsPerTrack(type, { keyBytes: DSCB_KEY_BYTES, dataBytes: DSCB_DATA_BYTES });
}

/** Stores the size of the volume: cylinders, alternates, and the extended fields where needed. */
export function writeVolumeSize(
  bytes: Uint8Array,
  cylinders: number,
  alternateCylinders: number,
  type: DeviceType,
): void {
  const isExtended = cylinders > TRACK_MANAGED_CYLINDERS;
  const firstAlternate = cylinders - alternateCylinders;
  const alternateAt = isExtended ? 0 : encodeCchh(firstAlternate, 0);
  writeWord(bytes, VOLUME_OFFSET.nextAlternate, alternateAt);
  writeHalfword(bytes, VOLUME_OFFSET.alternateTracks, alternateCylinders * type.headCount);
  writeHalfword(bytes, VOLUME_OFFSET.cylinders, isExtended ? LARGE_CYLINDERS : cylinders);
  bytes[VOLUME_OFFSET.mcuCylinders] = isExtended ? MCU_CYLINDERS : 0;
  writeWord(bytes, VOLUME_OFFSET.cylindersLarge, isExtended ? cylinders : 0);
  const managed = isExtended ? TRACK_MANAGED_CYLINDERS / FIRST_MANAGED_UNIT : 0;
  writeHalfword(bytes, VOLUME_OFFSET.firstManagedCylinder, managed);
  bytes[VOLUME_OFFSET.extendedFlags] = isExtended ? EXTENDED_FLAGS : 0;
}

/** Stores where the chain of format 7s begins and that it is in use, or that there is none. */
export function writeFormat7Pointer(
  bytes: Uint8Array,
  first: DscbAddress | undefined,
  type: DeviceType,
): void {
  bytes[VOLUME_OFFSET.extendedFreeLevel] = first === undefined ? 0 : 0x07;
  writeDscbAddress(bytes, VOLUME_OFFSET.format7, first, type);
}

/**
 * DS4DEVI to DS4DEVTL: the overheads by which old software computes track capacity.
 *
 * Devices with cell formulas say X'20' or X'30' (newest) in DS4DEVFG and no overheads. Devices with
 * a constant overhead say X'01'; where it does not fit one byte, it is one halfword over DS4DEVI and
 * DS4DEVL and the flag is X'09', as real 3350 packs have it.
 */
function writeDeviceConstants(bytes: Uint8Array, type: DeviceType): void {
  const { formula } = type;
  switch (formula.kind) {
    case 'cells':
      bytes[71] = 0x20;
      return;
    case 'segmentedCells':
      bytes[71] = 0x30;
      return;
    case 'constant': {
      const overhead = formula.overhead + formula.keyOverhead;
      const isWide = overhead > 0xff;
      if (isWide) writeHalfword(bytes, 68, overhead);
      else bytes.fill(overhead, 68, 70);
      bytes[70] = Math.min(formula.keyOverhead, 0xff);
      bytes[71] = isWide ? 0x09 : 0x01;
      writeHalfword(bytes, 72, 512);
      return;
    }
    case 'tolerance': {
      bytes[68] = formula.overhead + formula.keyOverhead;
      bytes[69] = formula.keyOverhead;
      bytes[70] = formula.keyOverhead;
      bytes[71] = 0x01;
      writeHalfword(bytes, 72, Math.floor((formula.multiplier * 512) / formula.divisor));
      return;
    }
  }
}
