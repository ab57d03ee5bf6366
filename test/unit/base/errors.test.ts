/**
 * Input errors say what, where, the limit and the fix, and become plain data.
 *
 * @module
 */
import { describe, expect, it } from 'vitest';
import { InputError } from '../../../src/base/errors.ts';

const TEXT = {
  what: 'quantity 40 has no unit',
  limit: 'a quantity ends in B, KiB, MiB, GiB or TiB',
  fix: 'write 40 GiB',
};

describe('InputError', () => {
  it.each([
    [{}, ''],
    [{ file: 'a.yaml' }, 'a.yaml: '],
    [{ file: 'a.yaml', line: 4 }, 'a.yaml:4: '],
    [{ file: 'a.yaml', line: 4, column: 9 }, 'a.yaml:4:9: '],
    [{ file: 'a.cckd', offset: 1_536 }, 'a.cckd at byte 1536: '],
    [{ offset: 0 }, 'at byte 0: '],
  ])('leads with the place %j', (place, lead) => {
    const error = new InputError('SCENARIO_INVALID', { ...TEXT, place });
    expect(error.message).toBe(`${lead}${TEXT.what}; ${TEXT.limit}; ${TEXT.fix}`);
    expect(error.place).toEqual(place);
  });

  it('is an error with a name and a code of its own', () => {
    const error = new InputError('USAGE', TEXT);
    expect(error).toBeInstanceOf(Error);
    expect([error.name, error.code, error.place]).toEqual(['InputError', 'USAGE', {}]);
  });

  it('becomes plain data', () => {
    const error = new InputError('USAGE', { ...TEXT, place: { file: 'x' } });
    expect(JSON.parse(JSON.stringify(error))).toEqual({
      code: 'USAGE',
      ...TEXT,
      place: { file: 'x' },
    });
  });
});
