/**
 * Refusals are frozen values that say what, why and what to do.
 *
 * @module
 */
import { describe, expect, it } from 'vitest';
import { done, formatRefusal, granted, refuse } from '../../../src/base/refusal.ts';

const TEXT = { what: 'extent 3', limit: 'a device has 384 tracks', fix: 'shorten the extent' };

describe('refuse', () => {
  it('makes a frozen value with the code and the three parts', () => {
    const refusal = refuse('EXTENT_OUT_OF_DEVICE', TEXT);
    expect(refusal).toEqual({ kind: 'refused', code: 'EXTENT_OUT_OF_DEVICE', ...TEXT });
    expect(Object.isFrozen(refusal)).toBe(true);
  });

  it('is told in one sentence', () => {
    expect(formatRefusal(refuse('EXTENT_OUT_OF_DEVICE', TEXT))).toBe(
      'EXTENT_OUT_OF_DEVICE: extent 3; a device has 384 tracks; shorten the extent',
    );
  });
});

describe('done', () => {
  it('carries its value as it is', () => {
    const value = { tracks: 3 };
    const outcome = done(value);
    expect(outcome.kind).toBe('done');
    expect(outcome.value).toBe(value);
  });
});

describe('granted', () => {
  it('gives the value, or throws the refusal as one sentence', () => {
    expect(granted(done(7))).toBe(7);
    const refusal = refuse('EXTENT_OUT_OF_DEVICE', TEXT);
    expect(() => granted(refusal)).toThrow(formatRefusal(refusal));
  });
});
