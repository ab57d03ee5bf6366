import { HistogramLogReader } from 'hdr-histogram-js';
import { parquetMetadata, parquetReadObjects } from 'hyparquet';
import { describe, expect, it } from 'vitest';
import { addHistograms, quantileOf } from '../../../../sim/record/histogram-record.ts';
import { FLAG_HIT, type RequestColumns } from '../../../../sim/record/request-sink.ts';
import { DURING } from '../../../../sim/record/unit-measures.ts';
import { EVENT_RECORDING, readEventRecording } from '../../../../sim/report/event-recording.ts';
import { histogramTag } from '../../../../sim/report/histogram-log.ts';
import { openRequestCsv, openRequestParquet } from '../../../../sim/report/request-files.ts';
import { UNIT_FILES } from '../../../../sim/report/run-folder.ts';
import { readUnit, unitFiles } from '../../../../sim/report/unit-files.ts';
import { InputError } from '../../../../src/index.ts';
import { madeUpUnits } from '../../../support/made-up-units.ts';

const [UNIT] = madeUpUnits({ methods: ['copy-on-write'], replications: 1, requests: 5_000 });
if (UNIT === undefined) throw new Error('a unit was asked for');
const FILES = new Map(unitFiles(UNIT).map(({ name, bytes }) => [name, bytes]));

function bytesOf(name: string): Uint8Array {
  const bytes = FILES.get(name);
  if (bytes === undefined) throw new Error(`no file ${name}`);
  return bytes;
}

describe('the files of a unit', () => {
  it('are the same bytes for the same unit', () => {
    const again = unitFiles(UNIT);
    expect(again.map(({ name }) => name)).toEqual([...FILES.keys()]);
    for (const { name, bytes } of again) expect(bytes, name).toEqual(FILES.get(name));
  });

  it('give the unit back', async () => {
    expect(await readUnit(bytesOf)).toEqual(UNIT);
  });

  it('are refused when they are of another version', async () => {
    const text = new TextDecoder().decode(bytesOf(UNIT_FILES.record));
    const other = new TextEncoder().encode(text.replace('vdasd.unit/1', 'vdasd.unit/9'));
    const read = (name: string) => (name === UNIT_FILES.record ? other : bytesOf(name));
    await expect(readUnit(read)).rejects.toThrow(InputError);
  });

  it('hold histograms that the tools of the format read and add up', () => {
    const log = new TextDecoder().decode(bytesOf(UNIT_FILES.histograms));
    const reader = new HistogramLogReader(log, 64);
    for (const record of UNIT.measures.responses) {
      const histogram = reader.nextIntervalHistogram();
      expect(histogram?.tag).toBe(histogramTag(record));
      expect(histogram?.totalCount).toBe(record.response.count);
      const p99 = quantileOf(record.response, 0.99) ?? 0;
      expect(Math.abs((histogram?.getValueAtPercentile(99) ?? 0) / p99 - 1)).toBeLessThan(0.01);
      histogram?.add(histogram);
      expect(histogram?.totalCount).toBe(2 * record.response.count);
    }
    expect(reader.nextIntervalHistogram()).toBeNull();
    expect(UNIT.measures.responses.length).toBeGreaterThan(8);
  });

  it('hold the distribution of every phase in milliseconds', () => {
    const text = new TextDecoder().decode(bytesOf(`response-${DURING}.hgrm`));
    const times = addHistograms(
      UNIT.measures.responses.filter(({ phase }) => phase === DURING).map((one) => one.response),
    );
    expect(text).toMatch(/^ +Value +Percentile +TotalCount/);
    const total = Number(/Total count += +(\d+)/.exec(text)?.[1]);
    const mean = Number(/Mean += +([\d.]+)/.exec(text)?.[1]);
    expect(total).toBe(times.count);
    expect(Math.abs((mean * 1e6) / times.meanNanos - 1)).toBeLessThan(0.01);
  });

  it('hold the series as Parquet and as the same rows of CSV', async () => {
    const file = bytesOf(UNIT_FILES.seriesParquet).slice().buffer;
    const rows = (await parquetReadObjects({ file })) as Record<
      string,
      string | number | bigint | null
    >[];
    const [titles = '', ...lines] = new TextDecoder()
      .decode(bytesOf(UNIT_FILES.seriesCsv))
      .trimEnd()
      .split('\n');
    const names = titles.split(',');
    expect(names.slice(0, 2)).toEqual(['at_ns', 'phase']);
    expect(lines.length).toBe(rows.length);
    expect(rows.length).toBe(240);
    for (const [at, row] of rows.entries()) {
      const shown = names.map((name) => String(row[name] ?? ''));
      expect(lines[at]).toBe(shown.join(','));
    }
    const during = UNIT.measures.phases.find(({ phase }) => phase === DURING);
    const first = rows.find(({ phase }) => phase === DURING);
    expect(Number(first?.['at_ns'])).toBeGreaterThan(during?.startNanos ?? 0);
  });

  it('hold a recording of what happened, in order of time', () => {
    const events = readEventRecording(bytesOf(UNIT_FILES.events));
    expect(events.filter(({ kind }) => kind === 'copyStart').length).toBe(1);
    expect(events.filter(({ kind }) => kind === 'phase').length).toBe(3);
    expect(events.map(({ atNanos }) => atNanos)).toEqual(
      events.map(({ atNanos }) => atNanos).toSorted((one, other) => one - other),
    );
    expect(() => readEventRecording(new Uint8Array([1, 2]))).toThrow(EVENT_RECORDING);
  });
});

describe('kept requests', () => {
  const REQUESTS = 70_000;
  const parquet: Uint8Array[] = [];
  const csv: Uint8Array[] = [];
  let seen = 0;
  const classes = ['oltp', 'batch'];
  const files = [
    openRequestParquet(classes, { write: (bytes) => void parquet.push(bytes.slice()) }),
    openRequestCsv(classes, { write: (bytes) => void csv.push(bytes.slice()) }),
  ];
  const hits: boolean[] = [];
  const sink = {
    requests: (columns: RequestColumns) => {
      seen += columns.count;
      for (let row = 0; row < columns.count; row += 1) {
        hits.push(((columns.flags[row] ?? 0) & FLAG_HIT) !== 0);
      }
      for (const file of files) file.requests(columns);
    },
  };
  madeUpUnits({ methods: ['host-copy'], replications: 1, requests: REQUESTS, sink });
  for (const file of files) file.finish();

  it('are written in pieces, a row group at a time', () => {
    expect(seen).toBe(REQUESTS);
    const bytes = Buffer.concat(parquet);
    const metadata = parquetMetadata(
      bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length),
    );
    expect(metadata.row_groups.map(({ num_rows }) => Number(num_rows))).toEqual([65_536, 4_464]);
    expect(Math.max(...parquet.map(({ length }) => length))).toBeLessThan(bytes.length);
  });

  it('are the same rows in both files', async () => {
    const bytes = Buffer.concat(parquet);
    const file = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length);
    const rows = (await parquetReadObjects({ file })) as Record<string, unknown>[];
    const [titles = '', ...lines] = Buffer.concat(csv).toString('utf8').trimEnd().split('\n');
    const names = titles.split(',');
    expect(rows.length).toBe(REQUESTS);
    expect(lines.length).toBe(REQUESTS);
    const text = rows.map((row) => names.map((name) => String(row[name])).join(','));
    expect(text).toEqual(lines);
    expect(rows.map((row) => row['hit'])).toEqual(hits);
  });
});
