/**
 * Writes compressed 32-bit images, so that Hercules' own checker has nothing to say about them.
 *
 * Tracks are appended in order, group by group, each group's level-2 table behind its track images;
 * level-1 table and headers come last, so that a file cut short is no image. Nothing is free: sizes
 * are the file's length, all free-space fields zero.
 *
 * | track | stored as |
 * | --- | --- |
 * | null | an entry (0, format, format); no table at all when the whole group is null in format 1 |
 * | below 512 bytes, or no smaller compressed | an image, uncompressed |
 * | any other | an image, zlib |
 *
 * The header always says null format 1. Under a header that says 2, readers take entries of format 0
 * for format 2, and a null track of format 0 could not be said at all.
 *
 * A track of 29 or 37 bytes that is no null track (an odd record 0 or record 1) is stored as it is.
 * Hercules' checker calls such an image invalid, because Hercules itself would have written a null
 * track in its place; there is no form that keeps the bytes and pleases it.
 *
 * @module
 */
import { InputError } from '../base/errors.ts';
import { invariant } from '../base/invariant.ts';
import { TRACK_BYTES_MAX } from '../base/limits.ts';
import type { ByteSink } from '../base/ports.ts';
import type { TrackIndex } from '../base/units.ts';
import type { NullFormat } from '../track/null-track.ts';
import { IMAGE_PREFIX_BYTES } from './compressed-file.ts';
import { encodeCompressedHeader, GROUP_TRACKS, HEADERS_BYTES } from './compressed-header.ts';
import { DEVICE_HEADER_BYTES, encodeDeviceHeader } from './device-header.ts';
import { imageFault } from './image-fault.ts';
import { checkOutputTrack, type OutputOptions, type WrittenImage } from './image-output.ts';
import { deflateTrack, isWorthDeflating, STORED, ZLIB } from './track-compression.ts';
import type { ImageGeometry, TrackSource } from './track-source.ts';

/** Offsets and the file size are unsigned 32-bit numbers. */
const FILE_BYTES_MAX = 2 ** 32 - 1;
/** Null format of the header: what groups without a table hold. */
const NULL_FORMAT: NullFormat = 1;
const LEVEL1_ENTRY_BYTES = 4;
const LEVEL2_ENTRY_BYTES = 8;
const BUFFER_BYTES = 1_048_576;

/** Writes a compressed image to an empty sink, track by track in ascending order. */
export class CompressedWriter {
  readonly #geometry: ImageGeometry;
  readonly #sink: ByteSink;
  readonly #level: number;
  readonly #appender: Appender;
  readonly #level1: DataView<ArrayBuffer>;
  readonly #level2 = new DataView(new ArrayBuffer(GROUP_TRACKS * LEVEL2_ENTRY_BYTES));
  readonly #prefix = new Uint8Array(IMAGE_PREFIX_BYTES);
  #tableNeeded = false;
  #nextTrack = 0;
  #nullTracks = 0;

  /** @param level - zlib level for the header; 0 says that nothing is compressed. */
  constructor(geometry: ImageGeometry, sink: ByteSink, level: number) {
    this.#geometry = geometry;
    this.#sink = sink;
    this.#level = level;
    const level1Count = Math.ceil(geometry.trackCount / GROUP_TRACKS);
    this.#level1 = new DataView(new ArrayBuffer(level1Count * LEVEL1_ENTRY_BYTES));
    this.#appender = new Appender(sink, HEADERS_BYTES + this.#level1.byteLength);
    this.#startGroup();
  }

  /** Adds the next track as a null track. */
  addNull(track: TrackIndex, format: NullFormat): void {
    this.#nullTracks += 1;
    this.#putEntry(track, 0, format);
    this.#tableNeeded ||= format !== NULL_FORMAT;
    this.#endTrack(track);
  }

