/**
 * Troubles of the operating system with a file, as input errors.
 *
 * @module
 */
import { InputError } from '../base/errors.ts';

/** Fixes of the troubles that people meet; any other is shown as the system names it. */
const FIXES: Readonly<Record<string, string>> = Object.freeze({
  ENOSPC: 'make room on the disk, or write to another one',
  EDQUOT: 'make room in the quota, or write to another disk',
  EFBIG: 'write to a file system that takes files of this size',
  EACCES: 'change the permissions of the file or of its folder',
  EPERM: 'change the permissions of the file or of its folder',
  EROFS: 'write to a file system that can be written',
  EISDIR: 'give the name of a file',
});

/**
 * Runs a file operation; what the system throws becomes an InputError.
 *
 * @param doing - What was tried, for instance `reading`.
 * @throws InputError FILE_NOT_FOUND when the file or its folder is not there, otherwise FILE_IO
 */
export function withFile<Value>(file: string, doing: string, operation: () => Value): Value {
  try {
    return operation();
  } catch (error) {
    throw fileFault(file, doing, error);
  }
}

/** The InputError for what the system threw; errors that are no system errors pass unchanged. */
export function fileFault(file: string, doing: string, error: unknown): unknown {
  if (!(error instanceof Error) || error instanceof InputError) return error;
  const { code } = error as NodeJS.ErrnoException;
  if (code === undefined) return error;
  if (code === 'ENOENT') {
    return new InputError('FILE_NOT_FOUND', {
      what: `${doing} failed: there is no such file or folder`,
      limit: 'the file is named from the current folder',
      fix: 'check the name',
      place: { file },
    });
  }
  return new InputError('FILE_IO', {
    what: `${doing} failed: ${error.message}`,
    limit: `the system answered ${code}`,
    fix: FIXES[code] ?? 'check the disk and try again',
    place: { file },
  });
}
