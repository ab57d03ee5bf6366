/**
 * Where the journal had come to when the store was closed last: a word outside the journal, so that a
 * journal which was cut or taken away is told from one that ends.
 *
 * It is a lower bound and never wrong: it is written when all of it is durable, and not flushed. One sector
 * of a file of its own:
 *
 * | offset | bytes | content |
 * | --- | --- | --- |
 * | 0 | 8 | `VDASDEND` |
 * | 8 | 16 | id of the store |
 * | 24 | 8 | sequence of the last record, as an IEEE double, little-endian |
 * | 32 | 4 | CRC-32 of the 32 bytes before |
 * | 36 | 476 | 0 |
 *
 * @module
 */
import { crc32 } from 'node:zlib';
import { type Medium, MediumFault } from './medium.ts';
import { RECORD_SECTOR_BYTES } from './record-header.ts';
import { JOURNAL_END_FILE } from './store-layout.ts';

const MAGIC = new TextEncoder().encode('VDASDEND');
const STORE_ID_AT = 8;
const SEQUENCE_AT = 24;
const CHECKSUM_AT = 32;

/** Says that the journal has every record up to this sequence. @throws MediumFault */
export function writeJournalEnd(
  medium: Medium,
  storeId: Uint8Array,
  sequence: number,
  flush: 'flush' | 'later',
): void {
  const bytes = new Uint8Array(RECORD_SECTOR_BYTES);
  bytes.set(MAGIC);
  bytes.set(storeId, STORE_ID_AT);
  const view = new DataView(bytes.buffer);
  view.setFloat64(SEQUENCE_AT, sequence, true);
  view.setUint32(CHECKSUM_AT, crc32(bytes.subarray(0, CHECKSUM_AT)), true);
  const isThere = medium.list('').includes(JOURNAL_END_FILE);
  const file = medium.open(JOURNAL_END_FILE, isThere ? 'write' : 'make');
  try {
    file.write(0, [bytes]);
    if (flush === 'flush') file.flush();
  } finally {
    file.close();
  }
}

/** What is known of where the journal ends. */
export interface JournalEnd {
  /** Sequence of a record that the journal must have; 0 where nobody has said so. */
  readonly atLeast: number;
  /** Whether something else stands there, or nothing that can be read. */
  readonly isDamaged: boolean;
}

/** @throws MediumFault when the system does not let us */
export function readJournalEnd(medium: Medium, storeId: Uint8Array): JournalEnd {
  const bytes = readSector(medium);
  if (bytes === undefined) return { atLeast: 0, isDamaged: true };
  // What is not flushed may be there by name alone.
  if (bytes.every((byte) => byte === 0)) return { atLeast: 0, isDamaged: false };
  const view = new DataView(bytes.buffer);
  const isSound =
    MAGIC.every((byte, at) => bytes[at] === byte) &&
    storeId.every((byte, at) => bytes[STORE_ID_AT + at] === byte) &&
    crc32(bytes.subarray(0, CHECKSUM_AT)) === view.getUint32(CHECKSUM_AT, true);
  return { atLeast: isSound ? view.getFloat64(SEQUENCE_AT, true) : 0, isDamaged: !isSound };
}

/** Zeros where there is nothing; `undefined` where the medium gives an error. */
function readSector(medium: Medium): Uint8Array<ArrayBuffer> | undefined {
  const bytes = new Uint8Array(RECORD_SECTOR_BYTES);
  try {
    const file = medium.open(JOURNAL_END_FILE, 'read');
    try {
      file.read(0, bytes);
    } finally {
      file.close();
    }
  } catch (error) {
    if (error instanceof MediumFault && error.fault === 'failed') return undefined;
    if (!(error instanceof MediumFault && error.fault === 'absent')) throw error;
  }
  return bytes;
}
