/**
 * Plots over simulated time: a panel for each variant below each other, on one axis, with the spans in
 * which a copy runs shaded.
 *
 * @module
 */
import type { Plain } from '../record/plain.ts';
import { DURING, type PhaseSpan, type TimeSeriesRecord } from '../record/unit-measures.ts';
import type { UnitRecord } from '../record/unit-record.ts';
import { PLOT_WIDTH, type PlotSpec, short, type TimeUnit, timeUnitFor } from './plot.ts';
import { colour } from './plot-theme.ts';

/** Most points of a line: as many as can be told apart. */
const POINTS_MAX = 390;

/** What the panels of a plot share. */
export interface PanelFrame {
  readonly time: TimeUnit;
  /** End of the axis, in that unit. */
  readonly end: number;
}

/** One panel: its heading, its shaded spans, its layers with their data. */
export interface Panel {
  readonly heading: string;
  readonly unit: UnitRecord;
  readonly layers: readonly PlotSpec[];
}

/** The common axis of units. */
export function frameOf(units: readonly UnitRecord[]): PanelFrame {
  const nanos = Math.max(1, ...units.map((unit) => unit.measures.series.atNanos.at(-1) ?? 0));
  const time = timeUnitFor(nanos);
  return { time, end: short(nanos / time.nanos) };
}

/** A specification of panels below each other. */
export function panelsBelow(
  title: { readonly text: string; readonly subtitle: string },
  panels: readonly Panel[],
  frame: PanelFrame,
  height: number,
): PlotSpec {
  return {
    title,
    spacing: 10,
    vconcat: panels.map((panel, at) => {
      const isLast = at === panels.length - 1;
      return {
        width: PLOT_WIDTH,
        height,
        title: {
          text: panel.heading,
          fontSize: 11.5,
          fontWeight: 600,
          offset: 4,
          anchor: 'start',
        },
        layer: [
          windowLayer(panel.unit.measures.phases, frame),
          ...panel.layers.map((layer) => withTimeAxis(layer, frame, isLast)),
        ],
      };
    }),
    resolve: { scale: { color: 'shared', x: 'shared' }, legend: { color: 'shared' } },
  };
}

/** The subtitle's words about the shading. */
export const SHADED = 'shaded: a copy runs';

/** Rows `{t, v, series}` of one column, thinned to what can be seen. */
export function pointsOf(
  series: TimeSeriesRecord,
  column: { readonly values: readonly (number | null)[]; readonly thin?: 'mean' | 'max' },
  frame: PanelFrame,
  scale: number,
  name: string,
): readonly PlotSpec[] {
  const rows = series.atNanos.length;
  const group = Math.ceil(rows / POINTS_MAX);
  const points: PlotSpec[] = [];
  for (let from = 0; from < rows; from += group) {
    const seen = column.values.slice(from, from + group).filter((value) => value !== null);
    const start = from === 0 ? 0 : (series.atNanos[from - 1] ?? 0);
    const end = series.atNanos[Math.min(from + group, rows) - 1] ?? 0;
    const value = seen.length === 0 ? null : together(seen, column.thin ?? 'mean') / scale;
    const t = short((start + end) / 2 / frame.time.nanos);
    points.push({ t, v: value === null ? null : short(value), series: name });
  }
  return points;
}

function together(values: readonly number[], how: 'mean' | 'max'): number {
  return how === 'max'
    ? values.reduce((one, other) => Math.max(one, other), Number.NEGATIVE_INFINITY)
    : values.reduce((sum, value) => sum + value, 0) / values.length;
}

function windowLayer(phases: readonly PhaseSpan[], frame: PanelFrame): PlotSpec {
  const values: Plain[] = phases
    .filter(({ phase }) => phase === DURING)
    .map(({ startNanos, endNanos }) => ({
      from: short(startNanos / frame.time.nanos),
      to: short(endNanos / frame.time.nanos),
    }));
  return {
    data: { values },
    mark: {
      type: 'rect',
      color: colour('window'),
      // A copy of an instant still shows, as a line.
      stroke: colour('window'),
      strokeWidth: 1.5,
      tooltip: { expr: `'copy from ' + datum.from + ' to ' + datum.to + ' ${frame.time.name}'` },
    },
    encoding: { x: { field: 'from', type: 'quantitative' }, x2: { field: 'to' } },
  };
}

function withTimeAxis(layer: PlotSpec, { time, end }: PanelFrame, isLast: boolean): PlotSpec {
  const axis = {
    title: isLast ? `simulated time (${time.name})` : null,
    labels: isLast,
    grid: false,
    tickCount: 10,
  };
  const x = { field: 't', type: 'quantitative', scale: { domain: [0, end], nice: false }, axis };
  return { ...layer, encoding: { x, ...(layer['encoding'] as PlotSpec) } };
}
