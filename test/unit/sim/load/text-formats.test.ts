/**
 * What traces of each text format may look like: titles or none, CR LF, blanks, further fields, empty
 * fields, options. Lines are made up in the published layouts.
 */
import { describe, expect, it } from 'vitest';
import { readRows } from '../../../support/traces.ts';

describe('MSR Cambridge', () => {
  const lines = [
    '128166372003061629,web,0,Read,7014609920,24576,41286',
    '128166372003061630,WEB,1,Write,1317441536,8192,1963',
    '128166372013061629,web,0,write,7014634496,512,0',
  ];

  it('keeps times beyond 2^53 to the tick', () => {
    const { rows, trace } = readRows(lines.join('\n'));
    expect(rows).toEqual([
      '0 web_0 read 7014609920 24576 4128600',
      '100 WEB_1 write 1317441536 8192 196300',
      '1000000000 web_0 write 7014634496 512 0',
    ]);
    expect(trace.format.name).toBe('msr');
    // 2007-02-22T17:00:00.3061629Z
    expect([trace.originSeconds, trace.originNanos]).toEqual([1_172_163_600, 306_162_900]);
  });

  it('reads with titles, a byte order mark, CR LF, blank lines and comments', () => {
    const text = `\uFEFFTimestamp,Hostname,DiskNumber,Type,Offset,Size,ResponseTime\r\n\r\n# made up\r\n${lines.join('\r\n')}\r\n  \r\n`;
    const { rows, trace } = readRows(text);
    expect(rows).toHaveLength(3);
    const none = { other: 0, empty: 0 };
    expect(trace.account.skipped).toEqual({ header: 1, blank: 2, comment: 1, ...none });
  });

  it('reads times before the first request', () => {
    const { rows, trace } = readRows([lines[2], lines[0]].join('\n'));
    expect(rows[1]).toBe('-1000000000 web_0 read 7014609920 24576 4128600');
    expect(trace.account.outOfOrder).toBe(1);
  });

  it.each([
    ['1281663720030616290x,web,0,Read,1,1,1', 'fields', 20],
    ['128166372003061629,web,0,Erase,1,512,1', 'operation', 31],
    ['128166372003061629,web,x,Read,1,512,1', 'volume', 24],
    ['128166372003061629,web,0,Read,-1,512,1', 'offset', 31],
    ['128166372003061629,web,0,Read,9007199254740993,512,1', 'offset', 31],
    ['128166372003061629,web,0,Read,1,9007199254740,1', 'length', 48],
    ['128166372003061629,web,0,Read,1', 'fields', 32],
    ['128166372003061629,web,0,Read,1,512,1,extra', 'fields', 38],
    ['228166372003061629,web,0,Read,1,512,1', 'timeRange', 38],
  ])('rejects %s', (line, reason, column) => {
    const { trace } = readRows(`${lines[0]}\n${line}\n`, { rejectLimit: 1 });
    expect(trace.account.firstRejects).toEqual([
      { reason, line: 2, column, offset: 53, text: line },
    ]);
  });
});

describe('SPC', () => {
  it('reads blanks around fields, both cases, and further fields', () => {
    const { rows, trace } = readRows(
      ' 0 , 20941264 , 8192 , W , 0.551706 , 7 , x\n1,20939840,8192,r,0.554041\n0,512,512,R,1\n',
    );
    expect(trace.format.name).toBe('spc');
    expect(rows).toEqual([
      '551706000 0 write 10721927168 8192 -',
      '554041000 1 read 10721198080 8192 -',
      '1000000000 0 read 262144 512 -',
    ]);
  });

  it('takes the size of blocks', () => {
    const { rows } = readRows('0,10,512,w,0.0\n', { blockBytes: 4_096 });
    expect(rows).toEqual(['0 0 write 40960 512 -']);
  });
});

describe('Alibaba', () => {
  it.each(['', 'device_id,opcode,offset,length,timestamp\n'])('reads after %j', (titles) => {
    const { rows, trace } = readRows(
      `${titles}419,W,8792731648,16384,1577808144360767\n725,R,59110326272,360448,1577808144360813\n`,
    );
    expect(trace.format.name).toBe('alibaba');
    expect(rows).toEqual(['0 419 write 8792731648 16384 -', '46000 725 read 59110326272 360448 -']);
    expect([trace.originSeconds, trace.originNanos]).toEqual([1_577_808_144, 360_767_000]);
  });
});

