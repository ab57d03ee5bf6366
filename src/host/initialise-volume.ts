/**
 * Makes a volume: IPL records and label on track 0, an empty VTOC, and if wanted a VTOC index and a
 * VVDS. Other tracks keep what they hold, as quick initialisation does.
 *
 * @module
 */
import { done, type Outcome, refuse } from '../base/refusal.ts';
import { type TrackIndex, trackIndex } from '../base/units.ts';
import type { DeviceType } from '../geometry/device-model.ts';
import { buildTrack, type RecordContent } from '../track/track-image.ts';
import { allocateDataSet } from './data-set-allocation.ts';
import { trackOfDataSet } from './data-set-blocks.ts';
import { DSCB_BYTES, DSCB_KEY_BYTES } from './dscb.ts';
import {
  CREATED_DEFAULT,
  type DayOfYear,
  newDataSetDscb,
  ORGANISATION_CODE,
  recordFormatCode,
} from './dscb-data-set.ts';
import { buildFreeSpaceDscb } from './dscb-free-space.ts';
import {
  buildVolumeDscb,
  dscbsPerTrack,
  FORMAT_5_TRACKS_MAX,
  TRACK_MANAGED_CYLINDERS,
  VTOC_FLAG,
} from './dscb-volume.ts';
import { applyPlan } from './metadata-plan.ts';
import { checkVolser, LABEL_TRACK, writeVolumeLabel } from './volume-label.ts';
import { VolumeMetadata } from './volume-metadata.ts';
import {
  addressOf,
  TrackOverlay,
  type TrackRange,
  tracksOf,
  type VolumeTracks,
} from './volume-tracks.ts';
import { indexRecordsNeeded } from './vtoc-index-build.ts';
import { INDEX_NAME_PREFIX, indexRecordBytes, indexRecordsPerTrack } from './vtoc-index-layout.ts';
import { buildVvds, CONTROL_INTERVAL_BYTES, intervalsPerTrack, VVDS_NAME_PREFIX } from './vvds.ts';

/** How a volume shall be initialised. */
export interface InitialiseOptions {
  readonly volser: string;
  readonly owner?: string;
  /** Tracks of the VTOC; the rest of cylinder 0 behind the label by default. */
  readonly vtoc?: TrackRange;
  /** Cylinders at the end that data sets may not use; none by default. */
  readonly alternateCylinders?: number;
  /** Whether to make a VTOC index; no by default. */
  readonly index?: boolean;
  /** Whether to make a VVDS of ten tracks; no by default. */
  readonly vvds?: boolean;
  /** Catalogs that the VVDS names. */
  readonly catalogs?: readonly string[];
  readonly created?: DayOfYear;
}

/** Tracks of a new VVDS: the default of the operating system. */
const VVDS_TRACKS = 10;

/**
 * Initialises a volume. Refused VOLSER_INVALID, SPACE_NOT_ON_VOLUME (a VTOC that does not fit) and
 * VTOC_FULL; then nothing
 * has been written.
 *
 * @returns Where the VTOC is, and the tracks written, track 0 last of all.
 */
export function initialiseVolume(
  volume: VolumeTracks,
  options: InitialiseOptions,
): Outcome<{ readonly vtoc: TrackRange; readonly tracks: readonly TrackIndex[] }> {
  const volser = checkVolser(options.volser);
  if (volser.kind === 'refused') return volser;
  const overlay = new TrackOverlay(volume);
  const made = buildVolume(overlay, options);
  if (made.kind === 'refused') return made;
  const changes = overlay.changes();
  // The label comes last: until then nobody takes the volume for one.
  for (const { track, image } of [...changes.slice(1), ...changes.slice(0, 1)]) {
    volume.writeTrack(track, image);
  }
  return done({ vtoc: made.value, tracks: changes.map(({ track }) => track) });
}

