/**
 * Shapes of groups: whatever tracks there are, what the capacity allows has a place.
 *
 * @module
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { usualCylinderSectors } from '../../../src/media/group-shape.ts';
import { TRACK_SECTORS_MAX } from '../../../src/media/logical-cylinder.ts';
import { groupShape } from '../../support/back-end.ts';

describe('shapeGroup', () => {
  it('gives the capacity exactly, and labels out of it', () => {
    expect(groupShape(10_000, { dataDrives: 3, cylinderSectors: 512 }, 100)).toMatchObject({
      dataDrives: 3,
      redundancyDrives: 2,
      cylinderSectors: 512,
      memberSectors: 511,
      usableSectors: 1_533,
      capacitySectors: 10_000,
      reserveSectors: 100,
      compression: 'none',
    });
  });

  it('adds exactly the cylinders that are asked for', () => {
    const shape = groupShape(15_300, { cylinderSectors: 256, reserveCylinders: 12 });
    expect(shape.cylinderCount).toBe(15_300 / (6 * 255) + 12);
  });

  it('has room for tracks of any length beside what is kept back', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 2_048, max: 4_000_000 }),
        fc.integer({ min: 1, max: 20 }),
        fc.integer({ min: 1, max: TRACK_SECTORS_MAX }),
        fc.constantFrom(256, 512, 1024, 4096),
        (capacity, dataDrives, sectors, cylinderSectors) => {
          const shape = groupShape(capacity, { dataDrives, cylinderSectors }, 64);
          const { cylinderCount, hostReserve, memberSectors } = shape;
          const perCylinder = dataDrives * Math.floor(memberSectors / sectors);
          // All kinds but one may have a cylinder open in which there is next to nothing.
          const forHosts = cylinderCount - hostReserve - 4;
          expect(forHosts * perCylinder * sectors).toBeGreaterThanOrEqual(capacity);
        },
      ),
    );
  });
});

describe('usualCylinderSectors', () => {
  it.each([
    [2_048, 256],
    [150_000, 256],
    [250_000, 512],
    [1_000_000, 1_024],
    [2 ** 40, 1_024],
  ])('of %d sectors on 13 drives is %d', (capacity, expected) => {
    expect(usualCylinderSectors(13, capacity)).toBe(expected);
  });
});
