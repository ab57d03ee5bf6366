/**
 * Overlap of extents against a comparison of every pair of tracks.
 *
 * @module
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { deviceIndex, trackIndex } from '../../../src/base/units.ts';
import type { CopyExtent } from '../../../src/copy/extent.ts';
import { findOverlap } from '../../../src/copy/extent-overlap.ts';

const drawnExtent: fc.Arbitrary<CopyExtent> = fc
  .record({
    source: fc.nat(2),
    sourceFirst: fc.nat(30),
    target: fc.nat(2),
    targetFirst: fc.nat(30),
    count: fc.integer({ min: 1, max: 8 }),
  })
  .map(({ source, sourceFirst, target, targetFirst, count }) => ({
    source: deviceIndex(source),
    sourceFirst: trackIndex(sourceFirst),
    sourceCount: count,
    target: deviceIndex(target),
    targetFirst: trackIndex(targetFirst),
    targetCount: count,
  }));

/** Whether any track is a target twice, or target and source. */
function collides(extents: readonly CopyExtent[]): boolean {
  const targets = new Set<string>();
  const sources = new Set<string>();
  for (const extent of extents) {
    for (let at = 0; at < extent.targetCount; at += 1) {
      const name = `${extent.target}/${extent.targetFirst + at}`;
      if (targets.has(name)) return true;
      targets.add(name);
      sources.add(`${extent.source}/${extent.sourceFirst + at}`);
    }
  }
  return [...targets].some((name) => sources.has(name));
}

describe('findOverlap', () => {
  it('finds an overlap exactly where there is one', () => {
    const seen = { overlapping: 0, disjoint: 0 };
    fc.assert(
      fc.property(fc.array(drawnExtent, { minLength: 1, maxLength: 4 }), (extents) => {
        const overlap = findOverlap(extents);
        expect(overlap !== undefined).toBe(collides(extents));
        seen[overlap === undefined ? 'disjoint' : 'overlapping'] += 1;
        if (overlap === undefined) return;
        const [one, other] = overlap;
        expect(one.device).toBe(other.device);
        expect([one.kind, other.kind]).toContain('target');
        expect(one.first).toBeLessThan(other.first + other.count);
        expect(other.first).toBeLessThan(one.first + one.count);
        for (const side of overlap) {
          const extent = extents[side.ordinal - 1] as CopyExtent;
          expect(side.first).toBe(side.kind === 'source' ? extent.sourceFirst : extent.targetFirst);
        }
      }),
      { numRuns: 500 },
    );
    expect(Math.min(seen.overlapping, seen.disjoint)).toBeGreaterThan(20);
  });
});
