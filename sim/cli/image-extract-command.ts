/**
 * `vdasd image extract`: the records of a sequential data set or of a member.
 *
 * As bytes, records of fixed or undefined length follow each other as they are; records of variable
 * length keep their record descriptor words, so that it can be seen where they end. As text, every
 * record is a line without trailing blanks.
 *
 * @module
 */
import { closeSync, existsSync, openSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import {
  type DataSetEntry,
  findDataSet,
  InputError,
  imageVolume,
  type Outcome,
  readMember,
  readSequential,
  readVtoc,
  recordText,
  type VolumeTracks,
} from '../../src/index.ts';
import { fileFault, openImageFile } from '../../src/store.ts';
import { fromPrintable } from '../report/printable.ts';
import { beginFile } from '../sweep/unfinished-files.ts';
import type { ExtractOptions } from './command-options.ts';
import { EXIT, type ExitCode } from './exit-code.ts';
import { reportRefusal } from './report-refusal.ts';
import { formatJson, type Terminal } from './terminal.ts';

/** Bytes that are written at once. */
const CHUNK_BYTES = 1_048_576;
const DESCRIPTOR_BYTES = 4;

/** What was asked for: `DATA.SET` or `DATA.SET(MEMBER)`. */
interface Wanted {
  readonly dataSet: string;
  readonly member?: string;
}

/** What was written. */
interface Extracted {
  readonly records: number;
  readonly bytes: number;
}

/** Extracts a data set or member; exit 3 when only a part of it is on this volume. */
export async function imageExtractCommand(
  file: string,
  name: string,
  options: ExtractOptions,
  terminal: Terminal,
): Promise<ExitCode> {
  const wanted = parseWanted(fromPrintable(name));
  if (options.json === true && options.output === undefined) {
    throw usage('--json without -o', 'the records and the JSON would mix on standard output');
  }
  const opened = await openImageFile(file);
  try {
    const volume = imageVolume(opened.image);
    const found = findRecords(volume, wanted);
    if (found.kind === 'refused') return reportRefusal(found, options, terminal);
    const { entry, records } = found.value;
    const chunks = toChunks(records, entry, options.text === true);
    const extracted =
      options.output === undefined
        ? await writeToOutput(chunks)
        : writeToFile(options.output, chunks);
    const isPartial = entry.dscb.volumeSequence > 1;
    if (isPartial) {
      const sequence = entry.dscb.volumeSequence;
      terminal.error(
        `vdasd: warning: this is part ${sequence} of ${entry.name}; it begins on another volume`,
      );
    }
    if (options.json === true) {
      const said = { file, ...wanted, output: options.output, ...extracted, partial: isPartial };
      terminal.line(formatJson({ schema: 'vdasd.image-extract/1', ...said }));
    }
    return isPartial ? EXIT.partial : EXIT.done;
  } finally {
    opened.close();
  }
}

function parseWanted(name: string): Wanted {
  const parts = /^([^()]{1,44})(?:\(([^()]{1,8})\))?$/.exec(name);
  if (parts?.[1] === undefined) {
    throw usage(`'${name}' names no data set`, 'write DATA.SET or DATA.SET(MEMBER)');
  }
  const dataSet = parts[1].toUpperCase();
  const member = parts[2]?.toUpperCase();
  return member === undefined ? { dataSet } : { dataSet, member };
}

function usage(what: string, limit: string): InputError {
  return new InputError('USAGE', { what, limit, fix: "see 'vdasd image extract --help'" });
}

function findRecords(
  volume: VolumeTracks,
  wanted: Wanted,
): Outcome<{ readonly entry: DataSetEntry; readonly records: Iterable<Uint8Array> }> {
  const vtoc = readVtoc(volume);
  if (vtoc.kind === 'refused') return vtoc;
  const entry = findDataSet(vtoc.value, wanted.dataSet);
  if (entry.kind === 'refused') return entry;
  const records =
    wanted.member === undefined
      ? readSequential(volume, entry.value)
      : readMember(volume, entry.value, wanted.member);
  if (records.kind === 'refused') return records;
  return { kind: 'done', value: { entry: entry.value, records: records.value } };
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
): Promise<Extracted> {
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
): Extracted {
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
