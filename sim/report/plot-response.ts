/**
 * Response time: over time with the copies marked, its percentiles by phase, its distribution.
 *
 * @module
 */

import { addHistograms, seenQuantile } from '../record/histogram-record.ts';
import type { Plain } from '../record/plain.ts';
import { AFTER, BEFORE, DURING, type HistogramRecord } from '../record/unit-measures.ts';
import { responseOf } from './figures.ts';
import {
  logTicks,
  MILLISECOND,
  PANELS_MAX,
  PLOT_WIDTH,
  type Plot,
  type PlotSpec,
  positiveScale,
  short,
} from './plot.ts';
import { frameOf, type Panel, panelsBelow, pointsOf, SHADED } from './plot-panels.ts';
import { colour, SERIES_COLOURS, seriesColour } from './plot-theme.ts';
import type { Variant } from './variant.ts';

const LINES = [
  { column: 'response_p50', name: 'median', thin: 'mean', at: 0 },
  { column: 'response_p95', name: '95th percentile', thin: 'mean', at: 4 },
  { column: 'response_p99', name: '99th percentile', thin: 'max', at: 1 },
] as const;
const PHASES: readonly string[] = [BEFORE, DURING, AFTER];
const PERCENTILES = [
  ['p50', 0.5, 40],
  ['p90', 0.9, 55],
  ['p95', 0.95, 75],
  ['p99', 0.99, 100],
  ['p99.9', 0.999, 130],
] as const;
/** Fewest requests whose distribution is drawn. */
const REQUESTS_MIN = 20;

/** Percentiles of the response time, interval by interval. */
export function responseOverTime(variants: readonly Variant[]): readonly Plot[] {
  const units = variants.slice(0, PANELS_MAX).flatMap((variant) => variant.units.slice(0, 1));
  const frame = frameOf(units);
  const panels = units.map((unit, at): Panel => {
    const { series } = unit.measures;
    const values = LINES.flatMap(({ column, name, thin }) => {
      const found = series.columns.find((one) => one.name === column);
      return found === undefined
        ? []
        : pointsOf(series, { values: found.values, thin }, frame, MILLISECOND, name);
    });
    return { heading: variants[at]?.label ?? '', unit, layers: [{ data: { values } }] };
  });
  const rows = panels.flatMap(({ layers }) => rowsOf(layers[0]));
  const times = rows.flatMap(({ v }) => (typeof v === 'number' ? v : []));
  if (times.length === 0) return [];
  const scale = positiveScale(times);
  const drawn = panels.map((panel) => ({
    ...panel,
    layers: panel.layers.map((layer) => ({ ...layer, ...lineLayer(scale) })),
  }));
  const title = 'Response time over time';
  const subtitle = `milliseconds, replication 0; ${SHADED}`;
  return [
    {
      id: 'response-over-time',
      title,
      caption:
        'Median, 95th and 99th percentile of the response time of all requests, interval by ' +
        'interval, one panel for each method; the shaded spans are those in which a copy runs.',
      spec: panelsBelow({ text: title, subtitle }, drawn, frame, units.length > 4 ? 96 : 140),
    },
  ];
}

/** Percentiles by phase, one row for each variant. */
export function responsePercentiles(variants: readonly Variant[]): readonly Plot[] {
  const phases = phasesOf(variants);
  const values = phases.flatMap((phase) =>
    variants.slice(0, PANELS_MAX).flatMap((variant) => {
      const times = pooled(variant, phase);
      return PERCENTILES.toReversed().flatMap(([name, share, dot]): PlotSpec[] => {
        const nanos = seenQuantile(times, share);
        return nanos === null
          ? []
          : [
              {
                phase,
                variant: variant.label,
                percentile: name,
                dot,
                v: short(nanos / MILLISECOND),
              },
            ];
      });
    }),
  );
  if (values.length === 0) return [];
  const labels = variants.slice(0, PANELS_MAX).map(({ label }) => label);
  const title = 'Response time percentiles';
  return [
    {
      id: 'response-percentiles',
      title,
      caption:
        'Percentiles of the response time of requests that arrived before, during and after a copy, ' +
        'all replications pooled. Far-apart dots are long tails; a percentile is left out where too few ' +
        'requests arrived to see it.',
      spec: {
        title: {
          text: title,
          subtitle: 'milliseconds, by phase of the copy in which requests arrived',
        },
        hconcat: phases.map((phase, at) =>
          percentilePanel({ phase, at, count: phases.length }, labels, values),
        ),
        resolve: { scale: { color: 'shared', x: 'shared' }, legend: { color: 'shared' } },
      },
    },
  ];
}

