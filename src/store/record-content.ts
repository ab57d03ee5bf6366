/**
 * What a record carries behind its header: what changed in the kept state, which cylinders went to the
 * drives, and where the bytes of tracks belong that follow.
 *
 * | bytes | content |
 * | --- | --- |
 * | 4 | length of the table, little-endian |
 * | as it says | the table: MessagePack, a map (below) |
 * | 0 to 3 | zeros, up to a multiple of 4 |
 * | 68 for each block | for every table of words in turn: the numbers of its blocks, 4 bytes each, and then their words, 64 bytes each; all little-endian |
 *
 * | name in the table | value; absent when there is nothing |
 * | --- | --- |
 * | `words` | [name of the part, number of blocks] for each |
 * | `records` | [name of the part, what its table told the journal] for each |
 * | `entries` | [name of the part, key, what is saved] for each; without the last when it is gone |
 * | `figures` | [name of the part, what is saved] for each |
 * | `data` | [group, cylinder, stamp, member, sector, sectors, CRC-32] for each range of data that follows; with a 1 at the end when the CRC-32 is over all bytes, not over headers (range-checksum.ts) |
 * | `destaged` | [group, cylinder, stamp] for each cylinder that went to the drives since the record before |
 * | `exchanged` | [group, member, number] for each drive whose place another one takes |
 * | `journal` | last part of a checkpoint: where the journal goes on |
 *
 * @module
 */
import { crc32 } from 'node:zlib';
import { invariant } from '../base/invariant.ts';
import { KEPT_BLOCK_WORDS, type Plain } from '../base/kept-state.ts';
import { packPlain, unpackPlain } from './plain-bytes.ts';
import { type RangeChecksum, rangeChecksum } from './range-checksum.ts';
import type { EntryChange, RecordPayload, StateChange, WordChange } from './state-keeper.ts';

/** One use of a logical cylinder, from when it was opened until it is free again. */
export interface CylinderUse {
  readonly group: number;
  readonly cylinder: number;
  /** Tells its uses apart. */
  readonly stamp: number;
}

/** Whole sectors of a data member of a cylinder. */
export interface DataRange extends CylinderUse {
  readonly member: number;
  readonly sector: number;
  readonly bytes: Uint8Array;
}

/** A range as a record tells of it. */
export interface DataRangePlan extends CylinderUse, RangeChecksum {
  readonly member: number;
  readonly sector: number;
  readonly sectors: number;
}

/** Another drive takes the place of the one that stood there. */
export interface DriveExchange {
  readonly group: number;
  readonly member: number;
  /** Counts the exchanges of a store. */
  readonly number: number;
}

/** Where a record of the journal begins. */
export interface SegmentPlace {
  readonly segment: number;
  readonly offset: number;
}

/** Where a record lies. */
export interface RecordExtent extends SegmentPlace {
  readonly bytes: number;
}

/** Where a journal goes on, and what its next record must say. */
export interface JournalPosition extends SegmentPlace {
  readonly sequence: number;
  readonly opening: number;
  readonly chain: number;
}

/** What goes into a record. */
export interface RecordContent {
  readonly change: StateChange;
  readonly ranges: readonly DataRange[];
  readonly destaged: readonly CylinderUse[];
  readonly exchanged: readonly DriveExchange[];
  readonly journal?: JournalPosition;
}

/** What comes out of one, without the data. */
export interface RecordTable {
  readonly change: StateChange;
  readonly ranges: readonly DataRangePlan[];
  readonly destaged: readonly CylinderUse[];
  readonly exchanged: readonly DriveExchange[];
  readonly journal: JournalPosition | undefined;
}

/** Nothing. */
export const NO_CHANGE: StateChange = Object.freeze({
  words: [],
  records: [],
  entries: [],
  figures: [],
});

interface PackedTable {
  readonly words?: readonly (readonly [string, number])[];
  readonly records?: readonly (readonly [string, RecordPayload])[];
  readonly entries?: readonly (readonly [string, string | number, Plain?])[];
  readonly figures?: readonly (readonly [string, Plain])[];
  readonly data?: readonly (readonly number[])[];
  readonly destaged?: readonly (readonly number[])[];
  readonly exchanged?: readonly (readonly number[])[];
  readonly journal?: JournalPosition;
}

const IS_LITTLE_ENDIAN = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1;
const SECTOR_BYTES = 512;
/** The checksum of a range is over all of its bytes. */
const ALL_BYTES = 1;

