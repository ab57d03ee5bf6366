/**
 * What a run with a clock shows: the table of methods, what was expected, where the report is.
 *
 * @module
 */
import { relative } from 'node:path';
import { formatMethods } from '../report/method-table.ts';
import { RUN_FILES } from '../report/run-folder.ts';
import type { Styler } from '../report/run-report.ts';
import { formatCount } from '../scenario/quantity.ts';
import type { TimedOutcome } from './run-timed-file.ts';

/** The JSON of `vdasd run --json` for a scenario with a clock. */
export function timedJson(timed: TimedOutcome): object {
  return { schema: 'vdasd.timed-run/1', ...timed };
}

/** Lines for the terminal. */
export function formatTimed(timed: TimedOutcome, width: number, style: Styler): readonly string[] {
  const { summary, folder, ran, kept, failure, failedUnit, expectations } = timed;
  const lines: string[] = [];
  if (summary !== null) {
    const { name, file } = summary.scenario;
    lines.push(style('bold', name), style('dim', `${file}, seed ${summary.seed}`), '');
    lines.push(...formatMethods(summary, width), '');
  }
  const runs = kept === 0 ? formatCount(ran, 'run') : `${formatCount(ran, 'run')}, ${kept} kept`;
  const held = expectations.filter(({ isHeld }) => isHeld).length;
  const expected =
    expectations.length === 0 ? '' : `, ${held} of ${expectations.length} expectations hold`;
  lines.push(style('dim', `${runs}${expected}`));
  if (folder !== null && summary !== null) {
    lines.push(`report: ${relative('.', folder) || '.'}/${RUN_FILES.report}`);
  } else if (folder === null && summary !== null) {
    lines.push(style('dim', 'nothing is kept: --out FOLDER keeps data, plots and a report'));
  }
  if (failure === null) return lines;
  const unit = failedUnit === null ? '' : `${failedUnit}: `;
  const code = failure.code === undefined ? '' : `${failure.code}: `;
  const place = `${failure.file}:${failure.line}:${failure.column}`;
  const text = `${place}: ${unit}${code}${failure.what}; ${failure.limit}; ${failure.fix}`;
  return [...lines, '', style('red', text)];
}
