/**
 * The subsystem with directory pages of four entries behaves like the twin, too: the small devices of
 * model tests then have trees of five levels, as only the largest devices have otherwise.
 *
 * The page size is no setting, so this runs a changed copy of the source in a process of its own.
 *
 * @module
 */
import { expect, it } from 'vitest';
import { searchPlanted } from '../planted/planted-source.ts';

it('the subsystem with tiny pages behaves like the twin', async () => {
  const tiny = {
    file: 'subsystem/parts.ts',
    find: '{ leafBits: 7, interiorBits: 9 }',
    replace: '{ leafBits: 2, interiorBits: 2 }',
  };
  const { began, looked, reason } = await searchPlanted('search-model.ts', [tiny]);
  expect(began).toBe(true);
  expect(reason).toBe('');
  expect(looked).toBeGreaterThan(100);
});
