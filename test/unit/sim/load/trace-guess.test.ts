import { describe, expect, it } from 'vitest';
import { guessTrace } from '../../../../sim/load/trace-guess.ts';
import { readRows } from '../../../support/traces.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const code = (expected: string) => expect.objectContaining({ code: expected });

describe('guessing', () => {
  it('survives lines that are not understood, as long as most are', () => {
    const good = '0,R,0,512,1577808144360767\n';
    expect(guessTrace(bytes(`${good}${good}nonsense\n`), 'x').format.name).toBe('alibaba');
  });

  it('knows the text twin of vscsi by its titles', () => {
    const { rows, trace } = readRows(
      'version,time,op,size,lbn\n1,5633,2a,512,10\n1,5633,28,4096,20\n1,5634,88,512,7\n',
    );
    expect(trace.format.name).toBe('columns');
    expect(rows.map((row) => row.split(' ').slice(2, 4).join(' '))).toEqual([
      'write 5120',
      'read 10240',
      'read 3584',
    ]);
  });

  it('says what it knows when it recognises nothing', () => {
    const refused = (text: string | Uint8Array): unknown => {
      try {
        return guessTrace(typeof text === 'string' ? bytes(text) : text, 'x');
      } catch (error) {
        return error;
      }
    };
    expect(refused('hello\nworld\n')).toEqual(code('TRACE_NOT_RECOGNISED'));
    expect(refused('')).toEqual(code('TRACE_EMPTY'));
    expect(refused(Uint8Array.from({ length: 4_096 }, (_, at) => (at * 7) % 256))).toEqual(
      code('TRACE_NOT_RECOGNISED'),
    );
    const archive = new Uint8Array(512);
    archive.set(bytes('ustar'), 257);
    expect(refused(archive)).toMatchObject({ what: 'this is a tar archive' });
  });
});

describe('a trace in which nothing is a request', () => {
  it('is an error that shows the first reject', () => {
    const read = (): unknown =>
      readRows('0,R,0,x,1\n0,R,0,y,2\n', { format: 'alibaba', rejectLimit: 100 });
    expect(read).toThrow(code('TRACE_EMPTY'));
    expect(read).toThrow(/trace:1: .*the length is no whole number/);
    expect(() => readRows('# only words\n\n', { format: 'msr' })).toThrow(code('TRACE_EMPTY'));
  });

  it('is an error past the limit of rejects, with the line that was one too many', () => {
    const text = '0,R,0,512,1\nx\ny\nz\n';
    expect(readRows(text, { format: 'alibaba', rejectLimit: 3 }).trace.account.rejects).toBe(3);
    const read = (): unknown => readRows(text, { format: 'alibaba', rejectLimit: 2 });
    expect(read).toThrow(/trace:4:1: .*more than 2 lines/);
  });
});
