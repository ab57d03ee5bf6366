/**
 * What an image is and holds, as plain data for text and JSON.
 *
 * @module
 */

import type { ImageReader } from '../../src/image.ts';
import {
  type DataSetEntry,
  formatAddress,
  imageVolume,
  readVtoc,
  type TrackRange,
  toTrackAddress,
  type Vtoc,
} from '../../src/index.ts';
import type { VolumeDigest } from '../../src/store.ts';

/** A run of tracks with its ends as cylinder/head. */
interface ExtentRecord {
  readonly first: number;
  readonly count: number;
  readonly from: string;
  readonly to: string;
}

/** A data set as the VTOC lists it. */
export interface DataSetRecord {
  readonly name: string;
  readonly organisation: string;
  readonly recordFormat: string;
  readonly recordLength: number;
  readonly blockLength: number;
  readonly keyLength: number;
  readonly trackCount: number;
  readonly extents: readonly ExtentRecord[];
}

/** The VTOC, in figures. */
export interface VtocRecord {
  readonly extent: ExtentRecord;
  readonly dscbs: number;
  readonly indexed: boolean;
  readonly vvds: boolean;
  readonly freeSpaceAuthority: string;
  readonly freeTracks: number;
  readonly freeExtents: number;
  readonly dataSets: readonly DataSetRecord[];
}

/** A whole inspection. */
export interface ImageInspection {
  readonly files: readonly string[];
  readonly format: string;
  readonly partCount: number;
  readonly shadowCount: number;
  readonly deviceType: string;
  readonly model: string | null;
  readonly cylinders: number;
  readonly headCount: number;
  readonly trackCount: number;
  readonly volser: string | null;
  readonly owner: string | null;
  readonly vtoc: VtocRecord | null;
  readonly nullTracks: number;
  readonly nonNullTracks: number;
  readonly trackBytes: number;
  readonly digest: string;
  readonly warnings: readonly string[];
  /** Whether some of what is there could not be read. */
  readonly isPartial: boolean;
}

/** Puts together what an inspection found. */
export function describeImage(
  opened: {
    readonly image: ImageReader;
    readonly files: readonly string[];
    readonly warnings: readonly string[];
  },
  digest: VolumeDigest,
): ImageInspection {
  const { image } = opened;
  const { geometry } = image;
  const vtoc = readVtoc(imageVolume(image));
  const found = vtoc.kind === 'done' ? vtoc.value : undefined;
  const structure =
    vtoc.kind === 'done'
      ? vtoc.value.warnings.map((warning) => `${warning.code}: ${warning.what}`)
      : [`${vtoc.code}: ${vtoc.what}`];
  return {
    files: opened.files,
    format: image.format,
    partCount: image.partCount,
    shadowCount: image.shadowCount,
    deviceType: geometry.type.name,
    model: image.model?.name ?? null,
    cylinders: geometry.cylinders,
    headCount: geometry.type.headCount,
    trackCount: geometry.trackCount,
    volser: found?.label.volser ?? null,
    owner: found?.label.owner ?? null,
    vtoc: found === undefined ? null : describeVtoc(found, geometry.type.headCount),
    nullTracks: digest.nullTracks,
    nonNullTracks: digest.byteTracks,
    trackBytes: digest.trackBytes,
    digest: digest.digest,
    warnings: [...opened.warnings, ...structure],
    isPartial: isPartlyRead(vtoc),
  };
}

/** A data set as plain data. */
export function describeDataSet(entry: DataSetEntry, headCount: number): DataSetRecord {
  return {
    name: entry.name,
    organisation: entry.organisation,
    recordFormat: entry.recordFormat,
    recordLength: entry.recordLength,
    blockLength: entry.blockLength,
    keyLength: entry.keyLength,
    trackCount: entry.trackCount,
    extents: entry.extents.map((extent) => describeExtent(extent, headCount)),
  };
}

/** Warnings that mean that something on the volume could not be read, not that it is merely odd. */
const LOSSES: readonly string[] = ['TRACK_DAMAGED', 'EXTENT_INVALID', 'DSCB_UNKNOWN'];

/** Whether a VTOC was read, but with losses. A volume without label or VTOC holds nothing to lose. */
export function isPartlyRead(vtoc: ReturnType<typeof readVtoc>): boolean {
  if (vtoc.kind === 'refused') return vtoc.code === 'VTOC_INVALID';
  return vtoc.value.warnings.some((warning) => LOSSES.includes(warning.code));
}

/** A VTOC as plain data. */
export function describeVtoc(vtoc: Vtoc, headCount: number): VtocRecord {
  const { extents, authority } = vtoc.freeSpace;
  return {
    extent: describeExtent(vtoc.extent, headCount),
    dscbs: vtoc.slots.length,
    indexed: vtoc.index?.content !== undefined,
    vvds: vtoc.vvds?.content !== undefined,
    freeSpaceAuthority: authority,
    freeTracks: extents.reduce((sum, extent) => sum + extent.count, 0),
    freeExtents: extents.length,
    dataSets: vtoc.entries.map((entry) => describeDataSet(entry, headCount)),
  };
}

function describeExtent(extent: TrackRange, headCount: number): ExtentRecord {
  const last = (extent.first + extent.count - 1) as TrackRange['first'];
  return {
    first: extent.first,
    count: extent.count,
    from: formatAddress(toTrackAddress(extent.first, headCount)),
    to: formatAddress(toTrackAddress(last, headCount)),
  };
}
