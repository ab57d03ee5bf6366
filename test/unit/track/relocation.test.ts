/**
 * Relocation: what takes the new address, what stays, and that going back restores every byte.
 *
 * @module
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeCchh } from '../../../src/geometry/address.ts';
import { relocateTrack } from '../../../src/track/relocation.ts';
import {
  buildTrack,
  homeCchh,
  parseTrack,
  recordData,
  validateTrack,
} from '../../../src/track/track-image.ts';

const HERE = { cylinder: 100, head: 3 };
const HERE_CCHH = encodeCchh(100, 3);
const THERE = encodeCchh(7, 11);
const OVERFLOW = 0x8000_0000;
const DATA = Uint8Array.of(1, 2, 3);

const counts = (track: Uint8Array): number[] => parseTrack(track).map((record) => record.cchh);

describe('relocateTrack', () => {
  it('gives the very same bytes back at the home address', () => {
    const track = buildTrack(HERE, [{ number: 1, data: DATA }]);
    expect(relocateTrack(track, HERE_CCHH)).toBe(track);
  });

  it('changes home address, record 0 and the counts of this track', () => {
    const track = buildTrack(HERE, [
      { number: 1, data: DATA },
      { number: 2, key: DATA, data: DATA },
    ]);
    const moved = relocateTrack(track, THERE);
    expect(homeCchh(moved)).toBe(THERE);
    expect(counts(moved)).toEqual([THERE, THERE, THERE]);
    expect(validateTrack(moved, THERE)).toBeUndefined();
  });

  it('leaves the stored bytes alone', () => {
    const track = buildTrack(HERE, [{ number: 1, data: DATA }]);
    const before = track.slice();
    relocateTrack(track, THERE);
    expect(track).toEqual(before);
  });

  it('keeps odd counts', () => {
    const odd = encodeCchh(100, 4);
    const track = buildTrack(HERE, [
      { number: 1, data: DATA, cchh: odd },
      { number: 2, data: DATA, cchh: THERE },
      { number: 3, data: DATA },
    ]);
    expect(counts(relocateTrack(track, THERE))).toEqual([THERE, odd, THERE, THERE]);
  });

  it('ignores the overflow flag when it compares, and keeps it', () => {
    const overflowing = HERE_CCHH + OVERFLOW;
    const odd = encodeCchh(100, 4) + OVERFLOW;
    const track = buildTrack(HERE, [
      { number: 1, data: DATA, cchh: overflowing },
      { number: 2, data: DATA, cchh: odd },
    ]);
    expect(counts(relocateTrack(track, THERE))).toEqual([THERE, THERE + OVERFLOW, odd]);
  });

  it('has no overflow flag beyond cylinder 32,767, where the bit belongs to the address', () => {
    const far = { cylinder: 40_000, head: 1 };
    const farCchh = encodeCchh(40_000, 1);
    const twin = farCchh - OVERFLOW;
    const track = buildTrack(far, [{ number: 1, data: DATA, cchh: twin }]);
    expect(counts(relocateTrack(track, THERE))).toEqual([THERE, twin]);
    const near = buildTrack(HERE, [{ number: 1, data: DATA, cchh: HERE_CCHH + OVERFLOW }]);
    expect(counts(relocateTrack(near, farCchh))).toEqual([farCchh, HERE_CCHH + OVERFLOW]);
  });

  it('does not touch keys and data that look like an address', () => {
    const look = Uint8Array.of(0, 100, 0, 3, 1, 0, 0, 8);
    const track = buildTrack(HERE, [{ number: 1, key: look, data: look }]);
    const moved = relocateTrack(track, THERE);
    const record = parseTrack(moved)[1];
    expect(record && recordData(moved, record)).toEqual(look);
  });

  it('reaches 28-bit cylinders', () => {
    const there = encodeCchh(1_182_005, 14);
    const track = buildTrack({ cylinder: 70_000, head: 14 }, [{ number: 1, data: DATA }]);
    expect(counts(relocateTrack(track, there))).toEqual([there, there]);
  });

  it('works on a view into a larger buffer', () => {
    const track = buildTrack(HERE, [{ number: 1, data: DATA }]);
    const buffer = new Uint8Array(track.length + 20).fill(0x55);
    buffer.set(track, 10);
    const moved = relocateTrack(buffer.subarray(10, 10 + track.length), THERE);
    expect(moved).toEqual(relocateTrack(track, THERE));
  });

  it('and back restores every byte, unless an odd count named the new address already', () => {
    const cylinder = fc.nat(32_767);
    const head = fc.nat(14);
    const place = fc.record({ cylinder, head });
    const odd = fc.record({
      number: fc.integer({ min: 1, max: 255 }),
      data: fc.uint8Array({ maxLength: 40 }),
      at: fc.option(place),
      overflow: fc.boolean(),
    });
    fc.assert(
      fc.property(place, place, fc.array(odd, { maxLength: 6 }), (from, to, content) => {
        const fromCchh = encodeCchh(from.cylinder, from.head);
        const toCchh = encodeCchh(to.cylinder, to.head);
        const records = content.map(({ number, data, at, overflow }) => {
          const cchh = at === null ? fromCchh : encodeCchh(at.cylinder, at.head);
          return { number, data, cchh: cchh + (overflow ? OVERFLOW : 0) };
        });
        fc.pre(records.every(({ cchh }) => cchh % OVERFLOW !== toCchh || fromCchh === toCchh));
        const track = buildTrack(from, records);
        const moved = relocateTrack(track, toCchh);
        expect(validateTrack(moved, toCchh)).toBeUndefined();
        expect(moved).toHaveLength(track.length);
        expect(relocateTrack(moved, fromCchh)).toEqual(track);
      }),
    );
  });
});
