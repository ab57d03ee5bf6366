import { describe, expect, it } from 'vitest';
import {
  exitCodeOfError,
  exitCodeOfFailure,
  exitCodeOfRefusal,
} from '../../../../sim/cli/exit-code-of.ts';
import { ScenarioInvalid } from '../../../../sim/scenario/problems.ts';
import { InputError, type InputErrorCode, type ReasonCode } from '../../../../src/index.ts';

describe('the exit code', () => {
  it.each([
    ['VOLUME_UNKNOWN', 4],
    ['MEMBER_UNKNOWN', 4],
    ['POINT_UNKNOWN', 4],
    ['DRIVE_UNKNOWN', 4],
    ['SOURCE_IS_TARGET', 5],
    ['DUPLICATE_VOLSER', 5],
    ['NO_TARGET', 5],
    ['SECURITY_REJECT', 5],
    ['VOLUME_BUSY', 6],
    ['WAIT_NEVER_ENDS', 6],
    ['OUT_OF_SPACE', 7],
    ['SPACE_CRITICAL', 7],
    ['VTOC_INVALID', 8],
    ['CHECKSUM_MISMATCH', 8],
    ['TRACK_LOST', 8],
    ['TOKEN_EXPIRED', 9],
  ] satisfies readonly (readonly [ReasonCode, number])[])(
    'of the refusal %s is %i',
    (code, exit) => {
      expect(exitCodeOfRefusal(code)).toBe(exit);
      const place = { file: '', line: 1, column: 1, what: '', limit: '', fix: '' };
      expect(exitCodeOfFailure({ kind: 'refused', code, ...place })).toBe(exit);
    },
  );

  it.each([
    ['USAGE', 2],
    ['SCENARIO_INVALID', 2],
    ['CONFIGURATION_INVALID', 2],
    ['FILE_NOT_FOUND', 4],
    ['IMAGE_PART_MISSING', 4],
    ['FILE_EXISTS', 5],
    ['IMAGE_UNSUPPORTED', 5],
    ['IMAGE_TOO_LARGE', 7],
    ['IMAGE_TRUNCATED', 8],
    ['IMAGE_NOT_RECOGNISED', 8],
    ['DATA_SET_DAMAGED', 8],
    ['FILE_IO', 8],
    ['FILE_REFUSED', 5],
    ['FILE_NO_SPACE', 7],
    ['CAPACITY_EXCEEDED', 7],
    ['TRACE_NOT_RECOGNISED', 8],
    ['TRACE_MALFORMED', 8],
    ['TRACE_EMPTY', 8],
    ['TRACE_COMPRESSION', 8],
  ] satisfies readonly (readonly [InputErrorCode, number])[])(
    'of the error %s is %i',
    (code, exit) => {
      expect(exitCodeOfError(new InputError(code, { what: '', limit: '', fix: '' }))).toBe(exit);
    },
  );

  it('of a scenario whose only trouble is a file or space is that of the trouble', () => {
    const problem = (code: InputErrorCode): InputError =>
      new InputError(code, { what: '', limit: '', fix: '' });
    expect(exitCodeOfError(new ScenarioInvalid([problem('FILE_NOT_FOUND')]))).toBe(4);
    expect(exitCodeOfError(new ScenarioInvalid([problem('CAPACITY_EXCEEDED')]))).toBe(7);
    const mixed = [problem('IMAGE_TRUNCATED'), problem('SCENARIO_INVALID')];
    expect(exitCodeOfError(new ScenarioInvalid(mixed))).toBe(2);
  });

  it('of a bad scenario is 2, of a bug 1', () => {
    expect(exitCodeOfError(new ScenarioInvalid([]))).toBe(2);
    expect(exitCodeOfError(new TypeError('x'))).toBe(1);
  });

  it.each([
    ['busy', 6],
    ['space', 7],
    ['integrity', 8],
    ['timeout', 9],
    ['expectation', 10],
  ] as const)('of a run that ends with %s is %i', (kind, exit) => {
    const place = { file: '', line: 1, column: 1, what: '', limit: '', fix: '' };
    expect(exitCodeOfFailure({ kind, ...place })).toBe(exit);
  });
});
