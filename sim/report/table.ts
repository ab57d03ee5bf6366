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
  /** May be left out when cutting is not enough; the lowest first. */
  readonly leaves?: number;
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
  const shown = keepWhatFits(widths, columns, width);
  shrink(widths, columns, shown, width);
  const line = (cells: readonly string[]): string =>
    shown
      .map((at) => pad(cells[at] ?? '', widths[at] ?? 0, columns[at]?.align ?? 'left'))
      .join(' '.repeat(GAP))
      .trimEnd();
  return [line(titles), line(widths.map((size) => '─'.repeat(size))), ...rows.map(line)];
}

/** Columns, by place, that stay: those that may leave go until the rest fits, cut as far as it can be. */
function keepWhatFits(
  widths: readonly number[],
  columns: readonly Column[],
  width: number,
): readonly number[] {
  const shown = [...columns.keys()];
  const least = (at: number): number =>
    columns[at]?.shrinks === true ? Math.min(WIDTH_MIN, widths[at] ?? 0) : (widths[at] ?? 0);
  const rank = (at: number): number => columns[at]?.leaves ?? Number.POSITIVE_INFINITY;
  while (shown.reduce((sum, at) => sum + least(at) + GAP, -GAP) > width) {
    const next = Math.min(...shown.map(rank));
    if (next === Number.POSITIVE_INFINITY) break;
    shown.splice(
      shown.findIndex((at) => rank(at) === next),
      1,
    );
  }
  return shown;
}

/** Cuts columns, the widest first, until the shown ones fit. */
function shrink(
  widths: number[],
  columns: readonly Column[],
  shown: readonly number[],
  width: number,
): void {
  const total = (): number => shown.reduce((sum, at) => sum + (widths[at] ?? 0) + GAP, -GAP);
  while (total() > width) {
    let widest = -1;
    for (const at of shown) {
      if (columns[at]?.shrinks !== true || (widths[at] ?? 0) <= WIDTH_MIN) continue;
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
