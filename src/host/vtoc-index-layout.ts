/**
 * Byte layout of the VTOC index, as this project defines it.
 *
 * IBM publishes the kinds of record and what they are for, not their bytes; the kinds, their order
 * and the checks are the published ones, the offsets are our choice. The index is a sequential data
 * set `SYS1.VTOCIX.<name>` of one extent, fixed records of 2,048 bytes (8,192 on extended address
 * volumes) without keys, numbered from 0; a record's RBA is its number times its length. All numbers
 * are big-endian, text is EBCDIC.
 *
 * Every used record begins with 32 bytes; an unused one is all zeros:
 *
 * | offset | bytes | field |
 * | --- | --- | --- |
 * | 0 | 4 | id: `VIXM`, `VPSM`, `VMDS`, `VIER` |
 * | 4 | 4 | RBA of this record |
 * | 8 | 4 | RBA of the next record of its kind (VIER: of its level); 0 for none |
 * | 12 | 2 | VIER: level, 1 is lowest; maps: ordinal among the maps of its kind, from 0 |
 * | 14 | 2 | flags: X'8000' first VIER of the highest level, X'4000' index disabled (in the VIXM and that VIER), X'2000' map of 21-cylinder units |
 * | 16 | 4 | count: VIER entries; VPSM cylinders or units; VMDS slots; VIXM records in use |
 * | 20 | 4 | first cylinder (VPSM) or slot (VMDS) of the map |
 * | 24 | 2 | version of this layout: 1 |
 * | 26 | 6 | zeros |
 *
 * VIXM, record 0: 32 record length (4), 36 records of the data set (4), 40 map records, the first N of
 * the index, itself among them (4), 44 RBA of the first high-level VIER (4), 48 cylinders of the volume
 * (4), 52 tracks of a cylinder (2), 54 DSCBs of a track (2), 56 first track of the VTOC (4), 60 its tracks
 * (4), 64 free tracks of the volume (4), 68 cylinders of a unit, 0 without managed space (4), 72 RBA of
 * the first map of units (4), 76 to 255 zeros (area for a recovery log), 256 one bit for each index
 * record, 1 = used.
 *
 * VPSM: at 32 one bit for each cylinder, 1 = some track of it allocated; from the next byte one bit for
 * each track, 1 = allocated. A map of units: one bit for each unit, 1 = some of it allocated.
 *
 * VMDS: at 32 one bit for each DSCB of the VTOC in order, 1 = used.
 *
 * VIER level 1: entries of 49 bytes from 32, data set name (44) and CCHHR of its format 1 or 8 (5), sorted
 * by name. Higher levels: entries of 48 bytes, highest name below (44) and RBA of the VIER (4). A level of
 * more than three VIERs has a level above it.
 *
 * Source: docs/sources.md, S-13 (kinds, checks, placement).
 *
 * @module
 */
import type { DeviceType } from '../geometry/device-model.ts';
import { recordsPerTrack } from '../geometry/track-capacity.ts';
import { readHalfword, readWord } from './big-endian.ts';
import { ebcdicToText } from './ebcdic.ts';

/** Data set names of a VTOC index begin with this. */
export const INDEX_NAME_PREFIX = 'SYS1.VTOCIX.';

/** Kinds of index record. */
export type IndexRecordKind = 'VIXM' | 'VPSM' | 'VMDS' | 'VIER';

/** Bytes before the payload. */
export const INDEX_HEADER_BYTES = 32;
/** Where the VIXM's bit map of records begins. */
export const VIXM_MAP_OFFSET = 256;
/** Version of the layout. */
export const INDEX_LAYOUT_VERSION = 1;
/** Bytes of a level-1 entry. */
export const NAME_ENTRY_BYTES = 49;
/** Bytes of a higher-level entry. */
export const LEVEL_ENTRY_BYTES = 48;
/** VIERs of one level before there is a level above: the fourth creates it. */
export const VIERS_PER_TOP_LEVEL_MAX = 3;

/** Flags of the header. */
export const INDEX_FLAG = Object.freeze({
  firstHighLevel: 0x8000,
  disabled: 0x4000,
  units: 0x2000,
});

/** Offsets in the VIXM. */
export const VIXM_OFFSET = Object.freeze({
  recordBytes: 32,
  recordCount: 36,
  mapCount: 40,
  highLevel: 44,
  cylinders: 48,
  headCount: 52,
  dscbsPerTrack: 54,
  vtocFirst: 56,
  vtocTracks: 60,
  freeTracks: 64,
  unitCylinders: 68,
  firstUnitMap: 72,
});

/** Bytes of an index record on a volume of that size. */
export function indexRecordBytes(isExtended: boolean): number {
  return isExtended ? 8192 : 2048;
}

/** Index records of one track. */
export function indexRecordsPerTrack(type: DeviceType, recordBytes: number): number {
  return recordsPerTrack(type, { keyBytes: 0, dataBytes: recordBytes });
}

/** Cylinders that one VPSM of single tracks covers. */
export function cylindersPerMap(recordBytes: number, headCount: number): number {
  return Math.floor(((recordBytes - INDEX_HEADER_BYTES - 1) * 8) / (headCount + 1));
}

/** Bits of a map that has one bit a unit or slot. */
export function bitsPerMap(recordBytes: number): number {
  return (recordBytes - INDEX_HEADER_BYTES) * 8;
}

/** Where the track bits of a VPSM of so many cylinders begin. */
export function trackBitsOffset(cylinderCount: number): number {
  return INDEX_HEADER_BYTES + Math.ceil(cylinderCount / 8);
}

/** The first 32 bytes of an index record. */
export interface IndexHeader {
  readonly kind: IndexRecordKind | undefined;
  readonly self: number;
  readonly next: number;
  readonly level: number;
  readonly flags: number;
  readonly count: number;
  readonly first: number;
  readonly version: number;
}

/** Reads the header; `kind` is `undefined` when the id is none of the four. */
export function readIndexHeader(record: Uint8Array): IndexHeader {
  const id = ebcdicToText(record.subarray(0, 4));
  const isKind = id === 'VIXM' || id === 'VPSM' || id === 'VMDS' || id === 'VIER';
  return {
    kind: isKind ? id : undefined,
    self: readWord(record, 4),
    next: readWord(record, 8),
    level: readHalfword(record, 12),
    flags: readHalfword(record, 14),
    count: readWord(record, 16),
    first: readWord(record, 20),
    version: readHalfword(record, 24),
  };
}

/** Whether bit `at` of the map beginning at `offset` is on. */
export function testBit(bytes: Uint8Array, offset: number, at: number): boolean {
  return ((bytes[offset + (at >>> 3)] ?? 0) & (0x80 >>> (at & 7))) !== 0;
}

/** Turns on bit `at` of the map beginning at `offset`. */
export function setBit(bytes: Uint8Array, offset: number, at: number): void {
  const place = offset + (at >>> 3);
  bytes[place] = (bytes[place] ?? 0) | (0x80 >>> (at & 7));
}
