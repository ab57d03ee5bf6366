/**
 * Allocates space for a data set on a volume whose metadata are open: finds or checks the runs of
 * tracks, takes DSCBs, writes format 1 or 8 with its chain.
 *
 * @module
 */
import { done, type Outcome, refuse } from '../base/refusal.ts';
import { trackIndex } from '../base/units.ts';
import type { DeviceType } from '../geometry/device-model.ts';
import type { DscbAddress } from './dscb-address.ts';
import { buildDataSetDscb, type DataSetDscb } from './dscb-data-set.ts';
import {
  BASIC_EXTENTS_MAX,
  EXTENDED_EXTENTS_MAX,
  format3Count,
  type NewExtent,
  writeDataSetExtents,
} from './dscb-extents.ts';
import { MCU_CYLINDERS, TRACK_MANAGED_CYLINDERS } from './dscb-volume.ts';
import { EXTENT_TYPE, ordinaryExtentType } from './extent.ts';
import { containsRange, countTracks, findOverlap, findSpace, removeRange } from './free-space.ts';
import type { VolumeMetadata } from './volume-metadata.ts';
import type { TrackRange } from './volume-tracks.ts';

/** How much space, and where. */
export type SpaceWish =
  | { readonly tracks: number }
  | { readonly cylinders: number }
  /** Exactly these runs, each an extent of its own. */
  | { readonly ranges: readonly TrackRange[] };

/** Runs over which one request may be spread, as the operating system does it. */
const EXTENTS_PER_REQUEST_MAX = 5;

/** A data set to allocate. */
export interface NewAllocation {
  /** Fields of the DSCB; the number of extents is filled in here. */
  readonly dscb: DataSetDscb;
  readonly space: SpaceWish;
  /** Tracks that the content needs. */
  readonly contentTracks: number;
  /** User labels, allocated in addition as first extent: so many tracks, or exactly these. */
  readonly userLabels: number | TrackRange;
}

/** Where a data set went. */
export interface Allocation {
  readonly address: DscbAddress;
  /** Runs of data tracks in order. */
  readonly ranges: readonly TrackRange[];
}

/** Most extents of a data set described by that DSCB. */
function extentsMaxOf(dscb: DataSetDscb): number {
  const isExtended = dscb.format === 8 || (dscb.organisationCode & 0x0008) !== 0;
  return isExtended ? EXTENDED_EXTENTS_MAX : BASIC_EXTENTS_MAX;
}

/**
 * Allocates a data set.
 *
 * Refused DATA_SET_EXISTS, SPACE_NOT_ON_VOLUME, VTOC_FULL; then nothing has changed.
 */
export function allocateDataSet(
  metadata: VolumeMetadata,
  type: DeviceType,
  wanted: NewAllocation,
): Outcome<Allocation> {
  const { dscb } = wanted;
  const { volser } = metadata.vtoc.label;
  const labels = findLabels(metadata, wanted.userLabels);
  if (labels === undefined) return noSpace(dscb.name, volser, 'tracks of user labels');
  const free = labels.reduce((rest, range) => removeRange(rest, range), [...metadata.free]);
  const found = findRanges(free, type, wanted, volser);
  if (found.kind === 'refused') return found;
  const ranges = found.value;
  if (countTracks(ranges) < wanted.contentTracks) {
    const what = `${wanted.contentTracks} tracks of content in ${countTracks(ranges)} tracks`;
    return noSpace(dscb.name, volser, what);
  }
  const extents: NewExtent[] = [
    ...labels.map((range) => ({ type: EXTENT_TYPE.userLabel, range })),
    ...ranges.map((range) => ({ type: ordinaryExtentType(range, type), range })),
  ];
  const format9s = dscb.format === 8 ? 1 : 0;
  const slots = metadata.takeSlots(1 + format9s + format3Count(extents.length));
  if (slots.kind === 'refused') return slots;
  const [address, ...chain] = slots.value;
  if (address === undefined) return noSpace(dscb.name, volser, 'DSCBs');
  const bytes = buildDataSetDscb({ ...dscb, extentCount: ranges.length });
  const format9 = format9s === 1 ? chain[0] : undefined;
  const written = writeDataSetExtents(
    bytes,
    extents,
    { format9, format3s: chain.slice(format9s), jobName: dscb.systemCode },
    type,
  );
  metadata.editSlot(address, (slot) => slot.set(bytes));
  for (const one of written) metadata.editSlot(one.address, (slot) => slot.set(one.bytes));
  const taken = [...labels, ...ranges];
  if (taken.length > 0) {
    metadata.setFree(taken.reduce((rest, range) => removeRange(rest, range), [...metadata.free]));
  }
  return done({ address, ranges });
}

