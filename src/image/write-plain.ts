/**
 * Writes plain images, split into files below 2 GiB as Hercules does unless one large file is asked
 * for.
 *
 * Slot tails are zeros, and they are not written: a sink begins empty, and what nobody writes in it
 * reads as zeros. So an export costs the bytes of its tracks, and on most file systems takes no more
 * room.
 *
 * @module
 */
import { InputError } from '../base/errors.ts';
import { invariant } from '../base/invariant.ts';
import type { ByteSink } from '../base/ports.ts';
import { DEVICE_HEADER_BYTES, encodeDeviceHeader } from './device-header.ts';
import { checkOutputTrack, type OutputOptions, type WrittenImage } from './image-output.ts';
import { contentBytes, type ImageGeometry, type TrackSource } from './track-source.ts';

/** Bytes that a part stays below: offsets of old writers are signed 32-bit numbers. */
const PART_BYTES_MAX = 2 ** 31;
/** Parts of a set: 1 to 9, then A to R. */
export const PART_COUNT_MAX = 27;
/** Tracks between two reports of progress. */
const PROGRESS_TRACKS = 256;

/**
 * Cylinders of each file that a plain image of this shape is written to.
 *
 * @throws InputError IMAGE_TOO_LARGE when the set would need more than 27 files.
 */
export function planPlainParts(geometry: ImageGeometry, largeFile: boolean): readonly number[] {
  const { cylinders, slotBytes, type } = geometry;
  const perPart = Math.floor((PART_BYTES_MAX - DEVICE_HEADER_BYTES) / (type.headCount * slotBytes));
  if (largeFile || cylinders <= perPart) return Object.freeze([cylinders]);
  const count = Math.ceil(cylinders / perPart);
  if (count > PART_COUNT_MAX) {
    throw new InputError('IMAGE_TOO_LARGE', {
      what: `${cylinders} cylinders of a ${type.name} need ${count} files below 2 GiB`,
      limit: `a set has at most ${PART_COUNT_MAX}`,
      fix: 'write one large file, or a compressed image',
    });
  }
  const last = cylinders - (count - 1) * perPart;
  return Object.freeze(Array.from({ length: count }, (_, at) => (at < count - 1 ? perPart : last)));
}

/**
 * Writes a plain image.
 *
 * @param sinks - Empty sinks, one for each part of {@link planPlainParts}.
 */
export function writePlain(
  source: TrackSource,
  sinks: readonly ByteSink[],
  options: OutputOptions,
): WrittenImage {
  const { geometry } = source;
  const plan = planPlainParts(geometry, options.largeFile ?? false);
  invariant(sinks.length === plan.length, 'one-sink-per-part', `${sinks.length}/${plan.length}`);
  const counts = { nullTracks: 0, byteTracks: 0 };
  let firstCylinder = 0;
  const partBytes = plan.map((cylinders, at) => {
    const sink = sinks[at];
    invariant(sink !== undefined, 'one-sink-per-part');
    const size = writePart(source, sink, firstCylinder, cylinders, counts, options);
    firstCylinder += cylinders;
    const isLast = at === plan.length - 1;
    const header = {
      kind: 'plain',
      wide: false,
      type: geometry.type,
      slotBytes: geometry.slotBytes,
      sequence: plan.length === 1 ? 0 : at + 1,
      highCylinder: isLast ? 0 : firstCylinder - 1,
      ...(geometry.serial === undefined ? {} : { serial: geometry.serial }),
    } as const;
    // Last of all, so that a part cut short is no image.
    sink.writeAt(0, encodeDeviceHeader(header));
    return size;
  });
  return Object.freeze({ partBytes: Object.freeze(partBytes), ...counts });
}

function writePart(
  source: TrackSource,
  sink: ByteSink,
  firstCylinder: number,
  cylinders: number,
  counts: { nullTracks: number; byteTracks: number },
  options: OutputOptions,
): number {
  const { geometry } = source;
  const { headCount } = geometry.type;
  const first = firstCylinder * headCount;
  const trackCount = cylinders * headCount;
  let end = 0;
  for (let at = 0; at < trackCount; at += PROGRESS_TRACKS) {
    const count = Math.min(PROGRESS_TRACKS, trackCount - at);
    source.scan(first + at, count, (track, content) => {
      const bytes = contentBytes(content, track, geometry);
      checkOutputTrack(bytes, track, geometry, sink);
      const offset = DEVICE_HEADER_BYTES + (track - first) * geometry.slotBytes;
      sink.writeAt(offset, bytes);
      end = offset + bytes.length;
      if (content.kind === 'null') counts.nullTracks += 1;
      else counts.byteTracks += 1;
    });
    options.progress?.(first + at + count);
  }
  const size = DEVICE_HEADER_BYTES + trackCount * geometry.slotBytes;
  if (end < size) sink.writeAt(size - 1, new Uint8Array(1));
  return size;
}
