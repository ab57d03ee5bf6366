/**
 * What was found in a trace, as text.
 *
 * @module
 */
import { REJECT_REASONS, type Reject, type SkipReason } from '../load/trace-account.ts';
import type { TraceFigures, TraceQuantiles } from '../load/trace-statistics.ts';
import type { CacheMisses } from '../replay/object-caches.ts';
import { formatBytes, formatCount, formatDuration, formatNumber } from '../scenario/quantity.ts';
import { toPrintable } from './printable.ts';
import { formatTable } from './table.ts';
import type {
  ShownRequest,
  TraceConversion,
  TraceInspection,
  TraceReading,
  TraceStats,
} from './trace-record.ts';

const FACT_WIDTH = 13;

const SKIP_WORDS: Readonly<Record<SkipReason, string>> = Object.freeze({
  header: 'titles',
  comment: 'comments',
  blank: 'blank',
  other: 'not requests',
  empty: 'of no bytes',
});

/** Lines of `vdasd trace inspect`. */
export function formatTraceInspection(trace: TraceInspection, width: number): readonly string[] {
  const { reading, volumes } = trace;
  const more = reading.volumeCount > volumes.length ? ', …' : '';
  return [
    ...formatReading(reading),
    fact('volumes', `${reading.volumeCount}: ${volumes.map(toPrintable).join(', ')}${more}`),
    '',
    ...formatRequests(trace.first, width),
    ...formatRejects(reading.firstRejects, width),
  ];
}

/** Lines of `vdasd trace convert`. */
export function formatConversion(conversion: TraceConversion): readonly string[] {
  const { reading, to, format, compression, written, leftOut, writtenBytes, losses } = conversion;
  const around = compression === 'none' ? '' : ` in ${compression}`;
  return [
    ...formatReading(reading),
    fact(
      'written',
      `${to}: ${formatCount(written, 'request')} as ${format}${around}, ${formatBytes(writtenBytes)}`,
    ),
    ...(leftOut === 0
      ? []
      : [fact('left out', `${formatCount(leftOut, 'request')} that the format has no word for`)]),
    fact('lost', losses === '' ? 'nothing' : losses),
  ];
}

/** Lines of `vdasd trace stats`. */
export function formatTraceStats(stats: TraceStats, width: number): readonly string[] {
  const { figures } = stats;
  return [
    ...formatReading(stats.reading),
    fact('span', formatSpan(figures)),
    fact(
      'mix',
      `${percent(figures.readShare)} reads, ${percent(figures.sequentialShare)} sequential`,
    ),
    fact('touched', `${formatNumber(figures.tracks)} tracks of 56,664 bytes`),
    '',
    ...formatTable(
      [{ title: 'operation' }, number('requests'), number('bytes')],
      figures.operations
        .filter(({ requests }) => requests > 0)
        .map(({ operation, requests, bytes }) => [
          operation,
          formatNumber(requests),
          formatBytes(bytes),
        ]),
      width,
    ),
    '',
    ...formatQuantiles(figures, width),
    '',
    ...formatTable(
      [{ title: 'volume', shrinks: true }, number('requests'), number('moved'), number('reaches')],
      figures.volumes.map(({ name, requests, bytes, endBytes }) => [
        toPrintable(name),
        formatNumber(requests),
        formatBytes(bytes),
        formatBytes(endBytes),
      ]),
      width,
    ),
    ...formatMisses(stats.misses, width),
    ...formatRejects(stats.reading.firstRejects, width),
  ];
}

