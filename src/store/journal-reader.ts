/**
 * Reads the journal from a position to its end, and tells a record that was being written when the power
 * went from one that was damaged later.
 *
 * A record is written only when the one before it was flushed. So a record that is not whole is a torn
 * end, unless there is a later one: then it was whole once.
 *
 * @module
 */
import { segmentNumbers } from './journal-writer.ts';
import { type Medium, MediumFault } from './medium.ts';
import type { JournalPosition, RecordExtent, RecordTable, SegmentPlace } from './record-content.ts';
import { RECORD_SECTOR_BYTES, type RecordHeader, recordBytes } from './record-header.ts';
import {
  type FoundRecord,
  type ReadableRecord,
  type ReadRange,
  readHeader,
  readRecord,
} from './record-reading.ts';
import type { StorePlace } from './store-fault.ts';
import { segmentFile } from './store-layout.ts';
import { WindowReader } from './window-reader.ts';

/** What comes next in a journal. */
export type JournalStep =
  | {
      readonly kind: 'record';
      readonly header: RecordHeader;
      readonly table: RecordTable;
      readonly ranges: readonly ReadRange[];
      readonly place: StorePlace;
      readonly bytes: number;
    }
  /** The end. @see JournalReader.position */
  | {
      readonly kind: 'end';
      readonly wasClosed: boolean;
      readonly closedAt: number;
      readonly tornAt: StorePlace | undefined;
    }
  /** A record is needed, was there, and is no more; there are later ones. */
  | { readonly kind: 'damaged'; readonly place: StorePlace; readonly sequence: number };

/** Reads one journal. */
export class JournalReader {
  readonly #medium: Medium;
  readonly #storeId: Uint8Array;
  readonly #atLeast: number;
  #position: JournalPosition;
  #last: RecordExtent | undefined;
  #open: { readonly segment: number; readonly reader: WindowReader } | undefined;

  /**
   * @param position - Where to begin, and what is expected there.
   * @param atLeast - Sequence of a record that is known to have been there.
   */
  constructor(medium: Medium, storeId: Uint8Array, position: JournalPosition, atLeast = 0) {
    this.#medium = medium;
    this.#storeId = storeId;
    this.#position = position;
    this.#atLeast = atLeast;
  }

  /** Where the next record is expected; at the end, where it is to be written. */
  get position(): JournalPosition {
    return this.#position;
  }

  /** The record that was read last, if any was. */
  get last(): RecordExtent | undefined {
    return this.#last;
  }

