/**
 * Writes the journal: records one behind the other into segments, each of which is used again when a
 * checkpoint has made what it holds superfluous.
 *
 * Writing over what was once flushed is quicker than making a file longer, so segments grow ahead of
 * need, and are kept. Old segments get the next free numbers; what they still hold has lower sequences
 * than any reader of the journal looks for.
 *
 * @module
 */
import { invariant } from '../base/invariant.ts';
import { type Medium, MediumFault, type MediumFile } from './medium.ts';
import type { JournalPosition, RecordContent, RecordExtent } from './record-content.ts';
import { makeRecord, type RecordPlace } from './record-writing.ts';
import { JOURNAL_FOLDER, parseSegmentFile, segmentFile } from './store-layout.ts';

/** How a journal uses its medium. */
export interface JournalPlan {
  readonly storeId: Uint8Array;
  readonly segmentBytes: number;
  /** Segments that are kept for later use, at most. */
  readonly spareSegments: number;
}

/**
 * A segment grows by so much ahead of need. For a record that is itself a large part of that, the zeros
 * would cost more than they save.
 */
const GROWTH_BYTES = 4 * 2 ** 20;
const GROWTH_PART = 0.125;
const ZEROS = new Uint8Array(2 ** 20);

/** The end of the journal. */
export class JournalWriter {
  readonly #medium: Medium;
  readonly #plan: JournalPlan;
  #segment: number;
  #offset: number;
  #sequence: number;
  #chain: number;
  readonly #opening: number;
  #file: MediumFile | undefined;
  #sizeBytes = 0;
  /**
   * Not before the first record: where it goes, an earlier writer may have left the word that the store
   * was closed, or a record that was not finished, and readers would look no further.
   */
  #mayTurn = false;
  /** Numbers of later segments that are there already. */
  readonly #ready: Set<number>;

  /** @param position - Where the next record goes; its opening is that of this writer. */
  constructor(medium: Medium, plan: JournalPlan, position: JournalPosition) {
    this.#medium = medium;
    this.#plan = plan;
    this.#segment = position.segment;
    this.#offset = position.offset;
    this.#sequence = position.sequence;
    this.#chain = position.chain;
    this.#opening = position.opening;
    this.#ready = new Set(segmentNumbers(medium).filter((number) => number > this.#segment));
  }

  /** Where the next record goes, unless it begins the next segment. */
  get position(): JournalPosition {
    return {
      segment: this.#segment,
      offset: this.#offset,
      sequence: this.#sequence,
      opening: this.#opening,
      chain: this.#chain,
    };
  }

  /**
   * Writes a record, and flushes it unless it says no more than that the store is closed.
   *
   * @throws MediumFault; then nothing more may be appended.
   */
  append(
    place: Pick<RecordPlace, 'kind' | 'isFlushed' | 'commit' | 'time'>,
    content: RecordContent,
  ): { readonly bytes: number; readonly changeBytes: number } {
    const record = makeRecord(
      { ...place, sequence: this.#sequence, opening: this.#opening, chain: this.#chain },
      content,
      this.#plan.storeId,
    );
    const isBeyond = this.#offset + record.bytes > this.#plan.segmentBytes;
    if (this.#mayTurn && this.#offset > 0 && isBeyond) this.#turn();
    const file = this.#opened();
    file.write(this.#offset, record.pieces);
    const end = this.#offset + record.bytes;
    if (end > this.#sizeBytes) this.#grow(file, end, record.bytes);
    if (place.kind !== 'closed') file.flush();
    this.#mayTurn = true;
    this.#offset = end;
    this.#sequence += 1;
    this.#chain = record.checksum;
    return { bytes: record.bytes, changeBytes: record.changeBytes };
  }

  /**
   * Writes the last record that was read once more. A process that ended in between, or whose flush failed, has left what the system shows to us, but need
   * not have on the medium; and no later flush of other files would bring it there.
   *
   * @throws MediumFault
   */
  confirm({ segment, offset, bytes }: RecordExtent): void {
    const file = this.#medium.open(segmentFile(segment), 'write');
    try {
      const record = new Uint8Array(bytes);
      file.read(offset, record);
      file.write(offset, [record]);
      file.flush();
    } finally {
      file.close();
    }
  }

  /** Makes the names of all segments durable. @throws MediumFault */
  confirmNames(): void {
    this.#medium.flushFolder(JOURNAL_FOLDER);
  }

  /**
   * Before a checkpoint: leaves a segment that one long record has made much longer than the others, so
   * that it need not be kept for the sake of its end.
   */
  leaveLong(): void {
    if (this.#mayTurn && this.#offset > 2 * this.#plan.segmentBytes) this.#turn();
  }

  /** A durable checkpoint has everything before this position: segments before are used again. */
  recycle({ segment }: JournalPosition): void {
    const numbers = segmentNumbers(this.#medium);
    let next = Math.max(this.#segment, ...numbers) + 1;
    let spare = numbers.filter((number) => number > this.#segment).length;
    for (const number of numbers) {
      if (number >= segment) break;
      if (spare < this.#plan.spareSegments && this.#isOfUse(number)) {
        this.#medium.rename(segmentFile(number), segmentFile(next));
        this.#ready.add(next);
        next += 1;
        spare += 1;
      } else {
        this.#medium.remove(segmentFile(number));
      }
    }
    this.#medium.flushFolder(JOURNAL_FOLDER);
  }

  close(): void {
    this.#file?.close();
    this.#file = undefined;
  }

  /** Goes on with the next segment, which gets the next record, however long: none is passed over. */
  #turn(): void {
    this.close();
    this.#segment += 1;
    this.#offset = 0;
    this.#mayTurn = false;
  }

  #opened(): MediumFile {
    if (this.#file !== undefined) return this.#file;
    const name = segmentFile(this.#segment);
    const isThere = this.#offset > 0 || this.#ready.has(this.#segment);
    this.#file = this.#medium.open(name, isThere ? 'write' : 'make');
    this.#ready.delete(this.#segment);
    if (!isThere) this.#medium.flushFolder(JOURNAL_FOLDER);
    this.#sizeBytes = this.#file.sizeBytes;
    invariant(this.#sizeBytes >= this.#offset, 'journal-segment-holds-its-records', name);
    return this.#file;
  }

  /** Lengthens the segment beyond what was just written, as far as there is space. */
  #grow(file: MediumFile, end: number, recordBytes: number): void {
    this.#sizeBytes = end;
    if (recordBytes > GROWTH_BYTES * GROWTH_PART) return;
    const until = Math.min(end + GROWTH_BYTES, this.#plan.segmentBytes);
    try {
      while (this.#sizeBytes < until) {
        const bytes = Math.min(ZEROS.length, until - this.#sizeBytes);
        file.write(this.#sizeBytes, [ZEROS.subarray(0, bytes)]);
        this.#sizeBytes += bytes;
      }
    } catch (error) {
      if (!(error instanceof MediumFault && error.fault === 'full')) throw error;
    }
  }

  /** A segment that one long record has made much longer than the others is not kept. */
  #isOfUse(number: number): boolean {
    const file = this.#medium.open(segmentFile(number), 'read');
    try {
      return file.sizeBytes <= 2 * this.#plan.segmentBytes;
    } finally {
      file.close();
    }
  }
}

/** Numbers of the segments that are there, ascending. */
export function segmentNumbers(medium: Medium): number[] {
  return medium
    .list(JOURNAL_FOLDER)
    .map(parseSegmentFile)
    .filter((number) => number !== undefined)
    .toSorted((one, other) => one - other);
}
