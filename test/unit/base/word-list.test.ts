/**
 * Lists of words against a plain array, and the same again after they were kept.
 *
 * @module
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { WordList } from '../../../src/base/word-list.ts';
import { StateKeeper } from '../../../src/store/state-keeper.ts';
import { compareKept } from '../../support/kept-state.ts';

function keptList(): { list: WordList; keeper: StateKeeper } {
  const list = new WordList();
  const keeper = new StateKeeper();
  list.keep(keeper, 'list');
  return { list, keeper };
}

function wordsOf(list: WordList): number[] {
  return Array.from({ length: list.length }, (_, at) => list.at(at));
}

const STEPS = fc.array(
  fc.record({
    step: fc.constantFrom('push', 'push', 'push', 'pop', 'shift', 'set'),
    word: fc.nat(),
  }),
  { maxLength: 150 },
);

describe('WordList', () => {
  it('behaves like an array, and so does what was kept of it', () => {
    fc.assert(
      fc.property(STEPS, (drawn) => {
        const { list, keeper } = keptList();
        const other = keptList();
        const twin: number[] = [];
        for (const [at, { step, word }] of drawn.entries()) {
          if (step === 'push') {
            list.push(word);
            twin.push(word);
          } else if (step === 'pop') {
            expect(list.pop()).toBe(twin.pop());
          } else if (step === 'shift') {
            expect(list.shift()).toBe(twin.shift());
          } else if (twin.length > 0) {
            list.set(word % twin.length, word);
            twin[word % twin.length] = word;
          }
          expect(wordsOf(list)).toEqual(twin);
          if (at % 3 === 0) other.keeper.apply(keeper.collect());
        }
        other.keeper.apply(keeper.collect());
        other.keeper.restore();
        expect(wordsOf(other.list)).toEqual(twin);
        expect(compareKept(keeper, other.keeper).differences).toEqual([]);
        for (let word = 0; word < 40; word += 1) {
          other.list.push(word);
          twin.push(word);
          expect(other.list.shift()).toBe(twin.shift());
        }
        expect(wordsOf(other.list)).toEqual(twin);
      }),
    );
  });

  it('is the same again when it has grown while its beginning had moved', () => {
    const { list, keeper } = keptList();
    const other = keptList();
    for (let word = 1; word <= 300; word += 1) {
      list.push(word);
      if (word % 3 === 0) list.shift();
      if (word % 5 === 0) other.keeper.apply(keeper.collect());
    }
    other.keeper.restore();
    expect(wordsOf(other.list)).toEqual(wordsOf(list));
    expect(list.length).toBe(200);
    expect(compareKept(keeper, other.keeper).differences).toEqual([]);
  });

  it('holds whole words, is empty after clearing, and stops on places that there are not', () => {
    const { list } = keptList();
    list.push(2 ** 32 - 1);
    expect(list.at(0)).toBe(2 ** 32 - 1);
    expect(() => list.at(1)).toThrow('word-list-index');
    expect(() => list.set(-1, 0)).toThrow('word-list-index');
    list.clear();
    expect([list.length, list.pop(), list.shift()]).toEqual([0, undefined, undefined]);
  });
});
