/**
 * Both media keep one contract.
 *
 * @module
 */
import { describe, expect, it } from 'vitest';
import { encodePlace } from '../../../src/media/logical-cylinder.ts';
import { ArenaMedium, KeyedMedium } from '../../../src/media/medium.ts';

describe.each([
  ['ArenaMedium', () => new ArenaMedium()],
  ['KeyedMedium', () => new KeyedMedium()],
])('%s', (_name, make) => {
  it('gives back what was written, place by place', () => {
    const medium = make();
    const places = [
      [0, encodePlace(0, 0, 0)],
      [0, encodePlace(0, 0, 2)],
      [0, encodePlace(0, 12, 1_023)],
      [7, encodePlace(0, 3, 500)],
    ] as const;
    places.forEach(([cylinder, place], at) => {
      medium.write(cylinder, place, new Uint8Array(300 + at).fill(at + 1));
    });
    places.forEach(([cylinder, place], at) => {
      const view = medium.view(cylinder, place, 300 + at);
      expect(view).toEqual(new Uint8Array(300 + at).fill(at + 1));
    });
  });

  it('copies what it is given', () => {
    const medium = make();
    const bytes = new Uint8Array([1, 2, 3]);
    medium.write(0, 0, bytes);
    bytes.fill(9);
    expect([...medium.view(0, 0, 3)]).toEqual([1, 2, 3]);
  });

  it('can be prepared without losing anything', () => {
    const medium = make();
    medium.write(0, 0, new Uint8Array([1, 2, 3]));
    medium.prepare(1);
    expect([...medium.view(0, 0, 3)]).toEqual([1, 2, 3]);
  });

  it('may show a place again after it was given back', () => {
    const medium = make();
    medium.write(0, 0, new Uint8Array([1, 2, 3]));
    medium.forget(0, 0);
    medium.write(0, 0, new Uint8Array([4, 5]));
    expect([...medium.view(0, 0, 2)]).toEqual([4, 5]);
  });
});

describe('KeyedMedium', () => {
  it('stops when bytes are asked for where there are none', () => {
    expect(() => new KeyedMedium().view(0, 0, 3)).toThrow('medium-has-bytes');
  });
});
