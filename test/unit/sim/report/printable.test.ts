/**
 * Names with unprintable characters are shown so that they can be typed back.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fromPrintable, toPrintable } from '../../../../sim/report/printable.ts';

describe('a printable name', () => {
  it.each([
    ['SYS1.PROCLIB', 'SYS1.PROCLIB'],
    ['\tAY12275', '\\x09AY12275'],
    ['\u001b[31m', '\\x1B[31m'],
    ['A\\B', 'A\\\\B'],
  ])('of %j is %s', (name, shown) => {
    expect(toPrintable(name)).toBe(shown);
  });

  it('leads back to the name, and holds no control character', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (name) => {
        const shown = toPrintable(name);
        expect(/\p{Cc}/u.test(shown)).toBe(false);
        expect(fromPrintable(shown)).toBe(name);
      }),
    );
  });
});
