/**
 * Builds the records of a VTOC index from what the VTOC says. The same VTOC always gives the same
 * records, so that a change of the VTOC changes few of them. Layout: `vtoc-index-layout.ts`.
 *
 * @module
 */
import { done, type Outcome, refuse } from '../base/refusal.ts';
import type { DeviceType } from '../geometry/device-model.ts';
import { writeHalfword, writeWord } from './big-endian.ts';
import { type DscbAddress, writeDscbAddress } from './dscb-address.ts';
import { MCU_CYLINDERS, TRACK_MANAGED_CYLINDERS } from './dscb-volume.ts';
import { textToEbcdic } from './ebcdic.ts';
import { complementOf, countTracks } from './free-space.ts';
import type { TrackRange } from './volume-tracks.ts';
import {
  bitsPerMap,
  cylindersPerMap,
  INDEX_FLAG,
  INDEX_HEADER_BYTES,
  INDEX_LAYOUT_VERSION,
  type IndexRecordKind,
  LEVEL_ENTRY_BYTES,
  NAME_ENTRY_BYTES,
  setBit,
  trackBitsOffset,
  VIERS_PER_TOP_LEVEL_MAX,
  VIXM_MAP_OFFSET,
  VIXM_OFFSET,
} from './vtoc-index-layout.ts';

/** A data set name and where its format 1 or 8 is. */
export interface IndexName {
  readonly name: string;
  readonly address: DscbAddress;
}

/** What an index is built from. */
export interface IndexContent {
  readonly type: DeviceType;
  /** Cylinders of the volume. */
  readonly cylinders: number;
  readonly isExtended: boolean;
  readonly vtoc: TrackRange;
  readonly dscbsPerTrack: number;
  /** Free runs, sorted and joined. */
  readonly free: readonly TrackRange[];
  /** One flag for each DSCB slot of the VTOC in order. */
  readonly usedSlots: readonly boolean[];
  readonly names: readonly IndexName[];
  readonly recordBytes: number;
  /** Records that the data set has room for. */
  readonly recordCount: number;
}

/**
 * The used records of an index, record 0 first.
 *
 * Refused SPACE_NOT_ON_VOLUME when the index data set is too small for the volume's names and maps.
 */
export function buildVtocIndex(content: IndexContent): Outcome<readonly Uint8Array[]> {
  const maps = [...buildSpaceMaps(content), ...buildSlotMaps(content)];
  const tree = buildNameTree(content, 1 + maps.length);
  const records = [new Uint8Array(content.recordBytes), ...maps, ...tree.records];
  if (records.length > content.recordCount) {
    return refuse('SPACE_NOT_ON_VOLUME', {
      what: `a VTOC index of ${records.length} records`,
      limit: `its data set has room for ${content.recordCount} records`,
      fix: 'allocate a larger index when the volume is initialised',
    });
  }
  for (const [at, record] of maps.entries()) {
    const [mine, next] = [record, maps[at + 1]];
    writeWord(mine, 4, (1 + at) * content.recordBytes);
    const isSameKind = next !== undefined && next[1] === mine[1] && next[2] === mine[2];
    writeWord(mine, 8, isSameKind ? (2 + at) * content.recordBytes : 0);
  }
  fillVixm(content, records, 1 + maps.length, tree.highLevel);
  return done(records);
}

/** Fewest records that an index of a volume with all slots used may need. */
export function indexRecordsNeeded(content: IndexContent): number {
  const maps = buildSpaceMaps(content).length + buildSlotMaps(content).length;
  const perLeaf = Math.floor((content.recordBytes - INDEX_HEADER_BYTES) / NAME_ENTRY_BYTES);
  const perNode = Math.floor((content.recordBytes - INDEX_HEADER_BYTES) / LEVEL_ENTRY_BYTES);
  let viers = 0;
  let level = Math.max(1, Math.ceil(content.usedSlots.length / perLeaf));
  viers += level;
  while (level > VIERS_PER_TOP_LEVEL_MAX) {
    level = Math.ceil(level / perNode);
    viers += level;
  }
  return 1 + maps + viers;
}

