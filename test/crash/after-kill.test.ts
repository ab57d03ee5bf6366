/**
 * A process is killed, or its store fails, and the next one goes on with what the system still has in
 * memory; then the power goes. What the second process built on must have become durable with it.
 */
import { afterAll, describe, expect, it } from 'vitest';
import {
  CrashRig,
  type JournalCut,
  ONE_RECORD_SEGMENTS,
  RIG_OPERATIONS,
  type RigOperation,
  usedMedium,
} from '../support/crash-rig.ts';
import { addTally, emptyTally, recognise, watch } from '../support/power-cuts.ts';

const IS_LONG = process.env['VDASD_LONG'] === '1';
const PLAN = IS_LONG
  ? { bounds: { combined: 3, single: 2, random: 2 }, every: 32 }
  : { bounds: { combined: 1, single: 1, random: 1 }, every: 200, stride: 8 };
const NEXT = ['write', 'checkpoint'] as const;

const base = usedMedium();
const sum = emptyTally();
const pairs = Object.entries(RIG_OPERATIONS).flatMap(([first, one]) =>
  NEXT.map((second) => [first, second, one, RIG_OPERATIONS[second] as RigOperation] as const),
);

/** Lets a process do the first operation, another one go on with the second. */
function cutAfter(
  first: (rig: CrashRig) => void,
  second: RigOperation,
  journal: JournalCut | undefined,
): void {
  const medium = base.afterPowerCut(() => true);
  const killed = CrashRig.open(medium, 'write', journal);
  first(killed);
  const next = CrashRig.open(medium, 'write', journal);
  recognise('after the kill', next, killed.allowed());
  const tally = emptyTally();
  watch(next, PLAN, tally);
  second(next);
  next.close();
  addTally(sum, tally);
}

describe('the power goes when the next process works', () => {
  it.each(pairs)('%s and a kill, then %s', (_first, _second, one, other) => {
    cutAfter(one, other, undefined);
    cutAfter(one, other, ONE_RECORD_SEGMENTS);
  });

  it.each(pairs)('%s with a flush that fails, then %s', (_first, _second, one, other) => {
    for (const journal of [undefined, ONE_RECORD_SEGMENTS]) {
      cutAfter(
        (rig) => {
          rig.medium.failure = ({ operation, file }) =>
            operation === 'flush' && file.startsWith('journal/') ? { fault: 'failed' } : undefined;
          let error: unknown;
          try {
            one(rig);
          } catch (thrown) {
            error = thrown;
          }
          rig.medium.failure = undefined;
          expect(rig.stored.isFailed).toBe(error !== undefined);
        },
        other,
        journal,
      );
    }
  });

  afterAll(() => {
    process.stdout.write(`power cuts after a kill: ${JSON.stringify(sum)}\n`);
    expect(sum.states).toBeGreaterThan(IS_LONG ? 4_000 : 200);
  });
});
