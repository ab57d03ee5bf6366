/**
 * Bitmaps by name: the same again from the pages that were touched.
 *
 * @module
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SparseBitmap } from '../../../src/base/bitmap.ts';
import { KeptBitmaps } from '../../../src/base/kept-bitmaps.ts';
import { StateKeeper } from '../../../src/store/state-keeper.ts';
import { compareKept } from '../../support/kept-state.ts';

const SIZE = 20_000;

function keptBitmaps(names: readonly string[]) {
  const keeper = new StateKeeper();
  const bitmaps = new KeptBitmaps('bitmaps');
  keeper.keep(bitmaps);
  const byName = new Map(names.map((name) => [name, new SparseBitmap(SIZE)]));
  for (const [name, bitmap] of byName) bitmaps.add(name, bitmap);
  return { keeper, bitmaps, byName };
}

const STEPS = fc.array(
  fc.record({
    step: fc.constantFrom('set', 'set', 'set', 'clear', 'reset', 'add', 'remove', 'collect'),
    name: fc.constantFrom('1.written', '1.copied', '2.written'),
    bit: fc.oneof(fc.nat(40), fc.nat(SIZE - 1)),
  }),
  { maxLength: 120 },
);

describe('KeptBitmaps', () => {
  it('gives every bit of every bitmap again', () => {
    fc.assert(
      fc.property(STEPS, (drawn) => {
        const one = keptBitmaps([]);
        const changes = [one.keeper.collect()];
        for (const { step, name, bit } of drawn) {
          const bitmap = one.byName.get(name);
          if (step === 'collect') changes.push(one.keeper.collect());
          else if (bitmap === undefined) {
            // A bitmap that comes may hold something already.
            const fresh = new SparseBitmap(SIZE);
            if (step === 'set') fresh.set(bit);
            one.byName.set(name, fresh);
            one.bitmaps.add(name, fresh);
          } else if (step === 'set') bitmap.set(bit);
          else if (step === 'clear') bitmap.clear(bit);
          else if (step === 'reset') bitmap.reset();
          else if (step === 'remove') {
            one.bitmaps.remove(name);
            one.byName.delete(name);
          }
        }
        changes.push(one.keeper.collect());
        const other = keptBitmaps([...one.byName.keys()]);
        for (const change of changes) other.keeper.apply(change);
        other.keeper.restore();
        expect(compareKept(one.keeper, other.keeper).differences).toEqual([]);
        for (const [name, bitmap] of one.byName) {
          const restored = other.byName.get(name);
          expect([...(restored?.bits() ?? [])]).toEqual([...bitmap.bits()]);
          expect(restored?.count).toBe(bitmap.count);
          expect(restored?.bytes).toBe(bitmap.bytes);
        }
        expect(one.keeper.collect().entries).toEqual([]);
      }),
    );
  });

  it('keeps a page with few bits short, and notes nothing when nobody keeps', () => {
    const { keeper, byName } = keptBitmaps(['1.copied']);
    byName.get('1.copied')?.set(70);
    const [entry] = keeper.collect().entries;
    expect(entry).toMatchObject({ key: '1.copied/0' });
    expect(entry?.saved).toHaveLength(12);
    const unkept = new SparseBitmap(SIZE);
    unkept.set(1);
    expect(unkept.takeTouched()).toEqual([]);
  });
});
