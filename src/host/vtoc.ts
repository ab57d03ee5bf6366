/**
 * The volume table of contents: from the label to every data set with its extents, the free space
 * and who owns it, the VTOC index and the VVDS.
 *
 * What cannot be read at all is refused (NO_LABEL, BAD_VTOC_POINTER, VTOC_INVALID); what is merely
 * odd is read as far as it goes and told in a warning. Source: docs/sources.md, S-10, S-13, S-14.
 *
 * @module
 */
import { done, type Outcome, refuse } from '../base/refusal.ts';
import { recordData, recordKey } from '../track/track-image.ts';
import {
  allocatedRanges,
  checkOverlaps,
  type DataSetEntry,
  type DscbSlot,
  readEntries,
  readSlots,
  slotFinder,
} from './data-set-entry.ts';
import { DSCB_BYTES, DSCB_DATA_BYTES, DSCB_ID, DSCB_KEY_BYTES, dscbId } from './dscb.ts';
import { readVolumeDscb, usableTracks, type VolumeDscb, VTOC_FLAG } from './dscb-volume.ts';
import type { FreeSpace } from './free-space.ts';
import { LABEL_TRACK, readVolumeLabel, type VolumeLabel } from './volume-label.ts';
import { describeTrack, readRecords, type TrackRange, type VolumeTracks } from './volume-tracks.ts';
import type { VolumeWarning } from './volume-warning.ts';
import { readFreeSpace } from './vtoc-free-space.ts';
import { type IndexReading, readVtocIndex, type VtocIndex } from './vtoc-index.ts';
import { INDEX_NAME_PREFIX } from './vtoc-index-layout.ts';
import { readVvds, VVDS_NAME_PREFIX, type Vvds } from './vvds.ts';

/** A data set that the volume keeps about itself, and what is in it if it can be believed. */
interface VolumeDataSet<Content> {
  readonly entry: DataSetEntry;
  readonly content: Content | undefined;
}

/** Everything that the VTOC says. */
export interface Vtoc {
  readonly label: VolumeLabel;
  readonly format4: VolumeDscb;
  /** Tracks of the VTOC. */
  readonly extent: TrackRange;
  /** Every DSCB slot in order, free ones included; the first is the format 4. */
  readonly slots: readonly DscbSlot[];
  /** Data sets in VTOC order. */
  readonly entries: readonly DataSetEntry[];
  readonly freeSpace: FreeSpace;
  /** Tracks that data sets may use: the volume without alternates. */
  readonly usableTracks: number;
  readonly index: VolumeDataSet<VtocIndex> | undefined;
  readonly vvds: VolumeDataSet<Vvds> | undefined;
  readonly warnings: readonly VolumeWarning[];
}

/** Where the index of a volume is. */
export interface IndexPlace {
  readonly name: string;
  readonly extent: TrackRange;
  readonly recordBytes: number;
}

/** Reads the VTOC of a volume. */
export function readVtoc(volume: VolumeTracks): Outcome<Vtoc> {
  const labelled = readVolumeLabel(volume);
  if (labelled.kind === 'refused') return labelled;
  const label = labelled.value;
  const opened = readFormat4(volume, label);
  if (opened.kind === 'refused') return opened;
  const { format4, extent } = opened.value;
  const warnings: VolumeWarning[] = [];
  checkGeometry(volume, format4, warnings);
  const slots = readSlots(volume, extent, warnings);
  const find = slotFinder(slots);
  const entries = readEntries(slots, find, volume, warnings);
  checkOverlaps(entries, extent, volume.type, warnings);
  const indexed = readIndex(volume, { label, format4, extent, entries }, warnings);
  const vvds = readVolumeVvds(volume, label, entries, warnings);
  const usable = usableTracks({ ...format4, headCount: volume.type.headCount });
  if ((format4.flags & VTOC_FLAG.updateIncomplete) !== 0) {
    const what = 'the format 4 says that an update was begun and not ended (DIRF)';
    warnings.push({ code: 'UPDATE_INCOMPLETE', what });
  }
  const used = [
    { first: LABEL_TRACK, count: 1 },
    extent,
    ...entries.flatMap((entry) => allocatedRanges(entry)),
  ];
  const index = indexed?.content;
  const freeSpace = readFreeSpace(
    { format4, slots, find, used, usable, type: volume.type, index },
    warnings,
  );
  if (index !== undefined) checkIndexAgainst(index, slots, entries, warnings);
  return done({
    label,
    format4,
    extent,
    slots,
    entries,
    freeSpace,
    usableTracks: usable,
    index: indexed,
    vvds,
    warnings,
  });
}

