/**
 * The VSAM volume data set: `SYS1.VVDS.V<serial>`, entry-sequenced, control intervals of 4,096 bytes,
 * one to a block, numbered from 0.
 *
 * The frame of a control interval is the published one: records from its start, free space, then
 * record definition fields of three bytes from right to left, and the control interval definition
 * field in the last four bytes: offset of the free space (2) and its length (2). A record definition
 * field is a control byte (00, a single record) and the record's length (2).
 *
 * The kinds of record are published, their inner fields are not; those are our choice:
 *
 * | offset | bytes | field |
 * | --- | --- | --- |
 * | 0 | 2 | length of the record |
 * | 2 | 1 | kind: `C` VVCR, `Z` primary VVR, `Q` secondary VVR, `N` NVR |
 * | 3 | 1 | flags: X'80' describes the VVDS itself |
 * | 4 | 1 | version of this layout: 1 |
 * | 5 | 3 | zeros |
 *
 * VVCR (the only record of interval 0): 8 volume serial (6), 14 intervals of the data set (4), 18 intervals
 * in use (4), 22 number of catalogs (2), 24 catalog names of 44 bytes.
 * VVR and NVR (from interval 1 on; the first is the VVR of the VVDS itself): 8 component or data set name
 * (44), 52 catalog name (44), 96 cluster name (44), 140 organisation `E`, `K`, `L`, `R` or blank (1), 141
 * zeros (3), 144 bytes of a control interval (4).
 *
 * Source: docs/sources.md, S-14.
 *
 * @module
 */
import { trackIndex } from '../base/units.ts';
import type { DeviceType } from '../geometry/device-model.ts';
import { recordsPerTrack } from '../geometry/track-capacity.ts';
import { recordData } from '../track/track-image.ts';
import { readHalfword, readWord, writeHalfword, writeWord } from './big-endian.ts';
import { ebcdicToText, fieldText, textToEbcdic, writeFieldText } from './ebcdic.ts';
import { readRecords, type TrackRange, type VolumeTracks } from './volume-tracks.ts';

/** Data set names of a VVDS begin with this; the serial follows. */
export const VVDS_NAME_PREFIX = 'SYS1.VVDS.V';
/** Bytes of a control interval. */
export const CONTROL_INTERVAL_BYTES = 4096;
/** Offset of the name in a VVR or NVR. */
export const VVDS_NAME_OFFSET = 8;
/** Offset of the cluster name in a VVR. */
export const VVDS_CLUSTER_OFFSET = 96;
/** Bytes of a VVR or NVR. */
const VVDS_RECORD_BYTES = 148;

const CIDF_BYTES = 4;
const RDF_BYTES = 3;
const CATALOG_OFFSET = 24;
const SELF_FLAG = 0x80;
const VERSION = 1;

/** Kinds of record, by the letter that stands in them. */
export type VvdsRecordKind = 'C' | 'Z' | 'Q' | 'N';

/** A VVR or NVR. */
export interface VvdsEntry {
  readonly kind: 'Z' | 'Q' | 'N';
  /** Whether it describes the VVDS itself. */
  readonly isSelf: boolean;
  readonly name: string;
  readonly catalog: string;
  readonly cluster: string;
  /** `E`, `K`, `L`, `R`, or empty for an NVR. */
  readonly organisation: string;
  readonly controlIntervalBytes: number;
}

/** A VVDS that could be read. */
export interface Vvds {
  readonly volser: string;
  readonly intervalCount: number;
  readonly usedIntervalCount: number;
  readonly catalogs: readonly string[];
  readonly entries: readonly VvdsEntry[];
}

/** A VVDS, or every reason why it is not believed. */
export type VvdsReading =
  | { readonly kind: 'valid'; readonly vvds: Vvds }
  | { readonly kind: 'invalid'; readonly faults: readonly string[] };

/** Control intervals of one track. */
export function intervalsPerTrack(type: DeviceType): number {
  return recordsPerTrack(type, { keyBytes: 0, dataBytes: CONTROL_INTERVAL_BYTES });
}

/** Where a record lies in its control interval. */
export interface IntervalRecord {
  readonly offset: number;
  readonly length: number;
}

