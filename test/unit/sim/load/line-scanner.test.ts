import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LineScanner } from '../../../../sim/load/line-scanner.ts';

function scanning(text: string): LineScanner {
  const scan = new LineScanner();
  const bytes = new TextEncoder().encode(`??${text}`);
  scan.begin(bytes, 2, bytes.length);
  return scan;
}

describe('times', () => {
  it('are exact in every unit, whatever their size', () => {
    const time = fc.tuple(
      fc.bigInt({ min: 0n, max: 10n ** 20n }),
      fc.option(fc.stringMatching(/^\d{1,14}$/)),
      fc.constantFrom(0, 3, 6, 7, 9, 12),
    );
    fc.assert(
      fc.property(time, ([whole, fraction, unitDigits]) => {
        const text = fraction === null ? `${whole}` : `${whole}.${fraction}`;
        // In units of 10^-30 s with whole numbers throughout, cut to nanoseconds.
        const scaled =
          (whole * 10n ** 18n + BigInt((fraction ?? '').padEnd(18, '0'))) *
          10n ** BigInt(12 - unitDigits);
        const nanos = scaled / 10n ** 21n;
        const seconds = nanos / 10n ** 9n;
        const scan = scanning(text);
        const isTime = scan.time(unitDigits);
        expect(isTime).toBe(seconds <= BigInt(Number.MAX_SAFE_INTEGER));
        if (!isTime) return;
        expect([scan.seconds, scan.nanos]).toEqual([Number(seconds), Number(nanos % 10n ** 9n)]);
        expect(scan.isAtEnd()).toBe(true);
      }),
      { numRuns: 500, seed: 8 },
    );
  });

  it.each(['', '.5', '-1', 'x', ' 1'])('%j is none', (text) => {
    expect(scanning(text).time(0)).toBe(false);
  });
});

describe('numbers', () => {
  it.each([
    ['0', 0],
    ['007', 7],
    ['9007199254740991', Number.MAX_SAFE_INTEGER],
    ['9007199254740992', -1],
    ['18446744073709551615', -1],
    ['', -1],
    ['-4', -1],
  ])('%j is %d', (text, value) => {
    expect(scanning(text).whole()).toBe(value);
  });

  it.each([
    ['2a', 0x2a],
    ['0x2A', 0x2a],
    ['0', 0],
    ['1fffffffffffff', Number.MAX_SAFE_INTEGER],
    ['20000000000000', -1],
    ['0x', -1],
    ['g', -1],
  ])('%j in hexadecimal is %d', (text, value) => {
    expect(scanning(text).hexadecimal()).toBe(value);
  });
});