/** How a trace was read: the lines on top of every report about one. */
export function formatReading(reading: TraceReading): readonly string[] {
  const { compression, skipped } = reading;
  const around = compression === 'none' ? '' : `, ${compression}`;
  const passed = (Object.keys(skipped) as SkipReason[])
    .filter((reason) => skipped[reason] > 0)
    .map((reason) => `${formatNumber(skipped[reason])} ${SKIP_WORDS[reason]}`);
  const counts = [
    formatCount(reading.requests, 'request'),
    ...(passed.length === 0 ? [] : [`passed over: ${passed.join(', ')}`]),
    `${formatNumber(reading.rejects)} rejected`,
    ...(reading.left === 0 ? [] : [`${formatNumber(reading.left)} not picked`]),
    ...(reading.outOfOrder === 0
      ? []
      : [`${formatNumber(reading.outOfOrder)} before the one above`]),
  ];
  return [
    fact('trace', `${reading.file}, ${formatBytes(reading.fileBytes)}${around}`),
    fact('format', `${reading.format}: ${reading.title}`),
    fact('read', counts.join('; ')),
    ...(reading.zeroPoint === null ? [] : [fact('zero point', reading.zeroPoint)]),
    fact('taken as', reading.assumptions.join('; ')),
  ];
}

/** The first rejects, with their places. */
export function formatRejects(rejects: readonly Reject[], width: number): readonly string[] {
  if (rejects.length === 0) return [];
  const rows = rejects.map((reject) => [
    reject.line === undefined ? `byte ${reject.offset}` : `line ${reject.line}:${reject.column}`,
    REJECT_REASONS[reject.reason],
    reject.text,
  ]);
  const columns = [{ title: 'rejected' }, { title: 'because' }, { title: 'text', shrinks: true }];
  return ['', ...formatTable(columns, rows, width)];
}

/** `name          value`. */
export function fact(name: string, value: string): string {
  return `${name.padEnd(FACT_WIDTH)} ${value}`;
}

/** A share as `12.3 %`. */
export function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}

function number(title: string): { readonly title: string; readonly align: 'right' } {
  return { title, align: 'right' };
}

function formatRequests(requests: readonly ShownRequest[], width: number): readonly string[] {
  const columns = [
    number('arrival, ns'),
    { title: 'volume', shrinks: true },
    { title: 'operation' },
    number('offset'),
    number('length'),
    number('response, ns'),
  ];
  const rows = requests.map((request) => [
    formatNumber(request.arrivalNanos),
    toPrintable(request.volume),
    request.operation,
    formatNumber(request.offset),
    formatNumber(request.length),
    request.responseNanos === null ? '' : formatNumber(request.responseNanos),
  ]);
  return formatTable(columns, rows, width);
}

function formatSpan(figures: TraceFigures): string {
  const span = formatDuration(figures.spanNanos);
  const { requestsPerSecond, bytesPerSecond } = figures;
  if (requestsPerSecond === null || bytesPerSecond === null) {
    return `${span}: not enough for rates`;
  }
  return `${span}: ${formatNumber(Number(requestsPerSecond.toPrecision(4)))} requests a second, ${formatBytes(bytesPerSecond)} a second`;
}

function formatQuantiles(figures: TraceFigures, width: number): readonly string[] {
  const row = (
    name: string,
    values: TraceQuantiles | null,
    format: (value: number) => string,
  ): readonly string[][] =>
    values === null
      ? []
      : [[name, ...[values.mean, values.p50, values.p95, values.p99, values.max].map(format)]];
  return formatTable(
    [{ title: '' }, ...['mean', 'p50', 'p95', 'p99', 'most'].map(number)],
    [
      ...row('length', figures.lengthBytes, formatBytes),
      ...row('between arrivals', figures.betweenArrivalsNanos, formatDuration),
      ...row('measured response', figures.responseNanos, formatDuration),
    ],
    width,
  );
}

function formatMisses(misses: readonly CacheMisses[], width: number): readonly string[] {
  if (misses.length === 0) return [];
  const cell = (count: number, requests: number): string =>
    `${formatNumber(count)} (${(requests === 0 ? 0 : count / requests).toFixed(4)})`;
  const rows = misses.map(({ objects, requests, lru, fifo, belady }) => [
    formatNumber(objects),
    ...[lru, fifo, belady].map((count) => cell(count, requests)),
  ]);
  const columns = ['cache, objects', 'LRU misses', 'FIFO misses', 'Belady misses'].map(number);
  return ['', ...formatTable(columns, rows, width)];
}
