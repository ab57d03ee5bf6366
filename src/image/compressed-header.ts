/**
 * The second 512 bytes of a compressed image: sizes, cylinders, null-track format.
 *
 * | field | 32-bit: offset, type | 64-bit: offset, type |
 * | --- | --- | --- |
 * | version | 0, three bytes (0.3.1) | same |
 * | options | 3, byte | same |
 * | level-1 entries | 4, s32 | same |
 * | level-2 entries of a table (256) | 8, s32 | same |
 * | file size | 12, u32 | 16, u64 |
 * | bytes used | 16, u32 | 24, u64 |
 * | cylinders, always little-endian | 40, u32 | 12, u32 |
 * | null-track format | 44, byte | 72, byte |
 * | compression of new writes | 45, byte | 73, byte |
 * | its parameter | 46, s16 | 74, s16 |
 *
 * The free-space fields between them are written as zeros and never read: in files copied while open
 * they are stale, and nothing that is reachable depends on them (docs/formats.md).
 *
 * @module
 */
import type { ByteSource } from '../base/ports.ts';
import type { NullFormat } from '../track/null-track.ts';
import { DEVICE_HEADER_BYTES } from './device-header.ts';
import { imageFault, readExactly } from './image-fault.ts';

/** Bytes of both headers: where the level-1 table begins. */
export const HEADERS_BYTES = 1024;
/** Entries of a level-2 table: tracks of a group. */
export const GROUP_TRACKS = 256;

const OPTION_BIG_ENDIAN = 0x02;
const OPTION_OPEN = 0x80;
const VERSION_MINOR = 3;

/** What the second header says, free space left out. */
export interface CompressedHeader {
  /** Tables and this header are big-endian. */
  readonly bigEndian: boolean;
  /** The file was open for writing when it was copied. */
  readonly open: boolean;
  readonly level1Count: number;
  /** File size as last recorded. */
  readonly statedBytes: number;
  readonly cylinders: number;
  readonly nullFormat: NullFormat;
  /** 0 none, 1 zlib, 2 bzip2: a hint for later writers, not a promise about the tracks. */
  readonly compression: number;
  readonly compressionParameter: number;
}

/**
 * Reads the second header.
 *
 * @param wide - 64-bit layout.
 * @throws InputError IMAGE_TRUNCATED, IMAGE_TABLE
 */
export function readCompressedHeader(source: ByteSource, wide: boolean): CompressedHeader {
  const bytes = new Uint8Array(HEADERS_BYTES - DEVICE_HEADER_BYTES);
  readExactly(source, DEVICE_HEADER_BYTES, bytes, 'its second header');
  const view = new DataView(bytes.buffer);
  const options = view.getUint8(3);
  const little = (options & OPTION_BIG_ENDIAN) === 0;
  const tail = wide ? 72 : 44;
  const groupTracks = view.getInt32(8, little);
  if (groupTracks !== GROUP_TRACKS) {
    throw imageFault('IMAGE_TABLE', source, DEVICE_HEADER_BYTES + 8, {
      what: `level-2 tables of ${groupTracks} entries`,
      limit: `a level-2 table has ${GROUP_TRACKS} entries`,
    });
  }
  const nullFormat = view.getUint8(tail);
  if (nullFormat > 2) {
    throw imageFault('IMAGE_TABLE', source, DEVICE_HEADER_BYTES + tail, {
      what: `null-track format ${nullFormat}`,
      limit: 'known are 0, 1 and 2',
    });
  }
  return Object.freeze({
    bigEndian: !little,
    open: (options & OPTION_OPEN) !== 0,
    level1Count: view.getInt32(4, little),
    statedBytes: wide ? Number(view.getBigUint64(16, little)) : view.getUint32(12, little),
    cylinders: view.getUint32(wide ? 12 : 40, true),
    nullFormat: nullFormat as NullFormat,
    compression: view.getUint8(tail + 1),
    compressionParameter: view.getInt16(tail + 2, little),
  });
}

/** The second header of a 32-bit file as bytes; little-endian, without free space. */
export function encodeCompressedHeader(
  header: Omit<CompressedHeader, 'bigEndian' | 'open'>,
): Uint8Array {
  const bytes = new Uint8Array(HEADERS_BYTES - DEVICE_HEADER_BYTES);
  const view = new DataView(bytes.buffer);
  view.setUint8(1, VERSION_MINOR);
  view.setUint8(2, 1);
  view.setInt32(4, header.level1Count, true);
  view.setInt32(8, GROUP_TRACKS, true);
  view.setUint32(12, header.statedBytes, true);
  view.setUint32(16, header.statedBytes, true);
  view.setUint32(40, header.cylinders, true);
  view.setUint8(44, header.nullFormat);
  view.setUint8(45, header.compression);
  view.setInt16(46, header.compressionParameter, true);
  return bytes;
}