/** The records of a control interval, or `undefined` when its fields contradict each other. */
export function readInterval(interval: Uint8Array): readonly IntervalRecord[] | undefined {
  const cidf = interval.length - CIDF_BYTES;
  const used = readHalfword(interval, cidf);
  const free = readHalfword(interval, cidf + 2);
  const fields = (cidf - used - free) / RDF_BYTES;
  if (!Number.isInteger(fields) || fields < 0) return undefined;
  const records: IntervalRecord[] = [];
  let offset = 0;
  for (let at = 1; at <= fields; at += 1) {
    const rdf = cidf - at * RDF_BYTES;
    const length = readHalfword(interval, rdf + 1);
    if (interval[rdf] !== 0 || length === 0 || offset + length > used) return undefined;
    records.push({ offset, length });
    offset += length;
  }
  return offset === used ? records : undefined;
}

/** A control interval of these records; there must be room for them. */
export function buildInterval(records: readonly Uint8Array[]): Uint8Array {
  const interval = new Uint8Array(CONTROL_INTERVAL_BYTES);
  const cidf = CONTROL_INTERVAL_BYTES - CIDF_BYTES;
  let used = 0;
  for (const [at, record] of records.entries()) {
    interval.set(record, used);
    used += record.length;
    writeHalfword(interval, cidf - (at + 1) * RDF_BYTES + 1, record.length);
  }
  const free = cidf - used - records.length * RDF_BYTES;
  if (free < 0) throw new RangeError(`records of ${used} bytes do not fit a control interval`);
  writeHalfword(interval, cidf, used);
  writeHalfword(interval, cidf + 2, free);
  return interval;
}

/** Reads a VVDS from its extents: the VVCR, then the intervals in use, and no track more. */
export function readVvds(volume: VolumeTracks, extents: readonly TrackRange[]): VvdsReading {
  const tracks = extents.flatMap((range) =>
    Array.from({ length: range.count }, (_, at) => trackIndex(range.first + at)),
  );
  const perTrack = intervalsPerTrack(volume.type);
  const blocks = new Map<number, readonly Uint8Array[]>();
  const interval = (at: number): Uint8Array | undefined => {
    const relative = Math.floor(at / perTrack);
    const track = tracks[relative];
    if (track === undefined) return undefined;
    let row = blocks.get(relative);
    if (row === undefined) {
      row = intervalsOnTrack(volume, track);
      blocks.set(relative, row);
    }
    return row[at % perTrack];
  };
  const control = interval(0);
  const [vvcr] = control === undefined ? [] : (readInterval(control) ?? []);
  if (control === undefined || vvcr === undefined || kindOf(control, vvcr.offset) !== 'C') {
    return { kind: 'invalid', faults: ['its first control interval holds no VVCR'] };
  }
  const faults: string[] = [];
  const entries: VvdsEntry[] = [];
  const usedIntervalCount = readWord(control, 18);
  if (usedIntervalCount > tracks.length * perTrack) {
    return { kind: 'invalid', faults: ['more control intervals are in use than it has'] };
  }
  for (let at = 1; at < usedIntervalCount; at += 1) {
    const bytes = interval(at);
    const records = bytes === undefined ? undefined : readInterval(bytes);
    if (bytes === undefined || records === undefined) {
      faults.push(`control interval ${at} cannot be read`);
      continue;
    }
    for (const record of records) {
      const entry = readEntry(bytes, record);
      if (entry === undefined) faults.push(`control interval ${at} holds an unknown record`);
      else entries.push(entry);
    }
  }
  if (entries[0]?.isSelf !== true) faults.push('its second record does not describe the VVDS');
  if (faults.length > 0) return { kind: 'invalid', faults };
  const catalogCount = Math.min(
    readHalfword(control, 22),
    Math.floor((vvcr.length - CATALOG_OFFSET) / 44),
  );
  const catalogs = Array.from({ length: Math.max(0, catalogCount) }, (_, at) =>
    fieldText(control, CATALOG_OFFSET + at * 44, 44),
  );
  return {
    kind: 'valid',
    vvds: {
      volser: fieldText(control, 8, 6),
      intervalCount: readWord(control, 14),
      usedIntervalCount,
      catalogs,
      entries,
    },
  };
}

/**
 * All used control intervals of a VVDS.
 *
 * @returns `undefined` when its extents do not hold them.
 */
