/**
 * Figures against a parameter of the sweep, a line for each method, intervals as bands.
 *
 * @module
 */
import type { Plain } from '../record/plain.ts';
import { type Figure, figureOf } from './figures.ts';
import { logTicks, type Plot, type PlotSpec, positiveScale, short, timeUnitFor } from './plot.ts';
import { seriesEncoding, tooltips } from './plot-response.ts';
import type { TimedSummary, VariantSummary } from './summary.ts';
import { type SweepAxis, sweepAxis } from './sweep-axis.ts';

/** Figures that are shown against a parameter. */
const SHOWN: readonly string[] = [
  'elapsed',
  'exposure',
  'peakSpace',
  'sideFilePeak',
  'response.during.p50',
  'response.during.p95',
  'response.during.p99',
  'throughput',
];
const COLUMNS = 2;

/** A plot for every parameter of the sweep that takes several values. */
export function sweepPlots(summary: TimedSummary): readonly Plot[] {
  const names = [...new Set(summary.variants.flatMap(({ point }) => Object.keys(point)))];
  return names.flatMap((name) => sweepPlot(name, summary));
}

function sweepPlot(name: string, { variants, confidence }: TimedSummary): readonly Plot[] {
  const values = new Set(variants.flatMap(({ point }) => point[name] ?? []));
  if (values.size < 2) return [];
  const axis = sweepAxis([...values]);
  const panels = SHOWN.flatMap((id) => {
    const figure = figureOf(id);
    return figure === undefined ? [] : panel({ name, axis }, figure, variants);
  });
  if (panels.length === 0) return [];
  const title = `Effect of ${name}`;
  const rows: Plain[] = [];
  for (let at = 0; at < panels.length; at += COLUMNS) {
    rows.push({ spacing: 34, hconcat: panels.slice(at, at + COLUMNS) });
  }
  return [
    {
      id: `sweep-${name.replaceAll(/[^A-Za-z0-9]+/g, '-')}`,
      title,
      caption:
        `Each panel shows one figure against ${name}: means over replications, bands are ` +
        `${100 * confidence} % confidence intervals. Other parameters of the sweep make lines of their own.`,
      spec: {
        title: { text: title, subtitle: `means and ${100 * confidence} % confidence intervals` },
        spacing: 24,
        vconcat: rows,
        resolve: { scale: { color: 'shared' }, legend: { color: 'shared' } },
      },
    },
  ];
}

function panel(
  { name, axis }: { readonly name: string; readonly axis: SweepAxis },
  figure: Figure,
  variants: readonly VariantSummary[],
): readonly PlotSpec[] {
  const means = variants.flatMap(({ figures }) => figures[figure.id]?.mean ?? []);
  if (means.every((mean) => mean === 0)) return [];
  const unit = unitOf(figure, Math.max(...means));
  const values = variants.flatMap(({ figures, method, point }) => {
    const own = figures[figure.id];
    const value = point[name];
    const at = value === undefined ? undefined : axis.places.get(value);
    if (own === undefined || at === undefined) return [];
    return [
      {
        at,
        variant: lineOf(name, method, point),
        v: short(own.mean / unit.scale),
        // No figure is below zero, whatever the interval of a mean of few says.
        low: short(Math.max(0, own.low ?? own.mean) / unit.scale),
        high: short((own.high ?? own.mean) / unit.scale),
      },
    ];
  });
  if (values.length < 2) return [];
  const x = xEncoding(name, axis);
  const y = {
    type: 'quantitative',
    axis: { title: `${figure.label} (${unit.name})`, tickCount: 5 },
  };
  // The same lines in every panel, whichever of them it shows.
  const lines = variants.map(({ method, point }) => lineOf(name, method, point));
  const color = seriesEncoding([...new Set(lines)]);
  return [
    {
      width: 350,
      height: 180,
      data: { values },
      encoding: { x },
      layer: [
        {
          mark: { type: 'line', strokeWidth: 2, point: { size: 40, filled: true } },
          encoding: {
            y: { field: 'v', ...y },
            color,
            tooltip: tooltips({ variant: 'method', at: name, v: figure.label }),
          },
        },
        {
          mark: { type: 'area', opacity: 0.2 },
          encoding: { y: { field: 'low', ...y }, y2: { field: 'high' }, color },
        },
      ],
    },
  ];
}

function xEncoding(name: string, { kind, unit, places }: SweepAxis): PlotSpec {
  const title = unit === '' ? name : `${name} (${unit})`;
  if (kind === 'names') {
    const domain = [...places.values()];
    return { field: 'at', type: 'nominal', scale: { domain, padding: 0.5 }, axis: { title } };
  }
  const numbers = [...places.values()].flatMap((place) => (typeof place === 'number' ? place : []));
  const scale = positiveScale(numbers);
  return {
    field: 'at',
    type: 'quantitative',
    scale: scale['type'] === 'log' ? scale : { zero: false, nice: true },
    axis: { title, labelOverlap: 'greedy', ...logTicks(scale) },
  };
}

/** The line that a variant is a point of: its method, and the rest of its parameters. */
function lineOf(name: string, method: string, point: VariantSummary['point']): string {
  const others = Object.entries(point).filter(([other]) => other !== name);
  return [method, ...others.map(([other, value]) => `${other}=${value}`)].join(', ');
}

function unitOf(figure: Figure, most: number): { readonly name: string; readonly scale: number } {
  if (figure.unit === 'ns') {
    const { name, nanos } = timeUnitFor(most);
    return { name, scale: nanos };
  }
  if (figure.unit === 'B') return { name: 'MiB', scale: 2 ** 20 };
  if (figure.unit === 'ratio') return { name: '%', scale: 0.01 };
  return { name: figure.unit, scale: 1 };
}
