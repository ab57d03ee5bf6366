/**
 * Cuts the power in operations of a store of the source that it stands beside, and says in one line of
 * JSON what did not recover. A script, run by `planted-source.ts`.
 *
 * @module
 */
import { ONE_RECORD_SEGMENTS, RIG_OPERATIONS, usedMedium } from '../support/crash-rig.ts';
import { cutAfterKill, cutMaking, cutPower, withFailingFlush } from '../support/power-cuts.ts';
import type { SearchVerdict } from './planted-source.ts';

const PLAN = { bounds: { combined: 2, single: 1, random: 1 }, every: 64 };

const verdict = { began: true, caught: false, looked: 0, reason: '' };

/** Everything in turn, until something does not recover. */
function search(): void {
  const { absent, there } = cutMaking(PLAN);
  verdict.looked += absent + there;
  const base = usedMedium();
  const { write, destage, checkpoint, collect, background } = RIG_OPERATIONS;
  for (const operation of [write, destage, checkpoint, collect, background]) {
    if (operation === undefined) throw new Error('no such operation');
    verdict.looked += cutPower(base, [operation], PLAN).states;
    for (const first of [operation, withFailingFlush(operation)]) {
      const plan = { ...PLAN, stride: 4 };
      const next = write ?? operation;
      verdict.looked += cutAfterKill(base, first, next, plan, ONE_RECORD_SEGMENTS).states;
    }
  }
}

try {
  search();
} catch (error) {
  verdict.caught = true;
  verdict.reason = String(error);
}
process.stdout.write(`${JSON.stringify(verdict satisfies SearchVerdict)}\n`);
