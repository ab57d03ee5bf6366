/**
 * Would we notice? Each planted bug is caught, and the source as it is passes the same searches.
 *
 * @module
 */
import { describe, expect, it } from 'vitest';
import { PLANTED_BUGS } from './planted-bugs.ts';
import { type Search, searchPlanted } from './planted-source.ts';

const SEARCHES: readonly Search[] = [
  'search-model.ts',
  'search-back-end.ts',
  'search-tokens.ts',
  'search-damage.ts',
];

describe.concurrent('the source as it is', () => {
  it.each(SEARCHES)('passes %s', async (search) => {
    const { caught, looked, reason } = await searchPlanted(search);
    expect(reason).toBe('');
    expect(caught).toBe(false);
    expect(looked).toBeGreaterThanOrEqual(40);
  });
});

describe.concurrent('a planted bug is caught:', () => {
  it.each(PLANTED_BUGS)('$name', async ({ search, changes }) => {
    const { began, caught, reason } = await searchPlanted(search, changes);
    expect(began).toBe(true);
    expect(caught).toBe(true);
    // The model caught it by what it saw, not because the changed source was no program.
    expect(reason).not.toMatch(/SyntaxError|ReferenceError|is not defined|is not a function/);
  });
});

describe('the list of planted bugs', () => {
  it('is long enough, without a name twice', () => {
    const names = new Set(PLANTED_BUGS.map(({ name }) => name));
    expect(names.size).toBe(PLANTED_BUGS.length);
    expect(names.size).toBeGreaterThanOrEqual(10);
  });

  it('is refused where its text does not stand exactly once', async () => {
    const change = { file: 'base/step.ts', find: 'nowhere to be found', replace: '' };
    await expect(searchPlanted('search-model.ts', [change])).rejects.toThrow('has 0 places');
  });
});
