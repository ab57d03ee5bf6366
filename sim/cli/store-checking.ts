/**
 * Looking at everything in a store, and doing what is safe about what is wrong.
 *
 * @module
 */
import { openStore } from '../../src/store.ts';
import type { TaskEars } from './convert-image.ts';
import type { StoreOutcome } from './store-request.ts';

/** Checks a store. @throws StoreFault, InputError */
export function checkFolder(folder: string, repair: boolean, _ears: TaskEars): StoreOutcome {
  const opened = openStore(folder, { mode: 'readTracks' });
  const { violations, looked } = opened.stored.subsystem.check();
  opened.abandon();
  return {
    kind: 'done',
    record: {
      kind: 'check',
      problems: violations.map(({ invariant, detail }) => ({
        where: invariant,
        what: detail,
        repaired: null,
      })),
      looked,
      isRepaired: repair,
    },
  };
}
