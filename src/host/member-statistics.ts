/**
 * Editor's statistics in the user data of a directory entry, 30 bytes: version (1), modification (1),
 * flags (1), seconds (1, packed), created and changed (4 each: century, year, day packed as 0cyyddds),
 * hour and minute (2, packed), lines now, at first and changed (2 each), user (8), two blanks.
 *
 * The layout is the one that editors' statistics have in practice; no manual of ours gives it.
 *
 * @module
 */
import { readHalfword, readWord, writeHalfword, writeWord } from './big-endian.ts';
import type { DayOfYear } from './dscb-data-set.ts';
import { fieldText, textToEbcdic, writeFieldText } from './ebcdic.ts';

/** Bytes of the statistics. */
const STATISTICS_BYTES = 30;

/** What an editor notes about a member. */
export interface MemberStatistics {
  readonly version: number;
  readonly modification: number;
  readonly created: DayOfYear;
  readonly changed: DayOfYear & { readonly hour: number; readonly minute: number };
  readonly lineCount: number;
  readonly initialLineCount: number;
  readonly changedLineCount: number;
  readonly user: string;
}

/** Reads statistics; `undefined` when the user data are something else. */
export function readStatistics(userData: Uint8Array): MemberStatistics | undefined {
  if (userData.length !== STATISTICS_BYTES) return undefined;
  const created = readPackedDay(readWord(userData, 4));
  const changed = readPackedDay(readWord(userData, 8));
  const hour = unpack(userData[12] ?? 0, 2);
  const minute = unpack(userData[13] ?? 0, 2);
  if (created === undefined || changed === undefined) return undefined;
  if (hour === undefined || minute === undefined) return undefined;
  return {
    version: userData[0] ?? 0,
    modification: userData[1] ?? 0,
    created,
    changed: { ...changed, hour, minute },
    lineCount: readHalfword(userData, 14),
    initialLineCount: readHalfword(userData, 16),
    changedLineCount: readHalfword(userData, 18),
    user: fieldText(userData, 20, 8),
  };
}

/** The 30 bytes of statistics. */
export function buildStatistics(statistics: MemberStatistics): Uint8Array {
  const bytes = textToEbcdic('', STATISTICS_BYTES);
  bytes[0] = statistics.version;
  bytes[1] = statistics.modification;
  bytes[2] = 0;
  bytes[3] = 0;
  writeWord(bytes, 4, packDay(statistics.created));
  writeWord(bytes, 8, packDay(statistics.changed));
  bytes[12] = pack(statistics.changed.hour);
  bytes[13] = pack(statistics.changed.minute);
  writeHalfword(bytes, 14, statistics.lineCount);
  writeHalfword(bytes, 16, statistics.initialLineCount);
  writeHalfword(bytes, 18, statistics.changedLineCount);
  writeFieldText(bytes, 20, 8, statistics.user);
  return bytes;
}

/** `0cyydddF` with c = 0 for 19xx. */
function readPackedDay(word: number): DayOfYear | undefined {
  if ((word & 0xf) !== 0xf) return undefined;
  const digits = unpack(word >>> 4, 7);
  if (digits === undefined) return undefined;
  return { year: 1900 + Math.floor(digits / 1000), day: digits % 1000 };
}

function packDay(date: DayOfYear): number {
  return ((pack((date.year - 1900) * 1000 + date.day) << 4) | 0xf) >>> 0;
}

/** Decimal digits as hexadecimal ones. */
function pack(value: number): number {
  return Number.parseInt(String(value), 16);
}

function unpack(value: number, digitCount: number): number | undefined {
  const text = value.toString(16).padStart(digitCount, '0');
  return /^[0-9]+$/.test(text) ? Number(text) : undefined;
}
