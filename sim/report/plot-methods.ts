/**
 * Methods side by side: a small plot for each figure, with confidence intervals over replications.
 *
 * @module
 */

import { figureText, spreadText } from './figure-text.ts';
import { figureOf } from './figures.ts';
import { PANELS_MAX, type Plot, type PlotSpec, short } from './plot.ts';
import { colour, seriesColour } from './plot-theme.ts';
import type { TimedSummary, VariantSummary } from './summary.ts';

/** Figures with a panel, in this order; those that are nowhere above zero are left out. */
const SHOWN: readonly string[] = [
  'elapsed',
  'sourceHeld',
  'processor',
  'channelBytes',
  'driveReadBytes',
  'driveWriteBytes',
  'linkBytes',
  'peakSpace',
  'exposure',
  'lostData',
  'tornTracks',
  'firstTouchCopies',
  'sideFilePeak',
  'response.before.p95',
  'response.during.p95',
  'response.during.p99',
];
const COLUMNS = 3;
const PANEL_WIDTH = 208;

/** The comparison of methods; none when there is nothing to compare. */
export function methodComparison(summary: TimedSummary): readonly Plot[] {
  const variants = summary.variants.slice(0, PANELS_MAX);
  const figures = SHOWN.filter((id) =>
    variants.some(({ figures: own }) => (own[id]?.mean ?? 0) > 0),
  );
  if (variants.length < 2 || figures.length === 0) return [];
  const replications = Math.max(...variants.map(({ units }) => units.length));
  const title = 'Methods side by side';
  const intervals =
    replications > 1
      ? `means of ${replications} replications; lines: ${100 * summary.confidence} % confidence intervals`
      : 'one replication: no intervals';
  const rows: PlotSpec[] = [];
  for (let at = 0; at < figures.length; at += COLUMNS) {
    const ids = figures.slice(at, at + COLUMNS);
    rows.push({ spacing: 22, hconcat: ids.map((id, column) => panel(id, column === 0, variants)) });
  }
  return [
    {
      id: 'methods',
      title,
      caption:
        `Each panel is one figure, each bar one method: ${intervals}. Bars start at zero, so their ` +
        'lengths can be compared; a method without a bar costs nothing of the kind, and “–” means ' +
        'that it has no such figure.',
      spec: { title: { text: title, subtitle: intervals }, spacing: 20, vconcat: rows },
    },
  ];
}

/** What stands where a variant has no figure: a copy that is never separate is exposed for ever. */
export function missingText(id: string, copies: VariantSummary['copies']): string {
  return id === 'exposure' && copies.neverSeparate > 0 ? 'never ends' : '–';
}

function panel(id: string, isFirst: boolean, variants: readonly VariantSummary[]): PlotSpec {
  const figure = figureOf(id);
  const unit = figure?.unit ?? 'count';
  // One method has one colour at every point of a sweep.
  const methods = [...new Set(variants.map(({ method }) => method))];
  const values = variants.map(({ label, method, figures, copies }) => {
    const own = figures[id];
    return {
      variant: label,
      fill: seriesColour(methods.indexOf(method)),
      mean: own === undefined ? 0 : short(own.mean),
      low: short(Math.max(0, own?.low ?? own?.mean ?? 0)),
      high: short(own?.high ?? own?.mean ?? 0),
      text: own === undefined ? missingText(id, copies) : figureText(own.mean, unit),
      spread: own === undefined ? '' : spreadText(own, unit),
    };
  });
  const most = Math.max(...values.map(({ high }) => high));
  const x = {
    type: 'quantitative',
    scale: { domain: [0, short(most * 1.5)], nice: false, zero: true },
    axis: null,
  };
  const y = {
    field: 'variant',
    type: 'nominal',
    scale: { domain: variants.map(({ label }) => label) },
    axis: {
      title: null,
      labels: isFirst,
      ticks: false,
      domain: true,
      labelLimit: 230,
      labelColor: colour('ink'),
      labelFontSize: 11,
      minExtent: isFirst ? 0 : 1,
    },
  };
  const mark = (layer: PlotSpec, encoding: PlotSpec): PlotSpec => ({
    ...layer,
    encoding: { y, ...encoding },
  });
  const hint = [
    { field: 'variant', title: 'method' },
    { field: 'text', title: figure?.label ?? id },
    { field: 'spread', title: 'interval' },
  ];
  return {
    width: PANEL_WIDTH,
    height: { step: 21 },
    title: { text: figure?.label ?? id, fontSize: 11.5, offset: 6, fontWeight: 600 },
    data: { values },
    layer: [
      mark(
        { mark: { type: 'bar', height: 13, cornerRadiusEnd: 2 } },
        {
          x: { field: 'mean', ...x },
          color: { field: 'fill', type: 'nominal', scale: null },
          tooltip: hint,
        },
      ),
      mark(
        { mark: { type: 'rule', strokeWidth: 1.5, color: colour('ink') } },
        { x: { field: 'low', ...x }, x2: { field: 'high' } },
      ),
      mark(
        { mark: { type: 'text', align: 'left', dx: 6 } },
        { x: { field: 'high', ...x }, text: { field: 'text' } },
      ),
    ],
  };
}
