/**
 * Shell completion: commands, options and choices by the library; names of files and of what is in a
 * store, which the library leaves out, by us.
 *
 * @module
 */
import { readdirSync } from 'node:fs';
import tab from '@bomb.sh/tab/commander';
import type { Command } from 'commander';
import { isStoreFolder, type NameKind, type Offer, type OfferNames } from './completion-offer.ts';

/** Arguments and options that take the name of a file or folder. */
const FILE_ARGUMENTS: readonly string[] = [
  'file',
  'folder',
  'first',
  'second',
  'in',
  'out',
  'store',
];
const FILE_OPTIONS: readonly string[] = ['out', 'output', 'config'];

/** Arguments and options of commands about a store that take a name in it. */
const STORE_ARGUMENTS: Readonly<Record<string, NameKind>> = Object.freeze({
  volume: 'volumes',
  volumes: 'volumes',
  drive: 'drives',
  copy: 'jobs',
  backup: 'jobs',
  job: 'jobs',
  datasets: 'dataSets',
  dataset: 'dataSets',
});
const STORE_OPTIONS: Readonly<Record<string, NameKind>> = Object.freeze({
  source: 'volumes',
  target: 'emptyDevices',
  to: 'volumes',
  volume: 'volumes',
  exclude: 'volumes',
  device: 'emptyDevices',
});

/** Who offers names in the store of a command line that is to be completed; nobody where none is named. */
export async function namesOfStore(argv: readonly string[]): Promise<OfferNames | undefined> {
  if (argv[0] !== 'complete' || !argv.some(isStoreFolder)) return undefined;
  // Brings the model along: only a question about a store is to wait for that.
  const { offerNames } = await import('./store-names.ts');
  return offerNames;
}

/**
 * Adds the command `complete`, which prints completion scripts and answers their questions.
 *
 * @param offerNames - Completes names in a store, where one is named.
 */
export function addCompletion(program: Command, offerNames: OfferNames | undefined): void {
  const root = tab(program);
  for (const command of root.commands.values()) {
    const isAboutStore = command.arguments.has('store');
    for (const [name, argument] of command.arguments) {
      const kind = isAboutStore ? STORE_ARGUMENTS[name] : undefined;
      if (FILE_ARGUMENTS.includes(name)) argument.handler = offerFiles;
      else if (kind !== undefined) argument.handler = (offer) => offerNames?.(kind, offer);
    }
    for (const [name, option] of command.options) {
      const kind = isAboutStore ? STORE_OPTIONS[name] : undefined;
      if (FILE_OPTIONS.includes(name)) option.handler = offerFiles;
      else if (kind !== undefined) option.handler = (offer) => offerNames?.(kind, offer);
    }
  }
}

/** Offers what lies in the folder that the word to complete begins with. */
function offerFiles(complete: Offer): void {
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
