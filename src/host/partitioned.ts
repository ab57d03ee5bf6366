/**
 * Partitioned data sets: the directory and the members behind it.
 *
 * The directory is a row of blocks with keys of 8 bytes (the last name in the block) and 256 bytes
 * of data: two bytes of length used, then entries; it ends with a name of eight X'FF', and an
 * end-of-file record behind its last block. An entry is name (8), TTR of the member's first block
 * (3), a byte with X'80' for an alias, two bits for the number of note pointers, five bits for the
 * halfwords of user data, then that user data. Source: docs/sources.md, S-12.
 *
 * @module
 */
import { InputError } from '../base/errors.ts';
import { done, type Outcome, refuse } from '../base/refusal.ts';
import { readHalfword } from './big-endian.ts';
import { readBlocks } from './data-set-blocks.ts';
import type { DataSetEntry } from './data-set-entry.ts';
import { readRecordsFrom, refuseFormat } from './data-set-reading.ts';
import type { TrackRecordPointer } from './dscb-data-set.ts';
import { fieldText } from './ebcdic.ts';
import { type MemberStatistics, readStatistics } from './member-statistics.ts';
import type { VolumeTracks } from './volume-tracks.ts';

/** Key bytes of a directory block. */
export const DIRECTORY_KEY_BYTES = 8;
/** Data bytes of a directory block. */
export const DIRECTORY_DATA_BYTES = 256;
/** Bytes of a directory entry without user data. */
export const MEMBER_ENTRY_BYTES = 12;
/** Most directory blocks that are read before the directory counts as damaged. */
const DIRECTORY_BLOCKS_MAX = 65_536;

/** One name of the directory: a member or an alias of one. */
export interface Member {
  readonly name: string;
  readonly isAlias: boolean;
  /** First block, relative to the data set. */
  readonly start: TrackRecordPointer;
  /** Pointers into the member that the user data begin with. */
  readonly noteCount: number;
  readonly userData: Uint8Array;
  /** Editor's statistics, when the user data are such. */
  readonly statistics: MemberStatistics | undefined;
}

/** A directory. */
export interface Directory {
  /** Names in directory order. */
  readonly members: readonly Member[];
  readonly blockCount: number;
  /** Blocks up to the one with the end mark. */
  readonly usedBlockCount: number;
  /** Bytes used in that one. */
  readonly lastBlockBytes: number;
}

/** Reads the directory. Refused DATA_SET_UNSUPPORTED or DATA_SET_DAMAGED. */
export function readDirectory(volume: VolumeTracks, entry: DataSetEntry): Outcome<Directory> {
  const refusal = refuseFormat(entry);
  if (refusal !== undefined) return refusal;
  if (entry.organisation !== 'PO') {
    return refuse('DATA_SET_UNSUPPORTED', {
      what: `reading members of data set ${entry.name}`,
      limit: `it is not partitioned but ${entry.organisation}`,
      fix: 'read it without naming a member',
    });
  }
  try {
    return collectDirectory(volume, entry);
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    return damagedDirectory(entry, error.what);
  }
}

/** The names of a partitioned data set, in directory order. */
export function listMembers(volume: VolumeTracks, entry: DataSetEntry): Outcome<readonly Member[]> {
  const directory = readDirectory(volume, entry);
  return directory.kind === 'refused' ? directory : done(directory.value.members);
}

/** The member or alias of that name. Refused MEMBER_UNKNOWN. */
export function findMember(
  volume: VolumeTracks,
  entry: DataSetEntry,
  name: string,
): Outcome<Member> {
  const members = listMembers(volume, entry);
  if (members.kind === 'refused') return members;
  const member = members.value.find((candidate) => candidate.name === name);
  if (member !== undefined) return done(member);
  return refuse('MEMBER_UNKNOWN', {
    what: `member ${name} of ${entry.name}`,
    limit: `its directory lists ${members.value.length} names and not this one`,
    fix: 'list the members of the data set',
  });
}

/**
 * The records of a member, from its first block to its end-of-file record.
 *
 * @returns Iterating throws InputError DATA_SET_DAMAGED where the content contradicts the
 * description.
 */
export function readMember(
  volume: VolumeTracks,
  entry: DataSetEntry,
  name: string,
): Outcome<Iterable<Uint8Array>> {
  const member = findMember(volume, entry, name);
  if (member.kind === 'refused') return member;
  return done(readRecordsFrom(volume, entry, member.value.start, undefined));
}

function collectDirectory(volume: VolumeTracks, entry: DataSetEntry): Outcome<Directory> {
  const members: Member[] = [];
  let blockCount = 0;
  let usedBlockCount = 0;
  let lastBlockBytes = 0;
  for (const block of readBlocks(volume, entry)) {
    if (block.isEndOfFile) break;
    const isDirectory =
      block.key.length === DIRECTORY_KEY_BYTES && block.data.length === DIRECTORY_DATA_BYTES;
    if (!isDirectory)
      return damagedDirectory(entry, `block ${blockCount + 1} is no directory block`);
    blockCount += 1;
    if (blockCount > DIRECTORY_BLOCKS_MAX) return damagedDirectory(entry, 'it does not end');
    if (usedBlockCount > 0) continue;
    const found = readDirectoryBlock(block.data);
    if (found === undefined) {
      return damagedDirectory(entry, `block ${blockCount} contradicts its own length`);
    }
    members.push(...found.members);
    if (!found.isLast) continue;
    usedBlockCount = blockCount;
    lastBlockBytes = readHalfword(block.data, 0);
  }
  if (usedBlockCount === 0) return damagedDirectory(entry, 'it has no end mark');
  return done({ members, blockCount, usedBlockCount, lastBlockBytes });
}

function readDirectoryBlock(
  data: Uint8Array,
): { readonly members: readonly Member[]; readonly isLast: boolean } | undefined {
  const end = readHalfword(data, 0);
  if (end < 2 || end > data.length) return undefined;
  const members: Member[] = [];
  let at = 2;
  while (at < end) {
    if (isEndName(data, at)) return { members, isLast: true };
    if (at + MEMBER_ENTRY_BYTES > end) return undefined;
    const flags = data[at + 11] ?? 0;
    const userBytes = (flags & 0x1f) * 2;
    const next = at + MEMBER_ENTRY_BYTES + userBytes;
    if (next > end) return undefined;
    const userData = data.slice(at + MEMBER_ENTRY_BYTES, next);
    members.push({
      name: fieldText(data, at, 8),
      isAlias: (flags & 0x80) !== 0,
      start: { track: readHalfword(data, at + 8), record: data[at + 10] ?? 0 },
      noteCount: (flags & 0x60) >>> 5,
      userData,
      statistics: readStatistics(userData),
    });
    at = next;
  }
  return { members, isLast: false };
}

function isEndName(data: Uint8Array, offset: number): boolean {
  for (let at = offset; at < offset + 8; at += 1) if (data[at] !== 0xff) return false;
  return true;
}

function damagedDirectory(entry: DataSetEntry, what: string): ReturnType<typeof refuse> {
  return refuse('DATA_SET_DAMAGED', {
    what: `directory of ${entry.name}: ${what}`,
    limit: 'a directory is a row of keyed 256-byte blocks with an end mark',
    fix: 'restore the data set from a backup',
  });
}
