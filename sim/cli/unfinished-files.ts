/**
 * Files that are being written: they appear under their name when they are whole, or not at all.
 *
 * @module
 */
import { rmSync } from 'node:fs';

const unfinished = new Set<string>();

/** Notes a file that must not stay if the process ends before {@link markFinished}. */
export function markUnfinished(path: string): void {
  unfinished.add(path);
}

/** The file is whole, or gone. */
export function markFinished(path: string): void {
  unfinished.delete(path);
}

/** Removes every file that is not whole. */
export function removeUnfinishedFiles(): void {
  for (const path of unfinished) rmSync(path, { force: true });
  unfinished.clear();
}
