/**
 * The tables of the page.
 *
 * @module
 */
import { addHistograms, quantileOf, seenQuantile } from '../record/histogram-record.ts';
import type { Assumption, StationRow, UnitRecord } from '../record/unit-record.ts';
import { formatDuration, formatNumber } from '../scenario/quantity.ts';
import { figureText, spreadText } from './figure-text.ts';
import { FIGURES, responseOf } from './figures.ts';
import { escapeHtml, htmlTable } from './html-text.ts';
import { consistencyText, GROUP_TITLES, methodRows } from './method-table.ts';
import type { TimedSummary } from './summary.ts';
import type { Variant } from './variant.ts';

const SHARES = [0.5, 0.95, 0.99, 0.999] as const;
/** Stations of a kind that have rows of their own. */
const STATIONS_MAX = 4;

/** Figures by method. */
export function methodsTable(summary: TimedSummary, number: number): string {
  const rows = methodRows(summary);
  const width = summary.variants.length;
  const replications = Math.max(...summary.variants.map(({ units }) => units.length));
  const body: (readonly string[])[] = [];
  let group = '';
  for (const { figure, cells } of rows) {
    if (figure.group !== group) {
      group = figure.group;
      body.push([`<span class="part">${GROUP_TITLES[figure.group]}</span>`, ...blanks(width)]);
      if (group === 'copy') body.push(['Copy shows', ...summary.variants.map(consistencyBadge)]);
    }
    const label = `<span title="${escapeHtml(figure.meaning)}">${escapeHtml(figure.label)}</span>`;
    body.push([
      label,
      ...cells.map(({ text, spread }) => text + (spread === '' ? '' : `<small>${spread}</small>`)),
    ]);
  }
  const intervals =
    replications > 1
      ? `Means of ${replications} replications; below each, half of its ${100 * summary.confidence} % ` +
        'confidence interval (Student’s t).'
      : 'One replication, so no intervals.';
  return htmlTable({
    kind: 'figures',
    caption: `<b>Table ${number}.</b> Every method under the same load and the same random numbers. ${intervals}`,
    titles: ['', ...summary.variants.map(({ label }) => escapeHtml(label))],
    rows: body,
  });
}

/** Differences to the first variant, in pairs of replications. */
export function differencesTable(summary: TimedSummary, number: number): string {
  const [first, ...others] = summary.variants;
  if (first === undefined || others.length === 0) return '';
  const rows = FIGURES.filter(({ id }) =>
    others.some(({ differences }) => (differences?.[id]?.mean ?? 0) !== 0),
  ).map(({ id, label, unit }) => [
    escapeHtml(label),
    ...others.map(({ differences }) => {
      const own = differences?.[id];
      if (own === undefined) return '–';
      const sign = own.mean > 0 ? '+' : '';
      const spread = spreadText(own, unit);
      return `${sign}${figureText(own.mean, unit)}${spread === '' ? '' : `<small>${spread}</small>`}`;
    }),
  ]);
  return htmlTable({
    kind: 'figures',
    caption:
      `<b>Table ${number}.</b> Each method less ${escapeHtml(first.label)}, replication by replication: ` +
      'the load is the same, so these intervals are narrower than those of the means.',
    titles: ['', ...others.map(({ label }) => escapeHtml(label))],
    rows,
  });
}

/** Response times by variant and phase, and by class where there are several. */
export function responseTable(variants: readonly Variant[], number: number): string {
  const rows = variants.flatMap(({ label, units }) => {
    const phases = [
      ...new Set(units.flatMap(({ measures }) => measures.phases.map((one) => one.phase))),
    ];
    const classes = [...new Set(units.flatMap(({ measures }) => measures.classes))];
    const groups = [undefined, ...(classes.length > 1 ? classes : [])];
    return phases.flatMap((phase) =>
      groups.flatMap((loadClass) => {
        const times = addHistograms(units.map((unit) => responseOf(unit, phase, loadClass)));
        if (times.count === 0) return [];
        const cells = [times.meanNanos, ...SHARES.map((share) => seenQuantile(times, share))];
        return [
          [
            escapeHtml(label),
            escapeHtml(phase),
            loadClass === undefined ? 'all' : escapeHtml(loadClass),
            formatNumber(times.count),
            ...cells.map((nanos) => (nanos === null ? '–' : milliseconds(nanos))),
            milliseconds(quantileOf(times, 1) ?? 0),
          ],
        ];
      }),
    );
  });
  return htmlTable({
    kind: 'figures',
    wordColumns: 2,
    caption:
      `<b>Table ${number}.</b> Response times in milliseconds, by the phase in which requests arrived, ` +
      'all replications pooled. A percentile is given where at least one request lies beyond it.',
    titles: ['method', 'phase', 'class', 'requests', 'mean', 'p50', 'p95', 'p99', 'p99.9', 'max'],
    rows,
  });
}

