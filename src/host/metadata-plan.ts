/**
 * What an update of volume metadata would write, before it writes: the changed tracks in a safe
 * order and a description of each change.
 *
 * The order: first the format-4 track as it was, with the bit that says "update begun" (DIRF); then all
 * other tracks; last the format-4 track with its final content, where the bit is off again. Whoever
 * finds the volume in between sees that it is inconsistent. An update of the label alone needs no bit.
 *
 * @module
 */
import type { TrackIndex } from '../base/units.ts';
import { DSCB_ID, DSCB_KEY_BYTES } from './dscb.ts';
import { VOLUME_OFFSET, VTOC_FLAG } from './dscb-volume.ts';
import { LABEL_TRACK } from './volume-label.ts';
import { readRecords, type TrackOverlay, type VolumeTracks } from './volume-tracks.ts';

/** What kind of field was changed. */
type MetadataChangeKind =
  | 'volumeSerial'
  | 'dataSetSerial'
  | 'dataSetName'
  | 'dataSetAdded'
  | 'dataSetScratched'
  | 'vvdsRecord'
  | 'volumeSize'
  | 'freeSpace'
  | 'index'
  | 'indexDisabled';

/** One change of metadata, in words. */
export interface MetadataChange {
  readonly kind: MetadataChangeKind;
  /** What was changed: a data set, a record, the volume. */
  readonly subject: string;
  readonly before: string;
  readonly after: string;
}

/** One track to write. */
export interface TrackWrite {
  readonly track: TrackIndex;
  readonly image: Uint8Array;
}

/** A whole update. */
export interface MetadataPlan {
  readonly changes: readonly MetadataChange[];
  /** Writes in the order in which they must happen; the format-4 track comes first and last. */
  readonly writes: readonly TrackWrite[];
  /** The tracks among them, each once, in track order. */
  readonly tracks: readonly TrackIndex[];
}

/** Carries out a plan. */
export function applyPlan(volume: VolumeTracks, plan: MetadataPlan): void {
  for (const { track, image } of plan.writes) volume.writeTrack(track, image);
}

/** Puts the changed tracks of an overlay into a safe order. */
export function orderWrites(
  before: VolumeTracks,
  overlay: TrackOverlay,
  format4Track: TrackIndex,
): readonly TrackWrite[] {
  const changed = overlay.changes();
  if (changed.every(({ track }) => track === LABEL_TRACK && track !== format4Track)) return changed;
  const others = changed.filter(({ track }) => track !== format4Track);
  const begun = markUpdateBegun(before, format4Track);
  return [
    { track: format4Track, image: begun },
    ...others,
    { track: format4Track, image: overlay.readTrack(format4Track) },
  ];
}

function markUpdateBegun(volume: VolumeTracks, track: TrackIndex): Uint8Array {
  const read = readRecords(volume, track);
  if (read.kind === 'damaged') return volume.readTrack(track);
  const image = read.image.slice();
  for (const record of read.records) {
    const at = record.keyOffset;
    const isFormat4 =
      record.keyBytes === DSCB_KEY_BYTES && image[at + DSCB_KEY_BYTES] === DSCB_ID.format4;
    if (!isFormat4) continue;
    const flagsAt = at + VOLUME_OFFSET.flags;
    image[flagsAt] = (image[flagsAt] ?? 0) | VTOC_FLAG.updateIncomplete;
  }
  return image;
}
