/**
 * Cuts the power in operations of a store of the source that it stands beside, and says in one line of
 * JSON what did not recover. A script, run by `planted-source.ts`.
 *
 * @module
 */
import {
  ONE_RECORD_SEGMENTS,
  RIG_OPERATIONS,
  type RigOperation,
  usedMedium,
} from '../support/crash-rig.ts';
import { cutAfterKill, cutMaking, cutPower, withFailingFlush } from '../support/power-cuts.ts';
import type { SearchVerdict } from './planted-source.ts';

const PLAN = { bounds: { combined: 2, single: 1, random: 1 }, every: 64 };

const verdict = { began: true, caught: false, looked: 0, reason: '' };

function operationNamed(name: string): RigOperation {
  const operation = RIG_OPERATIONS[name];
  if (operation === undefined) throw new Error(`no operation ${name}`);
  return operation;
}

/** Everything in turn, until something does not recover. */
function search(): void {
  const { absent, there } = cutMaking(PLAN);
  verdict.looked += absent + there;
  const base = usedMedium();
  const write = operationNamed('write');
  const destage = operationNamed('destage');
  const checkpoint = operationNamed('checkpoint');
  for (const operations of [
    [write],
    [operationNamed('bulk')],
    [destage, checkpoint],
    [operationNamed('collect')],
  ]) {
    verdict.looked += cutPower(base, operations, { ...PLAN, stride: 2 }).states;
  }
  for (const operation of [write, destage, checkpoint]) {
    for (const first of [operation, withFailingFlush(operation)]) {
      const plan = { ...PLAN, stride: 4 };
      verdict.looked += cutAfterKill(base, first, write, plan, ONE_RECORD_SEGMENTS).states;
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
