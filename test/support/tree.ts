/**
 * The files of the project as git knows them, for the tests that look at the tree itself.
 *
 * @module
 */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Top of the project. */
export const TOP = join(import.meta.dirname, '../..');

/** Paths from the top of all files that git tracks or would track, ignored ones left out. */
export function projectFiles(): readonly string[] {
  const listed = execFileSync('git', ['ls-files', '-co', '--exclude-standard', '-z'], {
    cwd: TOP,
    encoding: 'utf8',
  });
  return listed
    .split('\0')
    .filter((path) => path !== '' && existsSync(join(TOP, path)))
    .toSorted();
}

/** Text of a file of the project. */
export function projectText(path: string): string {
  return readFileSync(join(TOP, path), 'utf8');
}
