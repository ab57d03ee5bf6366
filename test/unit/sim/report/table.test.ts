import { describe, expect, it } from 'vitest';
import { formatTable } from '../../../../sim/report/table.ts';

const COLUMNS = [
  { title: 'step', shrinks: true },
  { title: 'bytes', align: 'right' },
] as const;

describe('a table', () => {
  it('makes columns as wide as needed, numbers to the right', () => {
    const rows = [
      ['backup nightly', '5'],
      ['write', '1024'],
    ];
    expect(formatTable(COLUMNS, rows, 80)).toEqual([
      'step            bytes',
      '──────────────  ─────',
      'backup nightly      5',
      'write            1024',
    ]);
  });

  it('cuts the column that may shrink when the screen is narrow', () => {
    const lines = formatTable(COLUMNS, [['a very long description', '5']], 20);
    expect(lines[2]).toBe('a very long …      5');
    expect(lines.every((line) => Array.from(line).length <= 20)).toBe(true);
  });

  it('leaves columns out, the lowest first, when cutting is not enough', () => {
    const columns = [
      { title: 'name' },
      { title: 'org', leaves: 2 },
      { title: 'extents', shrinks: true, leaves: 1 },
    ];
    const rows = [['PROD.PAYROLL.MASTER', 'PS', '0/1–14/14 20/0–29/14']];
    expect(formatTable(columns, rows, 36)[2]).toBe('PROD.PAYROLL.MASTER  PS   0/1–14/14…');
    expect(formatTable(columns, rows, 30)[2]).toBe('PROD.PAYROLL.MASTER  PS');
    expect(formatTable(columns, rows, 10)).toEqual([
      'name',
      '───────────────────',
      'PROD.PAYROLL.MASTER',
    ]);
  });

  it('counts characters, not code units', () => {
    expect(formatTable(COLUMNS, [['𝕍', '1']], 80)[2]).toBe('𝕍         1');
  });
});
