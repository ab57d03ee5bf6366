/**
 * The header of a record, of the journal or of a checkpoint. Numbers are little-endian; those of eight
 * bytes are whole numbers as IEEE doubles.
 *
 * | offset | bytes | content |
 * | --- | --- | --- |
 * | 0 | 4 | `VDRC` |
 * | 4 | 1 | version of the record: 1 |
 * | 5 | 1 | kind: 1 commit, 2 closed, 3 part of a checkpoint, 4 last part |
 * | 6 | 1 | flags: 1 drives were flushed before |
 * | 7 | 1 | 0 |
 * | 8 | 16 | id of the store |
 * | 24 | 8 | sequence of the record; of a part of a checkpoint, its number from 0 |
 * | 32 | 8 | opening: counts who wrote to the store since it was made |
 * | 40 | 8 | commit sequence of the subsystem |
 * | 48 | 8 | model time in ns |
 * | 56 | 4 | chain: checksum of the header of the record before; 0 in the first |
 * | 60 | 4 | bytes of the change that follows the header |
 * | 64 | 4 | its checksum |
 * | 68 | 4 | sectors of data that follow the change |
 * | 72 | 4 | 0 |
 * | 76 | 4 | checksum of the 76 bytes before |
 *
 * Checksums are CRC-32 as zlib computes it. The change begins at offset 80 and is filled up with zeros to
 * whole sectors; the data have checksums of their own (range-checksum.ts).
 *
 * @module
 */
import { crc32 } from 'node:zlib';
import { type CommitSequence, commitSequence } from '../base/units.ts';

/** A sector of the medium, which is written whole or not at all: records begin with one. */
export const RECORD_SECTOR_BYTES = 512;
/** Bytes of a header. */
export const RECORD_HEADER_BYTES = 80;
/** The version that is written. */
const RECORD_VERSION = 1;

const MAGIC = 0x4352_4456;
const FLAG_FLUSHED = 1;
const CHECKSUM_AT = 76;
const KINDS = ['commit', 'closed', 'part', 'lastPart'] as const;

/** What a record is. */
export type RecordKind = (typeof KINDS)[number];

/** What a header says. */
export interface RecordHeader {
  readonly kind: RecordKind;
  /** Everything that was destaged up to here lies on flushed drives. */
  readonly isFlushed: boolean;
  readonly sequence: number;
  readonly opening: number;
  readonly commit: CommitSequence;
  readonly time: number;
  readonly chain: number;
  readonly changeBytes: number;
  readonly changeChecksum: number;
  readonly dataSectors: number;
  /** Checksum of this header: the chain of the next record. */
  readonly checksum: number;
}

/** Bytes of header and change together: whole sectors. */
export function leadingBytes(changeBytes: number): number {
  const bytes = RECORD_HEADER_BYTES + changeBytes;
  return Math.ceil(bytes / RECORD_SECTOR_BYTES) * RECORD_SECTOR_BYTES;
}

/** Bytes of a record with everything that belongs to it. */
export function recordBytes({ changeBytes, dataSectors }: RecordHeader): number {
  return leadingBytes(changeBytes) + dataSectors * RECORD_SECTOR_BYTES;
}

/** The bytes of a header, and its checksum. @param storeId - 16 bytes. */
export function encodeHeader(
  header: Omit<RecordHeader, 'checksum'>,
  storeId: Uint8Array,
): { readonly bytes: Uint8Array; readonly checksum: number } {
  const bytes = new Uint8Array(RECORD_HEADER_BYTES);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, MAGIC, true);
  view.setUint8(4, RECORD_VERSION);
  view.setUint8(5, KINDS.indexOf(header.kind) + 1);
  view.setUint8(6, header.isFlushed ? FLAG_FLUSHED : 0);
  bytes.set(storeId, 8);
  view.setFloat64(24, header.sequence, true);
  view.setFloat64(32, header.opening, true);
  view.setFloat64(40, header.commit, true);
  view.setFloat64(48, header.time, true);
  view.setUint32(56, header.chain, true);
  view.setUint32(60, header.changeBytes, true);
  view.setUint32(64, header.changeChecksum, true);
  view.setUint32(68, header.dataSectors, true);
  const checksum = crc32(bytes.subarray(0, CHECKSUM_AT));
  view.setUint32(CHECKSUM_AT, checksum, true);
  return { bytes, checksum };
}

/**
 * The header that begins here, if one of this store does.
 *
 * @returns `newer` for one of a version that is not known.
 */
export function decodeHeader(
  bytes: Uint8Array,
  storeId: Uint8Array,
): RecordHeader | 'newer' | undefined {
  if (bytes.length < RECORD_HEADER_BYTES) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, RECORD_HEADER_BYTES);
  if (view.getUint32(0, true) !== MAGIC) return undefined;
  const checksum = view.getUint32(CHECKSUM_AT, true);
  if (crc32(bytes.subarray(0, CHECKSUM_AT)) !== checksum) return undefined;
  if (storeId.some((byte, at) => byte !== bytes[8 + at])) return undefined;
  const kind = KINDS[view.getUint8(5) - 1];
  if (view.getUint8(4) !== RECORD_VERSION || kind === undefined) return 'newer';
  return {
    kind,
    isFlushed: (view.getUint8(6) & FLAG_FLUSHED) !== 0,
    sequence: view.getFloat64(24, true),
    opening: view.getFloat64(32, true),
    commit: commitSequence(view.getFloat64(40, true)),
    time: view.getFloat64(48, true),
    chain: view.getUint32(56, true),
    changeBytes: view.getUint32(60, true),
    changeChecksum: view.getUint32(64, true),
    dataSectors: view.getUint32(68, true),
    checksum,
  };
}