  /** @throws StoreFault STORE_VERSION, MediumFault */
  next(): JournalStep {
    const step = this.#nextThere();
    const { segment, offset, sequence } = this.#position;
    if (step.kind !== 'end' || sequence > this.#atLeast) return step;
    return { kind: 'damaged', place: { file: segmentFile(segment), offset }, sequence };
  }

  #nextThere(): JournalStep {
    let { found, segment, offset } = this.#locate();
    // Everything before the position was flushed, or there would be no such position.
    if (offset > (this.#readerOf(segment)?.sizeBytes ?? 0)) {
      const place = { file: segmentFile(segment), offset };
      return { kind: 'damaged', place, sequence: this.#position.sequence };
    }
    if (found.kind !== 'whole') {
      if (!this.#hasLater()) return this.#end(found, { segment, offset });
      // When there is a later one this one was written, and perhaps just now: somebody may be writing.
      this.close();
      ({ found, segment, offset } = this.#locate());
      if (found.kind !== 'whole' && found.kind !== 'brokenData') {
        const place = { file: segmentFile(segment), offset };
        return { kind: 'damaged', place, sequence: this.#position.sequence };
      }
    }
    return this.#take(found, { segment, offset });
  }

  close(): void {
    this.#open?.reader.close();
    this.#open = undefined;
  }

  #end({ kind }: FoundRecord, { segment, offset }: SegmentPlace): JournalStep {
    const tornAt = kind === 'none' ? undefined : { file: segmentFile(segment), offset };
    return { kind: 'end', wasClosed: false, closedAt: 0, tornAt };
  }

  #take(found: ReadableRecord, { segment, offset }: SegmentPlace): JournalStep {
    const { header, table, ranges } = found;
    // What says that the store was closed is written over by whatever comes next.
    if (header.kind === 'closed') {
      return { kind: 'end', wasClosed: true, closedAt: header.time, tornAt: undefined };
    }
    const bytes = recordBytes(header);
    this.#last = { segment, offset, bytes };
    this.#position = {
      segment,
      offset: offset + bytes,
      sequence: header.sequence + 1,
      opening: header.opening,
      chain: header.checksum,
    };
    const place = { file: segmentFile(segment), offset };
    return { kind: 'record', header, table, ranges, place, bytes };
  }

  /** Where the record that is expected begins: behind the one before, or in the next segment. */
  #locate(): SegmentPlace & { readonly found: FoundRecord } {
    const { segment, offset } = this.#position;
    const found = this.#expectedAt(segment, offset);
    if (found.kind === 'none' && offset > 0) {
      const ahead = this.#expectedAt(segment + 1, 0);
      if (ahead.kind !== 'none') return { found: ahead, segment: segment + 1, offset: 0 };
    }
    return { found, segment, offset };
  }

  /** The record that is expected, if it begins here. */
  #expectedAt(segment: number, offset: number): FoundRecord {
    const reader = this.#readerOf(segment);
    if (reader === undefined) return { kind: 'none' };
    const found = readRecord(reader, offset, this.#storeId);
    if (found.kind === 'none') return found;
    const { sequence, chain, opening } = this.#position;
    const isExpected =
      found.header.sequence === sequence &&
      found.header.chain === chain &&
      found.header.opening >= opening;
    return isExpected ? found : { kind: 'none' };
  }

  /** Whether there is a record behind the expected one: there, or at the beginning of a later segment. */
  #hasLater(): boolean {
    const { segment, offset } = this.#position;
    const later = segmentNumbers(this.#medium).filter((number) => number > segment);
    return (
      this.#hasLaterIn(segment, offset, Number.POSITIVE_INFINITY) ||
      this.#hasLaterIn(segment + 1, 0, Number.POSITIVE_INFINITY) ||
      later.some((number) => this.#hasLaterIn(number, 0, RECORD_SECTOR_BYTES))
    );
  }

  #hasLaterIn(segment: number, from: number, until: number): boolean {
    const reader = this.#readerOf(segment);
    if (reader === undefined) return false;
    const end = Math.min(reader.sizeBytes, until);
    for (let offset = from; offset < end; offset += RECORD_SECTOR_BYTES) {
      const header = readHeaderIfReadable(reader, offset, this.#storeId);
      if (header === undefined) continue;
      const { sequence, opening } = this.#position;
      if (header.sequence > sequence && header.opening >= opening) return true;
    }
    return false;
  }

  /** `undefined` when there is no such segment. */
  #readerOf(segment: number): WindowReader | undefined {
    if (this.#open?.segment === segment) return this.#open.reader;
    try {
      const reader = new WindowReader(this.#medium.open(segmentFile(segment), 'read'));
      this.close();
      this.#open = { segment, reader };
      return reader;
    } catch (error) {
      if (error instanceof MediumFault && error.fault === 'absent') return undefined;
      throw error;
    }
  }
}

/**
 * The highest opening that any record in some files tells of, whether it still counts or not; 0 where
 * there is none.
 *
 * @param files - Names of segments and checkpoints.
 */
export function highestOpening(
  medium: Medium,
  storeId: Uint8Array,
  files: readonly string[],
): number {
  let highest = 0;
  for (const file of files) {
    const reader = new WindowReader(medium.open(file, 'read'));
    try {
      for (let offset = 0; offset < reader.sizeBytes; offset += RECORD_SECTOR_BYTES) {
        const { opening = 0 } = readHeaderIfReadable(reader, offset, storeId) ?? {};
        highest = Math.max(highest, opening);
      }
    } finally {
      reader.close();
    }
  }
  return highest;
}

/** The header at an offset; none either where the medium gives an error. @throws StoreFault STORE_VERSION */
function readHeaderIfReadable(
  reader: WindowReader,
  offset: number,
  storeId: Uint8Array,
): RecordHeader | undefined {
  try {
    return readHeader(reader, offset, storeId);
  } catch (error) {
    if (error instanceof MediumFault && error.fault === 'failed') return undefined;
    throw error;
  }
}
