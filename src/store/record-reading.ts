/**
 * Reads one record of the journal or of a checkpoint, and tells what of it is whole.
 *
 * @module
 */
import { crc32 } from 'node:zlib';
import { isRangeWhole } from './range-checksum.ts';
import { type DataRangePlan, decodeContent, type RecordTable } from './record-content.ts';
import {
  decodeHeader,
  leadingBytes,
  RECORD_HEADER_BYTES,
  RECORD_SECTOR_BYTES,
  type RecordHeader,
  recordBytes,
} from './record-header.ts';
import { StoreFault } from './store-fault.ts';
import type { WindowReader } from './window-reader.ts';

/** A range of data that a record brings. */
export interface ReadRange extends DataRangePlan {
  /** Right until the next record is read. */
  readonly bytes: Uint8Array;
  /** Whether they are those that were written; where not, some of the tracks in them may still be. */
  readonly isWhole: boolean;
}

/** A record whose change is whole; of its data some may not be. */
export interface ReadableRecord {
  readonly kind: 'whole' | 'brokenData';
  readonly header: RecordHeader;
  readonly table: RecordTable;
  readonly ranges: readonly ReadRange[];
}

/** What is found where a record should begin. */
export type FoundRecord =
  | { readonly kind: 'none' }
  | { readonly kind: 'broken'; readonly header: RecordHeader }
  | ReadableRecord;

/** The header at an offset, if one of this store begins there. @throws StoreFault STORE_VERSION */
export function readHeader(
  reader: WindowReader,
  offset: number,
  storeId: Uint8Array,
): RecordHeader | undefined {
  const header = decodeHeader(reader.view(offset, RECORD_HEADER_BYTES), storeId);
  if (header === 'newer') {
    throw new StoreFault('STORE_VERSION', {
      what: 'a record of a version that is not known',
      place: { file: reader.file.name, offset },
      limit: 'versions up to 1 are read',
      fix: 'open the store with a newer release',
    });
  }
  return header;
}

/** @throws StoreFault STORE_VERSION, MediumFault */
export function readRecord(reader: WindowReader, offset: number, storeId: Uint8Array): FoundRecord {
  const header = readHeader(reader, offset, storeId);
  if (header === undefined) return { kind: 'none' };
  if (offset + recordBytes(header) > reader.sizeBytes) return { kind: 'broken', header };
  const leading = leadingBytes(header.changeBytes);
  const record = reader.view(offset, recordBytes(header));
  const change = record.subarray(RECORD_HEADER_BYTES, RECORD_HEADER_BYTES + header.changeBytes);
  if (crc32(change) !== header.changeChecksum) return { kind: 'broken', header };
  const table = decodeContent(change);
  let at = leading;
  const ranges = table.ranges.map((plan): ReadRange => {
    const bytes = record.subarray(at, at + plan.sectors * RECORD_SECTOR_BYTES);
    at += bytes.length;
    return { ...plan, bytes, isWhole: isRangeWhole(bytes, plan) };
  });
  const areWhole = ranges.every(({ isWhole }) => isWhole);
  return { kind: areWhole ? 'whole' : 'brokenData', header, table, ranges };
}
