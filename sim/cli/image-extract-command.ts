/**
 * `vdasd image extract`: the records of a sequential data set or of a member.
 *
 * @module
 */
import {
  type DataSetEntry,
  findDataSet,
  InputError,
  imageVolume,
  type Outcome,
  readMember,
  readSequential,
  readVtoc,
  type VolumeTracks,
} from '../../src/index.ts';
import { openImageFile } from '../../src/store.ts';
import type { ExtractOptions } from './command-options.ts';
import { EXIT, type ExitCode } from './exit-code.ts';
import { parseWanted, type WantedRecords, writeRecords } from './record-output.ts';
import { reportRefusal } from './report-refusal.ts';
import { formatJson, type Terminal } from './terminal.ts';

/** Extracts a data set or member; exit 3 when only a part of it is on this volume. */
export async function imageExtractCommand(
  file: string,
  name: string,
  options: ExtractOptions,
  terminal: Terminal,
): Promise<ExitCode> {
  const wanted = parseWanted(name);
  if (options.json === true && options.output === undefined) {
    throw usage('--json without -o', 'the records and the JSON would mix on standard output');
  }
  const opened = await openImageFile(file);
  try {
    const volume = imageVolume(opened.image);
    const found = findRecords(volume, wanted);
    if (found.kind === 'refused') return reportRefusal(found, options, terminal);
    const { entry } = found.value;
    const extracted = await writeRecords(found.value, options);
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

function usage(what: string, limit: string): InputError {
  return new InputError('USAGE', { what, limit, fix: "see 'vdasd image extract --help'" });
}

function findRecords(
  volume: VolumeTracks,
  wanted: WantedRecords,
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
