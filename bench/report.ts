/**
 * What every suite returns, how it is printed, and the line it leaves in `bench/history/`.
 *
 * A suite is a module under `bench/<folder>/` that exports `run(): Promise<readonly BenchRow[]>`. Its
 * goals stand in `goals.ts`.
 *
 * @module
 */
import { appendFileSync, mkdirSync } from 'node:fs';
import { cpus } from 'node:os';
import { fileURLToPath } from 'node:url';

/** One line of a table: a name and figures whose fields carry their unit. */
export interface BenchRow {
  readonly name: string;
}

/** Whether a goal was reached. */
export interface GoalOutcome {
  readonly goal: string;
  readonly value: number;
  readonly isMet: boolean;
}

/** Prints rows as an aligned table, figures to four digits. */
export function printRows(suite: string, rows: readonly BenchRow[]): void {
  const fields = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  const lines = [fields, ...rows.map((row) => fields.map((field) => cell(row, field)))];
  const widths = fields.map((_, at) => Math.max(...lines.map((line) => line[at]?.length ?? 0)));
  process.stdout.write(`\n${suite}\n`);
  for (const line of lines) {
    const cells = line.map((text, at) =>
      at === 0 ? text.padEnd(widths[at] ?? 0) : text.padStart(widths[at] ?? 0),
    );
    process.stdout.write(`  ${cells.join('  ')}\n`);
  }
}

/** Prints what was reached and what was missed. */
export function printGoals(outcomes: readonly GoalOutcome[]): void {
  for (const { goal, value, isMet } of outcomes) {
    process.stdout.write(`  ${isMet ? 'met   ' : 'MISSED'}  ${goal}: ${format(value)}\n`);
  }
}

/** Adds one line to the history of a suite. */
export function appendHistory(
  suite: string,
  rows: readonly BenchRow[],
  goals: readonly GoalOutcome[],
): void {
  const folder = fileURLToPath(new URL('./history/', import.meta.url));
  mkdirSync(folder, { recursive: true });
  const line = {
    at: new Date().toISOString(),
    node: process.version,
    processor: cpus()[0]?.model ?? 'unknown',
    processors: cpus().length,
    hugePages: process.env['GLIBC_TUNABLES']?.includes('hugetlb=1') ?? false,
    rows,
    goals,
  };
  appendFileSync(`${folder}${suite.replaceAll('/', '-')}.jsonl`, `${JSON.stringify(line)}\n`);
}

function cell(row: BenchRow, field: string): string {
  const value = (row as unknown as Readonly<Record<string, unknown>>)[field];
  if (typeof value === 'number') return format(value);
  return typeof value === 'string' ? value : '';
}

function format(value: number): string {
  if (value === 0) return '0';
  if (Math.abs(value) >= 1_000) return Math.round(value).toLocaleString('en-US');
  return String(Number(value.toPrecision(4)));
}