/** The data sets of a volume, in VTOC order. */
export function listDataSets(volume: VolumeTracks): Outcome<readonly DataSetEntry[]> {
  const vtoc = readVtoc(volume);
  return vtoc.kind === 'refused' ? vtoc : done(vtoc.value.entries);
}

/** The data set of that name. Refused DATA_SET_UNKNOWN. */
export function findDataSet(vtoc: Vtoc, name: string): Outcome<DataSetEntry> {
  const entry = vtoc.entries.find((candidate) => candidate.name === name);
  if (entry !== undefined) return done(entry);
  return refuse('DATA_SET_UNKNOWN', {
    what: `data set ${name} on volume ${vtoc.label.volser}`,
    limit: `the VTOC lists ${vtoc.entries.length} data sets and not this one`,
    fix: 'list the data sets of the volume',
  });
}

function readFormat4(
  volume: VolumeTracks,
  label: VolumeLabel,
): Outcome<{ readonly format4: VolumeDscb; readonly extent: TrackRange }> {
  const badPointer = (what: string): Outcome<never> =>
    refuse('BAD_VTOC_POINTER', {
      what,
      limit: 'the label names the record of the format-4 DSCB',
      fix: 'initialise the volume, or use it without a VTOC',
    });
  if (label.vtoc === undefined) {
    return badPointer(`the label of ${label.volser} points to no record of the volume`);
  }
  const { track, record: number } = label.vtoc;
  const where = `${describeTrack(volume.type, track)} record ${number}`;
  const read = readRecords(volume, track);
  if (read.kind === 'damaged') return badPointer(read.what);
  const record = read.records.find((candidate) => candidate.number === number);
  const isDscb = record?.keyBytes === DSCB_KEY_BYTES && record.dataBytes === DSCB_DATA_BYTES;
  if (record === undefined || !isDscb) {
    return badPointer(`${where} of ${label.volser} holds no DSCB`);
  }
  const bytes = new Uint8Array(DSCB_BYTES);
  bytes.set(recordKey(read.image, record));
  bytes.set(recordData(read.image, record), DSCB_KEY_BYTES);
  if (dscbId(bytes) !== DSCB_ID.format4) {
    return badPointer(`${where} of ${label.volser} holds a DSCB that is no format 4`);
  }
  const format4 = readVolumeDscb(bytes, volume);
  const extent = format4.vtoc;
  const isAtStart = extent?.first === track && number === 1;
  if (extent === undefined || !isAtStart) {
    return refuse('VTOC_INVALID', {
      what: `the format 4 at ${where} of ${label.volser}`,
      limit: 'the VTOC is one extent of the volume and begins with its format 4',
      fix: 'initialise the volume, or restore a backup of it',
    });
  }
  return done({ format4, extent });
}

function checkGeometry(volume: VolumeTracks, format4: VolumeDscb, warnings: VolumeWarning[]): void {
  const { type } = volume;
  const warn = (what: string): void => {
    warnings.push({ code: 'GEOMETRY_DIFFERS', what });
  };
  if (format4.headCount !== type.headCount) {
    warn(
      `the format 4 states ${format4.headCount} tracks a cylinder, the device ${type.headCount}`,
    );
  }
  if (format4.cylinders > volume.cylinders) {
    warn(`the format 4 states ${format4.cylinders} cylinders, the device ${volume.cylinders}`);
  }
  if (format4.trackLength !== type.trackLength) {
    warn(`the format 4 states a track length of ${format4.trackLength}, not ${type.trackLength}`);
  }
}

