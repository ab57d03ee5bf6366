/**
 * The folder of a unit: what is written, and how it is read back.
 *
 * @module
 */
import { InputError } from '../../src/index.ts';
import type { UnitRecord } from '../record/unit-record.ts';
import { type ByteSink, joinBytes } from './byte-sink.ts';
import { eventRecording } from './event-recording.ts';
import { histogramLog, percentileDistributions } from './histogram-log.ts';
import { type OutputFile, UNIT_FILES } from './run-folder.ts';
import { readSeriesParquet, writeSeriesCsv, writeSeriesParquet } from './series-files.ts';

/** Schema of `unit.json`. */
const UNIT_SCHEMA = 'vdasd.unit/1';

/**
 * The files of a finished unit, without `requests.parquet` and `requests.csv`, which are written
 * while it runs. The same record gives the same bytes.
 */
export function unitFiles(unit: UnitRecord): readonly OutputFile[] {
  const { measures, ...rest } = unit;
  const { series: _, ...kept } = measures;
  const record = { schema: UNIT_SCHEMA, ...rest, measures: kept };
  return [
    textFile(UNIT_FILES.record, `${JSON.stringify(record, null, 1)}\n`),
    textFile(UNIT_FILES.histograms, histogramLog(unit.id, measures)),
    ...percentileDistributions(measures).map(({ phase, text }) =>
      textFile(`response-${phase}.hgrm`, text),
    ),
    fileOf(UNIT_FILES.seriesParquet, (sink) => {
      writeSeriesParquet(measures, sink);
    }),
    fileOf(UNIT_FILES.seriesCsv, (sink) => {
      writeSeriesCsv(measures, sink);
    }),
    { name: UNIT_FILES.events, bytes: eventRecording(unit.id, measures) },
  ];
}

/**
 * A unit from its files.
 *
 * @param read - Bytes of a file of the unit's folder, by name.
 * @throws InputError when `unit.json` is of another version.
 */
export async function readUnit(read: (name: string) => Uint8Array): Promise<UnitRecord> {
  const text = new TextDecoder().decode(read(UNIT_FILES.record));
  const { schema, ...unit } = JSON.parse(text) as UnitRecord & { readonly schema: string };
  if (schema !== UNIT_SCHEMA) {
    throw new InputError('FILE_REFUSED', {
      what: `a unit of schema '${schema}'`,
      limit: `this version reads ${UNIT_SCHEMA}`,
      fix: 'run it again with this version',
    });
  }
  const series = await readSeriesParquet(read(UNIT_FILES.seriesParquet));
  return { ...unit, measures: { ...unit.measures, series } };
}

/** A file of text in UTF-8. */
export function textFile(name: string, text: string): OutputFile {
  return { name, bytes: new TextEncoder().encode(text) };
}

function fileOf(name: string, write: (sink: ByteSink) => void): OutputFile {
  const pieces: Uint8Array[] = [];
  write({ write: (bytes) => void pieces.push(bytes.slice()) });
  return { name, bytes: joinBytes(pieces) };
}
