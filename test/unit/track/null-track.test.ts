/**
 * Null tracks: the three formats, their bytes, and that only the exact bytes are recognised.
 *
 * @module
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeCchh } from '../../../src/geometry/address.ts';
import {
  buildNullTrack,
  entryOfNullFormat,
  NEVER_WRITTEN,
  NULL_TRACK_BYTES,
  type NullFormat,
  nullFormatOfEntry,
  RESERVED_ENTRY_COUNT,
  recogniseNullTrack,
} from '../../../src/track/null-track.ts';
import { buildTrack, parseTrack, validateTrack } from '../../../src/track/track-image.ts';

const FORMATS: readonly NullFormat[] = [0, 1, 2];
const ADDRESS = { cylinder: 12, head: 4 };

describe('directory entries', () => {
  it('1 to 3 are the formats 0 to 2, and 0 reads like format 1', () => {
    expect(FORMATS.map(entryOfNullFormat)).toEqual([1, 2, 3]);
    expect(([0, 1, 2, 3] as const).map(nullFormatOfEntry)).toEqual([1, 0, 1, 2]);
    expect([NEVER_WRITTEN, RESERVED_ENTRY_COUNT]).toEqual([0, 4]);
  });
});

describe('buildNullTrack', () => {
  it.each(FORMATS)('format %d is a valid track of its fixed length', (format) => {
    const track = buildNullTrack(format, ADDRESS);
    expect(track).toHaveLength(NULL_TRACK_BYTES[format]);
    expect(validateTrack(track, encodeCchh(12, 4))).toBeUndefined();
  });

  it('has an end of file, no record, or twelve empty blocks', () => {
    const shape = (format: NullFormat): string[] =>
      parseTrack(buildNullTrack(format, ADDRESS))
        .slice(1)
        .map(({ number, keyBytes, dataBytes }) => `${number}/${keyBytes}/${dataBytes}`);
    expect(shape(0)).toEqual(['1/0/0']);
    expect(shape(1)).toEqual([]);
    expect(shape(2)).toEqual(Array.from({ length: 12 }, (_, at) => `${at + 1}/0/4096`));
  });
});

describe('recogniseNullTrack', () => {
  it.each(FORMATS)('knows format %d at its own address only', (format) => {
    const track = buildNullTrack(format, ADDRESS);
    expect(recogniseNullTrack(track, ADDRESS)).toBe(format);
    expect(recogniseNullTrack(track, { cylinder: 12, head: 5 })).toBeUndefined();
  });

  it.each([0, 1] as const)('does not know format %d with any one byte changed', (format) => {
    const track = buildNullTrack(format, ADDRESS);
    for (const at of track.keys()) {
      const changed = track.slice();
      changed[at] = (changed[at] ?? 0) ^ 1;
      expect(recogniseNullTrack(changed, ADDRESS)).toBeUndefined();
    }
  });

  it('does not know format 2 with one byte of data', () => {
    const track = buildNullTrack(2, ADDRESS);
    track[30_000] = 1;
    expect(recogniseNullTrack(track, ADDRESS)).toBeUndefined();
  });

  it('does not take other tracks of 37 or 29 bytes for null tracks', () => {
    const eight = buildTrack(ADDRESS, [], Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 1));
    expect(eight).toHaveLength(29);
    expect(recogniseNullTrack(eight, ADDRESS)).toBeUndefined();
    const second = buildTrack(ADDRESS, [{ number: 2, data: new Uint8Array(0) }]);
    expect(second).toHaveLength(37);
    expect(recogniseNullTrack(second, ADDRESS)).toBeUndefined();
  });

  it('knows no track of any other length', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 80 }), (data) => {
        const track = buildTrack(ADDRESS, [{ number: 1, data }]);
        expect(recogniseNullTrack(track, ADDRESS)).toBeUndefined();
      }),
    );
  });
});
