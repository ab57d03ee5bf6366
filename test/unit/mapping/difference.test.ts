/**
 * The difference of two trees against a comparison track by track.
 *
 * @module
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { changedRanges } from '../../../src/mapping/difference.ts';
import { mappingParts, pointTrack } from '../../support/mapping-parts.ts';

describe('changedRanges', () => {
  it.each([
    ['2305-1', 384],
    ['3390-9', 150_255],
  ])('names exactly the tracks whose entries differ on a %s', (model, trackCount) => {
    const tracks = fc.uniqueArray(
      fc.oneof(fc.nat(trackCount - 1), fc.nat(300), fc.constantFrom(127, 128, trackCount - 1)),
      { maxLength: 40 },
    );
    fc.assert(
      fc.property(tracks, tracks, (before, after) => {
        const { subsystem, parts, devices } = mappingParts(model, 1);
        const index = devices[0] as number;
        for (const track of before) pointTrack(parts, index, track);
        const point = subsystem.retain(index as never, 'before');
        for (const track of after) pointTrack(parts, index, track);
        const found = [...subsystem.changedTracks(point, 'current')];
        const named = found.flatMap(({ first, count }) =>
          Array.from({ length: count }, (_, at) => first + at),
        );
        expect(named).toEqual(after.toSorted((one, other) => one - other));
        // Stretches are as long as they can be.
        found.forEach(({ first }, at) => {
          const former = found[at - 1];
          if (former !== undefined) expect(first).toBeGreaterThan(former.first + former.count);
        });
      }),
      { numRuns: 50 },
    );
  });

  it('finds nothing where nothing changed', () => {
    const { parts, devices } = mappingParts('3390-A', 1);
    const index = devices[0] as never;
    pointTrack(parts, index, 17_000_000);
    const tree = parts.directory.hold(index);
    expect([...changedRanges(parts.pages, tree, parts.directory.tree(index))]).toEqual([]);
  });

  it('compares two points, either way round', () => {
    const { subsystem, parts, devices } = mappingParts('3390-1', 1);
    const index = devices[0] as never;
    pointTrack(parts, index, 10);
    const one = subsystem.retain(index, 'one');
    pointTrack(parts, index, 11);
    pointTrack(parts, index, 12);
    const two = subsystem.retain(index, 'two');
    pointTrack(parts, index, 13);
    expect([...subsystem.changedTracks(one, two)]).toEqual([{ first: 11, count: 2 }]);
    expect([...subsystem.changedTracks(two, one)]).toEqual([{ first: 11, count: 2 }]);
  });
});
