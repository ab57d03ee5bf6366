/**
 * The record table against a plain Map, and what it writes to the journal: enough to rebuild it.
 *
 * @module
 */
import fc from 'fast-check';
import { applyPatches, enablePatches, type Patch } from 'immer';
import { beforeEach, describe, expect, it } from 'vitest';
import { CommitOrder } from '../../../src/base/commit-order.ts';
import { MEMORY_JOURNAL } from '../../../src/base/default-ports.ts';
import type { Journal, JournalRecord } from '../../../src/base/ports.ts';
import { RecordTable } from '../../../src/base/record-table.ts';

enablePatches();

interface Job {
  readonly name: string;
  readonly steps: readonly { readonly at: number }[];
}

interface JobPayload {
  readonly key: string;
  readonly inserted?: Job;
  readonly patches?: readonly Patch[];
  readonly deleted?: true;
}

let journalled: JournalRecord[];
let order: CommitOrder;
let table: RecordTable<string, Job>;

beforeEach(() => {
  journalled = [];
  order = new CommitOrder();
  const journal: Journal = {
    append: (record) => journalled.push(record),
    keep: () => undefined,
    durable: () => MEMORY_JOURNAL.durable(),
  };
  table = new RecordTable('job', order, journal);
});

describe('RecordTable', () => {
  it('keeps frozen records in order of insertion', () => {
    table.insert('b', { name: 'two', steps: [] });
    table.insert('a', { name: 'one', steps: [{ at: 1 }] });
    expect([...table.keys()]).toEqual(['b', 'a']);
    expect([...table.values()].map(({ name }) => name)).toEqual(['two', 'one']);
    const first = table.require('a');
    expect(Object.isFrozen(first) && Object.isFrozen(first.steps[0])).toBe(true);
    expect([table.size, table.has('a'), table.has('c')]).toEqual([2, true, false]);
    expect(table.get('c')).toBeUndefined();
  });

  it('changes one record and leaves the former value as it was', () => {
    const before = table.insert('a', { name: 'one', steps: [{ at: 1 }] });
    const other = table.insert('b', { name: 'two', steps: [] });
    const after = table.update('a', (draft) => {
      draft.steps.push({ at: 2 });
    });
    expect(before.steps).toEqual([{ at: 1 }]);
    expect(after.steps).toEqual([{ at: 1 }, { at: 2 }]);
    expect(table.get('a')).toBe(after);
    expect(table.get('b')).toBe(other);
  });

  it('leaves no trace of a recipe that changes nothing', () => {
    const before = table.insert('a', { name: 'one', steps: [] });
    const after = table.update('a', (draft) => {
      draft.name = 'one';
    });
    expect(after).toBe(before);
    expect(journalled).toHaveLength(1);
    expect(order.last()).toBe(1);
  });

  it('journals of a value in the place of another what differs, and nothing when nothing does', () => {
    const before = table.insert('a', { name: 'one', steps: [{ at: 1 }] });
    const after = table.replace('a', { ...before, name: 'uno' });
    expect(table.get('a')).toBe(after);
    expect(after).toEqual({ name: 'uno', steps: [{ at: 1 }] });
    expect(Object.isFrozen(after)).toBe(true);
    expect(table.replace('a', { ...after })).toBe(after);
    expect(journalled.map(({ payload }) => payload)).toEqual([
      { key: 'a', inserted: before },
      { key: 'a', patches: [{ op: 'replace', path: ['name'], value: 'uno' }] },
    ]);
    expect(() => table.replace('b', before)).toThrow('record-present');
  });

  it('gives every change its sequence, in the order of changes', () => {
    table.insert('a', { name: 'one', steps: [] });
    order.next();
    table.update('a', (draft) => {
      draft.name = 'uno';
    });
    table.delete('a');
    expect(journalled.map(({ sequence, subject }) => [sequence, subject])).toEqual([
      [1, 'job'],
      [3, 'job'],
      [4, 'job'],
    ]);
  });

  it('stops on a key that is taken, and on one that is not there', () => {
    table.insert('a', { name: 'one', steps: [] });
    expect(() => table.insert('a', { name: 'two', steps: [] })).toThrow('record-key-free');
    expect(() => table.require('b')).toThrow('record-present');
    expect(() => table.delete('b')).toThrow('record-present');
    expect(() => table.update('b', () => undefined)).toThrow('record-present');
    expect(table.require('a').name).toBe('one');
  });

  it('can be rebuilt from its journal, whatever was done to it', () => {
    const change = fc.record({
      key: fc.constantFrom('a', 'b', 'c'),
      kind: fc.constantFrom('insert', 'update', 'replace', 'delete'),
      value: fc.nat(3),
    });
    fc.assert(
      fc.property(fc.array(change), (changes) => {
        const records: JournalRecord[] = [];
        const journal: Journal = {
          append: (record) => records.push(record),
          keep: () => undefined,
          durable: () => MEMORY_JOURNAL.durable(),
        };
        const subject = new RecordTable<string, Job>('job', new CommitOrder(), journal);
        const twin = new Map<string, Job>();
        for (const { key, kind, value } of changes) {
          const known = twin.get(key);
          if (kind === 'insert' && known === undefined) {
            twin.set(key, { name: String(value), steps: [] });
            subject.insert(key, { name: String(value), steps: [] });
          } else if (kind === 'update' && known !== undefined) {
            twin.set(key, { ...known, steps: [...known.steps, { at: value }] });
            subject.update(key, (draft) => {
              draft.steps.push({ at: value });
            });
          } else if (kind === 'replace' && known !== undefined) {
            // A field that comes and goes, one that changes, and one that stays the same thing.
            const { steps } = subject.require(key);
            const replaced = { name: String(value), steps, ...(value > 1 && { note: value }) };
            twin.set(key, { ...replaced });
            subject.replace(key, replaced);
          } else if (kind === 'delete' && known !== undefined) {
            twin.delete(key);
            subject.delete(key);
          }
        }
        const expected = [...twin];
        expect([...subject.keys()].map((key) => [key, subject.require(key)])).toEqual(expected);
        expect([...replay(records)]).toEqual(expected);
      }),
    );
  });
});

/** What a recovery would do with the journal. */
function replay(records: readonly JournalRecord[]): Map<string, Job> {
  const rebuilt = new Map<string, Job>();
  for (const { payload } of records) {
    const { key, inserted, patches, deleted } = payload as JobPayload;
    const known = rebuilt.get(key);
    if (inserted !== undefined) rebuilt.set(key, inserted);
    if (patches !== undefined && known !== undefined) {
      rebuilt.set(key, applyPatches(known, [...patches]));
    }
    if (deleted === true) rebuilt.delete(key);
  }
  return rebuilt;
}
