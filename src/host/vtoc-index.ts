/**
 * Reads and checks a VTOC index. An index that fails one check is not believed at all: the volume
 * then counts as not indexed. The checks are the published ones: first record is the VIXM; the first
 * N records are maps; every pointer stays inside the index; vertical pointers reach the level below,
 * horizontal ones the same level; level-1 addresses lie in the VTOC; each record knows its own RBA;
 * the first high-level VIER is flagged; names ascend. Layout: `vtoc-index-layout.ts`.
 *
 * @module
 */
import { trackIndex } from '../base/units.ts';
import { recordData } from '../track/track-image.ts';
import { readHalfword, readWord } from './big-endian.ts';
import { type AddressSpace, readDscbAddress } from './dscb-address.ts';
import { MCU_CYLINDERS } from './dscb-volume.ts';
import { fieldText } from './ebcdic.ts';
import { normaliseRanges } from './free-space.ts';
import { readRecords, type TrackRange, type VolumeTracks } from './volume-tracks.ts';
import { compareKeys, type IndexName } from './vtoc-index-build.ts';
import {
  bitsPerMap,
  cylindersPerMap,
  INDEX_FLAG,
  INDEX_HEADER_BYTES,
  INDEX_LAYOUT_VERSION,
  type IndexHeader,
  indexRecordsPerTrack,
  LEVEL_ENTRY_BYTES,
  NAME_ENTRY_BYTES,
  readIndexHeader,
  testBit,
  trackBitsOffset,
  VIXM_MAP_OFFSET,
  VIXM_OFFSET,
} from './vtoc-index-layout.ts';

/** A VTOC index that passed its checks. */
export interface VtocIndex {
  readonly recordBytes: number;
  readonly recordCount: number;
  readonly usedRecordCount: number;
  /** Free runs by the space maps, sorted and joined. */
  readonly free: readonly TrackRange[];
  /** One flag for each DSCB slot of the VTOC. */
  readonly usedSlots: readonly boolean[];
  /** Names in index order. */
  readonly names: readonly IndexName[];
  readonly levelCount: number;
  readonly isDisabled: boolean;
}

/** An index, or every reason found why it is not believed. */
export type IndexReading =
  | { readonly kind: 'valid'; readonly index: VtocIndex }
  | { readonly kind: 'invalid'; readonly faults: readonly string[] };

/** What the volume says, for the checks. */
export interface IndexExpectation {
  /** The one extent of the index data set. */
  readonly extent: TrackRange;
  readonly recordBytes: number;
  readonly vtoc: TrackRange;
  readonly dscbsPerTrack: number;
  readonly cylinders: number;
  readonly isExtended: boolean;
}

/** Reads the index: its VIXM first, then the records in use, and no track more. */
export function readVtocIndex(volume: VolumeTracks, expected: IndexExpectation): IndexReading {
  const records = new IndexRecords(volume, expected);
  const vixm = records.read(0);
  if (vixm === undefined) return { kind: 'invalid', faults: ['its first record cannot be read'] };
  const faults = checkVixm(vixm, expected, records.recordCount);
  if (faults.length > 0) return { kind: 'invalid', faults };
  const usedRecordCount = readIndexHeader(vixm).count;
  for (let at = 0; at < usedRecordCount; at += 1) {
    const record = records.read(at);
    if (record === undefined) faults.push(`record ${at} cannot be read`);
    else checkHeader(record, at, expected.recordBytes, faults);
    if (!testBit(vixm, VIXM_MAP_OFFSET, at)) faults.push(`the VIXM has record ${at} as unused`);
  }
  if (faults.length > 0) return { kind: 'invalid', faults };
  const mapCount = readWord(vixm, VIXM_OFFSET.mapCount);
  const free = readSpaceMaps(records, mapCount, expected, faults);
  const usedSlots = readSlotMaps(records, mapCount, faults);
  const highLevel = readWord(vixm, VIXM_OFFSET.highLevel) / expected.recordBytes;
  const tree = readNameTree(records, { highLevel, mapCount, usedRecordCount }, expected, faults);
  const slotCount = expected.vtoc.count * expected.dscbsPerTrack;
  if (usedSlots.length !== slotCount) {
    faults.push(`its maps cover ${usedSlots.length} DSCBs, the VTOC has ${slotCount}`);
  }
  if (faults.length > 0) return { kind: 'invalid', faults };
  const index: VtocIndex = {
    recordBytes: expected.recordBytes,
    recordCount: records.recordCount,
    usedRecordCount,
    free,
    usedSlots,
    names: tree.names,
    levelCount: tree.levelCount,
    isDisabled: (readIndexHeader(vixm).flags & INDEX_FLAG.disabled) !== 0,
  };
  return { kind: 'valid', index };
}

