/**
 * Records in pages: numbers are unique while in use, used again last in, first out, and keep their
 * words.
 *
 * @module
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PagedRecords } from '../../../src/base/paged-records.ts';
import { StateKeeper } from '../../../src/store/state-keeper.ts';
import { compareKept } from '../../support/kept-state.ts';

/** Writes or reads the second word of a record of four. */
function word(records: PagedRecords, record: number): { page: Uint32Array; at: number } {
  const page = records.pages[record >>> records.pageShift];
  if (page === undefined) throw new Error(`record ${record} has no page`);
  return { page, at: ((record & records.recordMask) << records.recordBits) + 1 };
}

describe('PagedRecords', () => {
  it('hands out numbers from the lowest, and freed ones last in, first out', () => {
    const records = new PagedRecords(2, 0, 4);
    expect([records.allocate(), records.allocate(), records.allocate()]).toEqual([4, 5, 6]);
    records.free(4);
    records.free(6);
    expect([...records.freeRecords()]).toEqual([6, 4]);
    expect([records.usedCount, records.lowest, records.highest]).toEqual([1, 4, 6]);
    expect([records.allocate(), records.allocate(), records.allocate()]).toEqual([6, 4, 7]);
  });

  it('keeps the words of a record while others come and go', () => {
    const steps = fc.array(fc.record({ frees: fc.boolean(), value: fc.nat() }), { maxLength: 200 });
    fc.assert(
      fc.property(steps, (drawn) => {
        const records = new PagedRecords(2, 0, 1);
        const twin = new Map<number, number>();
        for (const { frees, value } of drawn) {
          if (frees && twin.size > 0) {
            const record = [...twin.keys()][value % twin.size] ?? 0;
            const { page, at } = word(records, record);
            expect(page[at]).toBe(twin.get(record));
            records.free(record);
            twin.delete(record);
          } else {
            const record = records.allocate();
            expect(twin.has(record)).toBe(false);
            const { page, at } = word(records, record);
            page[at] = value;
            twin.set(record, value);
          }
        }
        expect(records.usedCount).toBe(twin.size);
        const free = new Set(records.freeRecords());
        expect(free.size + twin.size).toBe(records.highest);
      }),
    );
  });

  it('adds a page without moving the first', () => {
    const records = new PagedRecords(9, 0, 1);
    const [first] = records.pages;
    const perPage = records.recordMask + 1;
    for (let record = 1; record <= perPage; record += 1) records.allocate();
    expect(records.pages).toHaveLength(2);
    expect(records.pages[0]).toBe(first);
    expect(records.highest).toBe(perPage);
  });

  it.each([2, 7])('is the same again after any changes, with records of 2^%d words', (bits) => {
    const steps = fc.array(fc.record({ step: fc.nat(2), value: fc.nat() }), { maxLength: 60 });
    const make = () => {
      const keeper = new StateKeeper();
      const records = new PagedRecords(bits, 0, 1, 8);
      records.keep(keeper, 'records');
      return { keeper, records };
    };
    fc.assert(
      fc.property(steps, (drawn) => {
        const { keeper, records } = make();
        const other = make();
        const used: number[] = [];
        for (const { step, value } of drawn) {
          if (step === 0 && used.length > 0) {
            const [record] = used.splice(value % used.length, 1);
            records.free(record ?? 0);
          } else {
            if (step === 1 || used.length === 0) used.push(records.allocate());
            const record = used[value % used.length] ?? 0;
            const at = value % (1 << bits);
            const page = records.pages[record >>> records.pageShift];
            if (page === undefined) throw new Error('no page');
            page[((record & records.recordMask) << bits) + at] = value;
            records.touchWord(record, at);
          }
          other.keeper.apply(keeper.collect());
        }
        other.keeper.restore();
        expect(compareKept(keeper, other.keeper).differences).toEqual([]);
        expect([...other.records.freeRecords()]).toEqual([...records.freeRecords()]);
        for (let at = 0; at < 40; at += 1) {
          expect(other.records.allocate()).toBe(records.allocate());
        }
      }),
    );
  });
});