describe('Tencent', () => {
  const text = '1538323200,12,8,0,1283\n1538323200,20,16,1,1283\n1538323201,4096,8,0,7\n';

  it('spreads the requests of a second, and says so', () => {
    const { rows, trace } = readRows(text);
    expect(rows).toEqual([
      '0 1283 read 6144 4096 -',
      '500000000 1283 write 10240 8192 -',
      '1000000000 7 read 2097152 4096 -',
    ]);
    expect(trace.assumptions).toContain('requests of one second are spread evenly over it');
  });

  it('leaves them at the beginning when told to', () => {
    const { rows } = readRows(text, { spread: 'none' });
    expect(rows.map((row) => row.split(' ')[0])).toEqual(['0', '0', '1000000000']);
  });
});

describe("SYSTOR '17", () => {
  it('passes over requests without a type, and takes those without a response', () => {
    const { rows, trace } = readRows(
      'Timestamp,Response,IOType,LUN,Offset,Size\n' +
        '1455592181.476860000,0.000183000,W,3,1072771072,4096\n' +
        '1455592181.501124000,0.0,,3,1072775168,4096\n' +
        '1455592182.000000000,,R,6,0,512\n',
    );
    expect(trace.format.name).toBe('systor');
    expect(rows).toEqual(['0 3 write 1072771072 4096 183000', '523140000 6 read 0 512 -']);
    expect(trace.account.skipped).toMatchObject({ header: 1, other: 1 });
    expect(trace.account.rejects).toBe(0);
  });
});

describe('blkparse', () => {
  const text = `  8,0    1        1     0.000000000   697  Q   R 223490 + 8 [kjournald]
  8,0    1        2     0.000001829   697  G   R 223490 + 8 [kjournald]
  8,0    1        3     0.000004000   697  D  WS 223490 + 8 [kjournald]
  8,0    1        4     0.000104000     0  C  WS 223490 + 8 [0]
  8,16   0        5     1.500000000    42  D  DS 4096 + 2048 [fstrim]
  8,16   0        6     1.600000000    42  D FWS 16 + 8 [db]
  8,16   0        7     1.700000000    42  D  FN [db]
  8,0    1        0     1.800000000     0  m   N cfq schedule
CPU0 (sda):
 Reads Queued:           1,        4KiB
`;

  it('takes one event for a request: D where there is one', () => {
    const { rows, trace } = readRows(text);
    expect(trace.format.name).toBe('blkparse');
    expect(rows).toEqual([
      '4000 8,0 write 114426880 4096 -',
      '1500000000 8,16 trim 2097152 1048576 -',
      '1600000000 8,16 write 8192 4096 -',
      '1700000000 8,16 flush 0 0 -',
    ]);
    expect(trace.account.skipped.other).toBe(6);
  });

  it('takes another event when told to', () => {
    expect(readRows(text, { action: 'Q' }).rows).toEqual(['0 8,0 read 114426880 4096 -']);
  });

  it('passes over commands that went past the block layer', () => {
    const command = '  8,0 1 8 1.750000000 42 D   R 36 (12 00 00 00 24 00 ..) [smartd]\n';
    const { rows, trace } = readRows(text + command);
    expect(rows).toHaveLength(4);
    expect(trace.account.skipped.other).toBe(7);
  });

  it('takes Q where nothing was issued', () => {
    const { rows, trace } = readRows(`${text.split('\n').slice(0, 2).join('\n')}\n`);
    expect(rows).toHaveLength(1);
    expect(trace.assumptions).toContain('the event Q stands for a request');
  });
});

