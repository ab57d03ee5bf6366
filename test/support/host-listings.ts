/**
 * What Debian's tools say of a volume, and the same from our readers, in one form for comparison.
 *
 * @module
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { DataSetEntry } from '../../src/host/data-set-entry.ts';
import { recordFormatOf } from '../../src/host/dscb-data-set.ts';
import type { DebianTool } from './debian-tools.ts';

/** A line of a listing. */
export interface ListedDataSet {
  readonly name: string;
  readonly organisation: string;
  readonly recordFormat: string;
  readonly recordLength: number;
  readonly blockLength: number;
  readonly keyLength: number;
  readonly trackCount: number;
  readonly extentCount: number;
  /** Two digits of the year and three of the day. */
  readonly created: string;
}

/** Serial and lines that `dasdls -info` prints. */
export function dasdlsListing(
  dasdls: DebianTool,
  file: string,
): { readonly volser: string; readonly dataSets: readonly ListedDataSet[] } {
  const { text } = dasdls.run(['-info', file]);
  const lines = text.split('\n');
  const head = lines.findIndex((line) => line.includes('VOLSER='));
  const volser = /VOLSER=(\S+)/.exec(lines[head] ?? '')?.[1] ?? '';
  const rows = lines.slice(head + 1).filter((line) => /^\S.{43} \d{5} /.test(line));
  return { volser, dataSets: rows.map((row) => parseRow(row)) };
}

function parseRow(row: string): ListedDataSet {
  const number = (from: number, to: number): number => Number(row.slice(from, to).trim() || '0');
  return {
    name: row.slice(0, 44).trim(),
    created: row.slice(45, 50),
    organisation: row.slice(51, 54).trim(),
    recordFormat: row.slice(55, 60).trim(),
    recordLength: number(60, 66),
    blockLength: number(66, 72),
    keyLength: number(72, 76),
    trackCount: number(76, 82),
    extentCount: number(86, 90),
  };
}

/** Our reading of a data set in the form of the tool's line. */
export function asListed(entry: DataSetEntry): ListedDataSet {
  const { dscb } = entry;
  const names = { PS: 'PS', PO: 'PO', DA: 'DA', IS: 'IS', VSAM: 'VS', unknown: '' } as const;
  const created = dscb.created ?? { year: 1900, day: 0 };
  const date = `${String(created.year % 100).padStart(2, '0')}${String(created.day).padStart(3, '0')}`;
  // The tool prints no record length for U, and U where no format is set at all.
  const format = recordFormatOf(dscb.recordFormatCode);
  return {
    name: entry.name,
    created: date,
    organisation: names[entry.organisation],
    recordFormat: format === '' ? 'U' : format,
    recordLength: format === '' || format.startsWith('U') ? 0 : entry.recordLength,
    blockLength: entry.blockLength,
    keyLength: entry.keyLength,
    trackCount: entry.trackCount,
    extentCount: entry.extents.length,
  };
}

/** Runs an extracting tool in an empty folder and gives the files it made, by name. */
export function extractedFiles(
  tool: DebianTool,
  args: readonly string[],
  folder: string,
): ReadonlyMap<string, Buffer> {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  tool.run(args, { cwd: folder });
  const files = existsSync(folder) ? readdirSync(folder) : [];
  return new Map(files.map((file) => [file, readFileSync(join(folder, file))]));
}
