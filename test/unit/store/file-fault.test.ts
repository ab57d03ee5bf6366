/**
 * What the operating system refuses comes out as an input error with a fix; bugs come out as they are.
 *
 * @module
 */
import { existsSync, openSync, readFileSync, writeSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { InputError } from '../../../src/base/errors.ts';
import { withFile } from '../../../src/store/file-fault.ts';

describe('withFile', () => {
  it.skipIf(!existsSync('/dev/full'))('a full disk', () => {
    const full = openSync('/dev/full', 'w');
    expect(() => withFile('out.ckd', 'writing', () => writeSync(full, 'x'))).toThrow(
      expect.objectContaining({
        code: 'FILE_NO_SPACE',
        what: 'writing failed: no space left on device',
        limit: 'the system answered ENOSPC',
        fix: 'make room on the disk, or write to another one',
        place: { file: 'out.ckd' },
      }),
    );
  });

  it('a folder in place of a file', () => {
    expect(() => withFile('.', 'reading', () => readFileSync('.'))).toThrow(
      expect.objectContaining({ code: 'FILE_REFUSED', fix: 'give the name of a file' }),
    );
  });

  it('a file that is not there', () => {
    expect(() => withFile('none', 'opening', () => openSync('/none/none', 'r'))).toThrow(
      expect.objectContaining({ code: 'FILE_NOT_FOUND', place: { file: 'none' } }),
    );
  });

  it('passes on what is no trouble of the system', () => {
    const bug = new RangeError('a bug');
    const refusal = new InputError('IMAGE_TRACK', { what: 'w', limit: 'l', fix: 'f' });
    for (const error of [bug, refusal]) {
      const thrower = (): never => {
        throw error;
      };
      expect(() => withFile('x', 'reading', thrower)).toThrow(error);
    }
  });
});
