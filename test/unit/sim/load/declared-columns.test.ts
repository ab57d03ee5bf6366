import { describe, expect, it } from 'vitest';
import { readRows } from '../../../support/traces.ts';

describe('declared columns', () => {
  it('are found by number, with units', () => {
    const { rows } = readRows('7;W;0x10;2;900\n8;R;20;1;\n', {
      columns: 'time=1:ms,op=2,offset=3:sectors:hex,length=4:KiB,response=5:us',
    });
    expect(rows).toEqual(['0 0 write 8192 2048 900000', '1000000 0 read 16384 1024 -']);
  });

  it('are found by title, in quotes or not, in any order', () => {
    const { rows } = readRows(
      '"Size","Disk","When","What","Where"\n512,a,"1.5",WriteFua,1\n1024,b,2.5,unmap,2\n',
      {
        columns: 'time=when:s,op=what,offset=where:4096,length=size,volume=disk',
        zero: 'file',
      },
    );
    expect(rows).toEqual(['1500000000 a write 4096 512 -', '2500000000 b trim 8192 1024 -']);
  });

  it('take the values that mean an operation, and constants', () => {
    const { rows } = readRows('5 28\n9 2A\n', {
      columns: 'op=2:r=28|88:w=2a,offset=1:512,length=@4096,volume=@sda,sep=blank',
    });
    expect(rows).toEqual(['0 sda read 2560 4096 -', '1000 sda write 4608 4096 -']);
  });

  it('reject what is none of those values', () => {
    const { trace } = readRows('5 28\n9 2b\n', {
      columns: 'op=2:r=28:w=2a,offset=1,length=@1',
      rejectLimit: 5,
    });
    expect(trace.account.firstRejects).toMatchObject([{ reason: 'operation', line: 2 }]);
  });

  it.each([
    ['op=1,offset=2', 'length is not declared'],
    ['op=1,offset=2,length=3,size=4', 'size=4 declares no column'],
    ['op=1,offset=2:furlongs,length=3', 'offset has the unit furlongs'],
    ['op=1,op=2,offset=2,length=3', 'op is declared twice'],
    ['time=1:years,op=1,offset=2,length=3', 'years is no unit of time'],
    ['op=0,offset=2,length=3', 'op=0'],
    ['op=1:x=3,offset=2,length=3', 'op has the option x=3'],
    ['op=1,offset=2,length=3,sep=dot', 'sep=dot'],
  ])('%s is refused', (columns, what) => {
    expect(() => readRows('1,2,3\n', { columns })).toThrow(what);
  });
});
