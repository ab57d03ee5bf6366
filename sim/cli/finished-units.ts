/**
 * What an interrupted command leaves, in words for whoever interrupted it: finished units in the folder
 * of a run, a store as it was.
 *
 * @module
 */
import { join } from 'node:path';
import { RUN_FILES } from '../report/run-folder.ts';
import { namesIn } from '../sweep/folder-names.ts';

let folder: string | undefined;
let store: string | undefined;

/** A run goes into that folder from now on. */
export function runGoesInto(out: string | undefined): void {
  folder = out;
}

/** A command on a store was given up before anything of it was durable. */
export function storeStays(name: string): void {
  store = name;
}

/** How to go on, when units are finished; empty when nothing is there to go on with. */
export function howToGoOn(): string {
  if (store !== undefined) return `; ${store} is as it was before the command`;
  if (folder === undefined) return '';
  const names = namesIn(join(folder, RUN_FILES.units));
  // A name with a dot in front is that of a unit that is not whole.
  const count = names.filter((name) => !name.startsWith('.')).length;
  if (count === 0) return '';
  const units = count === 1 ? '1 finished unit is' : `${count} finished units are`;
  return `; ${units} kept in ${folder}, and the same command goes on with the others`;
}
