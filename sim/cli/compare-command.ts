/**
 * `vdasd compare`: sets run folders side by side.
 *
 * @module
 */
import { compareRuns, formatComparison } from '../report/run-comparison.ts';
import { EXIT, type ExitCode } from './exit-code.ts';
import { readSummary } from './run-folder-files.ts';
import { formatJson, type Terminal } from './terminal.ts';

/** Compares the second folder with the first. */
export function compareCommand(
  folders: { readonly first: string; readonly second: string },
  options: { readonly json?: boolean },
  terminal: Terminal,
): ExitCode {
  const comparison = compareRuns(
    { name: folders.first, summary: readSummary(folders.first) },
    { name: folders.second, summary: readSummary(folders.second) },
  );
  if (options.json === true) terminal.line(formatJson(comparison));
  else {
    for (const line of formatComparison(comparison, terminal.width, terminal.style)) {
      terminal.line(line);
    }
  }
  return EXIT.done;
}
