/** Ranges of data: tracks vouch for themselves, anything else for all of its bytes. */
import { describe, expect, it } from 'vitest';
import { XxHash64 } from '../../../src/base/checksum.ts';
import { encodePlace } from '../../../src/media/logical-cylinder.ts';
import { StoredTrack, UNCOMPRESSED } from '../../../src/media/stored-track.ts';
import { isRangeWhole, rangeChecksum } from '../../../src/store/range-checksum.ts';

/** Stored tracks of these lengths, one behind the other. */
function tracks(lengths: readonly number[]): { bytes: Uint8Array; isUsed: boolean[] } {
  const writer = new StoredTrack(new XxHash64());
  const sectors = lengths.map((length) => Math.ceil((48 + length) / 512));
  const bytes = new Uint8Array(sectors.reduce((sum, count) => sum + count, 0) * 512);
  const isUsed = Array.from(bytes, () => false);
  let sector = 0;
  lengths.forEach((length, at) => {
    const stored = new Uint8Array(length).map((_, byte) => byte * 7 + at);
    writer.compute(stored);
    const place = encodePlace(0, 1, sector + 1);
    const identity = { id: at + 4, lengthBytes: length, birth: at, cylinder: 9, place };
    writer.write(bytes, sector, identity, stored, UNCOMPRESSED);
    isUsed.fill(true, sector * 512, sector * 512 + 48 + length);
    sector += sectors[at] as number;
  });
  return { bytes, isUsed };
}

describe('the checksum of a range', () => {
  it('is over headers where there are tracks alone', () => {
    for (const lengths of [[1], [464], [465], [700, 100, 3_000]]) {
      const { bytes } = tracks(lengths);
      const checksum = rangeChecksum(bytes);
      expect(checksum.isOfTracks).toBe(true);
      expect(isRangeWhole(bytes, checksum)).toBe(true);
    }
  });

  it('tells a change of any byte of any track', () => {
    const { bytes, isUsed } = tracks([700, 100, 1_500]);
    const checksum = rangeChecksum(bytes);
    let told = 0;
    isUsed.forEach((isOfTrack, at) => {
      const changed = bytes.slice();
      changed[at] = (changed[at] as number) ^ 4;
      // What fills a track up to a sector says nothing.
      expect(isRangeWhole(changed, checksum)).toBe(!isOfTrack);
      if (isOfTrack) told += 1;
    });
    expect(told).toBe(3 * 48 + 2_300);
  });

  it('tells sectors that are missing, and whole tracks that are others', () => {
    const { bytes } = tracks([700, 100, 1_500]);
    const checksum = rangeChecksum(bytes);
    for (let sector = 0; sector < bytes.length; sector += 512) {
      for (const left of [new Uint8Array(512), new Uint8Array(512).fill(0xee)]) {
        const torn = bytes.slice();
        torn.set(left, sector);
        expect(isRangeWhole(torn, checksum)).toBe(false);
      }
    }
    const other = tracks([700, 100, 1_520]).bytes;
    expect(other).toHaveLength(bytes.length);
    expect(isRangeWhole(other, rangeChecksum(other))).toBe(true);
    expect(isRangeWhole(other, checksum)).toBe(false);
  });

  it('is over all bytes where there is anything else', () => {
    const { bytes } = tracks([700, 100]);
    const longer = new Uint8Array(bytes.length + 512);
    longer.set(bytes);
    for (const mixed of [longer, new Uint8Array(1_024).fill(3), bytes.subarray(0, 512)]) {
      const checksum = rangeChecksum(mixed);
      expect(checksum.isOfTracks).toBe(false);
      expect(isRangeWhole(mixed, checksum)).toBe(true);
      const changed = mixed.slice();
      changed[changed.length - 1] = 1;
      expect(isRangeWhole(changed, checksum)).toBe(false);
    }
  });
});
