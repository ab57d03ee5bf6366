/**
 * Tracks in order, with their geometry: what every image can be read as, and what every image is
 * written from. A subsystem's device, an image and a generator in a test look the same here.
 *
 * @module
 */
import { CYLINDER_COUNT_MAX } from '../base/limits.ts';
import { type TrackIndex, trackIndex } from '../base/units.ts';
import { toTrackAddress } from '../geometry/address.ts';
import { type DeviceType, slotBytes } from '../geometry/device-model.ts';
import { buildNullTrack, type NullFormat } from '../track/null-track.ts';

/** Shape of a volume image. */
export interface ImageGeometry {
  readonly type: DeviceType;
  /** Bytes that one track may take, home address to end marker. */
  readonly slotBytes: number;
  readonly cylinders: number;
  /** Cylinders times heads. */
  readonly trackCount: number;
  /** Serial number of the device, at most 12 printable characters; only newer headers carry one. */
  readonly serial?: string;
}

/** What a track holds: one of the null tracks, or bytes from home address to end marker. */
export type TrackContent =
  | { readonly kind: 'null'; readonly format: NullFormat }
  | { readonly kind: 'bytes'; readonly bytes: Uint8Array };

/** Called for each track of a scan. `content` is valid during the call only: copy what you keep. */
export type TrackVisitor = (track: TrackIndex, content: TrackContent) => void;

/** Tracks that can be gone through in order. */
export interface TrackSource {
  readonly geometry: ImageGeometry;
  /**
   * Visits `count` tracks from `first` in ascending order.
   *
   * @throws InputError when a track is damaged, and what `visit` throws.
   */
  scan(first: number, count: number, visit: TrackVisitor): void;
}

/** The one content of each null format; frozen, so that a scan allocates nothing for null tracks. */
export const NULL_CONTENTS: readonly [TrackContent, TrackContent, TrackContent] = Object.freeze([
  Object.freeze({ kind: 'null', format: 0 }),
  Object.freeze({ kind: 'null', format: 1 }),
  Object.freeze({ kind: 'null', format: 2 }),
] as const);

/** Geometry of a volume to be written: the slot is the device's own. */
export function imageGeometry(type: DeviceType, cylinders: number, serial?: string): ImageGeometry {
  const shape = { type, slotBytes: slotBytes(type), cylinders };
  const trackCount = cylinders * type.headCount;
  return Object.freeze({ ...shape, trackCount, ...(serial === undefined ? {} : { serial }) });
}

/** A source over a function that gives any track, for instance the tracks of a subsystem's device. */
export function trackSource(
  geometry: ImageGeometry,
  read: (track: TrackIndex) => TrackContent,
): TrackSource {
  return Object.freeze({
    geometry,
    scan: (first: number, count: number, visit: TrackVisitor): void => {
      checkRange(geometry, first, count);
      for (let track = first; track < first + count; track += 1) {
        visit(trackIndex(track), read(trackIndex(track)));
      }
    },
  });
}

/** The bytes of a content at its place: null tracks are built. */
export function contentBytes(
  content: TrackContent,
  track: TrackIndex,
  geometry: ImageGeometry,
): Uint8Array {
  if (content.kind === 'bytes') return content.bytes;
  return buildNullTrack(content.format, toTrackAddress(track, geometry.type.headCount));
}

/**
 * Cylinders that an image of this type may have: where heads need five bits, the address has none left
 * for a cylinder beyond the 16-bit ones.
 */
export function cylindersMax(type: DeviceType): number {
  return type.headCount > 15 ? 65_536 : CYLINDER_COUNT_MAX;
}

/** @throws RangeError when the tracks are not all on the volume. */
export function checkRange(geometry: ImageGeometry, first: number, count: number): void {
  const fits =
    Number.isSafeInteger(first) &&
    Number.isSafeInteger(count) &&
    first >= 0 &&
    count >= 0 &&
    first + count <= geometry.trackCount;
  if (!fits) {
    throw new RangeError(
      `tracks must lie within 0 to ${geometry.trackCount - 1}, got ${count} from ${first}`,
    );
  }
}
