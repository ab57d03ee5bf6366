/**
 * Calls of the medium that fail, and what is demanded of a store then: nothing that was acknowledged is
 * lost, and nothing is acknowledged that is not there, whether the process goes on, is started again, or
 * the power goes with it.
 *
 * @module
 */
import { SeededRandom } from '../../src/base/random.ts';
import { StoreFault } from '../../src/store/store-fault.ts';
import { crashStates } from '../../src/testing/crash-states.ts';
import type {
  CallFailure,
  MediumCall,
  RecordingMedium,
} from '../../src/testing/recording-medium.ts';
import {
  CrashRig,
  differences,
  type MachineView,
  RIG_OPERATIONS,
  type RigOperation,
  usedMedium,
  viewOf,
} from './crash-rig.ts';
import { byEffort, IS_LONG } from './effort.ts';
import { violationsOf } from './small-subsystem.ts';

/** Calls that change something can be refused in more ways than those that read. */
const READS: readonly MediumCall['operation'][] = ['open', 'read', 'list'];
const READ_FAILURES: readonly CallFailure[] = [{ fault: 'failed' }];
const LASTING_FAILURES: readonly CallFailure[] = [{ fault: 'failed' }, { fault: 'full' }];
const CHANGE_FAILURES: readonly CallFailure[] = [
  ...LASTING_FAILURES,
  { fault: 'full', landedBytes: 700 },
];
/** Codes with which a store may answer that its medium fails. */
const CODES: readonly string[] = ['STORE_FAILED', 'STORE_FULL', 'STORE_DENIED', 'STORE_DAMAGED'];
const SHORT_BOUNDS = { combined: 0, single: 0, random: 1 } as const;
const CUT_BOUNDS = byEffort({
  sample: SHORT_BOUNDS,
  every: SHORT_BOUNDS,
  wide: { combined: 1, single: 1, random: 1 },
});
/** Calls of an operation that are looked at, spread evenly. */
const CALLS_MAX = IS_LONG ? Number.POSITIVE_INFINITY : 2;

const base = usedMedium();
const before = viewOf(CrashRig.open(base, 'read').stored);
/** How much was looked at. */
export const tally = { calls: 0, failures: 0, refused: 0, passed: 0, opened: 0, again: 0 };

/** Machines that were found on media, by what these hold: many failures leave the same. */
const found = new Map<string, MachineView>();

/** What became of a run in which a call fails. */
interface Run {
  readonly rig: CrashRig | undefined;
  readonly error: unknown;
}

/** Opens the store, does the operation, closes it; a call fails if `failure` says so. */
function run(
  medium: RecordingMedium,
  operation: RigOperation,
  failure: RecordingMedium['failure'],
): Run {
  let rig: CrashRig | undefined;
  medium.failure = failure;
  try {
    rig = CrashRig.open(medium);
    operation(rig);
    rig.close();
    return { rig, error: undefined };
  } catch (error) {
    return { rig, error };
  } finally {
    medium.failure = undefined;
  }
}

/** The calls of a run in which nothing fails, and how many of them open the store. */
function callsOf(operation: RigOperation): {
  readonly calls: readonly MediumCall[];
  readonly opening: number;
} {
  const calls: MediumCall[] = [];
  let opening = 0;
  const medium = base.afterPowerCut(() => true);
  const { error } = run(
    medium,
    (rig) => {
      opening = calls.length;
      operation(rig);
    },
    (call) => {
      calls.push(call);
      return undefined;
    },
  );
  if (error !== undefined) throw error;
  return { calls, opening };
}

