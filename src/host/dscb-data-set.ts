/**
 * DSCBs of format 1 and 8: one for each data set. Both have the same layout; a format 8 may have
 * extents beyond cylinder 65,520 and chains through format 9.
 *
 * Offsets are those of docs/sources.md, S-13 (`DS1…` names in the comments).
 *
 * @module
 */
import { readHalfword, readThreeBytes, writeHalfword, writeThreeBytes } from './big-endian.ts';
import { DSCB_BYTES, DSCB_ID, DSCB_KEY_BYTES, dscbId } from './dscb.ts';
import { fieldText, writeFieldText } from './ebcdic.ts';

/** A date as DSCBs keep it; year 1900 to 2155, day 1 to 366. */
export interface DayOfYear {
  readonly year: number;
  readonly day: number;
}

/** How a data set is organised (DS1DSORG). `unknown`: never opened, or no organisation we know. */
export type Organisation = 'IS' | 'PS' | 'DA' | 'PO' | 'VSAM' | 'unknown';

/** Offsets of the fields that are edited in place. */
export const DATA_SET_OFFSET = Object.freeze({
  name: 0,
  volser: 45,
  extents: 105,
  next: 135,
});

/** Bits of DS1FLAG1. */
export const FLAG1 = Object.freeze({ largeFormat: 0x08, eattrOpt: 0x02 });
/** Bits of DS1SMSFG. */
export const SMS_FLAG = Object.freeze({ managed: 0x80, pdse: 0x08, extended: 0x04, hfs: 0x02 });
/** Bits of DS1DSIND. */
const INDICATOR = Object.freeze({ lastVolume: 0x80 });
/** Values of DS1SCAL1. */
export const SPACE_UNIT = Object.freeze({ cylinders: 0xc0, tracks: 0x80 });
/** Extents that the DSCB itself has room for. */
export const EXTENTS_IN_DSCB = 3;

/** A relative track and record: where the last block stands. */
export interface TrackRecordPointer {
  /** Track of the data set, counted from 0 through its extents. */
  readonly track: number;
  readonly record: number;
}

/** The fields of a format 1 or 8. */
export interface DataSetDscb {
  readonly format: 1 | 8;
  readonly name: string;
  /** Serial of the first volume of the data set (DS1DSSN). */
  readonly volser: string;
  readonly volumeSequence: number;
  readonly created: DayOfYear | undefined;
  readonly expires: DayOfYear | undefined;
  readonly referenced: DayOfYear | undefined;
  /** Extents on this volume, user labels not counted (DS1NOEPV). */
  readonly extentCount: number;
  /** Bytes used in the last directory block of a partitioned data set (DS1NOBDB). */
  readonly directoryBytes: number;
  readonly flags: number;
  readonly systemCode: string;
  readonly smsFlags: number;
  readonly organisationCode: number;
  readonly recordFormatCode: number;
  readonly optionCode: number;
  readonly blockLength: number;
  readonly recordLength: number;
  readonly keyLength: number;
  readonly keyPosition: number;
  readonly indicators: number;
  readonly spaceFlags: number;
  readonly secondaryQuantity: number;
  /** Last block written (DS1LSTAR, with DS1TTTHI for large format); zeros when never written. */
  readonly lastUsed: TrackRecordPointer;
  /** Bytes left on the last track (DS1TRBAL). */
  readonly bytesLeft: number;
}

/** Reads the fields. Never fails: odd values are shown as they are. */
export function readDataSetDscb(bytes: Uint8Array): DataSetDscb {
  const flags = bytes[61] ?? 0;
  const isLarge = (flags & FLAG1.largeFormat) !== 0;
  const trackHigh = isLarge ? (bytes[104] ?? 0) : 0;
  return {
    format: dscbId(bytes) === DSCB_ID.format8 ? 8 : 1,
    name: fieldText(bytes, DATA_SET_OFFSET.name, DSCB_KEY_BYTES),
    volser: fieldText(bytes, DATA_SET_OFFSET.volser, 6),
    volumeSequence: readHalfword(bytes, 51),
    created: readDay(bytes, 53),
    expires: readDay(bytes, 56),
    referenced: readDay(bytes, 75),
    extentCount: bytes[59] ?? 0,
    directoryBytes: bytes[60] ?? 0,
    flags,
    systemCode: fieldText(bytes, 62, 13),
    smsFlags: bytes[78] ?? 0,
    organisationCode: readHalfword(bytes, 82),
    recordFormatCode: bytes[84] ?? 0,
    optionCode: bytes[85] ?? 0,
    blockLength: readHalfword(bytes, 86),
    recordLength: readHalfword(bytes, 88),
    keyLength: bytes[90] ?? 0,
    keyPosition: readHalfword(bytes, 91),
    indicators: bytes[93] ?? 0,
    spaceFlags: bytes[94] ?? 0,
    secondaryQuantity: readThreeBytes(bytes, 95),
    lastUsed: { track: trackHigh * 0x1_0000 + readHalfword(bytes, 98), record: bytes[100] ?? 0 },
    bytesLeft: readHalfword(bytes, 101),
  };
}

