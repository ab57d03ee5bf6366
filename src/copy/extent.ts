/**
 * Extents of a copy: so many tracks of a source, and where they go.
 *
 * @module
 */
import type { DeviceIndex, TrackIndex } from '../base/units.ts';

/** One stretch of tracks of a device. */
export interface TrackRange {
  readonly first: TrackIndex;
  readonly count: number;
}

/**
 * One extent of a copy. The two counts must be equal; both are carried because hosts send both, and
 * a difference is refused rather than guessed away.
 */
export interface CopyExtent {
  readonly source: DeviceIndex;
  readonly sourceFirst: TrackIndex;
  readonly sourceCount: number;
  readonly target: DeviceIndex;
  readonly targetFirst: TrackIndex;
  readonly targetCount: number;
}

const EXTENT_FIGURES = 6;

/** Extents as figures, six of each. */
export function boundsOfExtents(extents: readonly CopyExtent[]): readonly number[] {
  return extents.flatMap((extent) => [
    extent.source,
    extent.sourceFirst,
    extent.sourceCount,
    extent.target,
    extent.targetFirst,
    extent.targetCount,
  ]);
}

/** Extents of figures as {@link boundsOfExtents} gives them. */
export function extentsOfBounds(bounds: readonly number[]): readonly CopyExtent[] {
  const extents: CopyExtent[] = [];
  for (let at = 0; at < bounds.length; at += EXTENT_FIGURES) {
    const [source, sourceFirst, sourceCount, target, targetFirst, targetCount] = bounds.slice(
      at,
      at + EXTENT_FIGURES,
    ) as [DeviceIndex, TrackIndex, number, DeviceIndex, TrackIndex, number];
    extents.push({ source, sourceFirst, sourceCount, target, targetFirst, targetCount });
  }
  return extents;
}

/** A whole source device onto the beginning of a target device. */
export interface WholeDeviceCopy {
  readonly source: DeviceIndex;
  readonly target: DeviceIndex;
}
