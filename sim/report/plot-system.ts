/**
 * What the run did to the subsystem: utilisation of its parts, net capacity load, space shared and
 * unique.
 *
 * @module
 */
import {
  type GaugeFamily,
  type SeriesColumn,
  SPACE_COLUMNS,
  type TimeSeriesRecord,
} from '../record/unit-measures.ts';
import { PANELS_MAX, PLOT_WIDTH, type Plot, type PlotSpec, short } from './plot.ts';
import { frameOf, type Panel, panelsBelow, pointsOf, SHADED } from './plot-panels.ts';
import { seriesDashes, seriesEncoding, tooltips } from './plot-response.ts';
import { colour, seriesColour } from './plot-theme.ts';
import type { Variant } from './variant.ts';

/** Families shown in the plot of utilisation, with the colour of each. */
const PARTS: readonly (readonly [family: GaugeFamily, name: string, at: number])[] = [
  ['processor', 'host processors', 3],
  ['controller', 'control unit', 4],
  ['channel', 'channels', 0],
  ['link', 'link', 6],
  ['drive', 'drives', 1],
  ['nvs', 'NVS', 2],
];
const GIBIBYTE = 2 ** 30;
const MEBIBYTE = 2 ** 20;
/** Levels of net capacity load at which the subsystem warns, alerts and refuses backups. */
const LEVELS = [
  [75, 'warning, 75 %'],
  [90, 'alert, 90 %'],
  [95, 'critical, 95 %'],
] as const;

/** Utilisation over time, one panel for each variant. */
export function utilisationOverTime(variants: readonly Variant[]): readonly Plot[] {
  const units = firstUnits(variants);
  const frame = frameOf(units);
  const seen = PARTS.filter(([family]) =>
    units.some(({ measures }) => ratiosOf(measures.series, family).some(isEverAbove)),
  );
  if (seen.length === 0) return [];
  const panels = units.map((unit, at): Panel => {
    const { series } = unit.measures;
    const values = seen.flatMap(([family, name]) => {
      const mean = meanOf(ratiosOf(series, family), series.atNanos.length);
      return pointsOf(series, { values: mean }, frame, 0.01, name);
    });
    const layer = { data: { values }, ...percentLines(seen) };
    return { heading: variants[at]?.label ?? '', unit, layers: [layer] };
  });
  const title = 'Utilisation';
  const subtitle = `per cent of the time busy, of NVS per cent full, mean over parts of a kind; ${SHADED}`;
  return [
    {
      id: 'utilisation',
      title,
      caption:
        'How busy each kind of part was, interval by interval: the mean over all parts of the kind. ' +
        'The part nearest to 100 % bounds what the system can do.',
      spec: panelsBelow({ text: title, subtitle }, panels, frame, units.length > 4 ? 84 : 120),
    },
  ];
}

/** Net capacity load over time, all variants in one panel. */
export function netCapacityLoadOverTime(variants: readonly Variant[]): readonly Plot[] {
  const units = firstUnits(variants);
  const frame = frameOf(units);
  const values = units.flatMap((unit, at) => {
    const { series } = unit.measures;
    return columnsNamed(series, SPACE_COLUMNS.netCapacityLoad).flatMap((column) =>
      pointsOf(series, column, frame, 0.01, '').map((point) => ({
        ...point,
        variant: variants[at]?.label ?? '',
        part: column.name,
      })),
    );
  });
  const loads = values.flatMap((row) => {
    const load = (row as PlotSpec)['v'];
    return typeof load === 'number' ? load : [];
  });
  if (loads.length === 0) return [];
  const most = Math.max(...loads);
  const levels = LEVELS.filter(([level]) => most > 55 && level <= Math.max(most + 15, 75));
  const labels = variants.slice(0, PANELS_MAX).map(({ label }) => label);
  const title = 'Net capacity load';
  const y = {
    type: 'quantitative',
    axis: { title: 'net capacity load (%)', tickCount: 5 },
  };
  return [
    {
      id: 'net-capacity-load',
      title,
      caption:
        'Share of the net capacity that live data takes. Hosts are warned at 75 %, alerted at 90 %, ' +
        'and new backups are refused from 95 % on.',
      spec: {
        title: {
          text: title,
          subtitle: 'per cent of net capacity taken by live data, replication 0',
        },
        width: PLOT_WIDTH,
        height: 220,
        layer: [
          {
            data: { values: levels.map(([level]) => ({ level })) },
            mark: { type: 'rule', strokeDash: [5, 4], color: colour('s1'), opacity: 0.75 },
            encoding: { y: { field: 'level', type: 'quantitative' } },
          },
          {
            data: { values: levels.map(([level, name]) => ({ level, name, t: 0 })) },
            mark: { type: 'text', align: 'left', dx: 6, dy: -7, color: colour('s1') },
            encoding: { x: timeAxis(frame), y: { field: 'level', ...y }, text: { field: 'name' } },
          },
          {
            data: { values },
            mark: { type: 'line', strokeWidth: 2 },
            encoding: {
              x: timeAxis(frame),
              y: { field: 'v', ...y },
              detail: { field: 'part' },
              color: seriesEncoding(labels),
              ...seriesDashes(labels),
              tooltip: tooltips({ variant: 'method', t: 'time', v: 'load (%)' }),
            },
          },
        ],
      },
    },
  ];
}

