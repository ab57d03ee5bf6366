/**
 * A run as text: a table of its steps with what each cost, what was seen, how it ended.
 *
 * @module
 */
import { formatBytes, formatCount, formatDuration, formatNumber } from '../scenario/quantity.ts';
import type { EntryCost, EntryRecord, RunRecord } from '../scenario/run-record.ts';
import { formatDrives, lostLines, upkeepLine } from './drive-tables.ts';
import { eventLine } from './event-lines.ts';
import { compareMethods } from './method-comparison.ts';
import { formatSpace } from './space-tables.ts';
import { type Column, formatTable } from './table.ts';

/** How a piece of text is set off. */
export type Styler = (
  emphasis: 'bold' | 'dim' | 'red' | 'green' | 'yellow',
  text: string,
) => string;

const COLUMNS: readonly Column[] = [
  { title: 'line', align: 'right' },
  { title: 'step', shrinks: true },
  { title: 'msgs', align: 'right' },
  { title: 'channel', align: 'right' },
  { title: 'shared', align: 'right' },
  { title: 'copied', align: 'right' },
  { title: 'CPU', align: 'right' },
];
const OUTCOME_MARKS = { done: '', refusedAsExpected: '', failed: '✗ ', notRun: '· ' } as const;
/** Lines of prose are broken here even when the screen is wider. */
const PROSE_WIDTH_MAX = 100;

/** Lines of `vdasd run`. */
export function formatRun(run: RunRecord, width: number, style: Styler): readonly string[] {
  const rows = [...run.steps.flatMap((step) => entryRows(step, '')), totalRow(run)];
  const [titles = '', rule = '', ...body] = formatTable(COLUMNS, rows, width);
  return [
    style('bold', run.scenario.name),
    style('dim', `${run.scenario.file}, seed ${run.seed}`),
    '',
    style('bold', titles),
    style('dim', rule),
    ...body.slice(0, -1).map((line) => (line.includes('✗') ? style('red', line) : line)),
    style('dim', rule),
    style('bold', body.at(-1) ?? ''),
    ...section('What was seen', noteLines(run), width, style),
    ...reportLines(run, width, style),
    ...section('Pointer backup and host copy', compareMethods(run), width, style),
    ...section('At the end', endLines(run), width, style),
    ...failureLines(run, width, style),
  ];
}

function entryRows(entry: EntryRecord, indent: string): (readonly string[])[] {
  const title = `${indent}${OUTCOME_MARKS[entry.outcome]}${entry.title}`;
  const own = costRow(String(entry.line), title, entry.cost, entry.tracksShared);
  const inner = entry.entries ?? [];
  const rows = inner.flatMap((one, at) => entryRows(one, at === inner.length - 1 ? '└ ' : '├ '));
  // The entries inside carry the cost; the line above them is a heading.
  return inner.length > 0 ? [[own[0] ?? '', title, '', '', '', '', ''], ...rows] : [own];
}

function totalRow(run: RunRecord): readonly string[] {
  const shared = run.steps.reduce((sum, step) => sum + sharedBy(step), 0);
  return costRow('', 'all steps', run.totals, shared);
}

function sharedBy(entry: EntryRecord): number {
  const inner = entry.entries;
  if (inner === undefined) return entry.tracksShared;
  return inner.reduce((sum, one) => sum + sharedBy(one), 0);
}

function costRow(line: string, title: string, cost: EntryCost, shared: number): readonly string[] {
  return [
    line,
    title,
    orDash(cost.messages, formatNumber),
    orDash(cost.channelBytesIn + cost.channelBytesOut, formatBytes),
    orDash(shared, formatNumber),
    orDash(cost.tracksCopied, formatNumber),
    orDash(cost.processorNanos, formatDuration),
  ];
}

function noteLines(run: RunRecord): readonly string[] {
  const of = (entry: EntryRecord): readonly string[] => [
    ...[...entry.notes, ...entry.events.flatMap((event) => eventLine(event) ?? [])].map(
      (note) => `line ${entry.line}: ${note}`,
    ),
    ...(entry.entries ?? []).flatMap(of),
  ];
  return run.steps.flatMap(of);
}

/** The tables of every `report`, each under a heading. */
function reportLines(run: RunRecord, width: number, style: Styler): readonly string[] {
  // Tables keep within the width; sentences are broken.
  const block = (title: string, lines: readonly string[]): readonly string[] => [
    '',
    style('bold', title),
    ...lines.flatMap((line) => (line.length > width ? wrap(line, width, '') : [line])),
  ];
  const of = ({ line, reports = [], entries = [] }: EntryRecord): readonly string[] => [
    ...reports.flatMap(({ subsystem, drives, space }) => [
      ...(drives
        ? block(`Drives of ${subsystem} at line ${line}`, formatDrives(drives, width))
        : []),
      ...(space ? block(`Space of ${subsystem} at line ${line}`, formatSpace(space, width)) : []),
    ]),
    ...entries.flatMap(of),
  ];
  return run.steps.flatMap(of);
}

function endLines(run: RunRecord): readonly string[] {
  const subsystems = run.subsystems.flatMap(({ name, devices, space, drives }) => {
    const { liveBytes, capacityBytes, netCapacityLoadPercent } = space.capacity;
    const upkeep = upkeepLine(drives);
    return [
      `${name}: ${formatBytes(liveBytes)} of ${formatBytes(capacityBytes)} in use ` +
        `(${netCapacityLoadPercent.toFixed(1)} %), ${formatCount(devices, 'device')}`,
      ...(upkeep === undefined ? [] : [`${name}: ${upkeep}`]),
      ...lostLines(drives.lost),
    ];
  });
  const volumes = run.volumes
    .filter((one) => one.volser !== null)
    .map((one) => `${one.volser} on ${one.device}${one.online ? '' : ' (offline)'}`);
  const files = run.outputs.length === 0 ? [] : [`written: ${run.outputs.join(', ')}`];
  return [
    ...subsystems,
    ...(volumes.length === 0 ? [] : [`volumes: ${volumes.join(', ')}`]),
    ...files,
  ];
}

function failureLines(run: RunRecord, width: number, style: Styler): readonly string[] {
  const { failure } = run;
  if (failure === null) return [];
  const code = failure.code === undefined ? '' : `${failure.code}: `;
  const place = `${failure.file}:${failure.line}:${failure.column}`;
  const text = `${place}: ${code}${failure.what}; ${failure.limit}; ${failure.fix}`;
  return [
    '',
    ...wrap(text, Math.min(width, PROSE_WIDTH_MAX), '').map((line) => style('red', line)),
  ];
}

function section(
  title: string,
  lines: readonly string[],
  width: number,
  style: Styler,
): readonly string[] {
  if (lines.length === 0) return [];
  const limit = Math.min(width, PROSE_WIDTH_MAX);
  return ['', style('bold', title), ...lines.flatMap((line) => wrap(line, limit, '  '))];
}

/** Breaks prose at blanks; lines after the first are indented twice. */
function wrap(text: string, width: number, indent: string): readonly string[] {
  const lines: string[] = [];
  let line = indent;
  for (const word of text.split(' ')) {
    const isFirst = line.trim() === '';
    if (!isFirst && line.length + 1 + word.length > width) {
      lines.push(line);
      line = `${indent}  ${word}`;
    } else line += isFirst ? word : ` ${word}`;
  }
  return [...lines, line];
}

function orDash(value: number, format: (value: number) => string): string {
  return value === 0 ? '–' : format(value);
}
