/**
 * A copy of the source with one bug in it, and a child process that searches it.
 *
 * A planted bug is a piece of text that occurs exactly once in one file, and what stands there instead.
 * Text that no longer fits is an error of the plant, not a bug that was caught.
 *
 * @module
 */
import { spawn } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TOP } from '../support/tree.ts';

/** One change of the source. */
export interface SourceChange {
  /** File under `src`. */
  readonly file: string;
  /** What stands there, exactly once. */
  readonly find: string;
  readonly replace: string;
}

/** The scripts of this folder that look for bugs. */
export type Search =
  | 'search-model.ts'
  | 'search-back-end.ts'
  | 'search-crash.ts'
  | 'search-store-faults.ts'
  | 'search-reopened.ts'
  | 'search-tokens.ts'
  | 'search-damage.ts';

/** One bug by name: usually a single change. */
export interface PlantedBug {
  readonly name: string;
  readonly changes: readonly SourceChange[];
  /** The search that has to notice. */
  readonly search: Search;
}

/** What a search says: the last line of its output, as JSON. */
export interface SearchVerdict {
  /** The source was loaded and the search began. */
  readonly began: boolean;
  readonly caught: boolean;
  /** Sequences or exchanges until then. */
  readonly looked: number;
  /** What was noticed; empty when nothing was. */
  readonly reason: string;
}

/** Runs a search over a copy of the source with some changes, or without any. */
export async function searchPlanted(
  search: Search,
  changes: readonly SourceChange[] = [],
): Promise<SearchVerdict> {
  const folder = mkdtempSync(join(tmpdir(), 'vdasd-planted-'));
  try {
    cpSync(join(TOP, 'src'), join(folder, 'src'), { recursive: true });
    cpSync(join(TOP, 'package.json'), join(folder, 'package.json'));
    symlinkSync(join(TOP, 'node_modules'), join(folder, 'node_modules'));
    for (const change of changes) plant(folder, change);
    const output = await runChild([join(scriptsFor(search, folder), search), join(folder, 'src')]);
    return JSON.parse(output.trimEnd().split('\n').at(-1) ?? '') as SearchVerdict;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const BESIDE_SOURCE: readonly Search[] = [
  'search-reopened.ts',
  'search-crash.ts',
  'search-store-faults.ts',
];

/** Where a search stands: beside the copy of the source when its supports name the source itself. */
function scriptsFor(search: Search, folder: string): string {
  if (!BESIDE_SOURCE.includes(search)) return join(TOP, 'test/planted');
  for (const part of ['model', 'planted', 'support']) {
    cpSync(join(TOP, 'test', part), join(folder, 'test', part), { recursive: true });
  }
  return join(folder, 'test/planted');
}

function plant(folder: string, { file, find, replace }: SourceChange): void {
  const path = join(folder, 'src', file);
  const pieces = readFileSync(path, 'utf8').split(find);
  if (pieces.length !== 2) {
    throw new Error(`${file} has ${pieces.length - 1} places for the change, not 1: ${find}`);
  }
  writeFileSync(path, pieces.join(replace));
}

async function runChild(scriptAndArguments: readonly string[]): Promise<string> {
  const child = spawn(process.execPath, scriptAndArguments, {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, NODE_OPTIONS: '' },
  });
  let output = '';
  let errors = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    errors += text;
  });
  const { promise, resolve, reject } = Promise.withResolvers<undefined>();
  child.on('error', reject).on('close', () => resolve(undefined));
  await promise;
  if (output === '') throw new Error(`the search said nothing: ${errors}`);
  return output;
}
