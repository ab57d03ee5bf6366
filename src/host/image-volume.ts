/**
 * A volume over an open image, so that labels, VTOCs and data sets can be read straight from a file.
 *
 * @module
 */
import { invariant } from '../base/invariant.ts';
import type { ImageReader } from '../image/image-reader.ts';
import { contentBytes } from '../image/track-source.ts';
import type { VolumeTracks } from './volume-tracks.ts';

/** The image as a volume. Only for reading: images are never changed in place. */
export function imageVolume(image: ImageReader): VolumeTracks {
  const { geometry } = image;
  return {
    type: geometry.type,
    cylinders: geometry.cylinders,
    readTrack: (track) => contentBytes(image.readTrack(track), track, geometry),
    writeTrack: () => {
      invariant(false, 'image-volume-is-read-only');
    },
  };
}
