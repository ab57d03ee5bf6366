/**
 * A track as bytes: built, measured, validated and parsed, by example and by property.
 *
 * @module
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  buildTrack,
  END_MARKER_BYTES,
  FIRST_RECORD_OFFSET,
  homeCchh,
  isEndMarker,
  measureTrack,
  parseTrack,
  type RecordContent,
  recordData,
  recordKey,
  TRACK_BYTES_MIN,
  validateTrack,
} from '../../../src/track/track-image.ts';

const hex = (text: string): Uint8Array =>
  Uint8Array.from(Buffer.from(text.replaceAll(/\s/g, ''), 'hex'));
const ADDRESS = { cylinder: 0x1234, head: 5 };

/** Cylinder 1234, head 5: one record with a key, one end of file. */
const SAMPLE = hex(
  `00 12340005
   12340005 00 00 0008 0000000000000000
   12340005 01 03 0002 C1C2C3 F1F2
   12340005 02 00 0000
   FFFFFFFFFFFFFFFF`,
);

const records: fc.Arbitrary<RecordContent[]> = fc.array(
  fc.record({
    number: fc.integer({ min: 1, max: 255 }),
    key: fc.uint8Array({ maxLength: 255 }),
    data: fc.uint8Array({ maxLength: 600 }),
  }),
  { maxLength: 12 },
);
const address = fc.record({ cylinder: fc.nat(65_519), head: fc.nat(14) });

describe('buildTrack', () => {
  it('lays out home address, record 0, records and end marker', () => {
    const built = buildTrack(ADDRESS, [
      { number: 1, key: hex('C1C2C3'), data: hex('F1F2') },
      { number: 2, data: hex('') },
    ]);
    expect(Buffer.from(built).toString('hex')).toBe(Buffer.from(SAMPLE).toString('hex'));
  });

  it('of no records is the shortest valid track', () => {
    const built = buildTrack(ADDRESS, []);
    expect(built).toHaveLength(TRACK_BYTES_MIN);
    expect([TRACK_BYTES_MIN, FIRST_RECORD_OFFSET, END_MARKER_BYTES]).toEqual([29, 21, 8]);
    expect(validateTrack(built, 0x1234_0005)).toBeUndefined();
  });

  it('puts given bytes into record 0 and given addresses into counts', () => {
    const zero = hex('0102030405060708');
    const built = buildTrack(ADDRESS, [{ number: 9, data: hex('AA'), cchh: 0x8765_4321 }], zero);
    const [first, second] = parseTrack(built);
    expect(first && recordData(built, first)).toEqual(zero);
    expect(second?.cchh).toBe(0x8765_4321);
  });

  it.each([
    [[{ number: 0, data: hex('') }], undefined, 'record number must be 1 to 255, got 0'],
    [[{ number: 256, data: hex('') }], undefined, 'record number must be 1 to 255, got 256'],
    [[{ number: 1.5, data: hex('') }], undefined, 'record number must be 1 to 255, got 1.5'],
    [[{ number: 1, key: new Uint8Array(256), data: hex('') }], undefined, 'at most 255 bytes'],
    [[{ number: 1, data: new Uint8Array(0x1_0000) }], undefined, 'at most 65535 bytes'],
    [[], hex('00'), 'record 0 has 8 data bytes, got 1'],
  ])('refuses what a track cannot hold: case %#', (content, zero, message) => {
    expect(() => buildTrack(ADDRESS, content, zero)).toThrow(message);
  });
});

describe('parseTrack', () => {
  it('gives back what was built, record 0 first', () => {
    fc.assert(
      fc.property(address, records, (place, content) => {
        const track = buildTrack(place, content);
        expect(validateTrack(track, homeCchh(track))).toBeUndefined();
        const [zero, ...parsed] = parseTrack(track);
        expect(zero).toMatchObject({ number: 0, keyBytes: 0, dataBytes: 8, cchh: homeCchh(track) });
        const seen = parsed.map((record) => ({
          number: record.number,
          key: recordKey(track, record).slice(),
          data: recordData(track, record).slice(),
        }));
        expect(seen).toEqual(content);
      }),
    );
  });

  it('is undone by building, byte for byte', () => {
    fc.assert(
      fc.property(address, records, (place, content) => {
        const track = buildTrack(place, content);
        const again = parseTrack(track)
          .slice(1)
          .map((record) => ({
            number: record.number,
            key: recordKey(track, record),
            data: recordData(track, record),
          }));
        expect(buildTrack(place, again)).toEqual(track);
      }),
    );
  });

  it('throws on what is no valid track, with the fault and its place', () => {
    expect(() => parseTrack(SAMPLE.slice(0, -1))).toThrow('without an end marker at byte 42');
  });
});