function fillVixm(
  content: IndexContent,
  records: readonly Uint8Array[],
  mapCount: number,
  highLevel: number,
): void {
  const vixm = records[0];
  if (vixm === undefined) return;
  putHeader(vixm, { kind: 'VIXM', self: 0, next: 0, level: 0, flags: 0, count: records.length });
  writeWord(vixm, VIXM_OFFSET.recordBytes, content.recordBytes);
  writeWord(vixm, VIXM_OFFSET.recordCount, content.recordCount);
  writeWord(vixm, VIXM_OFFSET.mapCount, mapCount);
  writeWord(vixm, VIXM_OFFSET.highLevel, highLevel);
  writeWord(vixm, VIXM_OFFSET.cylinders, content.cylinders);
  writeHalfword(vixm, VIXM_OFFSET.headCount, content.type.headCount);
  writeHalfword(vixm, VIXM_OFFSET.dscbsPerTrack, content.dscbsPerTrack);
  writeWord(vixm, VIXM_OFFSET.vtocFirst, content.vtoc.first);
  writeWord(vixm, VIXM_OFFSET.vtocTracks, content.vtoc.count);
  writeWord(vixm, VIXM_OFFSET.freeTracks, countTracks(content.free));
  if (content.isExtended) {
    const perMap = cylindersPerMap(content.recordBytes, content.type.headCount);
    const firstUnitMap = 1 + Math.ceil(TRACK_MANAGED_CYLINDERS / perMap);
    writeWord(vixm, VIXM_OFFSET.unitCylinders, MCU_CYLINDERS);
    writeWord(vixm, VIXM_OFFSET.firstUnitMap, firstUnitMap * content.recordBytes);
  }
  for (let at = 0; at < records.length; at += 1) setBit(vixm, VIXM_MAP_OFFSET, at);
}

/** VPSMs of single tracks, then those of units; RBAs are filled in later. */
function buildSpaceMaps(content: IndexContent): Uint8Array[] {
  const { type, recordBytes, isExtended, cylinders } = content;
  const { headCount } = type;
  const single = isExtended ? TRACK_MANAGED_CYLINDERS : cylinders;
  const maps: Uint8Array[] = [];
  const perMap = cylindersPerMap(recordBytes, headCount);
  const allocated = complementOf(content.free, cylinders * headCount);
  for (let first = 0; first < single; first += perMap) {
    const count = Math.min(perMap, single - first);
    const map = new Uint8Array(recordBytes);
    putHeader(map, { kind: 'VPSM', self: 0, next: 0, level: maps.length, flags: 0, count, first });
    const tracksAt = trackBitsOffset(count);
    for (const track of tracksWithin(allocated, first * headCount, count * headCount)) {
      setBit(map, tracksAt, track);
      setBit(map, INDEX_HEADER_BYTES, Math.floor(track / headCount));
    }
    maps.push(map);
  }
  if (!isExtended) return maps;
  const units = Math.ceil((cylinders - TRACK_MANAGED_CYLINDERS) / MCU_CYLINDERS);
  for (let at = 0; at < units; at += bitsPerMap(recordBytes)) {
    const count = Math.min(bitsPerMap(recordBytes), units - at);
    const map = new Uint8Array(recordBytes);
    const first = TRACK_MANAGED_CYLINDERS + at * MCU_CYLINDERS;
    const level = maps.length;
    putHeader(map, {
      kind: 'VPSM',
      self: 0,
      next: 0,
      level,
      flags: INDEX_FLAG.units,
      count,
      first,
    });
    const unitTracks = MCU_CYLINDERS * headCount;
    for (const track of tracksWithin(allocated, first * headCount, count * unitTracks)) {
      setBit(map, INDEX_HEADER_BYTES, Math.floor(track / unitTracks));
    }
    maps.push(map);
  }
  return maps;
}

/** The tracks of these runs that lie in a window, counted from its start. */
function* tracksWithin(
  ranges: readonly TrackRange[],
  from: number,
  count: number,
): Iterable<number> {
  for (const range of ranges) {
    const first = Math.max(range.first - from, 0);
    const end = Math.min(range.first + range.count - from, count);
    for (let track = first; track < end; track += 1) yield track;
  }
}

