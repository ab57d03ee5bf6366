import { describe, expect, it } from 'vitest';
import { editDistance, nearest, suggest } from '../../../../sim/scenario/suggestion.ts';

describe('suggestions', () => {
  it.each([
    ['', '', 0],
    ['', 'abc', 3],
    ['kitten', 'sitting', 3],
    ['tarcks', 'tracks', 1],
    ['volme', 'volume', 1],
  ])('%s is %s away from %s', (from, to, distance) => {
    expect(editDistance(from, to)).toBe(distance);
    expect(editDistance(to, from)).toBe(distance);
  });

  it('name the nearest known word, or all when none is near', () => {
    expect(nearest('voluem', ['volser', 'volume', 'vvds'])).toBe('volume');
    expect(nearest('x', ['volume'])).toBeUndefined();
    expect(suggest('INQUIRE', ['inquire'])).toBe("did you mean 'inquire'?");
    expect(suggest('zzz', ['backup', 'write'])).toBe('known here: backup, write');
    expect(suggest('zzz', [])).toBe('none is defined here');
  });
});
