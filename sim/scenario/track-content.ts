/**
 * New content for a track that keeps its layout: what an application that rewrites its records does.
 *
 * Records keep their number, key and lengths. Records with a key (directory blocks, indexed data) and
 * end-of-file records stay as they are, and so do the descriptor words of variable-length blocks, so
 * that every reader of the data set still finds its way. A track without records, inside a data set,
 * is filled with blocks of the data set's own length.
 *
 * @module
 */
import {
  buildTrack,
  type DeviceType,
  parseTrack,
  type Random,
  recordsPerTrack,
  type TrackAddress,
} from '../../src/index.ts';

/** What is known about the records of a track. */
export interface RecordLayout {
  /** `FB`, `VB`, `U` …; empty when unknown. */
  readonly recordFormat: string;
  /** Bytes of a block; 0 when unknown. */
  readonly blockLength: number;
}

/** Length of the blocks that are put where there are none and nobody says how long they are. */
const BLOCK_BYTES_DEFAULT = 4_096;
/** Bytes of a block descriptor word, and of a record descriptor word. */
const DESCRIPTOR_BYTES = 4;

/** Letters, digits and blanks in EBCDIC: 64 of them, so that six random bits choose one. */
const LETTERS = Uint8Array.from([
  ...span(0xc1, 9),
  ...span(0xd1, 9),
  ...span(0xe2, 8),
  ...span(0xf0, 10),
  ...span(0x81, 9),
  ...span(0x91, 9),
  ...span(0xa2, 8),
  0x40,
  0x40,
]);

/**
 * The track with new data in its records.
 *
 * @param track - A valid track; not changed.
 */
export function rewriteRecords(
  track: Uint8Array,
  layout: RecordLayout,
  random: Random,
): Uint8Array {
  const changed = track.slice();
  for (const record of parseTrack(track)) {
    if (record.number === 0 || record.keyBytes > 0 || record.dataBytes === 0) continue;
    const block = changed.subarray(record.dataOffset, record.dataOffset + record.dataBytes);
    if (layout.recordFormat.startsWith('V')) rewriteVariableBlock(block, random);
    else fillWithText(block, random);
  }
  return changed;
}

/** Whether a track has a record that {@link rewriteRecords} would change. */
export function hasRecordsToRewrite(track: Uint8Array): boolean {
  return parseTrack(track).some(
    (record) => record.number > 0 && record.keyBytes === 0 && record.dataBytes > 0,
  );
}

/** A full track of new blocks. */
export function fillTrack(
  type: DeviceType,
  address: TrackAddress,
  layout: RecordLayout,
  random: Random,
): Uint8Array {
  const wanted = layout.blockLength > 0 ? layout.blockLength : BLOCK_BYTES_DEFAULT;
  const dataBytes = Math.min(wanted, type.recordBytesMax);
  const count = Math.min(255, recordsPerTrack(type, { keyBytes: 0, dataBytes }));
  const records = Array.from({ length: count }, (_, at) => {
    const data = new Uint8Array(dataBytes);
    if (layout.recordFormat.startsWith('V')) describeOneRecord(data);
    return { number: at + 1, data };
  });
  return rewriteRecords(buildTrack(address, records), layout, random);
}

/** Replaces the payload of each record of a block, if the block is one. */
function rewriteVariableBlock(block: Uint8Array, random: Random): void {
  const view = new DataView(block.buffer, block.byteOffset, block.byteLength);
  if (block.length < 2 * DESCRIPTOR_BYTES || view.getUint16(0) > block.length) return;
  const end = view.getUint16(0);
  let at = DESCRIPTOR_BYTES;
  while (at + DESCRIPTOR_BYTES <= end) {
    const length = view.getUint16(at);
    if (length < DESCRIPTOR_BYTES || at + length > end) return;
    fillWithText(block.subarray(at + DESCRIPTOR_BYTES, at + length), random);
    at += length;
  }
}

/** Makes a block hold one record as long as it can be. */
function describeOneRecord(block: Uint8Array): void {
  if (block.length < 2 * DESCRIPTOR_BYTES) return;
  const view = new DataView(block.buffer);
  view.setUint16(0, block.length);
  view.setUint16(DESCRIPTOR_BYTES, block.length - DESCRIPTOR_BYTES);
}

function fillWithText(bytes: Uint8Array, random: Random): void {
  const drawn = random.bytes(bytes.length);
  for (let at = 0; at < bytes.length; at += 1) {
    bytes[at] = LETTERS[(drawn[at] ?? 0) & 0x3f] ?? 0x40;
  }
}

function span(first: number, count: number): readonly number[] {
  return Array.from({ length: count }, (_, at) => first + at);
}
