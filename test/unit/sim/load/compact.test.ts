import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { batchOf, readRows, rowsOf, writeTrace } from '../../../support/traces.ts';

const names = ['', 'a volume with a name of more than thirty-two bytes, ünïcödé', 'x'];

describe('the compact format', () => {
  it('loses nothing', () => {
    const request = fc.tuple(
      fc.maxSafeInteger(),
      fc.nat({ max: names.length - 1 }),
      fc.nat({ max: 3 }),
      fc.maxSafeInteger().map(Math.abs),
      fc.integer({ min: 1, max: 2 ** 31 - 1 }).map((bytes) => bytes * 512 - 1),
      fc.oneof(fc.constant(-1), fc.maxSafeInteger().map(Math.abs)),
    );
    fc.assert(
      fc.property(fc.array(request, { minLength: 1, maxLength: 40 }), (requests) => {
        const batch = batchOf(requests);
        const bytes = writeTrace('compact', batch, names, 1_767_600_000);
        const { rows, trace } = readRows(bytes, {}, 13);
        expect(rows).toEqual(rowsOf(batch, names));
        expect(trace.originSeconds).toBe(1_767_600_000);
      }),
      { numRuns: 100, seed: 4 },
    );
  });

  it('notices that records are missing although it has an end', () => {
    const bytes = writeTrace(
      'compact',
      batchOf([
        [0, 0, 0, 0, 512],
        [1, 0, 0, 0, 512],
      ]),
      ['v'],
    );
    const short = Buffer.concat([bytes.subarray(0, 96), bytes.subarray(128)]);
    expect(() => readRows(short)).toThrow(/at byte 128.*ends inside/);
  });

  it('refuses another version', () => {
    const bytes = writeTrace('compact', batchOf([[0, 0, 0, 0, 512]]), ['v']);
    bytes[8] = 9;
    expect(() => readRows(bytes)).toThrow(/version 9/);
  });
});
