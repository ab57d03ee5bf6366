/**
 * The account of damaged drives: which member may be damaged next, and when tracks may be lost.
 *
 * @module
 */
import { describe, expect, it } from 'vitest';
import { DamageRecord } from '../../../src/testing/damage-record.ts';

const GROUPS = [
  { members: 5, redundancy: 2 },
  { members: 3, redundancy: 0 },
];
const place = (member: number, group = 0) => ({ group, member });

describe('the account of damaged drives', () => {
  it('lets any member be damaged until the redundancy is used, then only those again', () => {
    const record = new DamageRecord(GROUPS);
    expect(record.isWhole).toBe(true);
    expect(record.choose(2, 9, false)).toEqual(place(4));
    record.noteDamage(place(4));
    record.noteFailure(place(1), false);
    expect(record.isWhole).toBe(false);
    for (const member of [0, 1, 2, 3]) {
      expect([place(4), place(1)]).toContainEqual(record.choose(0, member, false));
    }
    expect(record.isPast).toBe(false);
    expect(record.choose(0, 2, true)).toEqual(place(2));
  });

  it('damages nothing of a group without redundancy, unless that may be lost', () => {
    const record = new DamageRecord(GROUPS);
    expect(record.choose(1, 0, false)).toBeUndefined();
    expect(record.choose(1, 2, true)).toEqual(place(2, 1));
    record.noteDamage(place(2, 1));
    expect(record.isPastIn(1)).toBe(true);
    expect(record.isPastIn(0)).toBe(false);
  });

  it('counts members by phase, whatever came back in between', () => {
    const record = new DamageRecord(GROUPS);
    for (const member of [0, 1, 2]) {
      const failed = place(member);
      record.noteFailure(failed, false);
      record.noteReturn(failed, true, false);
    }
    expect(record.out).toEqual([]);
    expect(record.isPastIn(0)).toBe(true);
    record.endPhase(7);
    expect(record.isPastIn(0)).toBe(false);
    expect(record).toMatchObject({ isWhole: true, isFailuresOnly: true, foundBefore: 7 });
  });

  it('expects everything back from drives that were away and hold what they held', () => {
    const record = new DamageRecord(GROUPS);
    const failed = [0, 1, 2].map((member) => place(member));
    for (const one of failed) record.noteFailure(one, false);
    expect(record.isPastIn(0)).toBe(true);
    for (const one of failed) record.noteReturn(one, false, false);
    expect(record.isPastIn(0)).toBe(false);
    record.noteDamage(place(0));
    expect(record.isPastIn(0)).toBe(true);
    expect(record.isFailuresOnly).toBe(false);
  });

  it('takes a drive whose place a spare took for gone', () => {
    const record = new DamageRecord(GROUPS);
    const failed = [0, 1, 2].map((member) => place(member));
    for (const one of failed) record.noteFailure(one, one.member === 1);
    for (const one of failed) record.noteReturn(one, false, false);
    expect(record.isPastIn(0)).toBe(true);
  });

  it('ends no phase while a drive is out', () => {
    const record = new DamageRecord(GROUPS);
    record.noteFailure(place(0), false);
    expect(() => record.endPhase(0)).toThrow('phase-ends-with-all-drives');
  });
});
