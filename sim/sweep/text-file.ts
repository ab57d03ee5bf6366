/**
 * Small files read and written whole, with errors that name them.
 *
 * @module
 */
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { withFile } from '../../src/store.ts';
import { beginFile } from './unfinished-files.ts';

/** Text of a file. @throws InputError FILE_NOT_FOUND, FILE_REFUSED, FILE_IO */
export function readTextFile(path: string): string {
  return withFile(path, 'reading', () => readFileSync(path, 'utf8'));
}

/** Writes a file so that it is there whole or not at all; makes its folder. */
export function writeWholeFile(path: string, content: string | Uint8Array): void {
  const unfinished = beginFile(path);
  withFile(path, 'writing', () => {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(unfinished, content);
    renameSync(unfinished, path);
  });
}
