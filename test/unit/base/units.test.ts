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
  nanos,
  trackIndex,
} from '../../../src/base/units.ts';

const MAKERS = { trackIndex, deviceIndex, deviceNumber, nanos, commitSequence };

describe.each(Object.entries(MAKERS))('%s', (_name, make) => {
  it('takes whole numbers from 0 up', () => {
    expect([make(0), make(1), make(0xffff)]).toEqual([0, 1, 0xffff]);
  });

  it.each([-1, 0.5, 2 ** 53, Number.NaN, Number.POSITIVE_INFINITY])('throws on %d', (value) => {
    expect(() => make(value)).toThrow(RangeError);
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
