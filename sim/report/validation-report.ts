/**
 * What the validation found, as text: a table for each kind of check, then the measured drives.
 *
 * @module
 */
import { formatCount, formatNumber } from '../scenario/quantity.ts';
import type { ValidationCheck, ValidationSection } from '../validate/check.ts';
import type { ServiceTimes } from '../validate/compare-drive.ts';
import type { MeasuredDrive } from '../validate/measured-drives.ts';
import type { Validation } from '../validate/validation.ts';
import { type Column, formatTable } from './table.ts';

type Style = (emphasis: 'bold' | 'dim' | 'red' | 'green', text: string) => string;

const CHECK_COLUMNS: readonly Column[] = [
  { title: '' },
  { title: 'what', shrinks: true },
  { title: 'known', align: 'right' },
  { title: 'model', align: 'right' },
  { title: 'unit' },
  { title: 'bar' },
];

const DRIVE_COLUMNS: readonly Column[] = [
  { title: '' },
  { title: 'drive', shrinks: true },
  { title: 'ms', leaves: 2 },
  { title: 'mean', align: 'right' },
  { title: 'p50', align: 'right' },
  { title: 'p95', align: 'right' },
  { title: 'p99', align: 'right' },
  { title: 'max', align: 'right', leaves: 1 },
  { title: 'demerit', align: 'right' },
  { title: 'bar', align: 'right' },
];

/** Significant digits of figures that are compared. */
const DIGITS = 7;

/** Lines of a validation. */
export function formatValidation(
  validation: Validation,
  width: number,
  style: Style,
): readonly string[] {
  const { sections, drives } = validation;
  const lines = sections.flatMap((section) => [...formatSection(section, width, style), '']);
  if (drives.length > 0) lines.push(...formatDrives(drives, width, style), '');
  lines.push(`Used: ${usedText(validation)}`);
  if (drives.length === 0) {
    lines.push('No measured drives: name a folder of DiskSim descriptions and traces with --data.');
  }
  const checks = sections.flatMap((section) => section.checks);
  const failed = [...checks, ...drives].filter(({ passes }) => !passes).length;
  const of = checks.length + drives.length;
  lines.push(
    failed === 0
      ? style('green', `All ${of} checks hold.`)
      : style(
          'red',
          `${formatCount(failed, 'check')} of ${of} ${failed === 1 ? 'does' : 'do'} not hold.`,
        ),
  );
  return lines;
}

function formatSection(
  { title, source, checks }: ValidationSection,
  width: number,
  style: Style,
): readonly string[] {
  return [
    style('bold', title),
    style('dim', `known from: ${source}`),
    ...formatTable(CHECK_COLUMNS, checks.map(checkRow), width),
  ];
}

function checkRow(check: ValidationCheck): readonly string[] {
  return [
    markOf(check.passes),
    check.subject,
    figure(check.expected),
    figure(check.found),
    check.unit,
    check.bar,
  ];
}

function formatDrives(
  drives: readonly MeasuredDrive[],
  width: number,
  style: Style,
): readonly string[] {
  return [
    style('bold', 'Measured drives'),
    style(
      'dim',
      'known from: service times measured on the drives; demerit: root mean square of the distance ' +
        'of the sorted times, as a part of the measured mean',
    ),
    ...formatTable(DRIVE_COLUMNS, drives.flatMap(driveRows), width),
    ...drives.flatMap(({ name, problem, notes }) => [
      ...(problem === null ? [] : [`${name}: ${problem}`]),
      ...notes.map((note) => `${name}: ${note}`),
    ]),
  ];
}

function driveRows(drive: MeasuredDrive): readonly (readonly string[])[] {
  const { comparison, published, passes, name, bar } = drive;
  const first = markOf(passes);
  if (comparison === null) return [[first, name, '', '', '', '', '', '', 'none', percent(bar)]];
  const { measured, modelled, demerit, requests } = comparison;
  const rows = [
    [first, name, 'measured', ...timesRow(measured), '', ''],
    [
      '',
      `${formatNumber(requests)} requests`,
      'model',
      ...timesRow(modelled),
      percent(demerit),
      `< ${percent(bar)}`,
    ],
  ];
  if (published !== null) {
    const mean = published.meanMillis.toFixed(2);
    rows.push(['', '', 'DiskSim', mean, '', '', '', '', percent(published.demerit), '']);
  }
  return rows;
}

function timesRow({ mean, p50, p95, p99, max }: ServiceTimes): readonly string[] {
  return [mean, p50, p95, p99, max].map((time) => time.toFixed(2));
}

function usedText({ sets, drives, unused }: Validation): string {
  const own = `parameter sets ${sets.join(', ')}`;
  if (drives.length === 0) return own;
  const files = new Set(drives.flatMap(({ used }) => used));
  const left = unused.length === 0 ? '' : `; not used: ${unused.join(', ')}`;
  return `${own}; ${[...files].join(', ')}${left}`;
}

function markOf(passes: boolean): string {
  return passes ? '✓' : '✗';
}

function percent(part: number): string {
  return `${(part * 100).toFixed(1)} %`;
}

function figure(value: number): string {
  return String(Number(value.toPrecision(DIGITS)));
}
