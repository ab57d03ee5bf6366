/**
 * Both ends of the Parquet library: a writer that hands its bytes on after every row group, and the
 * forms of our columns.
 *
 * @module
 */
import { ByteWriter, type ColumnSource, type SchemaElement, type Writer } from 'hyparquet-writer';
import type { ByteSink } from './byte-sink.ts';

/** Who wrote a file, in its footer; no version, so that bytes depend on the content alone. */
export const CREATED_BY = 'vdasd';

/** Types of our columns. */
export type ColumnType = 'INT64' | 'INT32' | 'DOUBLE' | 'BOOLEAN' | 'STRING';

/** The library's growing buffer, emptied into the sink after every row group. */
export function flushingWriter(sink: ByteSink): Writer {
  const bytes = new ByteWriter();
  const flush = (): void => {
    sink.write(bytes.getBytes());
    bytes.index = 0;
  };
  return Object.assign(bytes, { flush, finish: flush });
}

/** The element above all columns. */
export function rootColumn(columns: number): SchemaElement {
  return { name: 'root', num_children: columns };
}

/** A column in which every row has a value. */
export function requiredColumn(name: string, type: ColumnType): SchemaElement {
  return column(name, type, 'REQUIRED');
}

/** A column in which rows may have none. */
export function optionalColumn(name: string, type: ColumnType): SchemaElement {
  return column(name, type, 'OPTIONAL');
}

/** Whole numbers below 2^53 as a 64-bit column, each stored as the step from the one before. */
export function integers(name: string, values: Float64Array, count: number): ColumnSource {
  const data = new BigInt64Array(count);
  for (let row = 0; row < count; row += 1) data[row] = BigInt(values[row] ?? 0);
  return { name, data, encoding: 'DELTA_BINARY_PACKED' };
}

function column(
  name: string,
  type: ColumnType,
  repetition_type: 'REQUIRED' | 'OPTIONAL',
): SchemaElement {
  return type === 'STRING'
    ? { name, type: 'BYTE_ARRAY', converted_type: 'UTF8', repetition_type }
    : { name, type, repetition_type };
}