/** The records of the index data set, read track by track when first asked for. */
class IndexRecords {
  readonly recordCount: number;
  readonly headCount: number;
  /** Where addresses must lie. */
  readonly space: AddressSpace;
  readonly #volume: VolumeTracks;
  readonly #extent: TrackRange;
  readonly #recordBytes: number;
  readonly #perTrack: number;
  readonly #tracks = new Map<number, readonly Uint8Array[]>();

  constructor(volume: VolumeTracks, expected: IndexExpectation) {
    this.#volume = volume;
    this.headCount = volume.type.headCount;
    this.space = volume;
    this.#extent = expected.extent;
    this.#recordBytes = expected.recordBytes;
    this.#perTrack = indexRecordsPerTrack(volume.type, expected.recordBytes);
    this.recordCount = this.#perTrack * expected.extent.count;
  }

  read(at: number): Uint8Array | undefined {
    const relative = Math.floor(at / this.#perTrack);
    if (relative >= this.#extent.count) return undefined;
    let blocks = this.#tracks.get(relative);
    if (blocks === undefined) {
      blocks = this.#readTrack(relative);
      this.#tracks.set(relative, blocks);
    }
    return blocks[at % this.#perTrack];
  }

  #readTrack(relative: number): readonly Uint8Array[] {
    const read = readRecords(this.#volume, trackIndex(this.#extent.first + relative));
    if (read.kind === 'damaged') return [];
    return read.records
      .filter((record) => record.keyBytes === 0 && record.dataBytes === this.#recordBytes)
      .map((record) => recordData(read.image, record));
  }
}

function checkVixm(vixm: Uint8Array, expected: IndexExpectation, recordCount: number): string[] {
  const faults: string[] = [];
  const header = readIndexHeader(vixm);
  if (header.kind !== 'VIXM') return ['its first record is no VIXM'];
  if (header.version !== INDEX_LAYOUT_VERSION) {
    return [`its layout is version ${header.version}, not ${INDEX_LAYOUT_VERSION}`];
  }
  const same = (what: string, offset: number, value: number): void => {
    const stated = readWord(vixm, offset);
    if (stated !== value) faults.push(`it states ${stated} ${what}, the volume has ${value}`);
  };
  same('bytes a record', VIXM_OFFSET.recordBytes, expected.recordBytes);
  same('index records', VIXM_OFFSET.recordCount, recordCount);
  same('cylinders', VIXM_OFFSET.cylinders, expected.cylinders);
  same('as first track of the VTOC', VIXM_OFFSET.vtocFirst, expected.vtoc.first);
  same('tracks of VTOC', VIXM_OFFSET.vtocTracks, expected.vtoc.count);
  if (readHalfword(vixm, VIXM_OFFSET.dscbsPerTrack) !== expected.dscbsPerTrack) {
    faults.push('it states another number of DSCBs a track');
  }
  if (header.count > recordCount) faults.push('more records are in use than it has');
  const mapCount = readWord(vixm, VIXM_OFFSET.mapCount);
  if (mapCount >= header.count) faults.push('it has no VIER behind its maps');
  const highLevel = readWord(vixm, VIXM_OFFSET.highLevel);
  const isInside = highLevel % expected.recordBytes === 0;
  if (!isInside || highLevel / expected.recordBytes >= header.count) {
    faults.push('its first high-level VIER lies outside the index');
  }
  return faults;
}

function checkHeader(record: Uint8Array, at: number, recordBytes: number, faults: string[]): void {
  const header = readIndexHeader(record);
  if (header.kind === undefined) faults.push(`record ${at} has none of the four ids`);
  if (header.self !== at * recordBytes) faults.push(`record ${at} states RBA ${header.self}`);
}

function readSpaceMaps(
  records: IndexRecords,
  mapCount: number,
  expected: IndexExpectation,
  faults: string[],
): TrackRange[] {
  const free: TrackRange[] = [];
  const { recordBytes } = expected;
  const { headCount } = records;
  let nextCylinder = 0;
  for (let at = 1; at < mapCount; at += 1) {
    const map = records.read(at);
    const header = map === undefined ? undefined : readIndexHeader(map);
    if (map === undefined || header?.kind !== 'VPSM') continue;
    const isUnits = (header.flags & INDEX_FLAG.units) !== 0;
    const limit = isUnits ? bitsPerMap(recordBytes) : cylindersPerMap(recordBytes, headCount);
    if (header.count > limit || header.first !== nextCylinder) {
      faults.push(`space map ${at} covers the wrong cylinders`);
      return [];
    }
    nextCylinder += header.count * (isUnits ? MCU_CYLINDERS : 1);
    free.push(...freeOfMap(map, header, { isUnits, headCount, cylinders: expected.cylinders }));
  }
  if (nextCylinder < expected.cylinders) faults.push('its space maps do not cover the volume');
  return normaliseRanges(free);
}

/** Free runs of one space map; neighbours are not joined yet. */
function freeOfMap(
  map: Uint8Array,
  header: IndexHeader,
  volume: { readonly isUnits: boolean; readonly headCount: number; readonly cylinders: number },
): TrackRange[] {
  const { headCount } = volume;
  const free: TrackRange[] = [];
  if (volume.isUnits) {
    for (let unit = 0; unit < header.count; unit += 1) {
      if (testBit(map, INDEX_HEADER_BYTES, unit)) continue;
      const cylinder = header.first + unit * MCU_CYLINDERS;
      const end = Math.min(cylinder + MCU_CYLINDERS, volume.cylinders);
      free.push({ first: trackIndex(cylinder * headCount), count: (end - cylinder) * headCount });
    }
    return free;
  }
  const tracksAt = trackBitsOffset(header.count);
  const offset = header.first * headCount;
  for (const run of runsOfZeros(map, tracksAt, header.count * headCount)) {
    free.push({ first: trackIndex(offset + run.first), count: run.count });
  }
  return free;
}

/** Runs of bits that are off; whole bytes of them are passed over at once. */
function* runsOfZeros(
  bytes: Uint8Array,
  offset: number,
  bitCount: number,
): Iterable<{ readonly first: number; readonly count: number }> {
  let first = -1;
  for (let at = 0; at < bitCount; at += 1) {
    const isByteOff = (at & 7) === 0 && bytes[offset + (at >>> 3)] === 0;
    if (isByteOff || !testBit(bytes, offset, at)) {
      if (first < 0) first = at;
      if (isByteOff) at += 7;
    } else if (first >= 0) {
      yield { first, count: at - first };
      first = -1;
    }
  }
  if (first >= 0) yield { first, count: bitCount - first };
}

function readSlotMaps(records: IndexRecords, mapCount: number, faults: string[]): boolean[] {
  const used: boolean[] = [];
  for (let at = 1; at < mapCount; at += 1) {
    const map = records.read(at);
    const header = map === undefined ? undefined : readIndexHeader(map);
    if (map === undefined || header?.kind !== 'VMDS') continue;
    if (header.first !== used.length || header.count > bitsPerMap(map.length)) {
      faults.push(`map ${at} covers the wrong DSCBs`);
      return used;
    }
    for (let slot = 0; slot < header.count; slot += 1) {
      used.push(testBit(map, INDEX_HEADER_BYTES, slot));
    }
  }
  return used;
}

/** Walks the tree of VIERs from the top, level by level, and collects the names of level 1. */
function readNameTree(
  records: IndexRecords,
  tree: { readonly highLevel: number; readonly mapCount: number; readonly usedRecordCount: number },
  expected: IndexExpectation,
  faults: string[],
): { readonly names: readonly IndexName[]; readonly levelCount: number } {
  const { recordBytes } = expected;
  const top = records.read(tree.highLevel);
  const topHeader = top === undefined ? undefined : readIndexHeader(top);
  if (topHeader?.kind !== 'VIER' || (topHeader.flags & INDEX_FLAG.firstHighLevel) === 0) {
    faults.push('the first high-level VIER is not flagged as such');
    return { names: [], levelCount: 0 };
  }
  const visited = new Set<number>();
  const chain = (first: number, level: number): Uint8Array[] => {
    const row: Uint8Array[] = [];
    for (let at = first; ; ) {
      const record = records.read(at);
      const header = record === undefined ? undefined : readIndexHeader(record);
      const isVier = header?.kind === 'VIER' && at < tree.usedRecordCount && !visited.has(at);
      if (record === undefined || !isVier || header.level !== level) {
        faults.push(`a pointer to VIER ${at} on level ${level} is wrong`);
        return row;
      }
      visited.add(at);
      row.push(record);
      if (header.next === 0) return row;
      at = header.next / recordBytes;
    }
  };
  let row = chain(tree.highLevel, topHeader.level);
  for (let level = topHeader.level; level > 1; level -= 1) {
    const below = row.flatMap((record) => lowerRbas(record, recordBytes, faults));
    const next = below[0] === undefined ? [] : chain(below[0], level - 1);
    const reached = next.map((record) => readIndexHeader(record).self / recordBytes);
    if (reached.length !== below.length || reached.some((at, place) => at !== below[place])) {
      faults.push(`level ${level} does not point to every VIER of level ${level - 1} in order`);
      return { names: [], levelCount: topHeader.level };
    }
    row = next;
  }
  return { names: readNames(row, records, expected, faults), levelCount: topHeader.level };
}

function lowerRbas(record: Uint8Array, recordBytes: number, faults: string[]): number[] {
  const { count } = readIndexHeader(record);
  if (INDEX_HEADER_BYTES + count * LEVEL_ENTRY_BYTES > record.length) {
    faults.push('a VIER states more entries than it holds');
    return [];
  }
  return Array.from(
    { length: count },
    (_, at) => readWord(record, INDEX_HEADER_BYTES + at * LEVEL_ENTRY_BYTES + 44) / recordBytes,
  );
}

function readNames(
  row: readonly Uint8Array[],
  records: IndexRecords,
  expected: IndexExpectation,
  faults: string[],
): IndexName[] {
  const names: IndexName[] = [];
  let previous: Uint8Array | undefined;
  for (const record of row) {
    const { count } = readIndexHeader(record);
    if (INDEX_HEADER_BYTES + count * NAME_ENTRY_BYTES > record.length) {
      faults.push('a VIER states more entries than it holds');
      return names;
    }
    for (let at = 0; at < count; at += 1) {
      const offset = INDEX_HEADER_BYTES + at * NAME_ENTRY_BYTES;
      const key = record.subarray(offset, offset + 44);
      const name = fieldText(record, offset, 44);
      const address = readDscbAddress(record, offset + 44, records.space);
      const end = expected.vtoc.first + expected.vtoc.count;
      if (address === undefined || address.track < expected.vtoc.first || address.track >= end) {
        faults.push(`the entry of ${name} points outside the VTOC`);
        continue;
      }
      if (previous !== undefined && compareKeys(previous, key) >= 0) {
        faults.push(`the entry of ${name} is out of order`);
      }
      previous = key;
      names.push({ name, address });
    }
  }
  return names;
}
