/**
 * Lays out a partitioned data set: directory, then the members one after another, each with its
 * end-of-file record. Layout of directory blocks: `partitioned.ts`.
 *
 * @module
 */
import type { DeviceType } from '../geometry/device-model.ts';
import { writeHalfword } from './big-endian.ts';
import type { TrackRecordPointer } from './dscb-data-set.ts';
import { textToEbcdic } from './ebcdic.ts';
import { buildStatistics, type MemberStatistics } from './member-statistics.ts';
import { DIRECTORY_DATA_BYTES, DIRECTORY_KEY_BYTES, MEMBER_ENTRY_BYTES } from './partitioned.ts';
import { blockRecords, type RecordShape } from './record-blocking.ts';
import { TrackLayout } from './track-layout.ts';
import { compareKeys } from './vtoc-index-build.ts';

/** A member to write. */
export interface NewMember {
  /** One to eight characters. */
  readonly name: string;
  readonly records: Iterable<Uint8Array>;
  /** Further names of the same member. */
  readonly aliases?: readonly string[];
  readonly statistics?: MemberStatistics;
  /** Raw user data, at most 62 bytes, an even number; instead of statistics. */
  readonly userData?: Uint8Array;
}

/** A partitioned data set on relative tracks. */
export interface PartitionedLayout {
  readonly layout: TrackLayout;
  /** Last block written: an end-of-file record. */
  readonly lastUsed: TrackRecordPointer;
  /** Bytes used in the last used directory block (DS1NOBDB). */
  readonly directoryBytes: number;
}

const USER_DATA_MAX = 62;
const END_NAME = new Uint8Array(DIRECTORY_KEY_BYTES).fill(0xff);

/**
 * Lays out directory and members.
 *
 * @throws RangeError when the directory is too small, or a name or user data are impossible.
 */
export function layoutPartitioned(
  type: DeviceType,
  shape: RecordShape,
  directoryBlockCount: number,
  members: readonly NewMember[],
): PartitionedLayout {
  const layout = new TrackLayout(type);
  const directory = Array.from({ length: directoryBlockCount }, () => ({
    key: new Uint8Array(DIRECTORY_KEY_BYTES),
    data: new Uint8Array(DIRECTORY_DATA_BYTES),
  }));
  for (const block of directory) layout.add(block);
  let lastUsed = layout.addEndOfFile();
  const entries: Uint8Array[] = [];
  for (const member of members) {
    let start: TrackRecordPointer | undefined;
    for (const block of blockRecords(member.records, shape)) {
      const place = layout.add({ data: block });
      start ??= place;
    }
    lastUsed = layout.addEndOfFile();
    entries.push(...memberEntries(member, start ?? lastUsed));
  }
  entries.sort((one, other) => compareKeys(one.subarray(0, 8), other.subarray(0, 8)));
  for (const [at, entry] of entries.entries()) {
    const next = entries[at + 1];
    if (next !== undefined && compareKeys(entry.subarray(0, 8), next.subarray(0, 8)) === 0) {
      throw new RangeError('two members or aliases have one name');
    }
  }
  return { layout, lastUsed, directoryBytes: fillDirectory(directory, entries) };
}

/** Directory blocks that so many plain entries with statistics need, the end mark counted. */
export function directoryBlocksFor(entryCount: number): number {
  const perBlock = Math.floor((DIRECTORY_DATA_BYTES - 2) / (MEMBER_ENTRY_BYTES + 30));
  return Math.ceil((entryCount + 1) / perBlock);
}

function memberEntries(member: NewMember, start: TrackRecordPointer): Uint8Array[] {
  const statistics = member.statistics;
  const userData =
    member.userData ?? (statistics === undefined ? new Uint8Array(0) : buildStatistics(statistics));
  if (userData.length > USER_DATA_MAX || userData.length % 2 !== 0) {
    throw new RangeError(`user data have an even length up to 62, got ${userData.length}`);
  }
  return [member.name, ...(member.aliases ?? [])].map((name, at) => {
    if (!/^[A-Z@#$][A-Z0-9@#$]{0,7}$/.test(name)) {
      throw new RangeError(`${JSON.stringify(name)} is no member name`);
    }
    const entry = new Uint8Array(MEMBER_ENTRY_BYTES + userData.length);
    entry.set(textToEbcdic(name, 8));
    writeHalfword(entry, 8, start.track);
    entry[10] = start.record;
    entry[11] = (at > 0 ? 0x80 : 0) | (userData.length / 2);
    entry.set(userData, MEMBER_ENTRY_BYTES);
    return entry;
  });
}

/** Fills the blocks in place and says how much of the last used one is in use. */
function fillDirectory(
  directory: readonly { readonly key: Uint8Array; readonly data: Uint8Array }[],
  entries: readonly Uint8Array[],
): number {
  const end = new Uint8Array(MEMBER_ENTRY_BYTES);
  end.set(END_NAME);
  let at = 0;
  let used = 2;
  const current = (): { key: Uint8Array; data: Uint8Array } => {
    const block = directory[at];
    if (block === undefined) {
      throw new RangeError(`${entries.length} entries need more than ${at} directory blocks`);
    }
    return block;
  };
  for (const entry of [...entries, end]) {
    if (used + entry.length > DIRECTORY_DATA_BYTES) {
      at += 1;
      used = 2;
    }
    const block = current();
    block.data.set(entry, used);
    used += entry.length;
    block.key.set(entry.subarray(0, DIRECTORY_KEY_BYTES));
    writeHalfword(block.data, 0, used);
  }
  return used;
}
