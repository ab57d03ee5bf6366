/**
 * Looking at everything in a store, and doing what is safe about what is wrong.
 *
 * @module
 */
import { checkFolder, repairFolder, type StoreProblem } from '../../src/store.ts';
import type { CheckRecord } from '../report/store-record.ts';
import type { TaskEars } from './convert-image.ts';
import type { StoreOutcome } from './store-request.ts';
import { placeText } from './store-session.ts';

/** Checks a store. @throws StoreFault, InputError */
export function checkStore(folder: string, ears: TaskEars): StoreOutcome {
  ears.progress(0, 0, `looking at ${folder}`);
  const { problems, notes, looked } = checkFolder(folder);
  const record: CheckRecord = {
    kind: 'check',
    problems: problems.map(describeProblem),
    notes,
    looked: { ...looked },
    repaired: null,
  };
  return { kind: 'done', record };
}

/** Repairs a store. @throws StoreFault, InputError */
export function repairStore(folder: string, salvage: boolean, ears: TaskEars): StoreOutcome {
  ears.progress(0, 0, `repairing ${folder}`);
  const { done, remaining, notes } = repairFolder(folder, salvage);
  const record: CheckRecord = {
    kind: 'check',
    problems: remaining.map(describeProblem),
    notes,
    looked: {},
    repaired: done,
  };
  return { kind: 'done', record };
}

function describeProblem({
  area,
  place,
  what,
  remedy,
}: StoreProblem): CheckRecord['problems'][number] {
  return { area, where: placeText(place), what, remedy };
}
