/**
 * Sequences have their exact length and shrink to the few items that matter.
 *
 * @module
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { exactSequence } from '../../../src/testing.ts';

describe('exactSequence', () => {
  it('draws exactly so many items', () => {
    const property = fc.property(exactSequence(fc.nat(9), 37), (items) => {
      expect(items).toHaveLength(37);
    });
    fc.assert(property);
  });

  it('shrinks to the items that make it fail, and these to the smallest', () => {
    // Fails when some number above 500 comes before some number above 700.
    const fails = (items: readonly number[]): boolean => {
      const at = items.findIndex((item) => item > 500);
      return at >= 0 && items.slice(at + 1).some((item) => item > 700);
    };
    const property = fc.property(exactSequence(fc.nat(1_000), 50), (items) => !fails(items));
    const { failed, counterexample } = fc.check(property, { seed: 3 });
    expect(failed).toBe(true);
    expect(counterexample?.[0]).toEqual([501, 701]);
  });

  it('shrinks the same way every time', () => {
    const property = fc.property(exactSequence(fc.nat(1_000), 20), (items) => {
      return items.filter((item) => item % 7 === 0).length < 3;
    });
    const first = fc.check(property, { seed: 11 });
    const again = fc.check(property, { seed: 11, path: first.counterexamplePath ?? '' });
    expect(again.counterexample).toEqual(first.counterexample);
    expect(first.counterexample?.[0]).toEqual([0, 0, 0]);
  });
});
