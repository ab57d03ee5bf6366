/**
 * The data sets of a VTOC: each format 1 or 8 with the extents of its whole chain.
 *
 * @module
 */
import type { DeviceType } from '../geometry/device-model.ts';
import {
  DSCB_BYTES,
  DSCB_DATA_BYTES,
  DSCB_ID,
  DSCB_KEY_BYTES,
  dscbId,
  isDataSetDscb,
} from './dscb.ts';
import type { DscbAddress } from './dscb-address.ts';
import {
  type DataSetDscb,
  type Organisation,
  organisationOf,
  readDataSetDscb,
  recordFormatOf,
  type TrackRecordPointer,
} from './dscb-data-set.ts';
import { readDataSetExtents } from './dscb-extents.ts';
import type { Extent } from './extent.ts';
import { countTracks, findOverlap } from './free-space.ts';
import {
  describeTrack,
  readRecords,
  type TrackRange,
  tracksOf,
  type VolumeTracks,
} from './volume-tracks.ts';
import type { VolumeWarning } from './volume-warning.ts';

/** One DSCB with its place. */
export interface DscbSlot {
  readonly address: DscbAddress;
  /** Key and data, 140 bytes: a private copy. */
  readonly bytes: Uint8Array;
}

/** One data set of the volume. */
export interface DataSetEntry {
  readonly name: string;
  readonly organisation: Organisation;
  /** `FB`, `VB`, `U` …; empty when the data set has none. */
  readonly recordFormat: string;
  readonly recordLength: number;
  readonly blockLength: number;
  readonly keyLength: number;
  /** Runs of tracks in the order in which the data set uses them. */
  readonly extents: readonly TrackRange[];
  /** The same as the DSCBs describe them. */
  readonly dscbExtents: readonly Extent[];
  /** Tracks of user labels, allocated in addition. */
  readonly userLabels: TrackRange | undefined;
  /** Tracks of all extents, user labels included. */
  readonly trackCount: number;
  /** Last block written; zeros when never written. */
  readonly lastUsed: TrackRecordPointer;
  /** All fields of the format 1 or 8. */
  readonly dscb: DataSetDscb;
  /** Where the format 1 or 8 is. */
  readonly address: DscbAddress;
  readonly format3s: readonly DscbAddress[];
  readonly format9s: readonly DscbAddress[];
}

/** Every run of tracks that a data set occupies, user labels included. */
export function allocatedRanges(entry: DataSetEntry): readonly TrackRange[] {
  return entry.userLabels === undefined ? entry.extents : [entry.userLabels, ...entry.extents];
}

/** Looks up slots by address. */
export function slotFinder(
  slots: readonly DscbSlot[],
): (address: DscbAddress) => Uint8Array | undefined {
  const byAddress = new Map(
    slots.map(({ address, bytes }) => [`${address.track}.${address.record}`, bytes]),
  );
  return (address) => byAddress.get(`${address.track}.${address.record}`);
}

/** Every DSCB slot of the VTOC in order; damaged tracks are warned about and left out. */
export function readSlots(
  volume: VolumeTracks,
  extent: TrackRange,
  warnings: VolumeWarning[],
): DscbSlot[] {
  const slots: DscbSlot[] = [];
  for (const track of tracksOf(extent)) {
    const read = readRecords(volume, track);
    if (read.kind === 'damaged') {
      warnings.push({ code: 'TRACK_DAMAGED', what: `${read.what}, its DSCBs are lost` });
      continue;
    }
    for (const record of read.records) {
      const isDscb = record.keyBytes === DSCB_KEY_BYTES && record.dataBytes === DSCB_DATA_BYTES;
      if (!isDscb) continue;
      const bytes = read.image.slice(record.keyOffset, record.keyOffset + DSCB_BYTES);
      slots.push({ address: { track, record: record.number }, bytes });
    }
  }
  return slots;
}

const KNOWN_IDS: ReadonlySet<number> = new Set(Object.values(DSCB_ID));

/** The data sets that the slots describe, in VTOC order. */
export function readEntries(
  slots: readonly DscbSlot[],
  find: (address: DscbAddress) => Uint8Array | undefined,
  volume: VolumeTracks,
  warnings: VolumeWarning[],
): DataSetEntry[] {
  const entries: DataSetEntry[] = [];
  const names = new Set<string>();
  for (const { address, bytes } of slots) {
    const where = `${describeTrack(volume.type, address.track)} record ${address.record}`;
    const id = dscbId(bytes);
    if (!KNOWN_IDS.has(id)) {
      const what = `${where} holds a DSCB with id X'${id.toString(16).toUpperCase()}'`;
      warnings.push({ code: 'DSCB_UNKNOWN', what });
    }
    if (!isDataSetDscb(bytes)) continue;
    const entry = readEntry(address, bytes, { find, volume, warnings });
    if (names.has(entry.name)) {
      warnings.push({ code: 'DUPLICATE_NAME', what: `${entry.name} is listed twice, at ${where}` });
    }
    names.add(entry.name);
    entries.push(entry);
  }
  return entries;
}

function readEntry(
  address: DscbAddress,
  bytes: Uint8Array,
  context: {
    readonly find: (address: DscbAddress) => Uint8Array | undefined;
    readonly volume: VolumeTracks;
    readonly warnings: VolumeWarning[];
  },
): DataSetEntry {
  const { find, volume, warnings } = context;
  const dscb = readDataSetDscb(bytes);
  const found = readDataSetExtents(bytes, find, volume);
  for (const fault of found.faults) {
    warnings.push({ code: 'EXTENT_INVALID', what: `${dscb.name}: ${fault}` });
  }
  if (found.extents.length !== dscb.extentCount && found.faults.length === 0) {
    const what = `${dscb.name} states ${dscb.extentCount} extents and has ${found.extents.length}`;
    warnings.push({ code: 'EXTENT_COUNT', what });
  }
  const extents = found.extents.flatMap((extent) => extent.ranges);
  const userLabels = found.userLabels?.ranges[0];
  return {
    name: dscb.name,
    organisation: organisationOf(dscb.organisationCode),
    recordFormat: recordFormatOf(dscb.recordFormatCode),
    recordLength: dscb.recordLength,
    blockLength: dscb.blockLength,
    keyLength: dscb.keyLength,
    extents,
    dscbExtents: found.extents,
    userLabels,
    trackCount: countTracks(extents) + (userLabels?.count ?? 0),
    lastUsed: dscb.lastUsed,
    dscb,
    address,
    format3s: found.format3s,
    format9s: found.format9s,
  };
}

/** Warns when two data sets, or one and the VTOC, share a track. */
export function checkOverlaps(
  entries: readonly DataSetEntry[],
  vtoc: TrackRange,
  type: DeviceType,
  warnings: VolumeWarning[],
): void {
  const overlap = findOverlap([vtoc, ...entries.flatMap((entry) => allocatedRanges(entry))]);
  if (overlap === undefined) return;
  const track = overlap[1].first;
  const holds = (range: TrackRange): boolean =>
    range.first <= track && track < range.first + range.count;
  const owners = entries
    .filter((entry) => allocatedRanges(entry).some(holds))
    .map((entry) => entry.name);
  if (holds(vtoc)) owners.push('the VTOC');
  const what = `${describeTrack(type, track)} belongs to ${owners.join(' and to ')}`;
  warnings.push({ code: 'EXTENTS_OVERLAP', what });
}
