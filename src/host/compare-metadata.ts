/**
 * Whether a track of a copy differs from the source's track only by what making its metadata right
 * may change. An independent check: it looks at two track images and the request, and uses nothing of
 * the code that rewrites tracks.
 *
 * Every record must keep its place, number and lengths. What may and must differ in each kind of
 * record is below; all other bytes must be equal.
 *
 * @module
 */
import { parseTrack, type TrackRecord, validateTrack } from '../track/track-image.ts';
import { isAllZero, readHalfword } from './big-endian.ts';
import { DSCB_DATA_BYTES, DSCB_ID, DSCB_KEY_BYTES, dscbId } from './dscb.ts';
import { VTOC_FLAG } from './dscb-volume.ts';
import { ebcdicToText, fieldText, writeFieldText } from './ebcdic.ts';
import type { IdentityMode } from './host-records.ts';
import type { MetadataChange } from './metadata-plan.ts';
import type { Renaming } from './rename-volume.ts';
import { compareKeys } from './vtoc-index-build.ts';
import {
  INDEX_HEADER_BYTES,
  INDEX_NAME_PREFIX,
  NAME_ENTRY_BYTES,
  readIndexHeader,
} from './vtoc-index-layout.ts';
import {
  CONTROL_INTERVAL_BYTES,
  isSelfRecord,
  kindOf,
  readInterval,
  VVDS_NAME_PREFIX,
} from './vvds.ts';

/** What was asked of the copy's metadata. */
export interface MetadataExpectation extends Renaming {
  readonly identity: IdentityMode;
  /** Whether size or owner of the free space changed, so that its records may look different. */
  readonly isFreeSpaceRewritten: boolean;
}

/** The judgement on one track. */
export type MetadataComparison =
  | { readonly kind: 'asExpected'; readonly changedRecords: number }
  | { readonly kind: 'unexpected'; readonly what: string };

/** Whether changes touch size, free space or the life of the index. */
export function isFreeSpaceRewritten(changes: readonly MetadataChange[]): boolean {
  return changes.some(
    ({ kind }) => kind === 'volumeSize' || kind === 'freeSpace' || kind === 'indexDisabled',
  );
}

/** Compares a track of the copy with the source's track. */
export function compareMetadata(
  source: Uint8Array,
  copy: Uint8Array,
  expected: MetadataExpectation,
): MetadataComparison {
  const unexpected = (what: string): MetadataComparison => ({ kind: 'unexpected', what });
  const fault = validateTrack(copy);
  if (fault !== undefined) return unexpected(`the copy's track is not valid: ${fault.what}`);
  const records = parseTrack(source);
  const copied = parseTrack(copy);
  if (records.length !== copied.length) return unexpected('the number of records differs');
  let changedRecords = 0;
  for (const [at, record] of records.entries()) {
    const twin = copied[at];
    const isSamePlace =
      twin?.offset === record.offset &&
      twin.number === record.number &&
      twin.cchh === record.cchh &&
      twin.keyBytes === record.keyBytes &&
      twin.dataBytes === record.dataBytes;
    if (!isSamePlace) return unexpected(`record ${record.number} has another place or length`);
    const one = content(source, record);
    const other = content(copy, record);
    const difference = judgeRecord(record, one, other, expected);
    if (difference !== undefined) return unexpected(`record ${record.number}: ${difference}`);
    if (firstDifference(one, other) !== undefined) changedRecords += 1;
  }
  return { kind: 'asExpected', changedRecords };
}

/** Why the copy's record is not what it may be; `undefined` when it is. */
function judgeRecord(
  record: TrackRecord,
  one: Uint8Array,
  other: Uint8Array,
  asked: MetadataExpectation,
): string | undefined {
  if (isLabel(record, one)) {
    return asked.identity === 'clone' ? mustEqual(one, other) : judgeLabel(one, other, asked);
  }
  // Only relabelling renames anything inside.
  const expected = asked.identity === 'relabel' ? asked : { ...asked, to: asked.from };
  const isDscb = record.keyBytes === DSCB_KEY_BYTES && record.dataBytes === DSCB_DATA_BYTES;
  if (isDscb) return judgeDscb(one, other, expected);
  if (record.keyBytes === 0 && readIndexHeader(one).kind !== undefined) {
    return judgeIndexRecord(one, other, expected);
  }
  if (record.keyBytes === 0 && record.dataBytes === CONTROL_INTERVAL_BYTES) {
    return judgeInterval(one, other, expected);
  }
  // An index record that was unused may come into use when the index grows.
  const isNewIndexRecord = isAllZero(one) && readIndexHeader(other).kind !== undefined;
  return isNewIndexRecord && expected.isFreeSpaceRewritten ? undefined : mustEqual(one, other);
}

function isLabel(record: TrackRecord, bytes: Uint8Array): boolean {
  return record.keyBytes === 4 && ebcdicToText(bytes.subarray(0, 8)) === 'VOL1VOL1';
}

function judgeLabel(
  one: Uint8Array,
  other: Uint8Array,
  expected: MetadataExpectation,
): string | undefined {
  const wanted = one.slice();
  writeFieldText(wanted, 8, 6, expected.to);
  return mustEqual(wanted, other, 'label');
}

function judgeDscb(
  one: Uint8Array,
  other: Uint8Array,
  expected: MetadataExpectation,
): string | undefined {
  const id = dscbId(one);
  switch (id) {
    case DSCB_ID.format1:
    case DSCB_ID.format8:
      return judgeDataSet(one, other, expected);
    case DSCB_ID.format4:
      return judgeFormat4(one, other, expected);
    case DSCB_ID.free:
    case DSCB_ID.format5:
    case DSCB_ID.format7: {
      const isFreeSpace = FREE_SPACE_IDS.has(dscbId(other));
      return isFreeSpace && expected.isFreeSpaceRewritten ? undefined : mustEqual(one, other);
    }
    default:
      return mustEqual(one, other);
  }
}

