/**
 * Entries that note what was touched, once somebody keeps them.
 *
 * @module
 */
import { describe, expect, it } from 'vitest';
import type { Plain } from '../../../src/base/kept-state.ts';
import { TouchedEntries } from '../../../src/base/touched-entries.ts';
import { StateKeeper } from '../../../src/store/state-keeper.ts';

function setup(): { things: Map<number, string>; entries: TouchedEntries<number> } {
  const things = new Map<number, string>();
  const entries = new TouchedEntries<number>('things', {
    keys: () => things.keys(),
    save: (key) => things.get(key),
    restore: (saved: ReadonlyMap<number, Plain>) => {
      for (const [key, thing] of saved) things.set(key, thing as string);
    },
  });
  return { things, entries };
}

describe('touched entries', () => {
  it('note nothing as long as nobody keeps them', () => {
    const { entries } = setup();
    entries.touch(1);
    expect([...entries.takeTouched()]).toEqual([]);
  });

  it('note each key once, in order, until it is taken', () => {
    const { entries } = setup();
    entries.isKept = true;
    for (const key of [3, 1, 3]) entries.touch(key);
    expect([...entries.takeTouched()]).toEqual([3, 1]);
    expect([...entries.takeTouched()]).toEqual([]);
  });

  it('come back as they were, without what is gone', () => {
    const before = setup();
    const keeper = new StateKeeper();
    keeper.keep(before.entries);
    before.things.set(1, 'one').set(2, 'two');
    before.entries.touch(1);
    before.entries.touch(2);
    const changes = [keeper.collect()];
    before.things.delete(1);
    before.entries.touch(1);
    changes.push(keeper.collect());
    const after = setup();
    const fresh = new StateKeeper();
    fresh.keep(after.entries);
    for (const change of changes) fresh.apply(change);
    fresh.restore();
    expect([...after.things]).toEqual([[2, 'two']]);
    expect(changes[1]?.entries).toEqual([{ name: 'things', key: 1, saved: undefined }]);
    expect(fresh.collect().entries).toEqual([]);
  });
});