/** The bytes behind the header, in pieces, and the checksum over them. */
export function encodeContent(content: RecordContent): {
  readonly pieces: readonly Uint8Array[];
  readonly bytes: number;
  readonly checksum: number;
} {
  invariant(IS_LITTLE_ENDIAN, 'store-on-a-little-endian-machine');
  const table = packPlain(tableOf(content));
  const head = new Uint8Array(Math.ceil((4 + table.length) / 4) * 4);
  new DataView(head.buffer).setUint32(0, table.length, true);
  head.set(table, 4);
  const pieces: Uint8Array[] = [head];
  for (const { blocks, words } of content.change.words) {
    pieces.push(bytesOf(blocks), bytesOf(words));
  }
  let bytes = 0;
  let checksum = 0;
  for (const piece of pieces) {
    bytes += piece.length;
    checksum = crc32(piece, checksum);
  }
  return { pieces, bytes, checksum };
}

/** @throws Error when the bytes are not what {@link encodeContent} makes. */
export function decodeContent(bytes: Uint8Array): RecordTable {
  const length = new DataView(bytes.buffer, bytes.byteOffset, 4).getUint32(0, true);
  const table = unpackPlain(bytes.subarray(4, 4 + length)) as PackedTable;
  let at = Math.ceil((4 + length) / 4) * 4;
  const takeWords = (count: number): Uint32Array => {
    const from = at;
    at += count * 4;
    return new Uint32Array(bytes.slice(from, at).buffer);
  };
  const words = (table.words ?? []).map(
    ([name, count]): WordChange => ({
      name,
      blocks: takeWords(count),
      words: takeWords(count * KEPT_BLOCK_WORDS),
    }),
  );
  return {
    change: {
      words,
      records: (table.records ?? []).map(([name, payload]) => ({ name, payload })),
      entries: (table.entries ?? []).map(
        ([name, key, saved]): EntryChange => ({ name, key, saved }),
      ),
      figures: (table.figures ?? []).map(([name, saved]) => ({ name, saved })),
    },
    ranges: (table.data ?? []).map(rangePlan),
    destaged: (table.destaged ?? []).map(cylinderUse),
    exchanged: (table.exchanged ?? []).map(driveExchange),
    journal: table.journal,
  };
}

function tableOf({ change, ranges, destaged, exchanged, journal }: RecordContent): PackedTable {
  const { words, records, entries, figures } = change;
  return {
    ...(words.length > 0 && { words: words.map(({ name, blocks }) => [name, blocks.length]) }),
    ...(records.length > 0 && { records: records.map(({ name, payload }) => [name, payload]) }),
    ...(entries.length > 0 && {
      entries: entries.map(({ name, key, saved }) =>
        saved === undefined ? [name, key] : [name, key, saved],
      ),
    }),
    ...(figures.length > 0 && { figures: figures.map(({ name, saved }) => [name, saved]) }),
    ...(ranges.length > 0 && { data: ranges.map(packRange) }),
    ...(destaged.length > 0 && {
      destaged: destaged.map(({ group, cylinder, stamp }) => [group, cylinder, stamp]),
    }),
    ...(exchanged.length > 0 && {
      exchanged: exchanged.map(({ group, member, number }) => [group, member, number]),
    }),
    ...(journal !== undefined && { journal }),
  };
}

function packRange({ group, cylinder, stamp, member, sector, bytes }: DataRange): number[] {
  const { checksum, isOfTracks } = rangeChecksum(bytes);
  const sectors = bytes.length / SECTOR_BYTES;
  const packed = [group, cylinder, stamp, member, sector, sectors, checksum];
  return isOfTracks ? packed : [...packed, ALL_BYTES];
}

function rangePlan(packed: readonly number[]): DataRangePlan {
  const [group, cylinder, stamp, member, sector, sectors, checksum, over] = packed as readonly [
    number,
    number,
    number,
    number,
    number,
    number,
    number,
    number?,
  ];
  const isOfTracks = over !== ALL_BYTES;
  return { group, cylinder, stamp, member, sector, sectors, checksum, isOfTracks };
}

function cylinderUse(packed: readonly number[]): CylinderUse {
  const [group, cylinder, stamp] = packed as readonly [number, number, number];
  return { group, cylinder, stamp };
}

function driveExchange(packed: readonly number[]): DriveExchange {
  const [group, member, number] = packed as readonly [number, number, number];
  return { group, member, number };
}

function bytesOf({ buffer, byteOffset, byteLength }: Uint32Array): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}
