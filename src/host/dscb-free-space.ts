/**
 * Free space as DSCBs keep it: format 5 on volumes of at most 65,535 tracks, format 7 on larger ones.
 *
 * | format 5 | |
 * | --- | --- |
 * | 0 | four times X'05' |
 * | 4 | eight free extents of five bytes: relative track (2), whole cylinders (2), further tracks (1) |
 * | 44 | X'F5' |
 * | 45 | eighteen more |
 * | 135 | CCHHR of the next format 5 |
 *
 * | format 7 | |
 * | --- | --- |
 * | 0 | four times X'07' |
 * | 4 | five free extents of eight bytes: first track (4), last track plus one (4) |
 * | 44 | X'F7' |
 * | 45 | eleven more, then two reserved bytes |
 * | 135 | CCHHR of the next format 7 |
 *
 * Source: docs/sources.md, S-12 and S-13.
 *
 * @module
 */
import { trackIndex } from '../base/units.ts';
import type { DeviceType } from '../geometry/device-model.ts';
import { readHalfword, readWord, writeHalfword, writeWord } from './big-endian.ts';
import { DSCB_BYTES, DSCB_ID } from './dscb.ts';
import type { TrackRange } from './volume-tracks.ts';

/** Which of the two forms. */
export type FreeSpaceFormat = 5 | 7;

interface Layout {
  readonly id: number;
  readonly keyByte: number;
  readonly offsets: readonly number[];
}

const offsets = (inKey: number, inData: number, bytes: number): readonly number[] => [
  ...Array.from({ length: inKey }, (_, at) => 4 + at * bytes),
  ...Array.from({ length: inData }, (_, at) => 45 + at * bytes),
];

const LAYOUT: Readonly<Record<FreeSpaceFormat, Layout>> = {
  5: { id: DSCB_ID.format5, keyByte: 0x05, offsets: offsets(8, 18, 5) },
  7: { id: DSCB_ID.format7, keyByte: 0x07, offsets: offsets(5, 11, 8) },
};

/** Id byte of a free-space DSCB. */
export function freeSpaceId(format: FreeSpaceFormat): number {
  return LAYOUT[format].id;
}

/** Free extents that one DSCB of the form holds. */
export function freeExtentsPerDscb(format: FreeSpaceFormat): number {
  return LAYOUT[format].offsets.length;
}

/** The free extents of one DSCB, as they stand there. Empty entries are skipped. */
export function readFreeExtents(
  bytes: Uint8Array,
  format: FreeSpaceFormat,
  type: DeviceType,
): TrackRange[] {
  const ranges: TrackRange[] = [];
  for (const offset of LAYOUT[format].offsets) {
    const first = format === 5 ? readHalfword(bytes, offset) : readWord(bytes, offset);
    const count =
      format === 5
        ? readHalfword(bytes, offset + 2) * type.headCount + (bytes[offset + 4] ?? 0)
        : readWord(bytes, offset + 4) - first;
    if (count > 0) ranges.push({ first: trackIndex(first), count });
  }
  return ranges;
}

/** A DSCB with these free extents; there must be room for them. */
export function buildFreeSpaceDscb(
  ranges: readonly TrackRange[],
  format: FreeSpaceFormat,
  type: DeviceType,
): Uint8Array {
  const layout = LAYOUT[format];
  const bytes = new Uint8Array(DSCB_BYTES).fill(layout.keyByte, 0, 4);
  bytes[44] = layout.id;
  for (const [at, range] of ranges.entries()) {
    const offset = layout.offsets[at];
    if (offset === undefined) throw new RangeError(`a format ${format} holds ${at} free extents`);
    if (format === 5) {
      writeHalfword(bytes, offset, range.first);
      writeHalfword(bytes, offset + 2, Math.floor(range.count / type.headCount));
      bytes[offset + 4] = range.count % type.headCount;
    } else {
      writeWord(bytes, offset, range.first);
      writeWord(bytes, offset + 4, range.first + range.count);
    }
  }
  return bytes;
}
