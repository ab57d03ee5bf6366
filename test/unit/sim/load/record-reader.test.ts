import { describe, expect, it } from 'vitest';
import { batchOf, readRows, writeTrace } from '../../../support/traces.ts';

const BATCH = batchOf([
  [0, 0, 0, 512, 4_096],
  [1_000, 0, 1, 1_024, 4_096],
]);

describe('traces of fixed records', () => {
  it.each([
    ['vscsi1', 32],
    ['vscsi2', 40],
    ['oracle-general', 24],
  ])('counts a record of %s that is cut off, and shows its byte', (format, recordBytes) => {
    const whole = writeTrace(format, BATCH, ['0']);
    const { rows, trace } = readRows(whole.subarray(0, whole.length - 5), {
      format,
      rejectLimit: 1,
    });
    expect(rows).toHaveLength(1);
    expect(trace.account).toMatchObject({ records: 2, requests: 1, rejects: 1 });
    expect(trace.account.firstRejects).toMatchObject([
      { reason: 'truncated', offset: recordBytes },
    ]);
  });
});
