/**
 * The sparse bitmap against a set of numbers.
 *
 * @module
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SparseBitmap } from '../../../src/base/bitmap.ts';

describe('SparseBitmap', () => {
  it('behaves like a set, and its kept count like a recount', () => {
    const bits = fc.array(fc.oneof(fc.nat(40), fc.nat(99_999)), { maxLength: 200 });
    fc.assert(
      fc.property(bits, (drawn) => {
        const bitmap = new SparseBitmap(100_000);
        const twin = new Set<number>();
        for (const bit of drawn) {
          expect(bitmap.has(bit)).toBe(twin.has(bit));
          expect(bitmap.set(bit)).toBe(!twin.has(bit));
          twin.add(bit);
          expect(bitmap.has(bit)).toBe(true);
        }
        expect(bitmap.count).toBe(twin.size);
        expect(bitmap.recount()).toBe(twin.size);
        expect(new Set(bitmap.bits())).toEqual(twin);
        for (const bit of drawn.slice(0, drawn.length / 2)) {
          expect(bitmap.clear(bit)).toBe(twin.delete(bit));
          expect(bitmap.has(bit)).toBe(false);
        }
        expect(bitmap.recount()).toBe(bitmap.count);
        expect(bitmap.count).toBe(twin.size);
        expect(new Set(bitmap.bits())).toEqual(twin);
      }),
    );
  });

  it('takes memory only where bits are set', () => {
    const bitmap = new SparseBitmap(17_730_090);
    expect(bitmap.bytes).toBe(0);
    bitmap.set(0);
    bitmap.set(4_095);
    bitmap.set(17_730_089);
    expect(bitmap.bytes).toBe(2 * 512);
    expect([bitmap.has(4_096), bitmap.has(17_730_089)]).toEqual([false, true]);
  });

  it.each([-1, 10])('stops on the bit %d of ten', (bit) => {
    expect(() => new SparseBitmap(10).set(bit)).toThrow('bitmap-bit-in-range');
  });
});