const FREE_SPACE_IDS: ReadonlySet<number> = new Set([
  DSCB_ID.free,
  DSCB_ID.format5,
  DSCB_ID.format7,
]);

function judgeDataSet(
  one: Uint8Array,
  other: Uint8Array,
  expected: MetadataExpectation,
): string | undefined {
  const wanted = one.slice();
  const name = fieldText(one, 0, DSCB_KEY_BYTES);
  if (fieldText(one, 45, 6) === expected.from) writeFieldText(wanted, 45, 6, expected.to);
  for (const prefix of [INDEX_NAME_PREFIX, VVDS_NAME_PREFIX]) {
    const renamed = prefix + expected.to;
    const isRenamed = fieldText(other, 0, DSCB_KEY_BYTES) === renamed;
    const mustBe = name === prefix + expected.from;
    if (name.startsWith(prefix) && (isRenamed || mustBe)) {
      writeFieldText(wanted, 0, DSCB_KEY_BYTES, renamed);
    }
  }
  return mustEqual(wanted, other, `DSCB of ${name}`);
}

/** Fields of a format 4 that belong to size and free space: offset and length. */
const SIZE_FIELDS: readonly (readonly [number, number])[] = [
  [45, 5],
  [50, 2],
  [52, 4],
  [56, 2],
  [62, 2],
  [125, 6],
  [131, 1],
  [132, 4],
  [136, 2],
  [138, 1],
];
const FLAGS_OFFSET = 58;

function judgeFormat4(
  one: Uint8Array,
  other: Uint8Array,
  expected: MetadataExpectation,
): string | undefined {
  const wasIncomplete = (one[FLAGS_OFFSET] ?? 0) & VTOC_FLAG.updateIncomplete;
  const isIncomplete = (other[FLAGS_OFFSET] ?? 0) & VTOC_FLAG.updateIncomplete;
  if (isIncomplete !== wasIncomplete) return 'the format 4 says that an update was not ended';
  const wanted = one.slice();
  if (expected.isFreeSpaceRewritten) {
    for (const [offset, length] of SIZE_FIELDS) {
      wanted.set(other.subarray(offset, offset + length), offset);
    }
    wanted[FLAGS_OFFSET] = other[FLAGS_OFFSET] ?? 0;
  }
  return mustEqual(wanted, other, 'format 4');
}

function judgeIndexRecord(
  one: Uint8Array,
  other: Uint8Array,
  expected: MetadataExpectation,
): string | undefined {
  const was = readIndexHeader(one);
  const is = readIndexHeader(other);
  const mayMove = expected.isFreeSpaceRewritten;
  if (!mayMove && expected.from === expected.to) return mustEqual(one, other, was.kind);
  if (isAllZero(other) && mayMove) return undefined;
  if (is.kind === undefined) return 'it is no index record any more';
  if (is.self !== was.self) return `its own RBA changed from ${was.self} to ${is.self}`;
  if (is.kind !== was.kind && !mayMove) return `it was a ${was.kind} and is a ${is.kind}`;
  if (is.kind !== 'VIER') return mayMove ? undefined : mustEqual(one, other, is.kind);
  if (!mayMove && (is.count !== was.count || is.level !== was.level || is.next !== was.next)) {
    return 'the shape of the name index changed';
  }
  if (is.level > 1) return undefined;
  for (let at = 1; at < is.count; at += 1) {
    const offset = INDEX_HEADER_BYTES + at * NAME_ENTRY_BYTES;
    const before = other.subarray(offset - NAME_ENTRY_BYTES, offset - NAME_ENTRY_BYTES + 44);
    if (compareKeys(before, other.subarray(offset, offset + 44)) >= 0) {
      return 'names of the index are out of order';
    }
  }
  return undefined;
}

function judgeInterval(
  one: Uint8Array,
  other: Uint8Array,
  expected: MetadataExpectation,
): string | undefined {
  const wanted = one.slice();
  for (const { offset } of readInterval(one) ?? []) {
    if (kindOf(one, offset) === 'C' && fieldText(one, offset + 8, 6) === expected.from) {
      writeFieldText(wanted, offset + 8, 6, expected.to);
    } else if (isSelfRecord(one, offset) && readHalfword(one, offset) > 0) {
      const isVvds = fieldText(one, offset + 8, 44).startsWith(VVDS_NAME_PREFIX);
      if (!isVvds) continue;
      writeFieldText(wanted, offset + 8, 44, VVDS_NAME_PREFIX + expected.to);
      writeFieldText(wanted, offset + 96, 44, VVDS_NAME_PREFIX + expected.to);
    }
  }
  return mustEqual(wanted, other, 'control interval');
}

function content(image: Uint8Array, record: TrackRecord): Uint8Array {
  return image.subarray(record.keyOffset, record.dataOffset + record.dataBytes);
}

function mustEqual(one: Uint8Array, other: Uint8Array, what = 'content'): string | undefined {
  const at = firstDifference(one, other);
  return at === undefined ? undefined : `${what} differs at byte ${at}`;
}

function firstDifference(one: Uint8Array, other: Uint8Array): number | undefined {
  for (let at = 0; at < one.length; at += 1) if (one[at] !== other[at]) return at;
  return undefined;
}