/** The cumulative distribution of response times by phase. */
export function responseDistribution(variants: readonly Variant[]): readonly Plot[] {
  const shown = variants.slice(0, PANELS_MAX);
  const phases = phasesOf(shown);
  const values = phases.flatMap((phase) =>
    shown.flatMap((variant) => {
      const times = pooled(variant, phase);
      return times.count < REQUESTS_MIN ? [] : distribution(times, phase, variant.label);
    }),
  );
  if (values.length === 0) return [];
  const scale = positiveScale(values.flatMap(({ v }) => (typeof v === 'number' ? v : [])));
  const labels = shown.map(({ label }) => label);
  const title = 'Distribution of response times';
  const panel = (phase: string, at: number): PlotSpec => ({
    width: Math.floor(750 / phases.length) - 26,
    height: 240,
    title: phaseTitle(phase, phases.length),
    data: { values: values.filter((row) => row['phase'] === phase) },
    mark: { type: 'line', interpolate: 'step-after', clip: true },
    encoding: {
      x: {
        field: 'v',
        type: 'quantitative',
        scale,
        axis: { title: 'response time (ms)', labelOverlap: 'greedy', ...logTicks(scale) },
      },
      y: {
        field: 'share',
        type: 'quantitative',
        scale: { domain: [0, 100] },
        axis: {
          title: at === 0 ? 'requests at or below (%)' : null,
          labels: at === 0,
          labelFlush: true,
        },
      },
      color: seriesEncoding(labels),
      ...seriesDashes(labels),
      tooltip: tooltips({ variant: 'method', share: 'requests (%)', v: 'response (ms)' }),
    },
  });
  return [
    {
      id: 'response-distribution',
      title,
      caption:
        'Share of requests whose response time does not exceed the value on the axis, all ' +
        'replications pooled. The further left a curve rises, the better. Phases with fewer than ' +
        `${REQUESTS_MIN} requests have no curve.`,
      spec: {
        title: {
          text: title,
          subtitle: 'cumulative share of requests, by phase in which they arrived',
        },
        hconcat: phases.map(panel),
        resolve: { scale: { color: 'shared' }, legend: { color: 'shared' } },
      },
    },
  ];
}

/** Colour by variant, always the same for the same variant. */
export function seriesEncoding(labels: readonly string[]): PlotSpec {
  return {
    field: 'variant',
    type: 'nominal',
    scale: { domain: labels, range: labels.map((_, at) => seriesColour(at)) },
    legend: { columns: legendColumns(labels) },
  };
}

/** Heading of a panel; a run of one phase has no copy to be before or after. */
function phaseTitle(phase: string, phases: number): PlotSpec {
  const text = phases === 1 ? 'all requests' : `${phase} the copy`;
  return { text, fontSize: 11.5, offset: 6 };
}

/** How many labels of a legend fit beside each other. */
function legendColumns(labels: readonly string[]): number {
  const longest = Math.max(...labels.map((label) => label.length));
  return Math.max(1, Math.min(labels.length, Math.floor(PLOT_WIDTH / (7 * longest + 48))));
}

/** Dashes for series beyond the last colour, which share theirs with earlier ones. */
export function seriesDashes(labels: readonly string[]): PlotSpec {
  if (labels.length <= SERIES_COLOURS) return {};
  const range = labels.map((_, at) => (at < SERIES_COLOURS ? [1, 0] : [5, 3]));
  return { strokeDash: { field: 'variant', type: 'nominal', scale: { domain: labels, range } } };
}

