/**
 * Records of sequential data sets: fixed (F, FB, FBS), variable (V, VB) and undefined (U).
 *
 * A data set ends at its first end-of-file record, and in any case behind the last block that its
 * DSCB names, where it names one: what lies behind is somebody's old data. Keys of keyed blocks are
 * left out. Not supported, and refused: spanned records, track overflow, indexed sequential and VSAM
 * organisation, extended format, PDSE, HFS; a partitioned data set is read by member.
 *
 * @module
 */
import { done, type Outcome, refuse } from '../base/refusal.ts';
import { readHalfword } from './big-endian.ts';
import { damaged, isBehind, readBlocks } from './data-set-blocks.ts';
import type { DataSetEntry } from './data-set-entry.ts';
import { SMS_FLAG, type TrackRecordPointer } from './dscb-data-set.ts';
import { EBCDIC_BLANK, ebcdicToText } from './ebcdic.ts';
import type { VolumeTracks } from './volume-tracks.ts';

/** Bytes of a block or record descriptor word. */
const DESCRIPTOR_BYTES = 4;

/**
 * The records of a sequential data set, without descriptor words.
 *
 * Nothing is read before the first record is asked for; each record is a view into a track image.
 *
 * @returns Refused DATA_SET_UNSUPPORTED by organisation or record format. Iterating throws
 * InputError DATA_SET_DAMAGED where the content contradicts the description.
 */
export function readSequential(
  volume: VolumeTracks,
  entry: DataSetEntry,
): Outcome<Iterable<Uint8Array>> {
  const refusal = refuseFormat(entry);
  if (refusal !== undefined) return refusal;
  switch (entry.organisation) {
    case 'PS':
    case 'DA':
    case 'unknown':
      break;
    case 'PO':
      return unsupported(entry, 'a partitioned data set is read member by member', 'name a member');
    case 'IS':
    case 'VSAM':
      return unsupported(entry, `organisation ${entry.organisation} is not read`);
  }
  const isUsed = entry.lastUsed.track !== 0 || entry.lastUsed.record !== 0;
  const end = isUsed ? entry.lastUsed : undefined;
  return done(readRecordsFrom(volume, entry, { track: 0, record: 0 }, end));
}

/** Refuses record formats and kinds of data set whose records cannot be told apart here. */
export function refuseFormat(entry: DataSetEntry): ReturnType<typeof refuse> | undefined {
  const { smsFlags } = entry.dscb;
  if ((smsFlags & SMS_FLAG.pdse) !== 0) return unsupported(entry, 'a PDSE is not read');
  if ((smsFlags & SMS_FLAG.hfs) !== 0) return unsupported(entry, 'an HFS is not read');
  if ((smsFlags & SMS_FLAG.extended) !== 0) {
    return unsupported(entry, 'extended format is not read');
  }
  if (entry.recordFormat.startsWith('V') && entry.recordFormat.includes('S')) {
    return unsupported(entry, 'spanned records are not read');
  }
  return undefined;
}

/** Records from a block on, to the first end of file or behind `end`. */
export function* readRecordsFrom(
  volume: VolumeTracks,
  entry: DataSetEntry,
  from: TrackRecordPointer,
  end: TrackRecordPointer | undefined,
): Iterable<Uint8Array> {
  for (const block of readBlocks(volume, entry, from)) {
    if (block.isEndOfFile) return;
    if (end !== undefined && isBehind(block.place, end)) return;
    yield* deblock(block.data, entry, block.place);
  }
}

/**
 * The text of a record: EBCDIC to Unicode, trailing blanks trimmed, a newline behind it.
 */
export function recordText(record: Uint8Array): string {
  let end = record.length;
  while (end > 0 && record[end - 1] === EBCDIC_BLANK) end -= 1;
  return `${ebcdicToText(record.subarray(0, end))}\n`;
}

/** The records of one block. */
function* deblock(
  data: Uint8Array,
  entry: DataSetEntry,
  place: TrackRecordPointer,
): Iterable<Uint8Array> {
  if (entry.recordFormat.startsWith('V')) yield* deblockVariable(data, entry, place);
  else if (entry.recordFormat.startsWith('F')) yield* deblockFixed(data, entry, place);
  else yield data;
}

function* deblockFixed(
  data: Uint8Array,
  entry: DataSetEntry,
  place: TrackRecordPointer,
): Iterable<Uint8Array> {
  const length = entry.recordLength === 0 ? data.length : entry.recordLength;
  if (data.length % length !== 0) {
    throw damaged(
      entry.name,
      `block ${formatPlace(place)} of ${data.length} bytes is no multiple of ${length}`,
    );
  }
  for (let at = 0; at < data.length; at += length) yield data.subarray(at, at + length);
}

function* deblockVariable(
  data: Uint8Array,
  entry: DataSetEntry,
  place: TrackRecordPointer,
): Iterable<Uint8Array> {
  const where = `block ${formatPlace(place)}`;
  const end = readHalfword(data, 0);
  if (end < DESCRIPTOR_BYTES || end > data.length) {
    throw damaged(entry.name, `${where} of ${data.length} bytes states ${end}`);
  }
  let at = DESCRIPTOR_BYTES;
  while (at < end) {
    const length = readHalfword(data, at);
    if (length < DESCRIPTOR_BYTES || at + length > end) {
      throw damaged(entry.name, `a record at byte ${at} of ${where} states ${length} bytes`);
    }
    if (((data[at + 2] ?? 0) & 0x03) !== 0) {
      throw damaged(entry.name, `a record at byte ${at} of ${where} is a segment of a spanned one`);
    }
    yield data.subarray(at + DESCRIPTOR_BYTES, at + length);
    at += length;
  }
}

function unsupported(
  entry: DataSetEntry,
  limit: string,
  fix = 'export the volume and read it with the system that wrote it',
): ReturnType<typeof refuse> {
  return refuse('DATA_SET_UNSUPPORTED', { what: `reading data set ${entry.name}`, limit, fix });
}

function formatPlace(place: TrackRecordPointer): string {
  return `${place.track}/${place.record}`;
}