describe('measureTrack', () => {
  it('finds a track in the middle of other bytes', () => {
    const slot = new Uint8Array(200).fill(0xee);
    slot.set(SAMPLE, 50);
    expect(measureTrack(slot, 50)).toBe(SAMPLE.length);
    expect(measureTrack(slot, 50, 50 + SAMPLE.length)).toBe(SAMPLE.length);
    expect(homeCchh(slot, 50)).toBe(0x1234_0005);
  });

  it('does not read past the limit, wherever it lies', () => {
    for (let limit = 0; limit < SAMPLE.length; limit += 1) {
      expect(measureTrack(SAMPLE, 0, limit)).toMatchObject({ what: expect.any(String) });
    }
  });

  it.each([
    ['00 1234', 0, 'track of 3 bytes is shorter than 29'],
    [`01 ${'00'.repeat(28)}`, 0, 'home address flag is 01, not 00'],
    [`00 00000000 00000000 01 00 0008 ${'00'.repeat(16)}`, 5, 'record 0 is not a keyless record'],
    [`00 00000000 00000000 00 01 0008 ${'00'.repeat(16)}`, 5, 'record 0 is not a keyless record'],
    [`00 00000000 00000000 00 00 0009 ${'00'.repeat(16)}`, 5, 'record 0 is not a keyless record'],
    [`00 00000000 00000000 00 00 0008 ${'00'.repeat(16)}`, 21, 'record 0 has number 0'],
    [
      `00 00000000 00000000 00 00 0008 ${'00'.repeat(8)} 00000000 01 00 FFFF 00`,
      21 + 8 + 0xffff,
      'runs past the end without an end marker',
    ],
  ])('names the fault: case %#', (bytes, offset, what) => {
    const fault = measureTrack(hex(bytes));
    expect(fault).toMatchObject({ offset, what: expect.stringContaining(what) });
  });

  it('never throws and never reads outside, whatever the bytes', () => {
    const noise = fc.uint8Array({ maxLength: 300 }).map((bytes) => {
      // Half of all noise gets a valid beginning, so that the chain is reached.
      if ((bytes[0] ?? 0) % 2 === 0) bytes.set(SAMPLE.subarray(0, Math.min(21, bytes.length)));
      return bytes;
    });
    fc.assert(
      fc.property(noise, (bytes) => {
        const measured = measureTrack(bytes);
        if (typeof measured === 'number') {
          expect(measured).toBeLessThanOrEqual(bytes.length);
          expect(isEndMarker(bytes, measured - END_MARKER_BYTES)).toBe(true);
          expect(validateTrack(bytes.slice(0, measured))).toBeUndefined();
        } else expect(measured.offset).toBeGreaterThanOrEqual(0);
      }),
      { numRuns: 1_000 },
    );
  });

  it('takes a first count of all ones for the end marker, and data of all ones for data', () => {
    const track = buildTrack(ADDRESS, [{ number: 1, data: new Uint8Array(64).fill(0xff) }]);
    expect(measureTrack(track)).toBe(29 + 8 + 64);
  });
});

describe('validateTrack', () => {
  it('refuses bytes behind the end marker', () => {
    const longer = new Uint8Array(SAMPLE.length + 3);
    longer.set(SAMPLE);
    expect(validateTrack(longer)).toEqual({
      offset: SAMPLE.length,
      what: '3 bytes follow the end marker',
    });
  });

  it('compares the home address only when one is given', () => {
    expect(validateTrack(SAMPLE)).toBeUndefined();
    expect(validateTrack(SAMPLE, 0x1234_0006)).toEqual({
      offset: 1,
      what: 'home address is 12340005, not 12340006',
    });
  });
});
