import { describe, expect, it } from 'vitest';
import { traceFormat } from '../../../../sim/load/trace-formats.ts';
import { batchOf, writeTrace } from '../../../support/traces.ts';

/** Seconds from 1970 back to where file times begin: what a trace of ticks from 0 counts from. */
const YEAR_1601 = -11_644_473_600;

const BATCH = batchOf([
  [0, 0, 0, 0, 4_096, 10_000],
  [1_500_000_000, 0, 1, 4_096, 4_096, 20_000],
]);

const written = (format: string, originSeconds: number): readonly string[] =>
  Buffer.from(writeTrace(format, BATCH, ['web_0'], originSeconds))
    .toString()
    .trim()
    .split('\n');

describe('dates of written traces', () => {
  it('go back to 1601 where the format does', () => {
    expect(written('msr', YEAR_1601)).toEqual([
      '0,web,0,Read,0,4096,100',
      '15000000,web,0,Write,4096,4096,200',
    ]);
  });

  it('are left out where the format begins later, and times stay apart', () => {
    expect(written('alibaba', YEAR_1601)).toEqual(['0,R,0,4096,0', '0,W,4096,4096,1500000']);
    expect(written('tencent', YEAR_1601)).toEqual(['0,0,8,0,0', '1,8,8,1,0']);
  });

  it('are kept by all formats that have them', () => {
    expect(written('alibaba', 100)).toEqual(['0,R,0,4096,100000000', '0,W,4096,4096,101500000']);
    expect(written('spc', 100)).toEqual(['0,0,4096,R,0.000000', '0,8,4096,W,1.500000']);
  });
});

describe('what a format loses', () => {
  it.each(['spc', 'vscsi1', 'oracle-general', 'blkparse', 'disksim', 'mqsim', 'netapp'])(
    'says of %s that nothing stands before the zero point',
    (format) => {
      expect(traceFormat(format).losses).toContain('before the zero point come at it');
    },
  );
});