/** What was taken for granted, with its source. */
export function assumptionsTable(units: readonly UnitRecord[], number: number): string {
  const seen = new Map<string, Assumption>();
  for (const one of units.flatMap(({ assumptions }) => assumptions)) {
    seen.set(`${one.name}\n${one.value}\n${one.unit}\n${one.source}`, one);
  }
  if (seen.size === 0) return '<p>The units name no assumptions.</p>';
  return htmlTable({
    kind: 'words',
    caption: `<b>Table ${number}.</b> Figures that the model takes for granted, and where each is from.`,
    titles: ['assumption', 'value', 'source'],
    rows: [...seen.values()].map(({ name, value, unit, source }) => [
      escapeHtml(name),
      escapeHtml(`${typeof value === 'number' ? formatNumber(value) : value} ${unit}`.trim()),
      escapeHtml(source),
    ]),
  });
}

/** The stations of the first replication of every variant; many of a kind share a row. */
export function stationsTable(variants: readonly Variant[], number: number): string {
  const rows = variants.flatMap(({ label, units: [first] }) => {
    const kinds = Map.groupBy(first?.stations ?? [], ({ kind }) => kind);
    return [...kinds].flatMap(([kind, stations]) =>
      stations.length > STATIONS_MAX
        ? [stationRow(label, `${stations.length} × ${kind}`, stations)]
        : stations.map((station) => stationRow(label, station.name, [station])),
    );
  });
  return htmlTable({
    kind: 'figures',
    wordColumns: 1,
    caption:
      `<b>Table ${number}.</b> Where requests waited and were served, first replication; of many stations ` +
      'of a kind the mean, and the busiest. Little’s law was checked on each of them.',
    titles: ['method', 'station', 'servers', 'busy', 'busiest', 'served', 'waiting', 'stay (ms)'],
    rows,
  });
}

function stationRow(
  label: string,
  name: string,
  stations: readonly StationRow[],
): readonly string[] {
  const sum = (of: (station: StationRow) => number): number =>
    stations.reduce((total, station) => total + of(station), 0);
  const served = sum(({ completions }) => completions);
  const stay = sum(({ meanStayNanos, completions }) => meanStayNanos * completions);
  const busiest = Math.max(...stations.map(({ utilisation }) => utilisation));
  return [
    escapeHtml(label),
    escapeHtml(name),
    formatNumber(sum(({ servers }) => servers)),
    figureText(sum(({ utilisation }) => utilisation) / stations.length, 'ratio'),
    stations.length > 1 ? figureText(busiest, 'ratio') : '',
    formatNumber(served),
    (sum(({ meanQueue }) => meanQueue) / stations.length).toFixed(3),
    milliseconds(served === 0 ? 0 : stay / served),
  ];
}

/** The timeline of the first replication of every variant. */
export function timelineTable(variants: readonly Variant[], number: number): string {
  const rows = variants.flatMap(({ label, units: [first] }) =>
    (first?.entries ?? []).map((entry) => [
      escapeHtml(label),
      escapeHtml(entry.title),
      timeText(entry.startNanos),
      timeText(entry.endNanos - entry.startNanos),
      escapeHtml(entry.outcome),
      String(entry.line),
    ]),
  );
  return htmlTable({
    kind: 'figures',
    wordColumns: 1,
    caption: `<b>Table ${number}.</b> Entries of the timeline as they ran, first replication.`,
    titles: ['method', 'entry', 'began at', 'took', 'outcome', 'line'],
    rows,
  });
}

/** Units with what identifies them. */
export function unitsTable(units: readonly UnitRecord[], number: number): string {
  return htmlTable({
    kind: 'figures',
    caption:
      `<b>Table ${number}.</b> Units of the run. The witness is a hash over every event of the ` +
      'simulation: the same scenario, seed and version give the same one.',
    titles: ['unit', 'simulated', 'requests', 'events', 'witness'],
    rows: units.map((unit) => [
      escapeHtml(unit.id),
      timeText(unit.simulatedNanos),
      formatNumber(unit.measures.requestCount),
      formatNumber(unit.eventCount),
      `<span class="mono">${escapeHtml(unit.witness)}</span>`,
    ]),
  });
}

function consistencyBadge(variant: TimedSummary['variants'][number]): string {
  const [verdict = '', ...rest] = consistencyText(variant).split(', ');
  if (variant.copies.copies === 0) return escapeHtml(verdict);
  const kind = variant.copies.torn > 0 ? 'bad' : 'good';
  const details = rest.length === 0 ? '' : `<small>${escapeHtml(rest.join(', '))}</small>`;
  return `<span class="badge ${kind}">${escapeHtml(verdict)}</span>${details}`;
}

function milliseconds(nanos: number): string {
  const value = nanos / 1e6;
  const digits = value >= 1000 ? 0 : value >= 100 ? 1 : value >= 1 ? 2 : 3;
  return Number(value.toFixed(digits)).toLocaleString('en-US', { minimumFractionDigits: digits });
}

function timeText(nanos: number): string {
  return nanos === 0 ? '0' : formatDuration(nanos).replace('us', 'µs');
}

function blanks(count: number): readonly string[] {
  return Array.from({ length: count }, () => '');
}
