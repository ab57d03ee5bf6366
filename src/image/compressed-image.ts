/**
 * Compressed images: a base file and any number of shadow files on top, each holding the tracks that
 * changed after it was made. A track is taken from the youngest file that has it.
 *
 * @module
 */
import { invariant } from '../base/invariant.ts';
import type { ByteSource } from '../base/ports.ts';
import { type TrackIndex, trackIndex } from '../base/units.ts';
import { CompressedFile, type CompressedPlace, IMAGE_PREFIX_BYTES } from './compressed-file.ts';
import { DEVICE_HEADER_BYTES, type DeviceHeader } from './device-header.ts';
import { imageFault, readExactly } from './image-fault.ts';
import { checkedTrackLength, contentOf, trackFault } from './slot-track.ts';
import { BZIP2, expandTrack, STORED, ZLIB } from './track-compression.ts';
import {
  checkRange,
  type ImageGeometry,
  NULL_CONTENTS,
  type TrackContent,
  type TrackSource,
  type TrackVisitor,
} from './track-source.ts';

type ImagePlace = Extract<CompressedPlace, { kind: 'image' }>;

/** Bytes of a stored image at most: its length is a halfword. */
const STORED_BYTES_MAX = 65_535;

/** Reads tracks through a chain of compressed files. */
export class CompressedImage implements TrackSource {
  readonly geometry: ImageGeometry;
  readonly warnings: readonly string[];
  /** Base first. */
  readonly #files: readonly CompressedFile[];
  readonly #stored = new Uint8Array(STORED_BYTES_MAX);
  readonly #track: Uint8Array;

  /**
   * @param files - Base, then shadows from the oldest to the youngest, with their headers.
   * @throws InputError IMAGE_PART_MISSING, IMAGE_PART_ORDER, and what {@link CompressedFile} throws.
   */
  constructor(files: readonly { readonly source: ByteSource; readonly header: DeviceHeader }[]) {
    this.#files = files.map((file) => new CompressedFile(file.source, file.header));
    const base = this.#files[0];
    invariant(base !== undefined, 'image-has-a-part');
    this.#checkChain(base);
    const { type, slotBytes, serial } = base.header;
    this.geometry = Object.freeze({
      type,
      slotBytes,
      cylinders: base.compressed.cylinders,
      trackCount: base.trackCount,
      ...(serial === undefined ? {} : { serial }),
    });
    this.#track = new Uint8Array(slotBytes);
    this.warnings = this.#files.flatMap(warningsOf);
  }

  readTrack(track: TrackIndex): TrackContent {
    checkRange(this.geometry, track, 1);
    const content = this.#read(track);
    return content.kind === 'null' ? content : { kind: 'bytes', bytes: content.bytes.slice() };
  }

  scan(first: number, count: number, visit: TrackVisitor): void {
    checkRange(this.geometry, first, count);
    for (let at = first; at < first + count; at += 1) {
      const track = trackIndex(at);
      visit(track, this.#read(track));
    }
  }

  /** The content, in the shared buffer. */
  #read(track: TrackIndex): TrackContent {
    let at = this.#files.length - 1;
    let file = this.#fileAt(at);
    let place = file.locate(track);
    while (place.kind === 'older') {
      // A base file never says so: its tables were checked.
      at -= 1;
      file = this.#fileAt(at);
      place = file.locate(track);
    }
    return place.kind === 'null'
      ? NULL_CONTENTS[place.format]
      : this.#readImage(file, place, track);
  }

  #fileAt(at: number): CompressedFile {
    const file = this.#files[at];
    invariant(file !== undefined, 'base-has-every-track');
    return file;
  }

  #readImage(file: CompressedFile, place: ImagePlace, track: TrackIndex): TrackContent {
    const { geometry } = this;
    const stored = this.#stored.subarray(0, place.lengthBytes);
    readExactly(file.source, place.offset, stored, `the image of track ${track}`);
    const bytes = this.#track;
    bytes[0] = 0;
    bytes.set(stored.subarray(1, IMAGE_PREFIX_BYTES), 1);
    const data = stored.subarray(IMAGE_PREFIX_BYTES);
    const method = stored[0];
    const at = { source: file.source, fileOffset: place.offset };
    const fail = (offset: number, what: string): Error =>
      trackFault({ offset, what }, 0, track, geometry, at, 'IMAGE_COMPRESSION');
    let length = IMAGE_PREFIX_BYTES;
    if (method === STORED) {
      if (stored.length > bytes.length) {
        const fault = { offset: bytes.length, what: `it takes ${stored.length} bytes` };
        throw trackFault(fault, 0, track, geometry, at);
      }
      bytes.set(data, IMAGE_PREFIX_BYTES);
      length += data.length;
    } else if (method === ZLIB || method === BZIP2) {
      const expanded = expandTrack(method, data, bytes.subarray(IMAGE_PREFIX_BYTES));
      if (typeof expanded !== 'number') throw fail(IMAGE_PREFIX_BYTES, expanded.what);
      length += expanded;
    } else {
      throw fail(0, `compression ${method} is unknown`);
    }
    const used = checkedTrackLength(bytes, 0, length, track, geometry, at);
    if (used !== length) {
      const fault = { offset: 0, what: `${length - used} bytes follow its end marker` };
      throw trackFault(fault, 0, track, geometry, at);
    }
    return contentOf(bytes.subarray(0, length), track, geometry);
  }

  #checkChain(base: CompressedFile): void {
    for (const [at, file] of this.#files.entries()) {
      const expected = at === 0 ? 'compressed' : 'shadow';
      if (file.header.kind !== expected) {
        throw imageFault(
          at === 0 ? 'IMAGE_PART_MISSING' : 'IMAGE_PART_ORDER',
          file.source,
          0,
          at === 0
            ? {
                what: 'this is a shadow file, which holds changed tracks only',
                limit: 'a shadow file is read together with its base',
                fix: 'give the base image and ask for its shadow files',
              }
            : {
                what: 'this is a base image, given as a shadow file',
                limit: 'a base image comes first and has shadow files on top',
              },
        );
      }
      const same =
        file.header.type === base.header.type &&
        file.header.slotBytes === base.header.slotBytes &&
        file.header.wide === base.header.wide &&
        file.trackCount === base.trackCount;
      if (!same) {
        throw imageFault('IMAGE_PART_ORDER', file.source, 8, {
          what: `this shadow file is of a ${file.header.type.name} with ${file.compressed.cylinders} cylinders`,
          limit: `its base is of a ${base.header.type.name} with ${base.compressed.cylinders}, in the same format`,
          fix: 'give the shadow files that were made on this base',
        });
      }
    }
  }
}

function warningsOf(file: CompressedFile): readonly string[] {
  const { source, compressed } = file;
  const warnings: string[] = [];
  if (compressed.open) {
    const at = DEVICE_HEADER_BYTES + 3;
    warnings.push(
      `${source.name} at byte ${at}: the file was open for writing when it was copied; its free space is not used`,
    );
  }
  if (file.isShort) {
    warnings.push(
      `${source.name}: the file has ${source.sizeBytes} bytes and says ${compressed.statedBytes}; every track that is reachable is inside`,
    );
  }
  return warnings;
}