/** Tooltips of fields with their titles. */
export function tooltips(fields: Readonly<Record<string, string>>): Plain {
  return Object.entries(fields).map(([field, title]) => ({ field, title }));
}

function lineLayer(scale: PlotSpec): PlotSpec {
  const names = LINES.map(({ name }) => name);
  return {
    mark: { type: 'line', clip: true },
    encoding: {
      y: {
        field: 'v',
        type: 'quantitative',
        scale,
        axis: { title: 'ms', tickCount: 4, labelOverlap: 'greedy', ...logTicks(scale) },
      },
      color: {
        field: 'series',
        type: 'nominal',
        scale: { domain: names, range: LINES.map(({ at }) => seriesColour(at)) },
      },
      tooltip: tooltips({ t: 'time', series: 'figure', v: 'response (ms)' }),
    },
  };
}

function percentilePanel(
  { phase, at, count }: { readonly phase: string; readonly at: number; readonly count: number },
  labels: readonly string[],
  rows: readonly PlotSpec[],
): PlotSpec {
  const scale = positiveScale(rows.flatMap(({ v }) => (typeof v === 'number' ? v : [])));
  const own = rows.filter((row) => row['phase'] === phase);
  const names = PERCENTILES.map(([name]) => name);
  const x = {
    field: 'v',
    type: 'quantitative',
    scale,
    axis: { title: 'response time (ms)', labelOverlap: 'greedy', ...logTicks(scale) },
  };
  const y = {
    field: 'variant',
    type: 'nominal',
    // Every panel has every row, in the same place, whether it has dots for it or not.
    scale: { domain: labels },
    axis: {
      title: null,
      labels: at === 0,
      ticks: false,
      domain: false,
      grid: true,
      labelLimit: 260,
      labelColor: colour('ink'),
      labelFontSize: 11,
    },
  };
  return {
    width: Math.floor(690 / count) - 20,
    height: { step: 30 },
    title: phaseTitle(phase, count),
    data: { values: own },
    layer: [
      {
        mark: { type: 'line', color: colour('rule'), strokeWidth: 2.5 },
        encoding: { x, y, detail: { field: 'variant' } },
      },
      {
        mark: { type: 'point', filled: true, opacity: 1 },
        encoding: {
          x,
          y,
          color: {
            field: 'percentile',
            type: 'nominal',
            scale: { domain: names, range: [0, 5, 4, 1, 3].map(seriesColour) },
          },
          // Smaller dots lie on larger ones, so that equal percentiles show as rings.
          size: { field: 'dot', type: 'quantitative', scale: null, legend: null },
          tooltip: tooltips({ variant: 'method', percentile: 'percentile', v: 'response (ms)' }),
        },
      },
    ],
  };
}

/** Points of a distribution where it has grown by half a percent, and its tail. */
function distribution(times: HistogramRecord, phase: string, variant: string): PlotSpec[] {
  const points: PlotSpec[] = [];
  let seen = 0;
  let shown = -1;
  for (const [at, value] of times.values.entries()) {
    seen += times.counts[at] ?? 0;
    const share = (100 * seen) / times.count;
    if (share - shown < 0.5 && at < times.values.length - 1) continue;
    shown = share;
    points.push({ phase, variant, share: short(share), v: short(value / MILLISECOND) });
  }
  return points;
}

function pooled(variant: Variant, phase: string): HistogramRecord {
  return addHistograms(variant.units.map((unit) => responseOf(unit, phase)));
}

/** The phases in which any request arrived. */
function phasesOf(variants: readonly Variant[]): readonly string[] {
  return PHASES.filter((phase) => variants.some((variant) => pooled(variant, phase).count > 0));
}

function rowsOf(layer: PlotSpec | undefined): readonly PlotSpec[] {
  return ((layer?.['data'] as PlotSpec | undefined)?.['values'] ?? []) as readonly PlotSpec[];
}
