/**
 * Two runs side by side: the figures of every variant that both have, how much they changed, and
 * whether the change is more than chance.
 *
 * @module
 */
import { InputError } from '../../src/index.ts';
import { figureText, spreadText } from './figure-text.ts';
import { FIGURES, type FigureUnit } from './figures.ts';
import type { Styler } from './run-report.ts';
import { CONFIDENCE, type FigureSummary, type TimedSummary } from './summary.ts';
import { type Column, formatTable } from './table.ts';

/** A run with the name that it is shown under. */
export interface NamedRun {
  readonly name: string;
  readonly summary: TimedSummary;
}

/** What a change is: none, apart beyond chance, or within it. `unknown` without intervals. */
type ChangeVerdict = 'same' | 'apart' | 'within' | 'unknown';

/** One figure in both runs. */
interface FigureChange {
  readonly id: string;
  readonly label: string;
  readonly unit: FigureUnit;
  readonly first: FigureSummary;
  readonly second: FigureSummary;
  /** Second less first, over first; `null` when the first is zero. */
  readonly change: number | null;
  readonly verdict: ChangeVerdict;
}

/** One variant in both runs. */
interface VariantChange {
  readonly label: string;
  readonly figures: readonly FigureChange[];
  /** Whether every replication went through the very same events. */
  readonly sameEvents: boolean;
}

/** Two runs side by side. */
export interface RunComparison {
  readonly schema: 'vdasd.comparison/1';
  readonly first: string;
  readonly second: string;
  readonly sameScenario: boolean;
  readonly sameSeed: boolean;
  readonly confidence: number;
  readonly variants: readonly VariantChange[];
  /** Variants that only one of them has. */
  readonly onlyFirst: readonly string[];
  readonly onlySecond: readonly string[];
}

const COLUMNS: readonly Column[] = [
  { title: 'figure', shrinks: true },
  { title: 'first', align: 'right' },
  { title: 'second', align: 'right' },
  { title: 'change', align: 'right' },
  { title: '' },
];
const MARKS: Readonly<Record<ChangeVerdict, string>> = Object.freeze({
  same: '=',
  apart: '*',
  within: '~',
  unknown: '?',
});

/** Compares two runs. @throws InputError when they have no variant in common. */
export function compareRuns(first: NamedRun, second: NamedRun): RunComparison {
  const labels = (run: NamedRun): readonly string[] =>
    run.summary.variants.map(({ label }) => label);
  const common = labels(first).filter((label) => labels(second).includes(label));
  if (common.length === 0) {
    throw new InputError('USAGE', {
      what: `${first.name} and ${second.name} have no method in common`,
      limit: `the first has ${labels(first).join(', ')}; the second ${labels(second).join(', ')}`,
      fix: 'compare runs of the same methods',
    });
  }
  return {
    schema: 'vdasd.comparison/1',
    first: first.name,
    second: second.name,
    sameScenario: first.summary.scenario.sha256 === second.summary.scenario.sha256,
    sameSeed: first.summary.seed === second.summary.seed,
    confidence: CONFIDENCE,
    variants: common.map((label) => variantChange(label, first.summary, second.summary)),
    onlyFirst: labels(first).filter((label) => !common.includes(label)),
    onlySecond: labels(second).filter((label) => !common.includes(label)),
  };
}

/** The comparison as text. */
export function formatComparison(
  comparison: RunComparison,
  width: number,
  style: Styler,
): readonly string[] {
  const { first, second, sameScenario, sameSeed, onlyFirst, onlySecond, confidence } = comparison;
  const lines = [
    `first:  ${first}`,
    `second: ${second}`,
    `${sameScenario ? 'the same scenario' : 'different scenarios'}, ${sameSeed ? 'the same seed' : 'different seeds'}`,
  ];
  for (const { label, figures, sameEvents } of comparison.variants) {
    lines.push('', style('bold', label));
    if (sameEvents) {
      lines.push('every replication went through the very same events');
      continue;
    }
    const rows = figures.map((one) => [
      one.label,
      cell(one.first, one.unit),
      cell(one.second, one.unit),
      changeText(one),
      MARKS[one.verdict],
    ]);
    lines.push(...formatTable(COLUMNS, rows, width));
  }
  const percent = 100 * confidence;
  return [
    ...lines,
    '',
    `* ${percent} % intervals are apart   ~ they overlap   = equal   ? no intervals: one replication`,
    ...(onlyFirst.length === 0 ? [] : [`only in the first: ${onlyFirst.join(', ')}`]),
    ...(onlySecond.length === 0 ? [] : [`only in the second: ${onlySecond.join(', ')}`]),
  ];
}

function variantChange(label: string, first: TimedSummary, second: TimedSummary): VariantChange {
  const one = first.variants.find((variant) => variant.label === label);
  const other = second.variants.find((variant) => variant.label === label);
  const figures = FIGURES.flatMap(({ id, label: name, unit }): FigureChange[] => {
    const [before, after] = [one?.figures[id], other?.figures[id]];
    if (before === undefined || after === undefined) return [];
    if (before.mean === 0 && after.mean === 0) return [];
    const change = before.mean === 0 ? null : (after.mean - before.mean) / before.mean;
    const verdict = verdictOf(before, after);
    return [{ id, label: name, unit, first: before, second: after, change, verdict }];
  });
  const witnesses = [one, other].map((variant) => variant?.witnesses.join(' ') ?? '');
  return { label, figures, sameEvents: witnesses[0] === witnesses[1] };
}

function verdictOf(before: FigureSummary, after: FigureSummary): ChangeVerdict {
  if (before.mean === after.mean && before.low === after.low) return 'same';
  const { low, high } = before;
  if (low === null || high === null || after.low === null || after.high === null) return 'unknown';
  return after.low > high || after.high < low ? 'apart' : 'within';
}

function cell(figure: FigureSummary, unit: FigureUnit): string {
  const spread = spreadText(figure, unit);
  return spread === ''
    ? figureText(figure.mean, unit)
    : `${figureText(figure.mean, unit)} ${spread}`;
}

function changeText({ change, verdict }: FigureChange): string {
  if (verdict === 'same') return '0 %';
  if (change === null) return 'from 0';
  const percent = 100 * change;
  const digits = Math.abs(percent) < 10 ? 1 : 0;
  const sign = percent > 0 ? '+' : percent < 0 ? '−' : '';
  const size = Math.abs(percent).toLocaleString('en-US', {
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  });
  return `${sign}${size} %`;
}
