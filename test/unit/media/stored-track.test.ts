/**
 * Stored tracks: recognised only whole, as what they are, and where they belong.
 *
 * @module
 */
import { describe, expect, it } from 'vitest';
import { XxHash64 } from '../../../src/base/checksum.ts';
import { SECTOR_BYTES, sectorsOf } from '../../../src/media/logical-cylinder.ts';
import { StoredTrack, UNCOMPRESSED, ZSTD } from '../../../src/media/stored-track.ts';

const IDENTITY = {
  id: 77,
  lengthBytes: 3_000,
  birth: 2 ** 33 + 5,
  cylinder: 9,
  place: 0x0103_0064,
};
const BYTES = Uint8Array.from({ length: 900 }, (_, at) => at * 7);

function stored(compression: number = ZSTD): { track: StoredTrack; sectors: Uint8Array } {
  const track = new StoredTrack(new XxHash64());
  const buffer = new Uint8Array(8 * SECTOR_BYTES).fill(0xee);
  track.compute(BYTES);
  track.write(buffer, 3, IDENTITY, BYTES, compression);
  const sectors = buffer.slice(3 * SECTOR_BYTES, (3 + sectorsOf(BYTES.length)) * SECTOR_BYTES);
  // Nothing before and behind was touched.
  expect(new Set(buffer.subarray(0, 3 * SECTOR_BYTES))).toEqual(new Set([0xee]));
  expect(new Set(buffer.subarray(5 * SECTOR_BYTES))).toEqual(new Set([0xee]));
  return { track, sectors };
}

describe('StoredTrack', () => {
  it.each([UNCOMPRESSED, ZSTD])('gives back what was stored with compression %d', (compression) => {
    const { track, sectors } = stored(compression);
    const hash = new XxHash64();
    hash.compute(BYTES);
    track.low = 0;
    expect(track.recognise(sectors, IDENTITY)).toEqual(BYTES);
    expect(track).toMatchObject({ compression, low: hash.low, high: hash.high });
  });

  it('lies on the drive as documented', () => {
    const { sectors } = stored();
    const view = new DataView(sectors.buffer);
    expect(new TextDecoder().decode(sectors.subarray(0, 4))).toBe('VTI1');
    expect([4, 8, 12, 16, 20, 28, 32, 36].map((at) => view.getUint32(at))).toEqual([
      77, 3_000, 900, 2, 5, 9, 0x0103_0064, 0,
    ]);
    expect([...sectors.subarray(24, 28)]).toEqual([1, 0, 0, 0]);
    expect(sectors.subarray(48, 948)).toEqual(BYTES);
    expect(new Set(sectors.subarray(948))).toEqual(new Set([0]));
  });

  it('notices every flipped bit, but for the padding', () => {
    const { track, sectors } = stored();
    for (let bit = 0; bit < 948 * 8; bit += 1) {
      const at = bit >>> 3;
      const kept = sectors[at] ?? 0;
      sectors[at] = kept ^ (1 << (bit & 7));
      expect(track.recognise(sectors, IDENTITY), `bit ${bit}`).toBeUndefined();
      sectors[at] = kept;
    }
    expect(track.recognise(sectors, IDENTITY)).toEqual(BYTES);
  });

  it.each([
    ['another instance', { id: 78 }],
    ['an earlier content of the same id', { birth: 4 }],
    ['another cylinder', { cylinder: 8 }],
    ['another sector', { place: 0x0103_0065 }],
    ['another member', { place: 0x0104_0064 }],
    ['another group', { place: 0x0203_0064 }],
    ['another length', { lengthBytes: 3_001 }],
  ])('is not taken for that of %s, even with that header', (_name, other) => {
    const { track, sectors } = stored();
    const identity = { ...IDENTITY, ...other };
    expect(track.recognise(sectors, identity)).toBeUndefined();
    // A header that says so does not help: the checksum is bound to what it said before.
    const view = new DataView(sectors.buffer);
    view.setUint32(4, identity.id);
    view.setUint32(8, identity.lengthBytes);
    view.setUint32(16, identity.birth / 2 ** 32);
    view.setUint32(20, identity.birth);
    view.setUint32(28, identity.cylinder);
    view.setUint32(32, identity.place);
    expect(track.recognise(sectors, identity)).toBeUndefined();
  });
});
