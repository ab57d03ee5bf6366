/**
 * Files that are being written: they appear under their name when they are whole, or not at all.
 *
 * The name until then is that of `vdasd/store`: `.NAME.PROCESS.unfinished` beside the file. Whoever
 * writes says into which folder, so that an interrupted process can sweep up.
 *
 * @module
 */
import { rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { namesIn } from './folder-names.ts';

const folders = new Set<string>();
const SUFFIX = `.${process.pid}.unfinished`;

/** Notes that a file will be written; gives the name to use until it is whole. */
export function beginFile(path: string): string {
  folders.add(dirname(path));
  return join(dirname(path), `.${basename(path)}${SUFFIX}`);
}

/** Removes every file and folder of this process that is not whole. */
export function removeUnfinishedFiles(): void {
  for (const folder of folders) {
    for (const name of namesIn(folder)) {
      if (name.endsWith(SUFFIX)) rmSync(join(folder, name), { force: true, recursive: true });
    }
  }
  folders.clear();
}
