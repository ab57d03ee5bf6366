/**
 * Writes an image in either format: the one call for converting an image and for exporting a device.
 *
 * @module
 */
import { invariant, unreachable } from '../base/invariant.ts';
import type { ByteSink } from '../base/ports.ts';
import type { OutputFormat, OutputOptions, WrittenImage } from './image-output.ts';
import { cylindersMax, type ImageGeometry, type TrackSource } from './track-source.ts';
import { writeCompressed } from './write-compressed.ts';
import { planPlainParts, writePlain } from './write-plain.ts';

/**
 * Cylinders of each file that an image of this shape and format is written to.
 *
 * @throws InputError IMAGE_TOO_LARGE
 */
export function planParts(
  format: OutputFormat,
  geometry: ImageGeometry,
  options: OutputOptions = {},
): readonly number[] {
  if (format === 'cckd') return Object.freeze([geometry.cylinders]);
  return planPlainParts(geometry, options.largeFile ?? false);
}

/**
 * Writes every track of `source`. Memory stays at a few mebibytes whatever the image's size.
 *
 * @param sinks - Empty sinks, one for each part of {@link planParts}. When the call throws, what they
 * hold is no image and must be thrown away.
 * @throws InputError IMAGE_TOO_LARGE, IMAGE_TRACK, and what the source and the sinks throw.
 */
export function writeImage(
  format: OutputFormat,
  source: TrackSource,
  sinks: readonly ByteSink[],
  options: OutputOptions = {},
): WrittenImage {
  const { cylinders, type } = source.geometry;
  invariant(cylinders >= 1 && cylinders <= cylindersMax(type), 'image-cylinders', `${cylinders}`);
  switch (format) {
    case 'ckd':
      return writePlain(source, sinks, options);
    case 'cckd': {
      const [sink] = sinks;
      invariant(sink !== undefined && sinks.length === 1, 'one-sink-per-part');
      return writeCompressed(source, sink, options);
    }
    default:
      return unreachable(format, 'output-format');
  }
}