function buildVolume(volume: VolumeTracks, options: InitialiseOptions): Outcome<TrackRange> {
  const { type } = volume;
  const vtoc = options.vtoc ?? { first: trackIndex(1), count: type.headCount - 1 };
  const alternateCylinders = options.alternateCylinders ?? 0;
  const usable = (volume.cylinders - alternateCylinders) * type.headCount;
  const refusal = refuseVtoc(vtoc, usable, type, options);
  if (refusal !== undefined) return refusal;
  const isLarge = usable > FORMAT_5_TRACKS_MAX;
  writeEmptyVtoc(volume, vtoc, {
    alternateCylinders,
    flags: isLarge ? VTOC_FLAG.format5Invalid | VTOC_FLAG.format7Valid : VTOC_FLAG.format5Invalid,
  });
  writeVolumeLabel(volume, {
    volser: options.volser,
    owner: options.owner ?? '',
    vtoc: { track: vtoc.first, record: 1 },
  });
  const added = addVolumeDataSets(volume, options);
  return added.kind === 'refused' ? added : done(vtoc);
}

/** Records the free space and allocates index and VVDS. */
function addVolumeDataSets(volume: VolumeTracks, options: InitialiseOptions): Outcome<null> {
  const opened = VolumeMetadata.open(volume);
  if (opened.kind === 'refused') return opened;
  const metadata = opened.value;
  metadata.setFree(metadata.vtoc.freeSpace.recomputed);
  if (options.vvds === true) {
    const added = addVvds(volume, metadata, options);
    if (added.kind === 'refused') return added;
  }
  if (options.index === true) {
    const added = addIndex(volume, metadata, options);
    if (added.kind === 'refused') return added;
  }
  const plan = metadata.plan();
  if (plan.kind === 'refused') return plan;
  applyPlan(volume, plan.value);
  return done(null);
}

function writeEmptyVtoc(
  volume: VolumeTracks,
  vtoc: TrackRange,
  state: { readonly alternateCylinders: number; readonly flags: number },
): void {
  const { type } = volume;
  const { alternateCylinders, flags } = state;
  const fields = { cylinders: volume.cylinders, alternateCylinders, vtoc, flags };
  const perTrack = dscbsPerTrack(type);
  const free = new Uint8Array(DSCB_BYTES);
  const fixed = [buildVolumeDscb(fields, type), buildFreeSpaceDscb([], 5, type)];
  for (const track of tracksOf(vtoc)) {
    const records = Array.from({ length: perTrack }, (_, at): RecordContent => {
      const bytes = (track === vtoc.first ? fixed[at] : undefined) ?? free;
      return {
        number: at + 1,
        key: bytes.subarray(0, DSCB_KEY_BYTES),
        data: bytes.subarray(DSCB_KEY_BYTES),
      };
    });
    volume.writeTrack(track, buildTrack(addressOf(type, track), records));
  }
}

function addVvds(
  volume: VolumeTracks,
  metadata: VolumeMetadata,
  options: InitialiseOptions,
): Outcome<null> {
  const perTrack = intervalsPerTrack(volume.type);
  if (perTrack === 0) {
    return refuse('DATA_SET_UNSUPPORTED', {
      what: `a VVDS on a ${volume.type.name}`,
      limit: 'a track must hold a control interval of 4,096 bytes',
      fix: 'initialise the volume without a VVDS',
    });
  }
  const name = `${VVDS_NAME_PREFIX}${options.volser}`;
  const allocated = allocateDataSet(metadata, volume.type, {
    dscb: newDataSetDscb({
      name,
      volser: options.volser,
      created: options.created ?? CREATED_DEFAULT,
      organisationCode: ORGANISATION_CODE.VSAM,
      recordFormatCode: recordFormatCode('U'),
      optionCode: 0x80,
      blockLength: CONTROL_INTERVAL_BYTES,
      secondaryQuantity: VVDS_TRACKS,
    }),
    space: { tracks: VVDS_TRACKS },
    contentTracks: VVDS_TRACKS,
    userLabels: 0,
  });
  if (allocated.kind === 'refused') return allocated;
  const intervals =
    buildVvds({
      volser: options.volser,
      intervalCount: VVDS_TRACKS * perTrack,
      catalogs: options.catalogs ?? [],
      entries: [],
    }) ?? [];
  writeBlocks(volume, allocated.value.ranges, intervals, CONTROL_INTERVAL_BYTES, perTrack);
  return done(null);
}

