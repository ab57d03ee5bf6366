/**
 * Plain data through bytes: what comes back is plain, too, and nobody else's.
 *
 * @module
 */
import { describe, expect, it } from 'vitest';
import { packPlain, samePlain, unpackPlain } from '../../../src/store/plain-bytes.ts';

describe('plain data as bytes', () => {
  it.each([
    null,
    true,
    -1,
    2 ** 53 - 1,
    2 ** 53 + 2,
    0.1,
    'Ä',
    [1, [2, null]],
    { a: { b: [] }, c: '' },
    new Uint8Array([0, 255]),
  ])('comes back: %s', (value) => {
    expect(unpackPlain(packPlain(value))).toStrictEqual(value);
  });

  it('comes back as byte arrays of their own, also from a Buffer', () => {
    const packed = Buffer.from(packPlain({ bytes: new Uint8Array([1, 2, 3]) }));
    const { bytes } = unpackPlain(packed) as { readonly bytes: Uint8Array };
    packed.fill(0);
    expect(Object.getPrototypeOf(bytes)).toBe(Uint8Array.prototype);
    expect([...bytes]).toEqual([1, 2, 3]);
  });

  it('gives bytes that later packing does not touch', () => {
    const first = packPlain('first');
    const before = first.slice();
    for (let round = 0; round < 100; round += 1) packPlain(['other', round]);
    expect(first).toEqual(before);
    expect(Object.getPrototypeOf(first)).toBe(Uint8Array.prototype);
  });
});

describe('comparing plain data', () => {
  it.each([
    [{ a: 1, b: [1, 2] }, { b: [1, 2], a: 1 }, true],
    [{ a: 1 }, { a: 1, b: undefined }, false],
    [[1, 2], [1], false],
    [[], {}, false],
    [new Uint8Array([1]), new Uint8Array([1]), true],
    [new Uint8Array([1]), [1], false],
    [Number.NaN, Number.NaN, true],
    [0, -0, false],
    [null, undefined, false],
  ])('%j and %j: %s', (one, other, isSame) => {
    expect(samePlain(one, other)).toBe(isSame);
    expect(samePlain(other, one)).toBe(isSame);
  });
});
