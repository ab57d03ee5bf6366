/**
 * A source over a function: the tracks of a device look like an image.
 *
 * @module
 */
import { describe, expect, it } from 'vitest';
import { trackIndex } from '../../../src/base/units.ts';
import { contentBytes, trackSource } from '../../../src/image/track-source.ts';
import { buildNullTrack } from '../../../src/track/null-track.ts';
import {
  fingerprints,
  nullContent,
  sampleGeometry,
  sampleTracks,
  tracksOf,
} from '../../support/sample-images.ts';

const GEOMETRY = sampleGeometry('3380-1', 2);
const TRACKS = sampleTracks(GEOMETRY, 3);

describe('trackSource', () => {
  const source = trackSource(GEOMETRY, (track) => TRACKS[track] ?? nullContent(1));

  it('gives the tracks of the function', () => {
    expect(fingerprints(tracksOf(source))).toEqual(fingerprints(TRACKS));
  });

  it.each([
    [-1, 1],
    [0, 31],
    [30, 1],
    [0.5, 1],
    [3, -1],
  ])('refuses tracks %d, %d of 30', (first, count) => {
    expect(() => source.scan(first, count, () => undefined)).toThrow(RangeError);
  });
});

describe('contentBytes', () => {
  it('builds null tracks at their place', () => {
    expect(contentBytes(nullContent(0), trackIndex(17), GEOMETRY)).toEqual(
      buildNullTrack(0, { cylinder: 1, head: 2 }),
    );
  });
});
