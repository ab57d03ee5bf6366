/**
 * Finds extents of one request that may not overlap: a target with any source or target.
 *
 * Sources may overlap each other.
 *
 * @module
 */
import type { DeviceIndex } from '../base/units.ts';
import type { CopyExtent } from './extent.ts';

/** One side of one extent. */
export interface ExtentSide {
  readonly kind: 'source' | 'target';
  /** Number of the extent in the request, from 1. */
  readonly ordinal: number;
  readonly device: DeviceIndex;
  readonly first: number;
  readonly count: number;
}

/** Two sides that overlap although they may not; the one that begins first, first. */
export function findOverlap(
  extents: readonly CopyExtent[],
): readonly [ExtentSide, ExtentSide] | undefined {
  const sides = extents.flatMap(extentSides).toSorted(byPlace);
  let device = -1;
  let widestSource: ExtentSide | undefined;
  let widestTarget: ExtentSide | undefined;
  for (const side of sides) {
    if (side.device !== device) {
      device = side.device;
      widestSource = undefined;
      widestTarget = undefined;
    }
    if (reaches(widestTarget, side.first)) return [widestTarget, side];
    if (side.kind === 'target') {
      if (reaches(widestSource, side.first)) return [widestSource, side];
      widestTarget = wider(widestTarget, side);
    } else {
      widestSource = wider(widestSource, side);
    }
  }
  return undefined;
}

/** Source and target of an extent, which stands at place `at` of its request. */
export function extentSides(extent: CopyExtent, at: number): ExtentSide[] {
  const ordinal = at + 1;
  const { source, sourceFirst, sourceCount, target, targetFirst, targetCount } = extent;
  return [
    { kind: 'source', ordinal, device: source, first: sourceFirst, count: sourceCount },
    { kind: 'target', ordinal, device: target, first: targetFirst, count: targetCount },
  ];
}

function byPlace(one: ExtentSide, other: ExtentSide): number {
  return one.device - other.device || one.first - other.first;
}

function reaches(side: ExtentSide | undefined, track: number): side is ExtentSide {
  return side !== undefined && side.first + side.count > track;
}

function wider(one: ExtentSide | undefined, other: ExtentSide): ExtentSide {
  if (one === undefined) return other;
  return one.first + one.count >= other.first + other.count ? one : other;
}
