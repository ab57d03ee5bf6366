/**
 * One file of a compressed image: where each of its tracks lies.
 *
 * A level-1 table has an entry for each group of 256 tracks, the offset of the group's level-2 table;
 * that has an entry for each track: offset, length, and the space taken. What the entries say:
 *
 * | level 1 | level 2 (offset, length) | the track |
 * | --- | --- | --- |
 * | 0 | | null, in the header's format |
 * | all ones | | not in this shadow file: ask the next older one |
 * | offset | 0, 0 to 2 | null in the format that the length gives; 0 counts as 2 under a header that says 2 |
 * | offset | 0, more | null, in the header's format |
 * | offset | all ones | not in this shadow file |
 * | offset | offset, length | a track image |
 *
 * All tables are checked when the file is opened, so that a broken file is refused before the first
 * track is used; the tables themselves are read again when needed, one at a time (docs/formats.md).
 *
 * @module
 */
import type { ByteSource } from '../base/ports.ts';
import { NULL_TRACK_BYTES, type NullFormat } from '../track/null-track.ts';
import {
  type CompressedHeader,
  GROUP_TRACKS,
  HEADERS_BYTES,
  readCompressedHeader,
} from './compressed-header.ts';
import { DEVICE_HEADER_BYTES, type DeviceHeader } from './device-header.ts';
import { imageFault, readExactly } from './image-fault.ts';
import { cylindersMax } from './track-source.ts';

/** Bytes in front of the data of a track image: compression, then CCHH. */
export const IMAGE_PREFIX_BYTES = 5;

/** Where a track of a compressed file is. */
export type CompressedPlace =
  | { readonly kind: 'older' }
  | { readonly kind: 'null'; readonly format: NullFormat }
  | { readonly kind: 'image'; readonly offset: number; readonly lengthBytes: number };

const OLDER = Object.freeze({ kind: 'older' } as const);
/** An all-ones offset, in our numbers. No real offset is negative. */
const ALL_ONES = -1;

/** Tables of one compressed file. */
export class CompressedFile {
  readonly source: ByteSource;
  readonly header: DeviceHeader;
  readonly compressed: CompressedHeader;
  readonly trackCount: number;
  readonly #level1: Float64Array;
  readonly #tablesEnd: number;
  readonly #level2: Uint8Array;
  #level2Group = -1;

  /** @throws InputError IMAGE_TRUNCATED, IMAGE_TABLE, IMAGE_GEOMETRY */
  constructor(source: ByteSource, header: DeviceHeader) {
    this.source = source;
    this.header = header;
    this.compressed = readCompressedHeader(source, header.wide);
    this.trackCount = this.#checkedTrackCount();
    this.#tablesEnd = HEADERS_BYTES + this.compressed.level1Count * this.#level1EntryBytes();
    this.#level2 = new Uint8Array(GROUP_TRACKS * this.#level2EntryBytes());
    this.#level1 = this.#readLevel1();
    this.#checkTables();
  }

  /** Where a track is. `track` must be on the volume. */
  locate(track: number): CompressedPlace {
    const group = Math.floor(track / GROUP_TRACKS);
    const table = this.#level1[group] ?? 0;
    if (table === ALL_ONES) return OLDER;
    if (table === 0) return this.#nullPlace(this.compressed.nullFormat, track);
    if (this.#level2Group !== group) {
      readExactly(this.source, table, this.#level2, `level-2 table ${group}`);
      this.#level2Group = group;
    }
    return this.#entry(table, track);
  }

  /** Whether the file is shorter than it says. */
  get isShort(): boolean {
    return this.compressed.statedBytes > this.source.sizeBytes;
  }

  #level1EntryBytes(): number {
    return this.header.wide ? 8 : 4;
  }

