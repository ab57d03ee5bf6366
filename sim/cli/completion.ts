/**
 * Shell completion: commands, options and choices by the library; names of files, which the library
 * leaves out, by us.
 *
 * @module
 */
import { readdirSync } from 'node:fs';
import tab from '@bomb.sh/tab/commander';
import type { Command } from 'commander';

/** Arguments and options that take the name of a file or folder. */
const FILE_ARGUMENTS: readonly string[] = ['file', 'folder', 'first', 'second', 'in', 'out'];
const FILE_OPTIONS: readonly string[] = ['out', 'output'];

/** Adds the command `complete`, which prints completion scripts and answers their questions. */
export function addCompletion(program: Command): void {
  const root = tab(program);
  for (const command of root.commands.values()) {
    for (const [name, argument] of command.arguments) {
      if (FILE_ARGUMENTS.includes(name)) argument.handler = offerFiles;
    }
    for (const [name, option] of command.options) {
      if (FILE_OPTIONS.includes(name)) option.handler = offerFiles;
    }
  }
}

/** Offers what lies in the folder that the word to complete begins with. */
function offerFiles(complete: (value: string, description: string) => void): void {
  const word = process.argv.at(-1) ?? '';
  const folder = word.slice(0, word.lastIndexOf('/') + 1);
  for (const entry of entriesOf(folder === '' ? '.' : folder)) {
    complete(folder + entry, '');
  }
}

function entriesOf(folder: string): readonly string[] {
  try {
    return readdirSync(folder, { withFileTypes: true })
      .map((entry) => (entry.isDirectory() ? `${entry.name}/` : entry.name))
      .toSorted();
  } catch {
    // No such folder, or none that we may read: there is nothing to offer.
    return [];
  }
}