function addIndex(
  volume: VolumeTracks,
  metadata: VolumeMetadata,
  options: InitialiseOptions,
): Outcome<null> {
  const { type } = volume;
  const { format4, extent } = metadata.vtoc;
  const recordBytes = indexRecordBytes(format4.isExtended);
  const perTrack = indexRecordsPerTrack(type, recordBytes);
  const needed = indexRecordsNeeded({
    type,
    cylinders: format4.cylinders,
    isExtended: format4.isExtended,
    vtoc: extent,
    dscbsPerTrack: format4.dscbsPerTrack,
    free: [],
    usedSlots: metadata.slots().map(() => true),
    names: [],
    recordBytes,
    recordCount: 0,
  });
  const tracks = Math.ceil(needed / perTrack);
  const name = `${INDEX_NAME_PREFIX}${options.volser}`;
  const allocated = allocateDataSet(metadata, type, {
    dscb: newDataSetDscb({
      name,
      volser: options.volser,
      created: options.created ?? CREATED_DEFAULT,
      organisationCode: ORGANISATION_CODE.PS,
      recordFormatCode: recordFormatCode('F'),
      blockLength: recordBytes,
      recordLength: recordBytes,
      lastUsed: { track: tracks - 1, record: perTrack },
    }),
    space: { tracks },
    contentTracks: tracks,
    userLabels: 0,
  });
  if (allocated.kind === 'refused') return allocated;
  const [range] = allocated.value.ranges;
  if (range === undefined || allocated.value.ranges.length > 1) {
    return refuse('SPACE_NOT_ON_VOLUME', {
      what: `a VTOC index of ${tracks} tracks in one extent`,
      limit: 'the free space is in smaller pieces',
      fix: 'place the VTOC elsewhere',
    });
  }
  writeBlocks(volume, [range], [], recordBytes, perTrack);
  metadata.enableIndex({ name, extent: range, recordBytes });
  return done(null);
}

/** Fills the tracks of a data set with equal blocks; those without content are zeros. */
function writeBlocks(
  volume: VolumeTracks,
  ranges: readonly TrackRange[],
  blocks: readonly Uint8Array[],
  blockBytes: number,
  perTrack: number,
): void {
  const zeros = new Uint8Array(blockBytes);
  let at = 0;
  for (let relative = 0; ; relative += 1) {
    const track: TrackIndex | undefined = trackOfDataSet(ranges, relative);
    if (track === undefined) return;
    const records = Array.from({ length: perTrack }, (_, place) => ({
      number: place + 1,
      data: blocks[at + place] ?? zeros,
    }));
    at += perTrack;
    volume.writeTrack(track, buildTrack(addressOf(volume.type, track), records));
  }
}

function refuseVtoc(
  vtoc: TrackRange,
  usable: number,
  type: DeviceType,
  options: InitialiseOptions,
): ReturnType<typeof refuse> | undefined {
  const limit = Math.min(usable, TRACK_MANAGED_CYLINDERS * type.headCount);
  const refusal = (what: string, fix: string): ReturnType<typeof refuse> =>
    refuse('SPACE_NOT_ON_VOLUME', {
      what: `${what} for volume ${options.volser}`,
      limit: `a VTOC lies on tracks ${LABEL_TRACK + 1} to ${limit - 1} and has a track or more`,
      fix,
    });
  if (vtoc.count < 1 || vtoc.first <= LABEL_TRACK || vtoc.first + vtoc.count > limit) {
    return refusal(`a VTOC of ${vtoc.count} tracks at track ${vtoc.first}`, 'place it elsewhere');
  }
  return undefined;
}
