/**
 * Writes compressed 32-bit images, so that Hercules' own checker has nothing to say about them.
 *
 * Tracks are appended in order, group by group, each group's level-2 table behind its track images;
 * level-1 table and headers come last, so that a file cut short is no image. Nothing is free: sizes
 * are the file's length, all free-space fields zero.
 *
 * | track | stored as |
 * | --- | --- |
 * | null | an entry (0, format, format); no table at all when the whole group is null in the header's format |
 * | null in format 0 under a header that says format 2 | an image: readers would take the entry for format 2 |
 * | below 512 bytes, or no smaller compressed | an image, uncompressed |
 * | any other | an image, zlib |
 *
 * @module
 */
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
import { deflateTrack, STORED, ZLIB } from './track-compression.ts';
import { contentBytes, type TrackContent, type TrackSource } from './track-source.ts';

/** Tracks below this length are not worth compressing (Hercules' own limit). */
const COMPRESS_BYTES_MIN = 512;
/** Offsets and the file size are unsigned 32-bit numbers. */
const FILE_BYTES_MAX = 2 ** 32 - 1;
const LEVEL1_ENTRY_BYTES = 4;
const LEVEL2_ENTRY_BYTES = 8;
const BUFFER_BYTES = 1_048_576;

/**
 * Writes a compressed image to an empty sink.
 *
 * @throws InputError IMAGE_TOO_LARGE when the file would pass 4 GiB.
 */
export function writeCompressed(
  source: TrackSource,
  sink: ByteSink,
  options: OutputOptions,
): WrittenImage {
  const { geometry } = source;
  const nullFormat = options.nullFormat ?? 1;
  const level = options.compression === 'none' ? 0 : (options.level ?? 1);
  const level1Count = Math.ceil(geometry.trackCount / GROUP_TRACKS);
  const level1 = new DataView(new ArrayBuffer(level1Count * LEVEL1_ENTRY_BYTES));
  const appender = new Appender(sink, HEADERS_BYTES + level1.byteLength);
  const writer = new GroupWriter(source, appender, sink, nullFormat, level);
  for (let group = 0; group < level1Count; group += 1) {
    level1.setUint32(group * LEVEL1_ENTRY_BYTES, writer.writeGroup(group), true);
    options.progress?.(Math.min((group + 1) * GROUP_TRACKS, geometry.trackCount));
  }
  const size = appender.finish();
  sink.writeAt(HEADERS_BYTES, new Uint8Array(level1.buffer));
  const second = encodeCompressedHeader({
    level1Count,
    statedBytes: size,
    cylinders: geometry.cylinders,
    nullFormat,
    compression: level === 0 ? STORED : ZLIB,
    compressionParameter: level === 0 ? -1 : level,
  });
  sink.writeAt(DEVICE_HEADER_BYTES, second);
  const first = encodeDeviceHeader({
    kind: 'compressed',
    wide: false,
    type: geometry.type,
    slotBytes: geometry.slotBytes,
    sequence: 0,
    highCylinder: 0,
    ...(geometry.serial === undefined ? {} : { serial: geometry.serial }),
  });
  sink.writeAt(0, first);
  const { nullTracks, byteTracks } = writer;
  return Object.freeze({ partBytes: Object.freeze([size]), nullTracks, byteTracks });
}

/** Writes the tracks of one group and its table. */
class GroupWriter {
  nullTracks = 0;
  byteTracks = 0;
  readonly #source: TrackSource;
  readonly #appender: Appender;
  readonly #sink: ByteSink;
  readonly #nullFormat: NullFormat;
  readonly #level: number;
  readonly #prefix = new Uint8Array(IMAGE_PREFIX_BYTES);
  readonly #table = new DataView(new ArrayBuffer(GROUP_TRACKS * LEVEL2_ENTRY_BYTES));

  /** @param level - zlib level; 0 leaves every track uncompressed. */
  constructor(
    source: TrackSource,
    appender: Appender,
    sink: ByteSink,
    nullFormat: NullFormat,
    level: number,
  ) {
    this.#source = source;
    this.#appender = appender;
    this.#sink = sink;
    this.#nullFormat = nullFormat;
    this.#level = level;
  }

  /** @returns Offset of the group's table; 0 when the header's null format says it all. */
  writeGroup(group: number): number {
    const first = group * GROUP_TRACKS;
    const count = Math.min(GROUP_TRACKS, this.#source.geometry.trackCount - first);
    let tableNeeded = false;
    for (let at = count; at < GROUP_TRACKS; at += 1) this.#putNull(at, this.#nullFormat);
    this.#source.scan(first, count, (track, content) => {
      if (content.kind === 'null') this.nullTracks += 1;
      else this.byteTracks += 1;
      if (content.kind === 'null' && !(content.format === 0 && this.#nullFormat === 2)) {
        this.#putNull(track - first, content.format);
        tableNeeded ||= content.format !== this.#nullFormat;
      } else {
        this.#putImage(track, track - first, content);
        tableNeeded = true;
      }
    });
    return tableNeeded ? this.#appender.append(new Uint8Array(this.#table.buffer)) : 0;
  }

  #putNull(entry: number, format: NullFormat): void {
    this.#putEntry(entry, 0, format);
  }

  #putImage(track: TrackIndex, entry: number, content: TrackContent): void {
    const bytes = contentBytes(content, track, this.#source.geometry);
    checkOutputTrack(bytes, track, this.#source.geometry, this.#sink);
    const raw = bytes.subarray(IMAGE_PREFIX_BYTES);
    const worthIt = this.#level > 0 && bytes.length >= COMPRESS_BYTES_MIN;
    const deflated = worthIt ? deflateTrack(raw, this.#level) : undefined;
    const data = deflated ?? raw;
    this.#prefix.set(bytes.subarray(0, IMAGE_PREFIX_BYTES));
    this.#prefix[0] = deflated === undefined ? STORED : ZLIB;
    const offset = this.#appender.append(this.#prefix);
    this.#appender.append(data);
    this.#putEntry(entry, offset, IMAGE_PREFIX_BYTES + data.length);
  }

  #putEntry(entry: number, offset: number, length: number): void {
    invariant(length < TRACK_BYTES_MAX, 'stored-length-is-a-halfword', String(length));
    const at = entry * LEVEL2_ENTRY_BYTES;
    this.#table.setUint32(at, offset, true);
    this.#table.setUint16(at + 4, length, true);
    this.#table.setUint16(at + 6, length, true);
  }
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