/** Stored bytes over time, shared and unique, one panel for each variant. */
export function spaceOverTime(variants: readonly Variant[]): readonly Plot[] {
  const units = firstUnits(variants);
  const frame = frameOf(units);
  const kinds = [
    [SPACE_COLUMNS.uniqueBytes, 'unique'],
    [SPACE_COLUMNS.sharedBytes, 'shared'],
  ] as const;
  const most = Math.max(
    0,
    ...units.map(({ measures: { series } }) => {
      const columns = kinds.flatMap(([column]) => columnsNamed(series, column));
      return sumOf(columns, series).reduce((one, other) => Math.max(one, other), 0);
    }),
  );
  if (most === 0) return [];
  const [scale, unitName] = most >= GIBIBYTE ? [GIBIBYTE, 'GiB'] : [MEBIBYTE, 'MiB'];
  const panels = units.map((unit, at): Panel => {
    const { series } = unit.measures;
    const values = kinds.flatMap(([column, name]) =>
      pointsOf(series, { values: sumOf(columnsNamed(series, column), series) }, frame, scale, name),
    );
    return {
      heading: variants[at]?.label ?? '',
      unit,
      layers: [{ data: { values }, ...stackedAreas(unitName, short((most / scale) * 1.05)) }],
    };
  });
  const title = 'Space, shared and unique';
  return [
    {
      id: 'space',
      title,
      caption:
        'Bytes stored on the drives: reached by one device alone (unique), or by several devices or ' +
        'retained points (shared). A snapshot turns unique bytes into shared ones and takes none.',
      spec: panelsBelow(
        { text: title, subtitle: `${unitName} stored, replication 0; ${SHADED}` },
        panels,
        frame,
        units.length > 4 ? 84 : 120,
      ),
    },
  ];
}

function stackedAreas(unitName: string, most: number): PlotSpec {
  return {
    mark: { type: 'area', opacity: 0.85, line: false },
    encoding: {
      y: {
        field: 'v',
        type: 'quantitative',
        stack: 'zero',
        scale: { domain: [0, most], nice: false },
        axis: { title: unitName, tickCount: 4 },
      },
      color: {
        field: 'series',
        type: 'nominal',
        scale: { domain: ['unique', 'shared'], range: [seriesColour(0), seriesColour(4)] },
      },
      tooltip: tooltips({ t: 'time', series: 'bytes', v: unitName }),
    },
  };
}

function percentLines(seen: typeof PARTS): PlotSpec {
  return {
    mark: { type: 'line', clip: true },
    encoding: {
      y: {
        field: 'v',
        type: 'quantitative',
        scale: { domain: [0, 100] },
        axis: { title: '%', tickCount: 3 },
      },
      color: {
        field: 'series',
        type: 'nominal',
        scale: {
          domain: seen.map(([, name]) => name),
          range: seen.map(([, , at]) => seriesColour(at)),
        },
      },
      tooltip: tooltips({ t: 'time', series: 'part', v: 'utilisation (%)' }),
    },
  };
}

function timeAxis({ time, end }: ReturnType<typeof frameOf>): PlotSpec {
  return {
    field: 't',
    type: 'quantitative',
    scale: { domain: [0, end], nice: false },
    axis: { title: `simulated time (${time.name})`, grid: false, tickCount: 10 },
  };
}

/** Whether a column is above zero anywhere: a link that nobody used has no line. */
function isEverAbove({ values }: SeriesColumn): boolean {
  return values.some((value) => value !== null && value > 0);
}

/** Columns of a family that are shares. */
function ratiosOf(series: TimeSeriesRecord, family: GaugeFamily): readonly SeriesColumn[] {
  return series.columns.filter((one) => one.family === family && one.unit === 'ratio');
}

function columnsNamed(series: TimeSeriesRecord, name: string): readonly SeriesColumn[] {
  return series.columns.filter((one) => one.name === name || one.name.startsWith(`${name}.`));
}

/** The mean of columns, row by row. */
function meanOf(columns: readonly SeriesColumn[], rows: number): readonly (number | null)[] {
  return Array.from({ length: rows }, (_, row) => {
    const seen = columns.flatMap(({ values }) => values[row] ?? []);
    return seen.length === 0 ? null : seen.reduce((sum, one) => sum + one, 0) / seen.length;
  });
}

/** The sum of columns, row by row. */
function sumOf(columns: readonly SeriesColumn[], series: TimeSeriesRecord): readonly number[] {
  return series.atNanos.map((_, row) =>
    columns.reduce((sum, { values }) => sum + (values[row] ?? 0), 0),
  );
}

/** The first replication of every variant that has a panel. */
function firstUnits(variants: readonly Variant[]): Variant['units'] {
  return variants.slice(0, PANELS_MAX).flatMap(({ units }) => units.slice(0, 1));
}