function examine(operation: RigOperation, at: number, failure: CallFailure, lasts: boolean): void {
  const medium = base.afterPowerCut(() => true);
  let count = 0;
  let failed: MediumCall | undefined;
  const { rig, error } = run(medium, operation, (call) => {
    count += 1;
    const isNow = lasts ? count > at : count === at + 1;
    if (isNow) failed ??= call;
    return isNow ? failure : undefined;
  });
  const name = `${failed?.operation} ${failed?.file} ${JSON.stringify(failure)}${lasts ? ' lasting' : ''}`;
  tally.failures += 1;
  if (error === undefined) tally.passed += 1;
  else tally.refused += 1;
  expectHonest(name, rig, error);
  // What reading past a failure has found out about a drive is a change of its own.
  const isRead = failed === undefined || READS.includes(failed.operation);
  const allowed = rig?.allowed() ?? [before];
  const states = [...crashStates(medium, CUT_BOUNDS, new SeededRandom(at, 'cuts'))];
  for (const state of [{ name: 'as it is', medium }, ...states]) {
    const view = machineOn(`${name}, ${state.name}`, state.medium);
    const isAllowed = allowed.some((one) =>
      isRead ? one.contents === view.contents : differences(one, view).length === 0,
    );
    const lists = allowed.map((one) => differences(one, view).join(', '));
    if (!isAllowed)
      throw new Error(`${name}, ${state.name}: another machine: ${lists.join(' or ')}`);
  }
}

/** The machine that comes up from a medium, all of whose invariants hold. */
function machineOn(name: string, medium: RecordingMedium): MachineView {
  const fingerprint = medium.fingerprint();
  const known = found.get(fingerprint);
  if (known !== undefined) {
    tally.again += 1;
    return known;
  }
  tally.opened += 1;
  const { stored, subsystem } = open(name, medium);
  demand(violationsOf(subsystem).length === 0, `${name}: ${violationsOf(subsystem).join(', ')}`);
  const view = viewOf(stored);
  found.set(fingerprint, view);
  return view;
}

/** A failure is told by its name, and a store that has failed acknowledges nothing more. */
function expectHonest(name: string, rig: CrashRig | undefined, error: unknown): void {
  if (error === undefined) return;
  if (!(error instanceof StoreFault)) throw new Error(`${name}: no store fault`, { cause: error });
  demand(CODES.includes(error.code), `${name}: ${error.code}`);
  if (rig === undefined || !rig.stored.isFailed) return;
  demand(
    isRefused(() => rig.stored.commit()),
    `${name}: a commit afterwards is taken`,
  );
  demand(
    isRefused(() => rig.stored.checkpoint()),
    `${name}: a checkpoint afterwards is taken`,
  );
}

function isRefused(action: () => unknown): boolean {
  try {
    action();
    return false;
  } catch (error) {
    if (error instanceof StoreFault) return true;
    throw error;
  }
}

/** Not an expectation of the test runner: planted bugs are looked for without it. */
function demand(holds: boolean, text: string): asserts holds {
  if (!holds) throw new Error(text);
}

function open(name: string, medium: RecordingMedium): CrashRig {
  try {
    return CrashRig.open(medium);
  } catch (error) {
    throw new Error(`${name}: does not open: ${String(error)}`, { cause: error });
  }
}

/**
 * Every call of an operation fails, one after the other; a sample of them with the test command.
 *
 * @param duration - Whether all calls after it fail, too.
 * @param callsMax - So many calls, spread evenly.
 */
export function failEveryCall(
  name: string,
  duration: 'once' | 'from then on',
  callsMax: number = CALLS_MAX,
): void {
  const operation = RIG_OPERATIONS[name];
  if (operation === undefined) throw new Error(`no operation ${name}`);
  const { calls, opening } = callsOf(operation);
  // Opening is the same for all.
  const first = name === 'write' ? 0 : opening;
  tally.calls += calls.length;
  demand(calls.length > 10, `${name}: only ${calls.length} calls`);
  const looked = Math.min(calls.length - first, callsMax);
  for (let look = 0; look < looked; look += 1) {
    const at = first + Math.floor((look * (calls.length - first)) / looked);
    const isRead = READS.includes((calls[at] as MediumCall).operation);
    const ofChanges = duration === 'once' ? CHANGE_FAILURES : LASTING_FAILURES;
    for (const failure of isRead ? READ_FAILURES : ofChanges) {
      examine(operation, at, failure, duration === 'from then on');
    }
  }
}
