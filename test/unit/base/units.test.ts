/**
 * Branded numbers: the makers check what they are given.
 *
 * @module
 */
import { describe, expect, it } from 'vitest';
import {
  commitSequence,
  deviceIndex,
  deviceNumber,
  formatDeviceNumber,
  isNanos,
  laterBy,
  NANOS_MAX,
  nanos,
  trackIndex,
} from '../../../src/base/units.ts';

const MAKERS = { trackIndex, deviceIndex, deviceNumber, commitSequence };

describe.each(Object.entries(MAKERS))('%s', (_name, make) => {
  it('takes whole numbers from 0 up', () => {
    expect([make(0), make(1), make(0xffff)]).toEqual([0, 1, 0xffff]);
  });

  it.each([-1, 0.5, 2 ** 53, Number.NaN, Number.POSITIVE_INFINITY])('throws on %d', (value) => {
    expect(() => make(value)).toThrow(RangeError);
  });
});

describe('nanoseconds', () => {
  it('are exact up to 2^53 and go in steps of 1,024 beyond', () => {
    const late = 2 ** 53 + 1_024;
    expect([0, 1, 2 ** 53 - 1].map(nanos)).toEqual([0, 1, 2 ** 53 - 1]);
    expect([late, late + 510, late + 514, NANOS_MAX].map(nanos)).toEqual([
      late,
      late,
      late + 1_024,
      NANOS_MAX,
    ]);
  });

  it.each([-1, 0.5, 2 ** 63, Number.NaN, Number.POSITIVE_INFINITY])('throw on %d', (value) => {
    expect(() => nanos(value)).toThrow(RangeError);
    expect(isNanos(value)).toBe(false);
  });

  it('are known by their steps', () => {
    expect([0, 2 ** 53 - 1, 2 ** 53, 2 ** 62, NANOS_MAX].every(isNanos)).toBe(true);
    expect([2 ** 53 + 2, 2 ** 60 + 512].some(isNanos)).toBe(false);
  });

  it('end with all time', () => {
    expect(laterBy(nanos(5), 7)).toBe(12);
    expect(laterBy(nanos(NANOS_MAX), 2 ** 53)).toBe(NANOS_MAX);
  });
});

describe('device numbers', () => {
  it('end at FFFF', () => {
    expect(() => deviceNumber(0x1_0000)).toThrow('at most FFFF, got 65536');
  });

  it.each([
    [0, '0000'],
    [0x190, '0190'],
    [0xe80, '0E80'],
    [0xffff, 'FFFF'],
  ])('%d is written %s', (value, written) => {
    expect(formatDeviceNumber(deviceNumber(value))).toBe(written);
  });
});
