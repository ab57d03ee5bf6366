/**
 * Records in pages: numbers are unique while in use, used again last in, first out, and keep their
 * words.
 *
 * @module
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PagedRecords } from '../../../src/base/paged-records.ts';
import { PagedStack } from '../../../src/base/paged-stack.ts';

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
});

describe('PagedStack', () => {
  it('gives triples back last in, first out, across pages', () => {
    const stack = new PagedStack();
    for (let at = 0; at < 2_500; at += 1) stack.push(at, at + 1, 2 ** 32 - 1 - at);
    expect(stack.depth).toBe(2_500);
    stack.peek(1_024);
    expect([stack.first, stack.second, stack.third]).toEqual([1_024, 1_025, 4_294_966_271]);
    for (let at = 2_499; at >= 0; at -= 1) {
      stack.pop();
      expect([stack.first, stack.second, stack.third]).toEqual([at, at + 1, 2 ** 32 - 1 - at]);
    }
    expect(stack.depth).toBe(0);
  });

  it('can be cleared, and stops when nothing is there', () => {
    const stack = new PagedStack();
    stack.push(1, 2, 3);
    stack.clear();
    expect(stack.depth).toBe(0);
    expect(() => stack.pop()).toThrow('paged-stack-not-empty');
    expect(() => stack.peek(0)).toThrow('paged-stack-depth');
  });
});
