/**
 * A medium without space: whatever was acknowledged is there, and the store goes on when there is space
 * again.
 */
import { describe, expect, it } from 'vitest';
import { checkStore } from '../../src/store/check-store.ts';
import { StoreFault } from '../../src/store/store-fault.ts';
import { RecordingMedium } from '../../src/testing/recording-medium.ts';
import {
  CrashRig,
  differences,
  type MachineView,
  RIG_OPERATIONS,
  usedMedium,
  viewOf,
} from '../support/crash-rig.ts';
import { violationsOf } from '../support/small-subsystem.ts';

const NAMES = [
  'write',
  'snapshot',
  'background',
  'destage',
  'define',
  'release',
  'collect',
] as const;
const STEP_BYTES = 24_576;
const STEPS = 30;
const tally = { media: 0, operations: 0, full: 0, went: 0 };

/** @returns What was thrown, if anything was. */
function thrownBy(action: () => void): unknown {
  try {
    action();
    return undefined;
  } catch (error) {
    return error;
  }
}

/** Works until there is no space left. @returns Machines that may be found afterwards. */
function fill(rig: CrashRig): readonly MachineView[] {
  for (let round = 0; round < 12; round += 1) {
    const name = NAMES[round % NAMES.length] ?? 'write';
    const error = thrownBy(() => RIG_OPERATIONS[name]?.(rig));
    tally.operations += 1;
    if (error === undefined) continue;
    if (!(error instanceof StoreFault)) throw new Error('no store fault', { cause: error });
    expect(error.code).toBe('STORE_FULL');
    expect(rig.stored.isFailed).toBe(true);
    expect(thrownBy(() => rig.commit())).toMatchObject({ code: 'STORE_FAILED' });
    tally.full += 1;
    break;
  }
  return rig.allowed();
}

describe('a medium without space', () => {
  const base = usedMedium();

  it.each(Array.from({ length: STEPS }, (_, step) => step * STEP_BYTES))(
    '%i bytes after it was used',
    (bytes) => {
      const medium = base.afterPowerCut(() => true);
      medium.capacityBytes = medium.usedBytes + bytes;
      tally.media += 1;
      let allowed: readonly MachineView[] = [viewOf(CrashRig.open(base, 'read').stored)];
      const error = thrownBy(() => {
        const rig = CrashRig.open(medium);
        allowed = fill(rig);
      });
      // Opening may want to write, too.
      if (error !== undefined) expect(error).toMatchObject({ code: 'STORE_FULL' });
      // What is there can be read without any space.
      const found = viewOf(CrashRig.open(medium, 'read').stored);
      expect(allowed.map((one) => differences(one, found).join()).some((text) => text === '')).toBe(
        true,
      );
      // And with space it goes on.
      medium.capacityBytes = Number.POSITIVE_INFINITY;
      const next = CrashRig.open(medium);
      expect(differences(found, viewOf(next.stored))).toEqual([]);
      for (const name of NAMES) RIG_OPERATIONS[name]?.(next);
      next.close();
      tally.went += 1;
      expect(violationsOf(next.subsystem)).toEqual([]);
      expect(checkStore(medium).problems).toEqual([]);
    },
  );

  it('is told when a store is made, and leaves none', () => {
    const whole = new RecordingMedium();
    CrashRig.create(whole).close();
    let refused = 0;
    for (let capacityBytes = 0; capacityBytes < whole.usedBytes; capacityBytes += 4_096) {
      const medium = new RecordingMedium({ capacityBytes });
      const error = thrownBy(() => CrashRig.create(medium));
      medium.capacityBytes = Number.POSITIVE_INFINITY;
      if (error === undefined) {
        expect(checkStore(medium).problems).toEqual([]);
        continue;
      }
      refused += 1;
      expect(error).toMatchObject({ code: 'STORE_FULL' });
      expect(thrownBy(() => CrashRig.open(medium))).toMatchObject({ code: 'STORE_ABSENT' });
    }
    expect(refused).toBeGreaterThan(3);
  });

  it('looked at enough media', () => {
    process.stdout.write(`media without space: ${JSON.stringify(tally)}\n`);
    expect(tally.full).toBeGreaterThan(10);
    expect(tally.went).toBe(STEPS);
  });
});
