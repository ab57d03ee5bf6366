/**
 * Tables of text: columns as wide as they need to be, numbers to the right, never wider than the
 * screen.
 *
 * @module
 */

/** One column. */
export interface Column {
  readonly title: string;
  readonly align?: 'left' | 'right';
  /** May be cut with `…` when the table is wider than the screen; the widest such column first. */
  readonly shrinks?: boolean;
}

/** Least width of a column that shrinks. */
const WIDTH_MIN = 8;
const GAP = 2;

/**
 * Lays out a table.
 *
 * @param width - Characters of the screen; columns marked so are cut to fit.
 * @returns Lines without trailing blanks: titles, a rule, the rows.
 */
export function formatTable(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  width: number,
): readonly string[] {
  const titles = columns.map((column) => column.title);
  const widths = columns.map((_, at) =>
    Math.max(...[titles, ...rows].map((row) => charCount(row[at] ?? ''))),
  );
  shrink(widths, columns, width);
  const line = (cells: readonly string[]): string =>
    widths
      .map((size, at) => pad(cells[at] ?? '', size, columns[at]?.align ?? 'left'))
      .join(' '.repeat(GAP))
      .trimEnd();
  return [line(titles), line(widths.map((size) => '─'.repeat(size))), ...rows.map(line)];
}

function shrink(widths: number[], columns: readonly Column[], width: number): void {
  const total = (): number => widths.reduce((sum, size) => sum + size + GAP, -GAP);
  while (total() > width) {
    let widest = -1;
    for (const [at, column] of columns.entries()) {
      if (column.shrinks !== true || (widths[at] ?? 0) <= WIDTH_MIN) continue;
      if (widest < 0 || (widths[at] ?? 0) > (widths[widest] ?? 0)) widest = at;
    }
    if (widest < 0) return;
    widths[widest] = (widths[widest] ?? 0) - 1;
  }
}

function pad(cell: string, size: number, align: 'left' | 'right'): string {
  const count = charCount(cell);
  if (count > size)
    return `${Array.from(cell)
      .slice(0, size - 1)
      .join('')}…`;
  const blanks = ' '.repeat(size - count);
  return align === 'right' ? blanks + cell : cell + blanks;
}

/** Characters, not UTF-16 units. */
function charCount(text: string): number {
  return Array.from(text).length;
}
