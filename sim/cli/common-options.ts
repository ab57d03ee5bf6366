/**
 * Options that most commands have, and the form of their examples.
 *
 * @module
 */
import { Option } from 'commander';

/** `--json`. */
export function jsonOption(): Option {
  return new Option('--json', 'print one JSON document that names its schema');
}

/** `--progress`. */
export function progressOption(): Option {
  return new Option('--progress <mode>', 'progress on standard error')
    .choices(['auto', 'json', 'none'])
    .default('auto');
}

/** Command lines to show behind the help of a command. */
export function examples(lines: readonly string[]): string {
  return `\nExamples:\n${lines.map((line) => `  $ ${line}`).join('\n')}\n`;
}
