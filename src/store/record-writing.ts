/**
 * A record as the pieces that are written.
 *
 * @module
 */
import type { CommitSequence } from '../base/units.ts';
import { encodeContent, type RecordContent } from './record-content.ts';
import {
  encodeHeader,
  leadingBytes,
  RECORD_HEADER_BYTES,
  RECORD_SECTOR_BYTES,
  type RecordKind,
} from './record-header.ts';

/** What the header of a record says beyond what follows from its content. */
export interface RecordPlace {
  readonly kind: RecordKind;
  readonly isFlushed: boolean;
  readonly sequence: number;
  readonly opening: number;
  readonly commit: CommitSequence;
  readonly time: number;
  readonly chain: number;
}

/** A record, ready to be written. */
export interface WrittenRecord {
  readonly pieces: readonly Uint8Array[];
  readonly bytes: number;
  /** Of these, those that are no bytes of tracks. */
  readonly changeBytes: number;
  /** The chain of the next record. */
  readonly checksum: number;
}

const PADDING = new Uint8Array(RECORD_SECTOR_BYTES);

/** @param storeId - 16 bytes. */
export function makeRecord(
  place: RecordPlace,
  content: RecordContent,
  storeId: Uint8Array,
): WrittenRecord {
  const change = encodeContent(content);
  const dataBytes = content.ranges.reduce((sum, { bytes }) => sum + bytes.length, 0);
  const header = encodeHeader(
    {
      ...place,
      changeBytes: change.bytes,
      changeChecksum: change.checksum,
      dataSectors: dataBytes / RECORD_SECTOR_BYTES,
    },
    storeId,
  );
  const leading = leadingBytes(change.bytes);
  const pieces = [header.bytes, ...change.pieces];
  const padding = leading - RECORD_HEADER_BYTES - change.bytes;
  if (padding > 0) pieces.push(PADDING.subarray(0, padding));
  for (const { bytes } of content.ranges) pieces.push(bytes);
  return {
    pieces,
    bytes: leading + dataBytes,
    changeBytes: leading,
    checksum: header.checksum,
  };
}
