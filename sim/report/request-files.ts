/**
 * Single requests as Parquet and CSV, written as they come: memory holds one row group.
 *
 * @module
 */
import { type ColumnSource, ParquetWriter } from 'hyparquet-writer';
import {
  FLAG_HELD,
  FLAG_HIT,
  REQUEST_BATCH,
  type RequestColumns,
  type RequestSink,
} from '../record/request-sink.ts';
import { OPERATIONS } from '../record/unit-measures.ts';
import type { ByteSink } from './byte-sink.ts';
import {
  CREATED_BY,
  flushingWriter,
  integers,
  requiredColumn,
  rootColumn,
} from './parquet-ends.ts';

/** Rows of a row group: what a reader loads at once. */
const GROUP_ROWS = 8 * REQUEST_BATCH;
const SCHEMA = [
  requiredColumn('arrival_ns', 'INT64'),
  requiredColumn('load_class', 'STRING'),
  requiredColumn('operation', 'STRING'),
  requiredColumn('device', 'INT32'),
  requiredColumn('track', 'INT32'),
  requiredColumn('bytes', 'INT32'),
  requiredColumn('queue_ns', 'INT64'),
  requiredColumn('pend_ns', 'INT64'),
  requiredColumn('disconnect_ns', 'INT64'),
  requiredColumn('connect_ns', 'INT64'),
  requiredColumn('hit', 'BOOLEAN'),
  requiredColumn('held', 'BOOLEAN'),
];

/** A sink that writes a file; `finish` writes what is still held and the end of the file. */
export interface RequestFile extends RequestSink {
  finish(): void;
}

/** Writes `requests.parquet`. */
export function openRequestParquet(classes: readonly string[], sink: ByteSink): RequestFile {
  const parquet = new ParquetWriter({
    writer: flushingWriter(sink),
    schema: [rootColumn(SCHEMA.length), ...SCHEMA],
    createdBy: CREATED_BY,
  });
  const held = createRows();
  const flush = (): void => {
    if (held.count === 0) return;
    void parquet.write({ columnData: groupColumns(held, classes), rowGroupSize: held.count });
    held.count = 0;
  };
  return {
    requests: (columns) => {
      appendRows(held, columns);
      if (held.count + REQUEST_BATCH > GROUP_ROWS) flush();
    },
    finish: () => {
      flush();
      void parquet.finish();
    },
  };
}

/** Writes `requests.csv`, with the columns of the Parquet file. */
export function openRequestCsv(classes: readonly string[], sink: ByteSink): RequestFile {
  const encoder = new TextEncoder();
  sink.write(encoder.encode(`${SCHEMA.map(({ name }) => name).join(',')}\n`));
  return {
    requests: (columns) => {
      let text = '';
      for (let row = 0; row < columns.count; row += 1) text += csvLine(columns, row, classes);
      sink.write(encoder.encode(text));
    },
    finish: () => undefined,
  };
}

function csvLine(columns: RequestColumns, row: number, classes: readonly string[]): string {
  const flags = columns.flags[row] ?? 0;
  const cells = [
    columns.arrival[row],
    csvCell(classes[columns.loadClass[row] ?? 0] ?? ''),
    OPERATIONS[columns.operation[row] ?? 0],
    columns.device[row],
    columns.track[row],
    columns.bytes[row],
    columns.queue[row],
    columns.pend[row],
    columns.disconnect[row],
    columns.connect[row],
    (flags & FLAG_HIT) !== 0,
    (flags & FLAG_HELD) !== 0,
  ];
  return `${cells.join(',')}\n`;
}

/** A cell of a CSV file; quoted where it has to be (RFC 4180). */
export function csvCell(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

function createRows(): RequestColumns {
  const doubles = (): Float64Array => new Float64Array(GROUP_ROWS);
  return {
    count: 0,
    arrival: doubles(),
    loadClass: new Uint8Array(GROUP_ROWS),
    operation: new Uint8Array(GROUP_ROWS),
    device: new Uint32Array(GROUP_ROWS),
    track: new Uint32Array(GROUP_ROWS),
    bytes: new Uint32Array(GROUP_ROWS),
    queue: doubles(),
    pend: doubles(),
    disconnect: doubles(),
    connect: doubles(),
    flags: new Uint8Array(GROUP_ROWS),
  };
}

function appendRows(held: RequestColumns, added: RequestColumns): void {
  const { count } = added;
  held.arrival.set(added.arrival.subarray(0, count), held.count);
  held.loadClass.set(added.loadClass.subarray(0, count), held.count);
  held.operation.set(added.operation.subarray(0, count), held.count);
  held.device.set(added.device.subarray(0, count), held.count);
  held.track.set(added.track.subarray(0, count), held.count);
  held.bytes.set(added.bytes.subarray(0, count), held.count);
  held.queue.set(added.queue.subarray(0, count), held.count);
  held.pend.set(added.pend.subarray(0, count), held.count);
  held.disconnect.set(added.disconnect.subarray(0, count), held.count);
  held.connect.set(added.connect.subarray(0, count), held.count);
  held.flags.set(added.flags.subarray(0, count), held.count);
  held.count += count;
}

function groupColumns(held: RequestColumns, classes: readonly string[]): ColumnSource[] {
  const { count } = held;
  const names = (table: Uint8Array, list: readonly string[]): string[] =>
    Array.from(table.subarray(0, count), (at) => list[at] ?? '');
  const flag = (mask: number): boolean[] =>
    Array.from(held.flags.subarray(0, count), (flags) => (flags & mask) !== 0);
  const whole = (table: Uint32Array): Int32Array =>
    new Int32Array(table.buffer, table.byteOffset, count);
  return [
    integers('arrival_ns', held.arrival, count),
    { name: 'load_class', data: names(held.loadClass, classes) },
    { name: 'operation', data: names(held.operation, OPERATIONS) },
    { name: 'device', data: whole(held.device) },
    { name: 'track', data: whole(held.track) },
    { name: 'bytes', data: whole(held.bytes) },
    integers('queue_ns', held.queue, count),
    integers('pend_ns', held.pend, count),
    integers('disconnect_ns', held.disconnect, count),
    integers('connect_ns', held.connect, count),
    { name: 'hit', data: flag(FLAG_HIT) },
    { name: 'held', data: flag(FLAG_HELD) },
  ];
}
