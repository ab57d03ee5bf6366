import { describe, expect, it } from 'vitest';
import { type TraceSelection, WHOLE_TRACE } from '../../../../sim/load/trace-selection.ts';
import { readRows } from '../../../support/traces.ts';

const TEXT = `0,R,0,512,1000000
1,W,1048576,4096,1500000
0,W,2097152,4096,2000000
1,R,3145728,512,4000000
`;

const picked = (selection: Partial<TraceSelection>): readonly string[] =>
  readRows(TEXT, { selection: { ...WHOLE_TRACE, ...selection } }).rows;

describe('picking requests', () => {
  it('takes a range of time and counts from its beginning', () => {
    expect(picked({ fromNanos: 5e8, untilNanos: 3e9 })).toEqual([
      '0 1 write 1048576 4096 -',
      '500000000 0 write 2097152 4096 -',
    ]);
  });

  it('takes volumes, operations, and so many', () => {
    expect(picked({ volumes: ['1'] })).toHaveLength(2);
    expect(picked({ operations: [1] })).toHaveLength(2);
    expect(picked({ volumes: ['1'], operations: [1] })).toEqual([
      '500000000 1 write 1048576 4096 -',
    ]);
    expect(picked({ requestLimit: 3 })).toHaveLength(3);
  });

  it('scales times and addresses, and wraps addresses', () => {
    expect(picked({ timeScale: 0.5, addressScale: 0.3, addressLimit: 524_288 })).toEqual([
      '0 0 read 0 512 -',
      '250000000 1 write 314368 4096 -',
      '500000000 0 write 104448 4096 -',
      '1500000000 1 read 419328 512 -',
    ]);
  });

  it('moves the date of the zero point along', () => {
    const origin = (fromNanos: number): readonly number[] => {
      const { trace } = readRows(TEXT, { selection: { ...WHOLE_TRACE, fromNanos } });
      return [trace.originSeconds, trace.originNanos];
    };
    // The first request comes at second 1 of 1970.
    expect(origin(Number.NEGATIVE_INFINITY)).toEqual([1, 0]);
    expect(origin(750e6)).toEqual([1, 750e6]);
    expect(origin(2.25e9)).toEqual([3, 250e6]);
  });

  it('gives a trace without a date none', () => {
    const text = '0,8,512,r,0.5\n0,16,512,w,2.5\n';
    const { trace } = readRows(text, { selection: { ...WHOLE_TRACE, fromNanos: 2e9 } });
    expect([trace.originSeconds, trace.originNanos]).toEqual([0, 0]);
  });

  it('refuses to pick nothing', () => {
    expect(() => picked({ fromNanos: 4e9 })).toThrow('none of the 4 requests of the trace');
    expect(() => picked({ operations: [2] })).toThrow('none of the 4 requests of the trace');
  });

  it('refuses volumes that are not there', () => {
    expect(() => picked({ volumes: ['1', '7'] })).toThrow('no volume 7 in the trace');
  });
});
