/**
 * The records of a data set or member on their way out: to standard output, or to a file that is there
 * whole or not at all.
 *
 * As bytes, records of fixed or undefined length follow each other as they are; records of variable
 * length keep their record descriptor words, so that it can be seen where they end. As text, every
 * record is a line without trailing blanks.
 *
 * @module
 */
import { closeSync, existsSync, openSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { type DataSetEntry, InputError, recordText } from '../../src/index.ts';
import { fileFault } from '../../src/store.ts';
import { fromPrintable } from '../report/printable.ts';
import { beginFile } from '../sweep/unfinished-files.ts';

/** Bytes that are written at once. */
const CHUNK_BYTES = 1_048_576;
const DESCRIPTOR_BYTES = 4;

/** What was asked for: `DATA.SET` or `DATA.SET(MEMBER)`. */
export interface WantedRecords {
  readonly dataSet: string;
  readonly member?: string;
}

/** What was written. */
export interface WrittenRecords {
  readonly records: number;
  readonly bytes: number;
}

/** Where records go, and in which form. */
export interface RecordOutputOptions {
  /** Standard output when absent. */
  readonly output?: string;
  readonly text?: boolean;
}

/** Reads what was asked for. @throws InputError USAGE */
export function parseWanted(text: string): WantedRecords {
  const name = fromPrintable(text);
  const parts = /^([^()]{1,44})(?:\(([^()]{1,8})\))?$/.exec(name);
  if (parts?.[1] === undefined) {
    throw new InputError('USAGE', {
      what: `'${text}' names no data set`,
      limit: 'a name has 1 to 44 characters, and one of a member 1 to 8',
      fix: 'write DATA.SET or DATA.SET(MEMBER)',
    });
  }
  const dataSet = parts[1].toUpperCase();
  const member = parts[2]?.toUpperCase();
  return member === undefined ? { dataSet } : { dataSet, member };
}

/** Writes records. @throws InputError, and what reading them throws */
export async function writeRecords(
  { entry, records }: { readonly entry: DataSetEntry; readonly records: Iterable<Uint8Array> },
  options: RecordOutputOptions,
): Promise<WrittenRecords> {
  const chunks = toChunks(records, entry, options.text === true);
  return options.output === undefined
    ? await writeToOutput(chunks)
    : writeToFile(options.output, chunks);
}

/** Records joined to pieces that are worth a write, with the number of records in each. */
function* toChunks(
  records: Iterable<Uint8Array>,
  entry: DataSetEntry,
  isText: boolean,
): Iterable<{ readonly bytes: Uint8Array; readonly records: number }> {
  const isVariable = entry.recordFormat.startsWith('V');
  let pieces: Uint8Array[] = [];
  let size = 0;
  let count = 0;
  for (const record of records) {
    const piece = isText
      ? Buffer.from(recordText(record), 'utf8')
      : isVariable
        ? withDescriptor(record)
        : record;
    pieces.push(piece);
    size += piece.length;
    count += 1;
    if (size < CHUNK_BYTES) continue;
    yield { bytes: Buffer.concat(pieces), records: count };
    pieces = [];
    size = 0;
    count = 0;
  }
  if (count > 0) yield { bytes: Buffer.concat(pieces), records: count };
}

function withDescriptor(record: Uint8Array): Uint8Array {
  const described = new Uint8Array(DESCRIPTOR_BYTES + record.length);
  new DataView(described.buffer).setUint16(0, described.length);
  described.set(record, DESCRIPTOR_BYTES);
  return described;
}

async function writeToOutput(
  chunks: Iterable<{ readonly bytes: Uint8Array; readonly records: number }>,
): Promise<WrittenRecords> {
  const total = { records: 0, bytes: 0 };
  for (const chunk of chunks) {
    total.records += chunk.records;
    total.bytes += chunk.bytes.length;
    if (!process.stdout.write(chunk.bytes)) {
      await new Promise((resolve) => process.stdout.once('drain', resolve));
    }
  }
  return total;
}

function writeToFile(
  path: string,
  chunks: Iterable<{ readonly bytes: Uint8Array; readonly records: number }>,
): WrittenRecords {
  if (existsSync(path)) {
    throw new InputError('FILE_EXISTS', {
      what: 'the file is there already',
      place: { file: path },
      limit: 'it is not overwritten',
      fix: 'choose another name, or remove it first',
    });
  }
  const unfinished = beginFile(path);
  const total = { records: 0, bytes: 0 };
  let file: number | undefined;
  try {
    file = openSync(unfinished, 'w');
    for (const chunk of chunks) {
      // Goes on after a short write, which writeSync leaves to its caller.
      writeFileSync(file, chunk.bytes);
      total.records += chunk.records;
      total.bytes += chunk.bytes.length;
    }
    closeSync(file);
    file = undefined;
    renameSync(unfinished, path);
    return total;
  } catch (error) {
    throw fileFault(path, 'writing', error);
  } finally {
    if (file !== undefined) closeSync(file);
    rmSync(unfinished, { force: true });
  }
}
