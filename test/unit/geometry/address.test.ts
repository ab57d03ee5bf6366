/**
 * Addresses: published vectors of the 28-bit form, and that encoding and decoding are inverse.
 *
 * @module
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CYLINDER_COUNT_MAX } from '../../../src/base/limits.ts';
import { trackIndex } from '../../../src/base/units.ts';
import {
  decodeCchh,
  encodeCchh,
  formatAddress,
  toTrackAddress,
  toTrackIndex,
} from '../../../src/geometry/address.ts';

/** `CCCCcccH`: low 16 bits of the cylinder, high 12 bits, head. */
const VECTORS = [
  [0, 1, '00000001'],
  [65_519, 14, 'FFEF000E'],
  [65_520, 0, 'FFF00000'],
  [65_535, 14, 'FFFF000E'],
  [65_536, 0, '00000010'],
  [262_667, 14, '020B004E'],
  [1_182_005, 14, '0935012E'],
] as const;

describe('CCHH', () => {
  it.each(VECTORS)('of cylinder %d head %d is %s', (cylinder, head, word) => {
    const cchh = encodeCchh(cylinder, head);
    expect(cchh.toString(16).toUpperCase().padStart(8, '0')).toBe(word);
    expect(decodeCchh(cchh, 15)).toEqual({ cylinder, head });
  });

  it('does not order as a number: the first extended cylinder sorts before the last basic one', () => {
    expect(encodeCchh(65_536, 0)).toBeLessThan(encodeCchh(65_535, 14));
  });

  it('keeps five bits of head for devices that have them', () => {
    expect(encodeCchh(554, 29)).toBe(0x022a_001d);
    expect(decodeCchh(0x022a_001d, 30)).toEqual({ cylinder: 554, head: 29 });
    expect(decodeCchh(0x0193_0012, 19)).toEqual({ cylinder: 403, head: 18 });
  });

  it('is decoded back from any address of a device with up to 15 heads', () => {
    const address = fc.record({
      cylinder: fc.nat(CYLINDER_COUNT_MAX - 1),
      head: fc.nat(14),
    });
    fc.assert(
      fc.property(address, ({ cylinder, head }) => {
        const word = encodeCchh(cylinder, head);
        expect(Number.isInteger(word) && word >= 0 && word < 2 ** 32).toBe(true);
        expect(decodeCchh(word, 15)).toEqual({ cylinder, head });
      }),
    );
  });

  it('refuses what it cannot hold', () => {
    expect(() => encodeCchh(65_536, 16)).toThrow('head must be below 16 beyond cylinder 65,535');
    expect(() => encodeCchh(CYLINDER_COUNT_MAX, 0)).toThrow('cylinder must be 0 to 1182005');
    expect(() => encodeCchh(-1, 0)).toThrow(RangeError);
    expect(() => encodeCchh(0, 30)).toThrow('head must be 0 to 29, got 30');
    expect(() => encodeCchh(0.5, 0)).toThrow(RangeError);
  });
});

describe('track index', () => {
  it('counts heads within cylinders', () => {
    expect(toTrackIndex({ cylinder: 0, head: 14 }, 15)).toBe(14);
    expect(toTrackIndex({ cylinder: 1, head: 0 }, 15)).toBe(15);
    expect(toTrackIndex({ cylinder: 1_182_005, head: 14 }, 15)).toBe(17_730_089);
  });

  it('and address are inverse', () => {
    fc.assert(
      fc.property(fc.nat(17_730_089), fc.integer({ min: 1, max: 30 }), (index, heads) => {
        const address = toTrackAddress(trackIndex(index), heads);
        fc.pre(address.cylinder < CYLINDER_COUNT_MAX);
        expect(toTrackIndex(address, heads)).toBe(index);
      }),
    );
  });

  it('refuses a head that the device does not have', () => {
    expect(() => toTrackIndex({ cylinder: 0, head: 15 }, 15)).toThrow('head must be below 15');
  });
});

it('an address is written cylinder/head', () => {
  expect(formatAddress({ cylinder: 3338, head: 14 })).toBe('3338/14');
});
