/**
 * Lists of instances: against plain arrays, and without memory for ids that follow each other.
 *
 * @module
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CylinderDirectories, GrowingDirectory } from '../../../src/media/cylinder-directories.ts';

describe('CylinderDirectories', () => {
  it('gives every list back as it was written', () => {
    const list = fc.array(fc.integer({ min: 4, max: 2 ** 31 }), { maxLength: 400 });
    fc.assert(
      fc.property(fc.array(list, { minLength: 1, maxLength: 6 }), fc.nat(), (lists, forgotten) => {
        const directories = new CylinderDirectories('lists', 12);
        const growing = new GrowingDirectory('ids');
        lists.forEach((ids, cylinder) => {
          growing.reset();
          for (const id of ids) growing.append(id);
          expect([...growing.copy()]).toEqual(ids);
          directories.keep(cylinder, growing);
        });
        const gone = forgotten % lists.length;
        directories.forget(gone);
        lists.forEach((ids, cylinder) => {
          expect([...directories.ids(cylinder)]).toEqual(cylinder === gone ? [] : ids);
        });
      }),
    );
  });

  it.each([1, 126, 127, 128, 254, 255])(
    'writes %d ids in a row, and one that does not follow,',
    (count) => {
      const directories = new CylinderDirectories('lists', 12);
      const growing = new GrowingDirectory('ids');
      const ids = [...Array.from({ length: count }, (_, at) => 100 + at), 7];
      for (const id of ids) growing.append(id);
      directories.keep(3, growing);
      expect(growing.count).toBe(count + 1);
      expect([...directories.ids(3)]).toEqual(ids);
      expect([...directories.ids(2)]).toEqual([]);
    },
  );

  it('takes no blocks for a load, and gives blocks back', () => {
    const directories = new CylinderDirectories('lists', 12);
    const growing = new GrowingDirectory('ids');
    for (let id = 4; id < 10_000; id += 1) growing.append(id);
    directories.keep(0, growing);
    const without = directories.usedBytes;
    expect(without).toBeLessThanOrEqual(8);
    growing.reset();
    for (const id of [9, 5, 7]) growing.append(id);
    directories.keep(0, growing);
    expect(directories.usedBytes).toBe(without + 512);
    directories.forget(0);
    expect(directories.usedBytes).toBe(without);
  });
});
