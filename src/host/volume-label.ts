/**
 * Cylinder 0 track 0: the IPL records and the VOL1 label.
 *
 * Record 1 has key `IPL1` and 24 bytes, record 2 key `IPL2` and 144 bytes, record 3 key `VOL1` and
 * 80 bytes (docs/sources.md, S-10):
 *
 * | offset | bytes | field |
 * | --- | --- | --- |
 * | 0 | 4 | `VOL1` |
 * | 4 | 6 | serial, filled with blanks |
 * | 10 | 1 | security: X'40' or X'C0' by writer, ignored on reading |
 * | 11 | 5 | CCHHR of the format-4 DSCB |
 * | 16 | 21 | blanks on count-key-data devices |
 * | 37 | 14 | owner; most writers use the last ten bytes of it only |
 * | 51 | 29 | blanks |
 *
 * @module
 */
import { done, type Outcome, refuse } from '../base/refusal.ts';
import { trackIndex } from '../base/units.ts';
import { buildTrack, recordData, recordKey, type TrackRecord } from '../track/track-image.ts';
import { type DscbAddress, readDscbAddress, writeDscbAddress } from './dscb-address.ts';
import { ebcdicToText, fieldText, textToEbcdic, writeFieldText } from './ebcdic.ts';
import { addressOf, readRecords, type VolumeTracks } from './volume-tracks.ts';

/** Track that carries the label. */
export const LABEL_TRACK = trackIndex(0);
/** Bytes of the label record's data. */
const LABEL_BYTES = 80;
/** Longest volume serial. */
export const VOLSER_LENGTH_MAX = 6;

const OWNER_OFFSET = 37;
const OWNER_LENGTH = 14;
/** Where owners of at most ten characters go, as other writers put them. */
const SHORT_OWNER_OFFSET = 41;

/** What the label says. */
export interface VolumeLabel {
  /** Serial without trailing blanks. */
  readonly volser: string;
  readonly owner: string;
  /** Where the format-4 DSCB is said to be; `undefined` when that is no record of the volume. */
  readonly vtoc: DscbAddress | undefined;
}

/** A label to write. */
export interface NewVolumeLabel {
  readonly volser: string;
  readonly owner?: string;
  readonly vtoc: DscbAddress;
}

/** Whether a text is a serial: 1 to 6 of A-Z, 0-9, national characters and hyphen. */
function isVolser(text: string): boolean {
  return /^[A-Z0-9@#$-]{1,6}$/.test(text);
}

/** Refuses a text that is no serial. */
export function checkVolser(text: string): Outcome<string> {
  if (isVolser(text)) return done(text);
  return refuse('VOLSER_INVALID', {
    what: `volume serial ${JSON.stringify(text)}`,
    limit: 'a serial has 1 to 6 characters of A-Z, 0-9, @, #, $ and hyphen',
    fix: 'choose another serial',
  });
}

/** Reads the volume label. Refused NO_LABEL when there is none. */
export function readVolumeLabel(volume: VolumeTracks): Outcome<VolumeLabel> {
  const read = readRecords(volume, LABEL_TRACK);
  if (read.kind === 'damaged') return noLabel(read.what);
  const record = findLabelRecord(read.image, read.records);
  if (record === undefined) return noLabel('track 0 has no record with VOL1 in key and data');
  const data = recordData(read.image, record);
  const volser = fieldText(data, 4, VOLSER_LENGTH_MAX);
  if (volser === '') return noLabel('the label on track 0 has a blank serial');
  return done({
    volser,
    // Some writers leave zeros before the owner.
    owner: fieldText(data, OWNER_OFFSET, OWNER_LENGTH).replaceAll('\0', ' ').trim(),
    vtoc: readDscbAddress(data, 11, volume),
  });
}

/** The label record of track 0, if there is one. */
export function findLabelRecord(
  image: Uint8Array,
  records: readonly TrackRecord[],
): TrackRecord | undefined {
  return records.find(
    (record) =>
      record.keyBytes === 4 &&
      record.dataBytes >= LABEL_BYTES &&
      ebcdicToText(recordKey(image, record)) === 'VOL1' &&
      ebcdicToText(recordData(image, record).subarray(0, 4)) === 'VOL1',
  );
}

/** Writes IPL records and label. Whatever else track 0 held is gone. */
export function writeVolumeLabel(volume: VolumeTracks, label: NewVolumeLabel): void {
  const data = textToEbcdic('VOL1', LABEL_BYTES);
  writeFieldText(data, 4, VOLSER_LENGTH_MAX, label.volser);
  writeDscbAddress(data, 11, label.vtoc, volume.type);
  const owner = label.owner ?? '';
  const isShort = owner.length <= OWNER_OFFSET + OWNER_LENGTH - SHORT_OWNER_OFFSET;
  const at = isShort ? SHORT_OWNER_OFFSET : OWNER_OFFSET;
  writeFieldText(data, at, OWNER_OFFSET + OWNER_LENGTH - at, owner);
  const image = buildTrack(addressOf(volume.type, LABEL_TRACK), [
    { number: 1, key: textToEbcdic('IPL1'), data: waitStateProgram() },
    { number: 2, key: textToEbcdic('IPL2'), data: new Uint8Array(144) },
    { number: 3, key: textToEbcdic('VOL1'), data },
  ]);
  volume.writeTrack(LABEL_TRACK, image);
}

/** IPL record 1: a status word that stops with wait code 00000F, and a channel no-operation. */
function waitStateProgram(): Uint8Array {
  const data = new Uint8Array(24);
  data.set([0x00, 0x06, 0, 0, 0, 0, 0, 0x0f, 0x03, 0, 0, 0, 0, 0, 0, 1]);
  return data;
}

function noLabel(what: string): Outcome<never> {
  return refuse('NO_LABEL', {
    what,
    limit: 'a volume has its VOL1 label on cylinder 0 track 0',
    fix: 'initialise the volume',
  });
}
