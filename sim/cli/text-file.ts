/**
 * Small files read and written whole, with errors that name them.
 *
 * @module
 */
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { InputError } from '../../src/index.ts';
import { beginFile } from './unfinished-files.ts';

/** Text of a file. @throws InputError FILE_NOT_FOUND or FILE_IO */
export function readTextFile(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw fileError(path, error);
  }
}

/** Writes a file so that it is there whole or not at all; makes its folder. */
export function writeWholeFile(path: string, content: string | Uint8Array): void {
  const unfinished = beginFile(path);
  try {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(unfinished, content);
    renameSync(unfinished, path);
  } catch (error) {
    throw fileError(path, error);
  }
}

/** What the system says about a file, as an input error. */
export function fileError(path: string, error: unknown): InputError {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === 'ENOENT') {
    return new InputError('FILE_NOT_FOUND', {
      what: 'there is no such file',
      place: { file: path },
      limit: 'the file has to be there',
      fix: 'check the name',
    });
  }
  return new InputError('FILE_IO', {
    what: message,
    place: { file: path },
    limit: 'the file has to be readable or writable',
    fix: 'check its permissions and the space on the disk',
  });
}
