/**
 * Which relation is forgotten first.
 *
 * @module
 */
import { describe, expect, it } from 'vitest';
import { EndedRelations } from '../../../src/copy/ended-relations.ts';
import { type RelationId, relationId } from '../../../src/copy/relation.ts';

const ids = (...numbers: number[]): RelationId[] => numbers.map(relationId);
const everybody = (): boolean => true;

describe('ended relations', () => {
  it('go in the order in which they came, without those that are forgotten already', () => {
    const ended = new EndedRelations();
    expect(ids(5, 2, 9, 4).map((id) => ended.add(id))).toEqual([1, 2, 3, 4]);
    expect(ended.takeOldest(everybody)).toBe(5);
    expect(ended.takeOldest((id) => id !== 2)).toBe(9);
    expect(ended.takeOldest(everybody)).toBe(4);
    expect(() => ended.takeOldest(everybody)).toThrow('relation-table-has-room');
  });

  it('come back in the same order, and go on counting', () => {
    const ended = new EndedRelations();
    ended.restore(7, [
      { id: relationId(3), endedAs: 6 },
      { id: relationId(8), endedAs: 2 },
    ]);
    expect(ended.add(relationId(1))).toBe(8);
    expect([1, 2, 3].map(() => ended.takeOldest(everybody))).toEqual([8, 3, 1]);
  });

  it('keep the order when names of forgotten ones are cleaned away', () => {
    const ended = new EndedRelations();
    const isLeft = (id: RelationId): boolean => id % 1_000 === 0;
    for (let id = 1; id <= 5_000; id += 1) {
      ended.add(relationId(id));
      ended.clean(Math.floor(id / 1_000), isLeft);
    }
    const left = [1, 2, 3, 4, 5].map(() => ended.takeOldest(isLeft));
    expect(left).toEqual([1_000, 2_000, 3_000, 4_000, 5_000]);
    expect(ended.count).toBe(5_000);
  });
});