export function buildVvds(vvds: {
  readonly volser: string;
  readonly intervalCount: number;
  readonly catalogs: readonly string[];
  /** Entries behind the one that describes the VVDS itself. */
  readonly entries: readonly VvdsEntry[];
}): readonly Uint8Array[] | undefined {
  const self: VvdsEntry = {
    kind: 'Z',
    isSelf: true,
    name: `${VVDS_NAME_PREFIX}${vvds.volser}`,
    catalog: '',
    cluster: `${VVDS_NAME_PREFIX}${vvds.volser}`,
    organisation: 'E',
    controlIntervalBytes: CONTROL_INTERVAL_BYTES,
  };
  const perInterval = Math.floor(
    (CONTROL_INTERVAL_BYTES - CIDF_BYTES) / (VVDS_RECORD_BYTES + RDF_BYTES),
  );
  const records = [self, ...vvds.entries].map(buildEntry);
  const intervals: Uint8Array[] = [];
  for (let at = 0; at < records.length; at += perInterval) {
    intervals.push(buildInterval(records.slice(at, at + perInterval)));
  }
  const usedIntervalCount = 1 + intervals.length;
  if (usedIntervalCount > vvds.intervalCount) return undefined;
  const vvcr = new Uint8Array(CATALOG_OFFSET + 44 * vvds.catalogs.length);
  putHead(vvcr, 'C', false);
  writeFieldText(vvcr, 8, 6, vvds.volser);
  writeWord(vvcr, 14, vvds.intervalCount);
  writeWord(vvcr, 18, usedIntervalCount);
  writeHalfword(vvcr, 22, vvds.catalogs.length);
  for (const [at, name] of vvds.catalogs.entries()) {
    writeFieldText(vvcr, CATALOG_OFFSET + at * 44, 44, name);
  }
  return [buildInterval([vvcr]), ...intervals];
}

/** The kind letter of the record at `offset`. */
export function kindOf(interval: Uint8Array, offset: number): VvdsRecordKind | undefined {
  const letter = ebcdicToText(interval.subarray(offset + 2, offset + 3));
  const isKind = letter === 'C' || letter === 'Z' || letter === 'Q' || letter === 'N';
  return isKind ? letter : undefined;
}

/** Whether the record at `offset` describes the VVDS itself. */
export function isSelfRecord(interval: Uint8Array, offset: number): boolean {
  return ((interval[offset + 3] ?? 0) & SELF_FLAG) !== 0;
}

function intervalsOnTrack(
  volume: VolumeTracks,
  track: ReturnType<typeof trackIndex>,
): Uint8Array[] {
  const read = readRecords(volume, track);
  if (read.kind === 'damaged') return [];
  return read.records
    .filter((record) => record.keyBytes === 0 && record.dataBytes === CONTROL_INTERVAL_BYTES)
    .map((record) => recordData(read.image, record));
}

function readEntry(interval: Uint8Array, record: IntervalRecord): VvdsEntry | undefined {
  const { offset, length } = record;
  const kind = kindOf(interval, offset);
  if (kind === undefined || kind === 'C' || length < VVDS_RECORD_BYTES) return undefined;
  return {
    kind,
    isSelf: isSelfRecord(interval, offset),
    name: fieldText(interval, offset + VVDS_NAME_OFFSET, 44),
    catalog: fieldText(interval, offset + 52, 44),
    cluster: fieldText(interval, offset + VVDS_CLUSTER_OFFSET, 44),
    organisation: fieldText(interval, offset + 140, 1),
    controlIntervalBytes: readWord(interval, offset + 144),
  };
}

function buildEntry(entry: VvdsEntry): Uint8Array {
  const record = new Uint8Array(VVDS_RECORD_BYTES);
  putHead(record, entry.kind, entry.isSelf);
  writeFieldText(record, VVDS_NAME_OFFSET, 44, entry.name);
  writeFieldText(record, 52, 44, entry.catalog);
  writeFieldText(record, VVDS_CLUSTER_OFFSET, 44, entry.cluster);
  writeFieldText(record, 140, 1, entry.organisation);
  writeWord(record, 144, entry.controlIntervalBytes);
  return record;
}

function putHead(record: Uint8Array, kind: VvdsRecordKind, isSelf: boolean): void {
  writeHalfword(record, 0, record.length);
  record.set(textToEbcdic(kind), 2);
  record[3] = isSelf ? SELF_FLAG : 0;
  record[4] = VERSION;
}