function buildSlotMaps(content: IndexContent): Uint8Array[] {
  const maps: Uint8Array[] = [];
  const perMap = bitsPerMap(content.recordBytes);
  for (let first = 0; first < content.usedSlots.length; first += perMap) {
    const count = Math.min(perMap, content.usedSlots.length - first);
    const map = new Uint8Array(content.recordBytes);
    putHeader(map, { kind: 'VMDS', self: 0, next: 0, level: maps.length, flags: 0, count, first });
    for (let slot = 0; slot < count; slot += 1) {
      if (content.usedSlots[first + slot] === true) setBit(map, INDEX_HEADER_BYTES, slot);
    }
    maps.push(map);
  }
  return maps;
}

interface TreeNode {
  readonly highest: Uint8Array;
  readonly rba: number;
}

/** The VIERs from record `firstRecord` on, lowest level first. */
function buildNameTree(
  content: IndexContent,
  firstRecord: number,
): { readonly records: readonly Uint8Array[]; readonly highLevel: number } {
  const { recordBytes, type } = content;
  const records: Uint8Array[] = [];
  const payload = recordBytes - INDEX_HEADER_BYTES;
  const addLevel = <Item>(
    level: number,
    items: readonly Item[],
    entryBytes: number,
    put: (record: Uint8Array, offset: number, item: Item) => Uint8Array,
  ): TreeNode[] => {
    const perRecord = Math.floor(payload / entryBytes);
    const count = Math.max(1, Math.ceil(items.length / perRecord));
    return Array.from({ length: count }, (_, at) => {
      const record = new Uint8Array(recordBytes);
      const self = (firstRecord + records.length) * recordBytes;
      const next = at < count - 1 ? self + recordBytes : 0;
      const mine = items.slice(at * perRecord, (at + 1) * perRecord);
      putHeader(record, { kind: 'VIER', self, next, level, flags: 0, count: mine.length });
      let highest: Uint8Array = new Uint8Array(44);
      for (const [slot, item] of mine.entries()) {
        highest = put(record, INDEX_HEADER_BYTES + slot * entryBytes, item);
      }
      records.push(record);
      return { highest, rba: self };
    });
  };
  const names = content.names
    .map(({ name, address }) => ({ key: textToEbcdic(name, 44), address }))
    .toSorted((one, other) => compareKeys(one.key, other.key));
  let nodes = addLevel(1, names, NAME_ENTRY_BYTES, (record, offset, { key, address }) => {
    record.set(key, offset);
    writeDscbAddress(record, offset + 44, address, type);
    return key;
  });
  for (let level = 2; nodes.length > VIERS_PER_TOP_LEVEL_MAX; level += 1) {
    nodes = addLevel(level, nodes, LEVEL_ENTRY_BYTES, (record, offset, { highest, rba }) => {
      record.set(highest, offset);
      writeWord(record, offset + 44, rba);
      return highest;
    });
  }
  const highLevel = nodes[0]?.rba ?? 0;
  const first = records[highLevel / recordBytes - firstRecord];
  if (first !== undefined) writeHalfword(first, 14, INDEX_FLAG.firstHighLevel);
  return { records, highLevel };
}

/** Order of names in the index: by their EBCDIC bytes. */
export function compareKeys(one: Uint8Array, other: Uint8Array): number {
  for (let at = 0; at < one.length; at += 1) {
    const difference = (one[at] ?? 0) - (other[at] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

function putHeader(
  record: Uint8Array,
  header: {
    readonly kind: IndexRecordKind;
    readonly self: number;
    readonly next: number;
    readonly level: number;
    readonly flags: number;
    readonly count: number;
    readonly first?: number;
  },
): void {
  record.set(textToEbcdic(header.kind));
  writeWord(record, 4, header.self);
  writeWord(record, 8, header.next);
  writeHalfword(record, 12, header.level);
  writeHalfword(record, 14, header.flags);
  writeWord(record, 16, header.count);
  writeWord(record, 20, header.first ?? 0);
  writeHalfword(record, 24, INDEX_LAYOUT_VERSION);
}