/** A DSCB with these fields and no extents yet. */
export function buildDataSetDscb(fields: DataSetDscb): Uint8Array {
  const bytes = new Uint8Array(DSCB_BYTES);
  writeFieldText(bytes, DATA_SET_OFFSET.name, DSCB_KEY_BYTES, fields.name);
  bytes[DSCB_KEY_BYTES] = fields.format === 8 ? DSCB_ID.format8 : DSCB_ID.format1;
  writeFieldText(bytes, DATA_SET_OFFSET.volser, 6, fields.volser);
  writeHalfword(bytes, 51, fields.volumeSequence);
  writeDay(bytes, 53, fields.created);
  writeDay(bytes, 56, fields.expires);
  bytes[59] = fields.extentCount;
  bytes[60] = fields.directoryBytes;
  const isLarge = fields.lastUsed.track > 0xffff;
  bytes[61] = fields.flags | (isLarge ? FLAG1.largeFormat : 0);
  writeFieldText(bytes, 62, 13, fields.systemCode);
  writeDay(bytes, 75, fields.referenced);
  bytes[78] = fields.smsFlags;
  writeHalfword(bytes, 82, fields.organisationCode);
  bytes[84] = fields.recordFormatCode;
  bytes[85] = fields.optionCode;
  writeHalfword(bytes, 86, fields.blockLength);
  writeHalfword(bytes, 88, fields.recordLength);
  bytes[90] = fields.keyLength;
  writeHalfword(bytes, 91, fields.keyPosition);
  bytes[93] = fields.indicators;
  bytes[94] = fields.spaceFlags;
  writeThreeBytes(bytes, 95, fields.secondaryQuantity);
  writeHalfword(bytes, 98, fields.lastUsed.track);
  bytes[100] = fields.lastUsed.record;
  writeHalfword(bytes, 101, fields.bytesLeft);
  if (isLarge) bytes[104] = fields.lastUsed.track >>> 16;
  return bytes;
}

/** Date of new data sets unless told otherwise: the day of the patent that the project models. */
export const CREATED_DEFAULT: DayOfYear = Object.freeze({ year: 1998, day: 105 });

/** Fields of a new data set: what is not given is zero, empty or unknown. */
export function newDataSetDscb(
  fields: Partial<DataSetDscb> & Pick<DataSetDscb, 'name' | 'volser'>,
): DataSetDscb {
  return {
    format: 1,
    volumeSequence: 1,
    created: CREATED_DEFAULT,
    expires: undefined,
    referenced: undefined,
    extentCount: 0,
    directoryBytes: 0,
    flags: 0,
    systemCode: 'VDASD',
    smsFlags: 0,
    organisationCode: 0,
    recordFormatCode: 0,
    optionCode: 0,
    blockLength: 0,
    recordLength: 0,
    keyLength: 0,
    keyPosition: 0,
    indicators: INDICATOR.lastVolume,
    spaceFlags: SPACE_UNIT.tracks,
    secondaryQuantity: 0,
    lastUsed: { track: 0, record: 0 },
    bytesLeft: 0,
    ...fields,
  };
}

/** Organisation bits in writing. Unmovable and other additions are left out. */
export function organisationOf(code: number): Organisation {
  if ((code & 0x0008) !== 0) return 'VSAM';
  if ((code & 0x0200) !== 0) return 'PO';
  if ((code & 0x4000) !== 0) return 'PS';
  if ((code & 0x2000) !== 0) return 'DA';
  if ((code & 0x8000) !== 0) return 'IS';
  return 'unknown';
}

/** Organisation bits for DS1DSORG. */
export const ORGANISATION_CODE: Readonly<Record<Exclude<Organisation, 'unknown'>, number>> =
  Object.freeze({ IS: 0x8000, PS: 0x4000, DA: 0x2000, PO: 0x0200, VSAM: 0x0008 });

/** Record format bits in writing: `FB`, `VBA`, `U`, empty when none is set. */
export function recordFormatOf(code: number): string {
  const base = ['', 'V', 'F', 'U'][((code & 0x40) >>> 6) | ((code & 0x80) >>> 6)] ?? '';
  if (base === '') return '';
  return (
    base +
    ((code & 0x20) !== 0 ? 'T' : '') +
    ((code & 0x10) !== 0 ? 'B' : '') +
    ((code & 0x08) !== 0 ? 'S' : '') +
    ((code & 0x04) !== 0 ? 'A' : '') +
    ((code & 0x02) !== 0 ? 'M' : '')
  );
}

/** Record format bits of a text such as `FB`. @throws RangeError for anything else. */
export function recordFormatCode(text: string): number {
  if (!/^[FVU]T?B?S?[AM]?$/.test(text)) {
    throw new RangeError(`record format must be like FB, VB or U, got ${JSON.stringify(text)}`);
  }
  const bit = (letter: string, value: number): number => (text.includes(letter) ? value : 0);
  const base = { F: 0x80, V: 0x40, U: 0xc0 }[text[0] as 'F' | 'V' | 'U'];
  return base | bit('T', 0x20) | bit('B', 0x10) | bit('S', 0x08) | bit('A', 0x04) | bit('M', 0x02);
}

function readDay(bytes: Uint8Array, offset: number): DayOfYear | undefined {
  const day = readHalfword(bytes, offset + 1);
  const year = bytes[offset] ?? 0;
  return year === 0 && day === 0 ? undefined : { year: 1900 + year, day };
}

function writeDay(bytes: Uint8Array, offset: number, date: DayOfYear | undefined): void {
  if (date === undefined) return;
  bytes[offset] = date.year - 1900;
  writeHalfword(bytes, offset + 1, date.day);
}
