/**
 * The table of methods: a row for each figure, a column for each variant, with intervals. The same on
 * the terminal and in the page.
 *
 * @module
 */

import { figureText, spreadText } from './figure-text.ts';
import { FIGURES, type Figure } from './figures.ts';
import { missingText } from './plot-methods.ts';
import type { TimedSummary, VariantSummary } from './summary.ts';
import { type Column, formatTable } from './table.ts';

/** One cell: the mean, and half the width of its interval. */
interface MethodCell {
  readonly text: string;
  readonly spread: string;
}

/** One row of the table. */
export interface MethodRow {
  readonly figure: Figure;
  readonly cells: readonly MethodCell[];
}

/** Headings of the groups of figures. */
export const GROUP_TITLES: Readonly<Record<Figure['group'], string>> = Object.freeze({
  copy: 'The copy',
  response: 'Response time',
  load: 'The load',
});
/** Figures that the page shows and the terminal leaves out. */
const PAGE_ONLY: readonly string[] = [
  'response.before.mean',
  'response.before.p99',
  'response.after.mean',
  'response.after.p99',
];
/** Most variants beside each other on a terminal; more stand below each other in blocks. */
const LABEL_WIDTH = 27;
const CELL_WIDTH_MIN = 14;

/** The rows for which any variant has a figure other than zero. */
export function methodRows(summary: TimedSummary): readonly MethodRow[] {
  const shown = FIGURES.filter(({ id }) =>
    summary.variants.some(({ figures }) => (figures[id]?.mean ?? 0) !== 0),
  );
  return shown.map((figure) => ({
    figure,
    cells: summary.variants.map((variant) => methodCell(figure, variant)),
  }));
}

/** What is known about the copies of a variant, in words. */
export function consistencyText({ copies, figures }: VariantSummary): string {
  if (copies.copies === 0) return '–';
  if (copies.torn === 0) return 'one instant';
  const tracks = figures['tornTracks'];
  const count = tracks === undefined ? '' : `, ${figureText(tracks.mean, 'count')} tracks`;
  return copies.torn === copies.copies
    ? `torn${count}`
    : `${copies.torn} of ${copies.copies} torn${count}`;
}

/** The table on a terminal: as many variants beside each other as the width takes. */
export function formatMethods(summary: TimedSummary, width: number): readonly string[] {
  const rows = methodRows(summary).filter(({ figure }) => !PAGE_ONLY.includes(figure.id));
  const longest = Math.max(CELL_WIDTH_MIN, ...summary.variants.map(({ label }) => label.length));
  const beside = Math.max(1, Math.floor((width - LABEL_WIDTH) / (longest + 2)));
  const lines: string[] = [];
  for (let from = 0; from < summary.variants.length; from += beside) {
    const variants = summary.variants.slice(from, from + beside);
    const columns: readonly Column[] = [
      { title: 'figure', shrinks: true },
      ...variants.map(({ label }): Column => ({ title: label, align: 'right', shrinks: true })),
    ];
    const consistency = variants.map(consistencyText);
    const cells = [
      ...(consistency.every((text) => text === '–') ? [] : [['Copy shows', ...consistency]]),
      ...rows.map(({ figure, cells: all }) => [
        figure.label,
        ...all
          .slice(from, from + beside)
          .map(({ text, spread }) => (spread === '' ? text : `${text} ${spread}`)),
      ]),
    ];
    if (from > 0) lines.push('');
    lines.push(...formatTable(columns, cells, width));
  }
  return [...lines, '', footnote(summary)];
}

function methodCell(figure: Figure, { figures, copies }: VariantSummary): MethodCell {
  const own = figures[figure.id];
  if (own === undefined) return { text: missingText(figure.id, copies), spread: '' };
  return { text: figureText(own.mean, figure.unit), spread: spreadText(own, figure.unit) };
}

function footnote({ variants, confidence }: TimedSummary): string {
  const replications = Math.max(0, ...variants.map(({ units }) => units.length));
  return replications > 1
    ? `Means of ${replications} replications; ± is half of a ${100 * confidence} % confidence interval.`
    : 'One replication: no confidence intervals.';
}
