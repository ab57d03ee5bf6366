/**
 * Opens an image of any format from byte sources.
 *
 * @module
 */
import { InputError } from '../base/errors.ts';
import type { ByteSource } from '../base/ports.ts';
import { findModelForImage, slotBytes } from '../geometry/device-model.ts';
import { CompressedImage } from './compressed-image.ts';
import { type DeviceHeader, readDeviceHeader } from './device-header.ts';
import { imageFault } from './image-fault.ts';
import type { ImageFormat, ImageReader } from './image-reader.ts';
import { PlainImage } from './plain-image.ts';
import type { ImageGeometry } from './track-source.ts';

/** The files of one image, opened by the caller and open as long as the reader is used. */
export interface ImageSources {
  /** The parts of a plain set in order; exactly one file for a compressed image. */
  readonly parts: readonly ByteSource[];
  /** Shadow files of a compressed image, oldest first. */
  readonly shadows?: readonly ByteSource[];
}

interface OpenedFile {
  readonly source: ByteSource;
  readonly header: DeviceHeader;
}

/**
 * Opens an image and checks everything but the tracks, which are checked as they are read.
 *
 * @throws InputError with file, byte offset, limit and fix when the files are no valid image.
 */
export function openImage(sources: ImageSources): ImageReader {
  const parts = sources.parts.map(readHeader);
  const shadows = (sources.shadows ?? []).map(readHeader);
  const first = parts[0];
  if (first === undefined) {
    throw new InputError('IMAGE_PART_MISSING', {
      what: 'no image file is given',
      limit: 'an image has at least one file',
      fix: 'give the file of the image',
    });
  }
  if (first.header.kind !== 'plain') return openCompressed(parts, shadows);
  const shadow = shadows[0];
  if (shadow !== undefined) {
    throw imageFault('IMAGE_UNSUPPORTED', shadow.source, 0, {
      what: 'a plain image is given with a shadow file',
      limit: 'only compressed images have shadow files',
      fix: 'convert the base to cckd, or leave the shadow file out',
    });
  }
  for (const { source, header } of parts) {
    if (header.kind !== 'plain') {
      throw imageFault('IMAGE_PART_ORDER', source, 0, {
        what: 'a compressed file is given as part of a plain set',
        limit: 'all parts of a set are plain',
      });
    }
  }
  const image = new PlainImage(parts);
  return assemble('ckd', image, parts.length, 0, []);
}

function openCompressed(parts: readonly OpenedFile[], shadows: readonly OpenedFile[]): ImageReader {
  const [base, extra] = parts;
  if (base === undefined || extra !== undefined) {
    throw imageFault('IMAGE_PART_ORDER', extra?.source ?? { name: '' }, 0, {
      what: 'a second file is given with a compressed image',
      limit: 'a compressed image is one file, apart from shadow files',
      fix: 'give one file, and ask for its shadow files',
    });
  }
  const image = new CompressedImage([base, ...shadows]);
  const format = base.header.wide ? 'cckd64' : 'cckd';
  return assemble(format, image, 1, shadows.length, image.warnings);
}

function readHeader(source: ByteSource): OpenedFile {
  return { source, header: readDeviceHeader(source) };
}

function assemble(
  format: ImageFormat,
  image: PlainImage | CompressedImage,
  partCount: number,
  shadowCount: number,
  warnings: readonly string[],
): ImageReader {
  const { geometry } = image;
  const { type, cylinders } = geometry;
  const model = findModelForImage(type.code, type.headCount, cylinders);
  return Object.freeze({
    format,
    geometry,
    ...(model === undefined ? {} : { model }),
    partCount,
    shadowCount,
    warnings: Object.freeze([...warnings, ...shapeWarnings(geometry, model !== undefined)]),
    readTrack: (track) => image.readTrack(track),
    scan: (from, count, visit) => {
      image.scan(from, count, visit);
    },
  } satisfies ImageReader);
}

function shapeWarnings(geometry: ImageGeometry, hasModel: boolean): readonly string[] {
  const { type, cylinders } = geometry;
  const warnings: string[] = [];
  if (!hasModel) {
    warnings.push(`${cylinders} cylinders are those of no ${type.name} model, alternates included`);
  }
  if (geometry.slotBytes !== slotBytes(type)) {
    warnings.push(
      `the image gives a track ${geometry.slotBytes} bytes, a ${type.name} has ${slotBytes(type)}`,
    );
  }
  return warnings;
}
