/**
 * Places and sectors.
 *
 * @module
 */
import { describe, expect, it } from 'vitest';
import {
  encodePlace,
  placeGroup,
  placeMember,
  placeSector,
  sectorsOf,
  TRACK_SECTORS_MAX,
} from '../../../src/media/logical-cylinder.ts';

describe('places', () => {
  it('keep group, member and sector apart', () => {
    const place = encodePlace(200, 12, 4_095);
    expect([placeGroup(place), placeMember(place), placeSector(place)]).toEqual([200, 12, 4_095]);
  });

  it.each([
    [1, 1],
    [464, 1],
    [465, 2],
    [56_784, 111],
    [56_832, 112],
    [65_536, TRACK_SECTORS_MAX],
  ])('%d stored bytes take %d sectors with their header', (bytes, sectors) => {
    expect(sectorsOf(bytes)).toBe(sectors);
  });
});
