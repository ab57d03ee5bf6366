/**
 * Interval lists against sets of numbers.
 *
 * @module
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Interval, IntervalList } from '../../../src/copy/interval-list.ts';

const numbersIn = (intervals: readonly Interval[]): number[] =>
  intervals.flatMap(({ first, end }) => Array.from({ length: end - first }, (_, at) => first + at));

describe('IntervalList', () => {
  it('behaves like a set of numbers', () => {
    const cut = fc.record({
      first: fc.nat(60),
      length: fc.nat(20),
      isAdvance: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(cut, { maxLength: 15 }), (cuts) => {
        const list = new IntervalList(0, 50);
        const twin = new Set(Array.from({ length: 50 }, (_, at) => at));
        for (const { first, length, isAdvance } of cuts) {
          if (isAdvance) {
            const { front } = list;
            const count = Math.min(length, front === undefined ? 0 : front.end - front.first);
            if (front === undefined || count === 0) continue;
            list.advance(count);
            for (let at = 0; at < count; at += 1) twin.delete(front.first + at);
          } else {
            const inside = [...twin].filter((number) => number >= first && number < first + length);
            expect(numbersIn(list.within(first, first + length))).toEqual(inside);
            expect(numbersIn(list.subtract(first, first + length))).toEqual(inside);
            for (const number of inside) twin.delete(number);
          }
          expect(list.total).toBe(twin.size);
          expect(numbersIn(list.within(0, 100))).toEqual([...twin]);
        }
        const again = new IntervalList(3, 9);
        again.keepOnly(list.bounds());
        expect([again.total, again.front]).toEqual([list.total, list.front]);
        expect(again.within(0, 100)).toEqual(list.within(0, 100));
      }),
    );
  });

  it('is empty from the start when told so', () => {
    const list = new IntervalList(5, 5);
    expect([list.total, list.front]).toEqual([0, undefined]);
    expect(() => list.advance(1)).toThrow('interval-advance-in-front');
  });
});