  /**
   * Adds the next track with its bytes.
   *
   * @param deflated - zlib stream of the bytes behind the home address; `undefined` stores them as
   * they are.
   * @throws InputError IMAGE_TOO_LARGE when the file would pass 4 GiB; IMAGE_TRACK.
   */
  addBytes(track: TrackIndex, bytes: Uint8Array, deflated: Uint8Array | undefined): void {
    checkOutputTrack(bytes, track, this.#geometry, this.#sink);
    const data = deflated ?? compressibleBytes(bytes);
    this.#prefix.set(bytes.subarray(0, IMAGE_PREFIX_BYTES));
    this.#prefix[0] = deflated === undefined ? STORED : ZLIB;
    const offset = this.#appender.append(this.#prefix);
    this.#appender.append(data);
    this.#putEntry(track, offset, IMAGE_PREFIX_BYTES + data.length);
    this.#tableNeeded = true;
    this.#endTrack(track);
  }

  /** Writes tables and headers. Every track must have been added. */
  finish(): WrittenImage {
    const { trackCount, cylinders, type, slotBytes, serial } = this.#geometry;
    invariant(this.#nextTrack === trackCount, 'every-track-written', `${this.#nextTrack}`);
    const size = this.#appender.finish();
    this.#sink.writeAt(HEADERS_BYTES, new Uint8Array(this.#level1.buffer));
    const second = encodeCompressedHeader({
      level1Count: this.#level1.byteLength / LEVEL1_ENTRY_BYTES,
      statedBytes: size,
      cylinders,
      nullFormat: NULL_FORMAT,
      compression: this.#level === 0 ? STORED : ZLIB,
      compressionParameter: this.#level === 0 ? -1 : this.#level,
    });
    this.#sink.writeAt(DEVICE_HEADER_BYTES, second);
    const first = encodeDeviceHeader({
      kind: 'compressed',
      wide: false,
      type,
      slotBytes,
      sequence: 0,
      highCylinder: 0,
      ...(serial === undefined ? {} : { serial }),
    });
    this.#sink.writeAt(0, first);
    const nullTracks = this.#nullTracks;
    const byteTracks = trackCount - nullTracks;
    return Object.freeze({ partBytes: Object.freeze([size]), nullTracks, byteTracks });
  }

  #startGroup(): void {
    this.#tableNeeded = false;
    for (let entry = 0; entry < GROUP_TRACKS; entry += 1) this.#putEntry(entry, 0, NULL_FORMAT);
  }

  #endTrack(track: TrackIndex): void {
    invariant(track === this.#nextTrack, 'tracks-written-in-order', `${track}`);
    this.#nextTrack += 1;
    const isLast = this.#nextTrack === this.#geometry.trackCount;
    if (this.#nextTrack % GROUP_TRACKS !== 0 && !isLast) return;
    if (this.#tableNeeded) {
      const table = this.#appender.append(new Uint8Array(this.#level2.buffer));
      this.#level1.setUint32(Math.floor(track / GROUP_TRACKS) * LEVEL1_ENTRY_BYTES, table, true);
    }
    this.#startGroup();
  }

  #putEntry(track: number, offset: number, length: number): void {
    invariant(length < TRACK_BYTES_MAX, 'stored-length-is-a-halfword', `${length}`);
    const at = (track % GROUP_TRACKS) * LEVEL2_ENTRY_BYTES;
    this.#level2.setUint32(at, offset, true);
    this.#level2.setUint16(at + 4, length, true);
    this.#level2.setUint16(at + 6, length, true);
  }
}

/** The zlib level that the options ask for; 0 for none. @throws InputError USAGE */
export function compressionLevel(options: OutputOptions): number {
  if (options.compression === 'none') return 0;
  const level = options.level ?? 1;
  if (Number.isInteger(level) && level >= 1 && level <= 9) return level;
  throw new InputError('USAGE', {
    what: `compression level ${level}`,
    limit: 'levels are whole numbers from 1 (fastest) to 9 (smallest)',
    fix: 'choose a level, or no compression',
  });
}

/** The part of a track that is compressed: everything behind the home address. */
export function compressibleBytes(bytes: Uint8Array): Uint8Array {
  return bytes.subarray(IMAGE_PREFIX_BYTES);
}

/** Writes a compressed image, compressing one track after the other. */
export function writeCompressed(
  source: TrackSource,
  sink: ByteSink,
  options: OutputOptions,
): WrittenImage {
  const { geometry } = source;
  const level = compressionLevel(options);
  const writer = new CompressedWriter(geometry, sink, level);
  for (let first = 0; first < geometry.trackCount; first += GROUP_TRACKS) {
    const count = Math.min(GROUP_TRACKS, geometry.trackCount - first);
    source.scan(first, count, (track, content) => {
      if (content.kind === 'null') {
        writer.addNull(track, content.format);
      } else {
        const raw = compressibleBytes(content.bytes);
        const deflated = level > 0 && isWorthDeflating(raw) ? deflateTrack(raw, level) : undefined;
        writer.addBytes(track, content.bytes, deflated);
      }
    });
    options.progress?.(first + count);
  }
  return writer.finish();
}

/** Collects small pieces into large writes at the end of the file. */
class Appender {
  readonly #sink: ByteSink;
  readonly #buffer = new Uint8Array(BUFFER_BYTES);
  #filled = 0;
  #flushedTo: number;

  constructor(sink: ByteSink, startOffset: number) {
    this.#sink = sink;
    this.#flushedTo = startOffset;
  }

  /** @returns Offset at which the piece begins in the file. */
  append(piece: Uint8Array): number {
    if (this.#filled + piece.length > BUFFER_BYTES) this.#flush();
    const offset = this.#flushedTo + this.#filled;
    if (offset + piece.length > FILE_BYTES_MAX) {
      throw imageFault('IMAGE_TOO_LARGE', this.#sink, offset, {
        what: 'the compressed image grows past 4 GiB',
        limit: `its offsets reach ${FILE_BYTES_MAX} bytes`,
        fix: 'use a higher compression level, or write a plain image',
      });
    }
    this.#buffer.set(piece, this.#filled);
    this.#filled += piece.length;
    return offset;
  }

  /** @returns Size of the file. */
  finish(): number {
    this.#flush();
    return this.#flushedTo;
  }

  #flush(): void {
    if (this.#filled > 0)
      this.#sink.writeAt(this.#flushedTo, this.#buffer.subarray(0, this.#filled));
    this.#flushedTo += this.#filled;
    this.#filled = 0;
  }
}
