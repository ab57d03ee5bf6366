/**
 * Compression that Node does.
 *
 * @module
 */
import { describe, expect, it } from 'vitest';
import { SeededRandom } from '../../../src/base/random.ts';
import { ZstdCompress } from '../../../src/store/zstd-compress.ts';

const RANDOM = new SeededRandom(1, 'zstd').bytes(40_000);

describe.each([1, 9])('ZstdCompress of level %d', (level) => {
  const zstd = new ZstdCompress(level);

  it.each([
    ['text', new TextEncoder().encode('IEFBR14 '.repeat(5_000))],
    ['noise', RANDOM],
    ['one byte', Uint8Array.of(7)],
  ])('gives %s back', (_name, bytes) => {
    expect([...zstd.expand(zstd.compress(bytes), bytes.length)]).toEqual([...bytes]);
  });

  it('makes what repeats itself shorter', () => {
    expect(zstd.compress(new Uint8Array(56_000)).length).toBeLessThan(100);
    expect(zstd.compress(RANDOM).length).toBeGreaterThan(RANDOM.length);
  });

  it.each([39_999, 40_001])('refuses to expand to %d bytes what has 40,000', (length) => {
    expect(() => zstd.expand(zstd.compress(RANDOM), length)).toThrow();
  });

  it('refuses what is no frame', () => {
    expect(() => zstd.expand(RANDOM, 10)).toThrow();
  });
});
