/**
 * Would we notice? Each planted bug is caught, and the source as it is passes the same searches.
 *
 * All of them with `VDASD_LONG=1`, as continuous integration does, otherwise some of those that are found
 * soon.
 *
 * @module
 */
import { describe, expect, it } from 'vitest';
import { IS_LONG } from '../support/effort.ts';
import { PLANTED_BUGS } from './planted-bugs.ts';
import { type PlantedBug, type Search, searchPlanted } from './planted-source.ts';

const SEARCHES: readonly Search[] = ['search-model.ts', 'search-tokens.ts', 'search-damage.ts'];
const LONG_SEARCHES: readonly Search[] = [
  'search-back-end.ts',
  'search-reopened.ts',
  'search-crash.ts',
  'search-store-faults.ts',
];
/** One in so many of the bugs that are found soon is planted by the test command. */
const SAMPLE_EVERY = 5;
/** Names of bugs that are found after many sequences only. */
const FOUND_LATE: readonly string[] = [
  'stale conflict flag: a closed series is still watched',
  'freed too early: quarantine ignored',
  'reserve leaked to hosts',
  'rebuild marks a cylinder done before its last member',
  'missing bit not set by degraded destage',
  'cylinder freed while its destage is pending',
  'scrub does not look at redundancy',
];
const isLate = ({ name, search }: PlantedBug): boolean =>
  FOUND_LATE.includes(name) || LONG_SEARCHES.slice(1).includes(search);

/** Bugs that are found soon: some of them with the test command, all of them in CI. */
const SOON = PLANTED_BUGS.filter((bug) => !isLate(bug)).filter(
  (_, at) => IS_LONG || at % SAMPLE_EVERY === 0,
);

async function expectPassed(search: Search): Promise<void> {
  const { caught, looked, reason } = await searchPlanted(search);
  expect(reason).toBe('');
  expect(caught).toBe(false);
  expect(looked).toBeGreaterThanOrEqual(40);
}

async function expectCaught({ search, changes }: PlantedBug): Promise<void> {
  const { began, caught, reason } = await searchPlanted(search, changes);
  expect(began).toBe(true);
  expect(caught).toBe(true);
  // The model caught it by what it saw, not because the changed source was no program.
  expect(reason).not.toMatch(/SyntaxError|ReferenceError|is not defined|is not a function/);
}

describe.concurrent('the source as it is', () => {
  it.each(SEARCHES)('passes %s', expectPassed);
  it.runIf(IS_LONG).each(LONG_SEARCHES)('passes %s', expectPassed);
});

describe.concurrent('a planted bug is caught:', () => {
  it.each(SOON)('$name', expectCaught);
  it.runIf(IS_LONG).each(PLANTED_BUGS.filter(isLate))('$name', expectCaught);
});

describe('the list of planted bugs', () => {
  it('is long enough, without a name twice', () => {
    const names = new Set(PLANTED_BUGS.map(({ name }) => name));
    expect(names.size).toBe(PLANTED_BUGS.length);
    expect(names.size).toBeGreaterThanOrEqual(10);
    expect(FOUND_LATE.filter((name) => !names.has(name))).toEqual([]);
  });

  it('is refused where its text does not stand exactly once', async () => {
    const change = { file: 'base/step.ts', find: 'nowhere to be found', replace: '' };
    await expect(searchPlanted('search-model.ts', [change])).rejects.toThrow('has 0 places');
  });
});
