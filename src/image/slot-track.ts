/**
 * The check that every track passes on its way out of an image, and the recognition of null tracks.
 *
 * A track whose bytes are exactly a null track comes out as that null track, however the image kept
 * it: so the kind survives export and import, and nothing is stored for it.
 *
 * @module
 */
import type { InputErrorCode } from '../base/errors.ts';
import type { ByteSource } from '../base/ports.ts';
import type { TrackIndex } from '../base/units.ts';
import { encodeCchh, formatAddress, toTrackAddress } from '../geometry/address.ts';
import { NULL_TRACK_BYTES, recogniseNullTrack } from '../track/null-track.ts';
import { homeCchh, measureTrack, type TrackFault } from '../track/track-image.ts';
import { imageFault } from './image-fault.ts';
import { type ImageGeometry, NULL_CONTENTS, type TrackContent } from './track-source.ts';

/** Where the bytes of a track come from, for errors. */
export interface TrackPlace {
  readonly source: ByteSource;
  /** Offset in the file of the byte at `offset` in the buffer. */
  readonly fileOffset: number;
}

/**
 * Length of the track at `offset` of a buffer, checked.
 *
 * @param limit - Offset behind the last byte that the track may use.
 * @throws InputError IMAGE_TRACK
 */
export function checkedTrackLength(
  bytes: Uint8Array,
  offset: number,
  limit: number,
  track: TrackIndex,
  geometry: ImageGeometry,
  place: TrackPlace,
): number {
  const length = measureTrack(bytes, offset, limit);
  if (typeof length !== 'number') throw trackFault(length, offset, track, geometry, place);
  const { headCount } = geometry.type;
  const cchh = encodeCchh(Math.floor(track / headCount), track % headCount);
  const home = homeCchh(bytes, offset);
  if (home !== cchh) {
    const found = home.toString(16).toUpperCase().padStart(8, '0');
    const fault = { offset: offset + 1, what: `its home address is X'${found}'` };
    throw trackFault(fault, offset, track, geometry, place);
  }
  return length;
}

/** The content of a checked track: a null track where the bytes are exactly one. */
export function contentOf(
  bytes: Uint8Array,
  track: TrackIndex,
  geometry: ImageGeometry,
): TrackContent {
  if (NULL_TRACK_BYTES.includes(bytes.length as 29)) {
    const format = recogniseNullTrack(bytes, toTrackAddress(track, geometry.type.headCount));
    if (format !== undefined) return NULL_CONTENTS[format];
  }
  return { kind: 'bytes', bytes };
}

/** An error about one track. */
export function trackFault(
  fault: TrackFault,
  offset: number,
  track: TrackIndex,
  geometry: ImageGeometry,
  place: TrackPlace,
  code: InputErrorCode = 'IMAGE_TRACK',
): Error {
  const address = formatAddress(toTrackAddress(track, geometry.type.headCount));
  return imageFault(code, place.source, place.fileOffset + fault.offset - offset, {
    what: `track ${address} is damaged: ${fault.what}`,
    limit: `a track is home address, record 0, records and end marker within ${geometry.slotBytes} bytes`,
  });
}
