import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  addRange,
  complementOf,
  containsRange,
  countTracks,
  findOverlap,
  findSpace,
  normaliseRanges,
  removeRange,
  sameRanges,
} from '../../../src/host/free-space.ts';
import type { TrackRange } from '../../../src/host/volume-tracks.ts';
import { pairs, range } from '../../support/host-volumes.ts';

const TOTAL = 200;
const someRange = fc
  .tuple(fc.nat(TOTAL - 1), fc.nat(30))
  .map(([first, count]) => range(first, Math.min(count, TOTAL - first)));

function trackSet(ranges: Iterable<TrackRange>): Set<number> {
  const set = new Set<number>();
  for (const { first, count } of ranges) for (let at = 0; at < count; at += 1) set.add(first + at);
  return set;
}

function isNormal(ranges: readonly TrackRange[]): boolean {
  return ranges.every((one, at) => {
    const next = ranges[at + 1];
    return one.count > 0 && (next === undefined || next.first > one.first + one.count);
  });
}

describe('free space', () => {
  test('joining, adding, removing and complement agree with sets of tracks', () => {
    fc.assert(
      fc.property(fc.array(someRange), someRange, (ranges, one) => {
        const set = trackSet(ranges);
        const normal = normaliseRanges(ranges);
        expect(isNormal(normal)).toBe(true);
        expect(trackSet(normal)).toEqual(set);
        const added = addRange(normal, one);
        expect(isNormal(added)).toBe(true);
        expect(trackSet(added)).toEqual(new Set([...set, ...trackSet([one])]));
        const removed = removeRange(normal, one);
        expect(isNormal(removed)).toBe(true);
        expect(trackSet(removed)).toEqual(
          new Set([...set].filter((track) => !trackSet([one]).has(track))),
        );
        expect(removed.length).toBeLessThanOrEqual(normal.length + 1);
        const rest = complementOf(ranges, TOTAL);
        expect(countTracks(rest) + set.size).toBe(TOTAL);
        expect([...trackSet(rest)].some((track) => set.has(track))).toBe(false);
        expect(sameRanges(complementOf(rest, TOTAL), normal)).toBe(true);
      }),
    );
  });

  test('an overlap is found exactly when there is one', () => {
    fc.assert(
      fc.property(fc.array(someRange, { maxLength: 8 }), (ranges) => {
        const overlaps = trackSet(ranges).size < countTracks(ranges);
        expect(findOverlap(ranges) !== undefined).toBe(overlaps);
      }),
    );
  });

  test('found space is free, aligned, as long as asked and in few runs', () => {
    const request = fc.record({
      trackCount: fc.integer({ min: 1, max: 12 }),
      alignment: fc.constantFrom(1, 5),
      extentsMax: fc.integer({ min: 1, max: 5 }),
    });
    fc.assert(
      fc.property(fc.array(someRange), request, (ranges, wish) => {
        const free = normaliseRanges(ranges);
        const wanted = { ...wish, trackCount: wish.trackCount * wish.alignment };
        const found = findSpace(free, wanted);
        if (found === undefined) return;
        expect(countTracks(found)).toBe(wanted.trackCount);
        expect(found.length).toBeLessThanOrEqual(wanted.extentsMax);
        expect(findOverlap(found)).toBeUndefined();
        for (const one of found) {
          expect(containsRange(free, one)).toBe(true);
          expect(one.first % wanted.alignment).toBe(0);
        }
      }),
    );
  });

  test('one run is preferred, and the first that is large enough', () => {
    const free = [range(10, 4), range(20, 9), range(40, 30)];
    const wish = { trackCount: 8, alignment: 1, extentsMax: 5 };
    expect(pairs(findSpace(free, wish) ?? [])).toEqual([[20, 8]]);
    expect(pairs(findSpace(free, { ...wish, trackCount: 41 }) ?? [])).toEqual([
      [10, 2],
      [20, 9],
      [40, 30],
    ]);
    expect(findSpace(free, { ...wish, trackCount: 41, extentsMax: 2 })).toBeUndefined();
  });
});