  #level2EntryBytes(): number {
    return this.header.wide ? 16 : 8;
  }

  #checkedTrackCount(): number {
    const { cylinders, level1Count } = this.compressed;
    const cylindersAt = DEVICE_HEADER_BYTES + (this.header.wide ? 12 : 40);
    const most = cylindersMax(this.header.type);
    if (cylinders < 1 || cylinders > most) {
      throw imageFault('IMAGE_GEOMETRY', this.source, cylindersAt, {
        what: `the header gives ${cylinders} cylinders`,
        limit: `a ${this.header.type.name} volume has 1 to ${most}`,
      });
    }
    const trackCount = cylinders * this.header.type.headCount;
    if (level1Count !== Math.ceil(trackCount / GROUP_TRACKS)) {
      throw imageFault('IMAGE_TABLE', this.source, DEVICE_HEADER_BYTES + 4, {
        what: `the level-1 table has ${level1Count} entries`,
        limit: `${trackCount} tracks need ${Math.ceil(trackCount / GROUP_TRACKS)}`,
      });
    }
    return trackCount;
  }

  #readLevel1(): Float64Array {
    const { level1Count, bigEndian } = this.compressed;
    const bytes = new Uint8Array(level1Count * this.#level1EntryBytes());
    readExactly(this.source, HEADERS_BYTES, bytes, 'its level-1 table');
    const view = new DataView(bytes.buffer);
    return Float64Array.from({ length: level1Count }, (_, at) =>
      this.header.wide ? readWide(view, 8 * at, !bigEndian) : readNarrow(view, 4 * at, !bigEndian),
    );
  }

  #checkTables(): void {
    for (const [group, table] of this.#level1.entries()) {
      if (table === 0) continue;
      const at = HEADERS_BYTES + group * this.#level1EntryBytes();
      if (table === ALL_ONES) {
        if (this.header.kind !== 'shadow') throw this.#notInBase(at);
        continue;
      }
      this.#checkRange(at, table, this.#level2.length, `level-2 table ${group}`);
      const last = Math.min(this.trackCount, (group + 1) * GROUP_TRACKS);
      for (let track = group * GROUP_TRACKS; track < last; track += 1) this.locate(track);
    }
  }

  #entry(table: number, track: number): CompressedPlace {
    const at = (track % GROUP_TRACKS) * this.#level2EntryBytes();
    const view = new DataView(this.#level2.buffer);
    const little = !this.compressed.bigEndian;
    const offset = this.header.wide ? readWide(view, at, little) : readNarrow(view, at, little);
    const lengthBytes = view.getUint16(at + (this.header.wide ? 8 : 4), little);
    if (offset === ALL_ONES) {
      if (this.header.kind !== 'shadow') throw this.#notInBase(table + at);
      return OLDER;
    }
    if (offset === 0) return this.#nullPlace(this.#nullFormat(lengthBytes), track);
    if (lengthBytes <= IMAGE_PREFIX_BYTES) {
      throw imageFault('IMAGE_TABLE', this.source, table + at, {
        what: `the image of track ${track} has ${lengthBytes} bytes`,
        limit: `an image has more than the ${IMAGE_PREFIX_BYTES} bytes of its prefix`,
      });
    }
    this.#checkRange(table + at, offset, lengthBytes, `the image of track ${track}`);
    return { kind: 'image', offset, lengthBytes };
  }

  #nullFormat(length: number): NullFormat {
    const { nullFormat } = this.compressed;
    // Files older than the format byte wrote 0 for every null track of a Linux volume.
    if (length > 2 || (length === 0 && nullFormat === 2)) return nullFormat;
    return length as NullFormat;
  }

  #nullPlace(format: NullFormat, track: number): CompressedPlace {
    if (NULL_TRACK_BYTES[format] <= this.header.slotBytes) return { kind: 'null', format };
    throw imageFault('IMAGE_TABLE', this.source, HEADERS_BYTES, {
      what: `track ${track} is null in format ${format}, ${NULL_TRACK_BYTES[format]} bytes`,
      limit: `a track takes at most ${this.header.slotBytes} bytes`,
    });
  }

  /** @param at - Offset of the entry that names the range. */
  #checkRange(at: number, offset: number, length: number, what: string): void {
    const { sizeBytes } = this.source;
    if (offset >= this.#tablesEnd && offset + length <= sizeBytes) return;
    const cut = this.isShort && offset >= this.#tablesEnd;
    throw imageFault(cut ? 'IMAGE_TRUNCATED' : 'IMAGE_TABLE', this.source, at, {
      what: `${what} is said to lie at byte ${offset}, ${length} bytes long`,
      limit: `the file has room for it from byte ${this.#tablesEnd} to ${sizeBytes}`,
    });
  }

  #notInBase(at: number): Error {
    return imageFault('IMAGE_TABLE', this.source, at, {
      what: 'an entry sends the reader to an older file',
      limit: 'only shadow files have an older file',
      fix: 'give the base image first and its shadow files after it',
    });
  }
}

function readNarrow(view: DataView, at: number, little: boolean): number {
  const value = view.getUint32(at, little);
  return value === 0xffff_ffff ? ALL_ONES : value;
}

/** Offsets beyond 2^53 lose bits here and lie far outside any file, which is what is reported. */
function readWide(view: DataView, at: number, little: boolean): number {
  const value = view.getBigUint64(at, little);
  return value === 0xffff_ffff_ffff_ffffn ? ALL_ONES : Number(value);
}
