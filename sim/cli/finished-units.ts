/**
 * What an interrupted run with a folder leaves there, in words for whoever interrupted it.
 *
 * @module
 */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { RUN_FILES } from '../report/run-folder.ts';

let folder: string | undefined;

/** A run goes into that folder from now on. */
export function runGoesInto(out: string | undefined): void {
  folder = out;
}

/** How to go on, when units are finished; empty when nothing is there to go on with. */
export function howToGoOn(): string {
  const count = folder === undefined ? 0 : finishedCount(join(folder, RUN_FILES.units));
  if (count === 0) return '';
  const units = count === 1 ? '1 finished unit is' : `${count} finished units are`;
  return `; ${units} kept in ${folder}, and the same command goes on with the others`;
}

function finishedCount(units: string): number {
  try {
    return readdirSync(units).filter((name) => !name.startsWith('.')).length;
  } catch (error) {
    // The run had not come so far, or has no clock and no units.
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return 0;
    throw error;
  }
}