describe('fio', () => {
  const log = `fio version 2 iolog
/tmp/a add
/tmp/a open
/tmp/a read 4096 512
/tmp/a wait 5
/tmp/b add
/tmp/b write 0 1024
/tmp/a wait 3
/tmp/a sync
/tmp/b datasync 0 0
/tmp/a close
`;

  it('waits until milliseconds after the start, as the code has it', () => {
    expect(readRows(log).rows).toEqual([
      '0 /tmp/a read 4096 512 -',
      '5000000 /tmp/b write 0 1024 -',
      '5000000 /tmp/a flush 0 0 -',
      '5000000 /tmp/b flush 0 0 -',
    ]);
  });

  it('waits microseconds after the wait before, when told to', () => {
    const { rows } = readRows(log, { wait: 'relativeMicros' });
    expect(rows.map((row) => row.split(' ')[0])).toEqual(['0', '5000', '8000', '8000']);
  });

  it('reads version 3 with its times', () => {
    const { rows, trace } = readRows(
      'fio version 3 iolog\n12 f add\n15 f open\n40 f trim 0 4294967296\n1000001 f write 8192 4096\n',
    );
    expect(trace.format.name).toBe('fio3');
    expect(rows).toEqual(['40000 f trim 0 4294967296 -', '1000001000 f write 8192 4096 -']);
  });
});

describe('five columns', () => {
  it('are DiskSim with fractions of milliseconds and hexadecimal flags', () => {
    const { rows, trace } = readRows('0.5\t3\t100\t8\t1\n 12.25 4  200 2 1a \n12.25 4 200 2 1b\n');
    expect(trace.format.name).toBe('disksim');
    expect(rows).toEqual([
      '500000 3 read 51200 4096 -',
      '12250000 4 write 102400 1024 -',
      '12250000 4 read 102400 1024 -',
    ]);
  });

  it('are MQSim with whole numbers, in the unit that is told', () => {
    const text = '100 0 8 8 0\n250 1 16 8 1\n';
    const { rows, trace } = readRows(text);
    expect(trace.format.name).toBe('mqsim');
    expect(rows).toEqual(['100 0 write 4096 4096 -', '250 1 read 8192 4096 -']);
    expect(readRows(text, { timeDigits: 6 }).rows[1]).toBe('250000 1 read 8192 4096 -');
    expect(readRows(text, { format: 'disksim' }).rows[1]).toBe('250000000 1 read 8192 4096 -');
  });
});

describe('DiskSim validation', () => {
  it('puts arrivals together from services and gaps', () => {
    const { rows, trace } = readRows(
      'R Miss 100 4 13661.00000 26658.00000\nW Doub 200 8 1000.5 0.0\nR Hit 300 1 1 1\n',
    );
    expect(trace.format.name).toBe('disksim-validate');
    expect(rows).toEqual([
      '0 0 read 51200 2048 13661000',
      '40319000 0 write 102400 4096 1000500',
      '41319500 0 read 153600 512 1000',
    ]);
  });
});

describe('NetApp', () => {
  const row = '10,81442951.096,17,WR_IN,0,30,14,5,1,0,2048,8,12,6,1,56.910';

  it('reads without titles, columns in their usual order', () => {
    const { rows, trace } = readRows(`${row}\n${row}\n`);
    expect(trace.format.name).toBe('netapp');
    expect(rows[0]).toBe('81442951096 5 write 1048576 4096 56910');
  });

  it('finds columns by their titles', () => {
    const { rows } = readRows(
      '#ELAPSED_USECS.D,OP.I,LUN_SSID.I,LBA.I,NBLKS.I\n10.5,0,3,16,8\n20,1,3,24,8\n',
    );
    expect(rows).toEqual(['10500 3 read 8192 4096 -', '20000 3 write 12288 4096 -']);
  });
});

describe('a line that is far too long', () => {
  it('is one reject, and the lines behind it are counted on', () => {
    const long = `0,R,${'1'.repeat(200_000)},1,1`;
    const good = '0,R,0,512,1577808144360767';
    for (const piece of [1_000, 100_000, 1_000_000]) {
      const { rows, trace } = readRows(
        `${good}\n${long}\n${good}\nx\n`,
        { rejectLimit: 2, format: 'alibaba' },
        piece,
      );
      expect(rows).toHaveLength(2);
      expect(trace.account.firstRejects.map(({ line, offset }) => [line, offset])).toEqual([
        [2, good.length + 1],
        [4, 2 * (good.length + 1) + long.length + 1],
      ]);
    }
  });
});
