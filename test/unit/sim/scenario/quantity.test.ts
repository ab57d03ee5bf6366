import { describe, expect, it } from 'vitest';
import {
  formatBytes,
  formatDuration,
  parseBytes,
  parseCount,
  parseDuration,
} from '../../../../sim/scenario/quantity.ts';

describe('quantities', () => {
  it.each([
    ['0 B', 0],
    ['512B', 512],
    ['1 KiB', 1024],
    ['1.5 MiB', 1_572_864],
    ['40 GiB', 42_949_672_960],
    ['2 TiB', 2_199_023_255_552],
    ['1_000 B', 1000],
  ])('read the size %s', (text, bytes) => {
    expect(parseBytes(text)).toEqual({ kind: 'value', value: bytes });
  });

  it.each([
    ['1 ns', 1],
    ['2 us', 2_000],
    ['3 ms', 3_000_000],
    ['0.1 s', 100_000_000],
    ['10 min', 600_000_000_000],
    ['1 h', 3_600_000_000_000],
    ['1 d', 86_400_000_000_000],
  ])('read the duration %s', (text, nanoseconds) => {
    expect(parseDuration(text)).toEqual({ kind: 'value', value: nanoseconds });
  });

  it.each([
    ['40', "'40' has no unit"],
    ['40 GB', "'GB' is no unit of a size"],
    ['GiB', "'GiB' is not a size"],
    ['-1 B', "'-1 B' is not a size"],
    ['0.3 B', "'0.3 B' is no whole number of bytes"],
    ['99999999 TiB', "'99999999 TiB' is too large"],
    ['1 constructor', "'constructor' is no unit of a size"],
  ])('refuse the size %s', (text, what) => {
    expect(parseBytes(text)).toMatchObject({ kind: 'fault', what });
  });

  it('suggest the unit that was meant', () => {
    expect(parseBytes('40 gb')).toMatchObject({ fix: expect.stringContaining('40 GiB?') });
    expect(parseDuration('5 m')).toMatchObject({ fix: expect.stringContaining('5 min?') });
    expect(parseBytes('4 M')).toMatchObject({ fix: expect.stringContaining('4 MiB?') });
    expect(parseDuration('601 sec')).toMatchObject({ fix: expect.stringContaining('601 s?') });
  });

  it('read counts as digits only', () => {
    expect(parseCount('1_000')).toEqual({ kind: 'value', value: 1000 });
    for (const text of ['', '-1', '1.0', '1e3', '0x10', '_1', '9007199254740993']) {
      expect(parseCount(text).kind, text).toBe('fault');
    }
  });

  it('are written in the largest unit above one', () => {
    expect([0, 1023, 1024, 56_832, 2 ** 30, 2 ** 50].map(formatBytes)).toEqual([
      '0 B',
      '1023 B',
      '1.00 KiB',
      '55.5 KiB',
      '1.00 GiB',
      '1024 TiB',
    ]);
    expect([999, 1_500, 6e10, 7.2e12].map(formatDuration)).toEqual([
      '999 ns',
      '1.50 us',
      '1.00 min',
      '2.00 h',
    ]);
  });
});
