/**
 * Puts records into blocks: fixed, variable and undefined format.
 *
 * @module
 */
import { writeHalfword } from './big-endian.ts';
import { EBCDIC_BLANK } from './ebcdic.ts';

/** How records become blocks. */
export interface RecordShape {
  /** `F`, `FB`, `FBA`, `V`, `VB`, `U` …; spanned formats are not built. */
  readonly recordFormat: string;
  /** Record length; with V formats the most, descriptor word included. Ignored for U. */
  readonly recordLength: number;
  readonly blockLength: number;
}

const DESCRIPTOR_BYTES = 4;

/**
 * The blocks of a row of records.
 *
 * Fixed records are filled up with blanks; variable ones get their descriptor words.
 *
 * @throws RangeError when a record is longer than the shape allows, or the shape contradicts itself.
 */
export function* blockRecords(
  records: Iterable<Uint8Array>,
  shape: RecordShape,
): Iterable<Uint8Array> {
  checkShape(shape);
  const isBlocked = shape.recordFormat.includes('B');
  if (shape.recordFormat.startsWith('U')) {
    for (const record of records) {
      checkLength(record, shape.blockLength);
      yield record;
    }
    return;
  }
  const isVariable = shape.recordFormat.startsWith('V');
  const headBytes = isVariable ? DESCRIPTOR_BYTES : 0;
  let parts: Uint8Array[] = [];
  let used = headBytes;
  for (const record of records) {
    const part = isVariable ? variableRecord(record, shape) : fixedRecord(record, shape);
    if (parts.length > 0 && (!isBlocked || used + part.length > shape.blockLength)) {
      yield joinBlock(parts, used, isVariable);
      parts = [];
      used = headBytes;
    }
    parts.push(part);
    used += part.length;
  }
  if (parts.length > 0) yield joinBlock(parts, used, isVariable);
}

function checkShape(shape: RecordShape): void {
  const { recordFormat, recordLength, blockLength } = shape;
  const fault = (what: string): RangeError =>
    new RangeError(`record format ${recordFormat}: ${what}`);
  if (!/^(FB?S?|VB?|U)[AM]?$/.test(recordFormat)) throw fault('is not built');
  if (blockLength < 1 || blockLength > 32_760) throw fault(`block length ${blockLength}`);
  if (recordFormat.startsWith('U')) return;
  if (recordLength < 1) throw fault(`record length ${recordLength}`);
  if (recordFormat.startsWith('V')) {
    if (recordLength <= DESCRIPTOR_BYTES || recordLength + DESCRIPTOR_BYTES > blockLength) {
      throw fault(`records of ${recordLength} do not fit blocks of ${blockLength}`);
    }
  } else if (blockLength % recordLength !== 0) {
    throw fault(`block length ${blockLength} is no multiple of ${recordLength}`);
  }
}

function fixedRecord(record: Uint8Array, shape: RecordShape): Uint8Array {
  checkLength(record, shape.recordLength);
  const part = new Uint8Array(shape.recordLength).fill(EBCDIC_BLANK);
  part.set(record);
  return part;
}

function variableRecord(record: Uint8Array, shape: RecordShape): Uint8Array {
  checkLength(record, shape.recordLength - DESCRIPTOR_BYTES);
  const part = new Uint8Array(DESCRIPTOR_BYTES + record.length);
  writeHalfword(part, 0, part.length);
  part.set(record, DESCRIPTOR_BYTES);
  return part;
}

function joinBlock(parts: readonly Uint8Array[], length: number, isVariable: boolean): Uint8Array {
  const block = new Uint8Array(length);
  if (isVariable) writeHalfword(block, 0, length);
  let at = isVariable ? DESCRIPTOR_BYTES : 0;
  for (const part of parts) {
    block.set(part, at);
    at += part.length;
  }
  return block;
}

function checkLength(record: Uint8Array, limit: number): void {
  if (record.length > limit) {
    throw new RangeError(`a record has at most ${limit} bytes here, got ${record.length}`);
  }
}
