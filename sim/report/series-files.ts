/**
 * The time series of a unit as Parquet and CSV, and back.
 *
 * The first two columns are the ends of the intervals and the phase at that instant; then one column
 * for every gauge and response figure. Columns carry their units in the footer of the Parquet file.
 *
 * @module
 */
import { parquetMetadata, parquetReadObjects } from 'hyparquet';
import { ParquetWriter } from 'hyparquet-writer';
import type {
  PhaseSpan,
  SeriesColumn,
  TimeSeriesRecord,
  UnitMeasures,
} from '../record/unit-measures.ts';
import type { ByteSink } from './byte-sink.ts';
import {
  CREATED_BY,
  flushingWriter,
  integers,
  optionalColumn,
  requiredColumn,
  rootColumn,
} from './parquet-ends.ts';
import { csvCell } from './request-files.ts';

/** Key in the footer under which the form of the columns stands. */
const FORM_KEY = 'vdasd.series/1';
const GROUP_ROWS = 65_536;

/** What the footer says beyond the columns themselves. */
interface SeriesForm {
  readonly sampleNanos: number;
  readonly columns: readonly Pick<SeriesColumn, 'name' | 'unit' | 'family'>[];
}

/** Writes `timeseries.parquet`. */
export function writeSeriesParquet(measures: UnitMeasures, sink: ByteSink): void {
  const { series } = measures;
  const rows = series.atNanos.length;
  const form: SeriesForm = {
    sampleNanos: series.sampleNanos,
    columns: series.columns.map(({ name, unit, family }) => ({ name, unit, family })),
  };
  const schema = [
    requiredColumn('at_ns', 'INT64'),
    requiredColumn('phase', 'STRING'),
    ...series.columns.map(({ name }) => optionalColumn(name, 'DOUBLE')),
  ];
  const parquet = new ParquetWriter({
    writer: flushingWriter(sink),
    schema: [rootColumn(schema.length), ...schema],
    createdBy: CREATED_BY,
    kvMetadata: [{ key: FORM_KEY, value: JSON.stringify(form) }],
  });
  void parquet.write({
    columnData: [
      integers('at_ns', Float64Array.from(series.atNanos), rows),
      { name: 'phase', data: phasesAt(series, measures.phases) },
      ...series.columns.map(({ name, values }) => ({ name, data: [...values] })),
    ],
    rowGroupSize: GROUP_ROWS,
  });
  void parquet.finish();
}

/** Reads `timeseries.parquet` back. */
export async function readSeriesParquet(bytes: Uint8Array): Promise<TimeSeriesRecord> {
  // A copy of its own: a buffer of the runtime may lie inside a larger one.
  const file = new Uint8Array(bytes).buffer;
  const metadata = parquetMetadata(file);
  const text = metadata.key_value_metadata?.find(({ key }) => key === FORM_KEY)?.value;
  const form = JSON.parse(text ?? '') as SeriesForm;
  const rows = (await parquetReadObjects({ file, metadata })) as Record<string, unknown>[];
  return {
    sampleNanos: form.sampleNanos,
    atNanos: rows.map((row) => Number(row['at_ns'])),
    columns: form.columns.map((column) => ({
      ...column,
      values: rows.map((row) => (row[column.name] ?? null) as number | null),
    })),
  };
}

/** Writes `timeseries.csv`: the same columns; an empty cell where nothing was seen. */
export function writeSeriesCsv(measures: UnitMeasures, sink: ByteSink): void {
  const { series } = measures;
  const encoder = new TextEncoder();
  const phases = phasesAt(series, measures.phases);
  const titles = ['at_ns', 'phase', ...series.columns.map(({ name }) => name)];
  sink.write(encoder.encode(`${titles.join(',')}\n`));
  for (const [row, at] of series.atNanos.entries()) {
    const cells = [at, csvCell(phases[row] ?? ''), ...series.columns.map(cellOf(row))];
    sink.write(encoder.encode(`${cells.join(',')}\n`));
  }
}

function cellOf(row: number): (column: SeriesColumn) => string {
  return ({ values }) => String(values[row] ?? '');
}

/** The phase in which the end of each interval lies; a boundary belongs to the phase before it. */
function phasesAt(series: TimeSeriesRecord, phases: readonly PhaseSpan[]): string[] {
  let span = 0;
  return series.atNanos.map((at) => {
    while (span < phases.length - 1 && at > (phases[span]?.endNanos ?? 0)) span += 1;
    return phases[span]?.phase ?? '';
  });
}