/** Finds or checks the runs of data tracks. */
function findRanges(
  free: readonly TrackRange[],
  type: DeviceType,
  wanted: NewAllocation,
  volser: string,
): Outcome<readonly TrackRange[]> {
  const { space, dscb } = wanted;
  if ('ranges' in space) {
    const overlap = findOverlap(space.ranges);
    const taken = space.ranges.find((range) => !containsRange(free, range));
    if (overlap !== undefined) return noSpace(dscb.name, volser, 'extents that overlap each other');
    if (taken !== undefined) {
      return noSpace(
        dscb.name,
        volser,
        `tracks ${taken.first} to ${taken.first + taken.count - 1}`,
      );
    }
    if (space.ranges.length > extentsMaxOf(dscb)) {
      return noSpace(dscb.name, volser, `${space.ranges.length} extents`);
    }
    const managedFrom = TRACK_MANAGED_CYLINDERS * type.headCount;
    const unit = MCU_CYLINDERS * type.headCount;
    const isAllowed = (range: TrackRange): boolean =>
      range.first + range.count <= managedFrom ||
      (dscb.format === 8 && range.first % unit === 0 && range.count % unit === 0);
    if (!space.ranges.every(isAllowed)) {
      return noSpace(dscb.name, volser, 'cylinder-managed space without format 8 in whole units');
    }
    return done(space.ranges);
  }
  const isCylinders = 'cylinders' in space;
  const trackCount = isCylinders ? space.cylinders * type.headCount : space.tracks;
  if (trackCount === 0) return done([]);
  const managedFrom = TRACK_MANAGED_CYLINDERS * type.headCount;
  const below = free.flatMap((range) => clip(range, 0, managedFrom));
  const alignment = isCylinders ? type.headCount : 1;
  const request = { trackCount, alignment, extentsMax: EXTENTS_PER_REQUEST_MAX };
  // Only data sets with a format 8 may use cylinder-managed space, in whole units, and prefer it.
  if (dscb.format === 8) {
    const unit = MCU_CYLINDERS * type.headCount;
    const above = free.flatMap((range) => clip(range, managedFrom, Number.MAX_SAFE_INTEGER));
    const inUnits = {
      ...request,
      trackCount: Math.ceil(trackCount / unit) * unit,
      alignment: unit,
    };
    const managed = trackCount >= unit ? findSpace(above, inUnits) : undefined;
    if (managed !== undefined) return done(managed);
  }
  const ranges = findSpace(below, request);
  return ranges === undefined ? noSpace(dscb.name, volser, `${trackCount} tracks`) : done(ranges);
}

function findLabels(
  metadata: VolumeMetadata,
  wanted: number | TrackRange,
): readonly TrackRange[] | undefined {
  if (wanted === 0) return [];
  if (typeof wanted === 'number') {
    return findSpace(metadata.free, { trackCount: wanted, alignment: 1, extentsMax: 1 });
  }
  return containsRange(metadata.free, wanted) ? [wanted] : undefined;
}

/** The part of a run between two tracks, if there is one. */
function clip(range: TrackRange, from: number, to: number): TrackRange[] {
  const first = Math.max(range.first, from);
  const end = Math.min(range.first + range.count, to);
  return end > first ? [{ first: trackIndex(first), count: end - first }] : [];
}

function noSpace(name: string, volser: string, what: string): ReturnType<typeof refuse> {
  return refuse('SPACE_NOT_ON_VOLUME', {
    what: `${what} for data set ${name} on volume ${volser}`,
    limit: 'the volume has no such free space',
    fix: 'ask for less, name other tracks, or scratch data sets',
  });
}
