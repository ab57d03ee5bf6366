/**
 * The physical blocks of a data set: through its extents in order, track by track, lazily.
 *
 * @module
 */
import { InputError } from '../base/errors.ts';
import { type TrackIndex, trackIndex } from '../base/units.ts';
import type { TrackRecordPointer } from './dscb-data-set.ts';
import { describeTrack, readRecords, type TrackRange, type VolumeTracks } from './volume-tracks.ts';

/** One block, or an end-of-file record (neither key nor data). */
export interface Block {
  readonly track: TrackIndex;
  /** Where it is in the data set. */
  readonly place: TrackRecordPointer;
  readonly key: Uint8Array;
  readonly data: Uint8Array;
  readonly isEndOfFile: boolean;
}

/** Top bit of a count's cylinder: the record goes on on the next track. */
const OVERFLOW = 0x8000_0000;
/** Cylinders from here on use that bit for the address itself. */
const OVERFLOW_CYLINDERS_MAX = 0x8000;

/**
 * The blocks from `from` on to the end of the extents; the caller stops where its file ends.
 *
 * @param from - First block; track 0 record 0 for all.
 * @throws InputError DATA_SET_DAMAGED when a track cannot be read or a record overflows its track.
 */
export function* readBlocks(
  volume: VolumeTracks,
  source: { readonly name: string; readonly extents: readonly TrackRange[] },
  from: TrackRecordPointer = { track: 0, record: 0 },
): Iterable<Block> {
  for (let relative = from.track; ; relative += 1) {
    const track = trackOfDataSet(source.extents, relative);
    if (track === undefined) return;
    const read = readRecords(volume, track);
    if (read.kind === 'damaged') throw damaged(source.name, read.what);
    for (const record of read.records) {
      if (record.number === 0) continue;
      if (relative === from.track && record.number < from.record) continue;
      if (record.cchh >= OVERFLOW && volume.cylinders <= OVERFLOW_CYLINDERS_MAX) {
        const where = describeTrack(volume.type, track);
        throw damaged(source.name, `record ${record.number} of ${where} overflows its track`);
      }
      yield {
        track,
        place: { track: relative, record: record.number },
        key: read.image.subarray(record.keyOffset, record.dataOffset),
        data: read.image.subarray(record.dataOffset, record.dataOffset + record.dataBytes),
        isEndOfFile: record.keyBytes === 0 && record.dataBytes === 0,
      };
    }
  }
}

/** The volume's track of a data set's relative track; `undefined` behind the last extent. */
export function trackOfDataSet(
  extents: readonly TrackRange[],
  relative: number,
): TrackIndex | undefined {
  let rest = relative;
  for (const extent of extents) {
    if (rest < extent.count) return trackIndex(extent.first + rest);
    rest -= extent.count;
  }
  return undefined;
}

/** Whether `place` lies behind `last`. */
export function isBehind(place: TrackRecordPointer, last: TrackRecordPointer): boolean {
  return place.track > last.track || (place.track === last.track && place.record > last.record);
}

/** The error of a data set whose content contradicts its description. */
export function damaged(name: string, what: string): InputError {
  return new InputError('DATA_SET_DAMAGED', {
    what: `data set ${name}: ${what}`,
    limit: 'blocks must be as the data set control block describes them',
    fix: 'restore the data set from a backup, or read its tracks as they are',
  });
}
