/**
 * Troubles of the operating system with a file, as input errors.
 *
 * @module
 */
import { InputError, type InputErrorCode } from '../base/errors.ts';

/** Troubles that people meet: what they are about, and the fix. Any other is FILE_IO. */
const KNOWN: Readonly<Record<string, readonly [InputErrorCode, string]>> = Object.freeze({
  ENOSPC: ['FILE_NO_SPACE', 'make room on the disk, or write to another one'],
  EDQUOT: ['FILE_NO_SPACE', 'make room in the quota, or write to another disk'],
  EFBIG: ['FILE_NO_SPACE', 'write to a file system that takes files of this size'],
  EACCES: ['FILE_REFUSED', 'change the permissions of the file or of its folder'],
  EPERM: ['FILE_REFUSED', 'change the permissions of the file or of its folder'],
  EROFS: ['FILE_REFUSED', 'write to a file system that can be written'],
  EISDIR: ['FILE_REFUSED', 'give the name of a file'],
  ENOTDIR: ['FILE_REFUSED', 'choose a folder that is no file'],
  EEXIST: ['FILE_REFUSED', 'choose a name that is free'],
  ENAMETOOLONG: ['FILE_REFUSED', 'choose a shorter name'],
});

/**
 * Runs a file operation; what the system throws becomes an InputError.
 *
 * @param doing - What was tried, for instance `reading`.
 * @throws InputError FILE_NOT_FOUND when the file or its folder is not there, FILE_NO_SPACE when the
 * disk is full, FILE_REFUSED when the system does not let us, otherwise FILE_IO.
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
  const [kind, fix] = KNOWN[code] ?? (['FILE_IO', 'check the disk and try again'] as const);
  return new InputError(kind, {
    what: `${doing} failed: ${plainReason(error.message, code)}`,
    limit: `the system answered ${code}`,
    fix,
    place: { file },
  });
}

/** "no space left on device" of "ENOSPC: no space left on device, write". */
function plainReason(message: string, code: string): string {
  return message.startsWith(`${code}: `)
    ? (message.slice(code.length + 2).split(', ')[0] ?? '')
    : message;
}