/** The index data set, if the volume has one; its content only if the volume is indexed and it passes. */
function readIndex(
  volume: VolumeTracks,
  vtoc: {
    readonly label: VolumeLabel;
    readonly format4: VolumeDscb;
    readonly extent: TrackRange;
    readonly entries: readonly DataSetEntry[];
  },
  warnings: VolumeWarning[],
): VolumeDataSet<VtocIndex> | undefined {
  const { label, format4, entries } = vtoc;
  const isIndexed = (format4.flags & VTOC_FLAG.indexed) !== 0;
  const entry = ownDataSet(entries, INDEX_NAME_PREFIX, label.volser, warnings);
  if (entry === undefined) {
    if (isIndexed) {
      const what = 'the format 4 says that the volume is indexed, and it has no index data set';
      warnings.push({ code: 'INDEX_INVALID', what });
    }
    return undefined;
  }
  if (!isIndexed) return { entry, content: undefined };
  const [extent] = entry.extents;
  const isOneExtent = extent !== undefined && entry.extents.length === 1 && entry.blockLength > 0;
  const reading: IndexReading = isOneExtent
    ? readVtocIndex(volume, {
        extent,
        recordBytes: entry.blockLength,
        vtoc: vtoc.extent,
        dscbsPerTrack: format4.dscbsPerTrack,
        cylinders: format4.cylinders,
        isExtended: format4.isExtended,
      })
    : { kind: 'invalid', faults: ['it is not one extent of fixed records'] };
  if (reading.kind === 'valid') return { entry, content: reading.index };
  for (const fault of reading.faults.slice(0, 8)) {
    warnings.push({ code: 'INDEX_INVALID', what: `${entry.name}: ${fault}` });
  }
  return { entry, content: undefined };
}

function readVolumeVvds(
  volume: VolumeTracks,
  label: VolumeLabel,
  entries: readonly DataSetEntry[],
  warnings: VolumeWarning[],
): VolumeDataSet<Vvds> | undefined {
  const entry = ownDataSet(entries, VVDS_NAME_PREFIX, label.volser, warnings);
  if (entry === undefined) return undefined;
  const reading = readVvds(volume, entry.extents);
  if (reading.kind === 'valid') return { entry, content: reading.vvds };
  for (const fault of reading.faults.slice(0, 8)) {
    warnings.push({ code: 'VVDS_INVALID', what: `${entry.name}: ${fault}` });
  }
  return { entry, content: undefined };
}

/** The volume's own index or VVDS: by the serial if that exists, otherwise the only one. */
function ownDataSet(
  entries: readonly DataSetEntry[],
  prefix: string,
  volser: string,
  warnings: VolumeWarning[],
): DataSetEntry | undefined {
  const candidates = entries.filter((entry) => entry.name.startsWith(prefix));
  const named = candidates.find((entry) => entry.name === prefix + volser);
  if (named !== undefined) return named;
  const [first] = candidates;
  if (first !== undefined) {
    const what = `${first.name} is not named after the serial ${volser} (a conditioned copy has that)`;
    warnings.push({ code: 'NAME_DIFFERS_FROM_SERIAL', what });
  }
  return first;
}

function checkIndexAgainst(
  index: VtocIndex,
  slots: readonly DscbSlot[],
  entries: readonly DataSetEntry[],
  warnings: VolumeWarning[],
): void {
  const indexed = new Map(index.names.map(({ name, address }) => [name, address]));
  const differing = entries.filter((entry) => {
    const address = indexed.get(entry.name);
    return address?.track !== entry.address.track || address.record !== entry.address.record;
  });
  const used = slots.filter((slot, at) => (dscbId(slot.bytes) !== 0) !== index.usedSlots[at]);
  if (differing.length + used.length === 0 && indexed.size === entries.length) return;
  const what = `the index and the VTOC differ in ${differing.length} names and ${used.length} slots`;
  warnings.push({ code: 'INDEX_DIFFERS', what });
}

/** The index of a volume, if it is in use and can be believed. */
export function indexPlaceOf(vtoc: Vtoc): IndexPlace | undefined {
  const content = vtoc.index?.content;
  const extent = vtoc.index?.entry.extents[0];
  if (vtoc.index === undefined || content === undefined || extent === undefined) return undefined;
  if (content.isDisabled) return undefined;
  return { name: vtoc.index.entry.name, extent, recordBytes: content.recordBytes };
}
