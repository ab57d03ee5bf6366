/**
 * Extents as figures.
 *
 * @module
 */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { deviceIndex, trackIndex } from '../../../src/base/units.ts';
import { boundsOfExtents, extentsOfBounds } from '../../../src/copy/extent.ts';

const device = fc.nat(0xffff).map(deviceIndex);
const track = fc.nat(17_730_089).map(trackIndex);
const extent = fc.record({
  source: device,
  sourceFirst: track,
  sourceCount: fc.nat(17_730_089),
  target: device,
  targetFirst: track,
  targetCount: fc.nat(17_730_089),
});

it('extents come back from their figures', () => {
  fc.assert(
    fc.property(fc.array(extent), (extents) => {
      expect(boundsOfExtents(extents)).toHaveLength(6 * extents.length);
      expect(extentsOfBounds(boundsOfExtents(extents))).toEqual(extents);
    }),
  );
});
