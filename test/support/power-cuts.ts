/**
 * Cuts the power at every call of a workload, and looks at what recovers.
 *
 * @module
 */
import { SeededRandom } from '../../src/base/random.ts';
import { StoreFault } from '../../src/store/store-fault.ts';
import { type CrashBounds, crashStates } from '../../src/testing/crash-states.ts';
import { RecordingMedium } from '../../src/testing/recording-medium.ts';
import {
  CrashRig,
  differences,
  type JournalCut,
  type MachineView,
  type RigOperation,
} from './crash-rig.ts';
import { violationsOf } from './small-subsystem.ts';

/** Written by whoever goes on after a power cut. */
const PROBE = { device: 0xa80, track: 29, fill: 0xd7 } as const;

/** What was looked at. */
export interface CutTally {
  /** Calls of the medium after which the power was cut. */
  points: number;
  /** Different states that were opened. */
  states: number;
  /** Of these: states in which the operation under way turned out to be done. */
  ahead: number;
  /** States in which a cylinder was written again. */
  redone: number;
  /** States with a record that was not whole. */
  torn: number;
  /** States left by a power cut while another was recovered from. */
  second: number;
  /** States in which work went on, and was there after opening again. */
  wentOn: number;
}

/** An empty account. */
export function emptyTally(): CutTally {
  return { points: 0, states: 0, ahead: 0, redone: 0, torn: 0, second: 0, wentOn: 0 };
}

/** Adds one account to another. */
export function addTally(sum: CutTally, part: CutTally): void {
  for (const name of Object.keys(sum) as (keyof CutTally)[]) sum[name] += part[name];
}

/** How much to look at. */
export interface CutPlan {
  readonly bounds: CrashBounds;
  /** In every so many states somebody goes on, and another power cut comes while recovering. */
  readonly every: number;
  /** Only one in so many calls is followed by a power cut; default every one. */
  readonly stride?: number;
  /** The first one that is. */
  readonly offset?: number;
}

/**
 * Does operations on a copy of a medium, and cuts the power after every call of the last one.
 *
 * @throws Error naming the state that does not recover to what was acknowledged.
 */
export function cutPower(
  base: RecordingMedium,
  operations: readonly RigOperation[],
  plan: CutPlan,
): CutTally {
  const tally = emptyTally();
  const rig = CrashRig.open(base.afterPowerCut(() => true));
  const last = operations.length - 1;
  operations.forEach((operation, at) => {
    if (at === last) watch(rig, plan, tally);
    operation(rig);
  });
  return tally;
}

/**
 * Lets a process do one operation and another one, which sees what the system still has in memory, go on
 * with the next; cuts the power after every call of that.
 *
 * @throws Error naming the state that does not recover to what was acknowledged.
 */
export function cutAfterKill(
  base: RecordingMedium,
  first: RigOperation,
  second: RigOperation,
  plan: CutPlan,
  journal?: JournalCut,
): CutTally {
  const medium = base.afterPowerCut(() => true);
  const killed = CrashRig.open(medium, 'write', journal);
  first(killed);
  const next = CrashRig.open(medium, 'write', journal);
  recognise('after the kill', next, killed.allowed());
  const tally = emptyTally();
  watch(next, plan, tally);
  second(next);
  next.close();
  return tally;
}

/** The operation, with flushes of the journal that fail; then the store has failed, and says so. */
export function withFailingFlush(operation: RigOperation): RigOperation {
  return (rig) => {
    rig.medium.failure = ({ operation: call, file }) =>
      call === 'flush' && file.startsWith('journal/') ? { fault: 'failed' } : undefined;
    let isOver = false;
    try {
      operation(rig);
      isOver = true;
    } catch (error) {
      if (!(error instanceof StoreFault)) throw error;
    } finally {
      rig.medium.failure = undefined;
    }
    if (rig.stored.isFailed === isOver)
      throw new Error(`a flush failed, and that ended: ${isOver}`);
  };
}

/**
 * Cuts the power after every call while a store is made: there is none, or a whole one.
 *
 * @throws Error when there is half a store.
 */
export function cutMaking({ bounds }: CutPlan): { absent: number; there: number } {
  const medium = new RecordingMedium();
  const random = new SeededRandom(17, 'making');
  const seen = new Set<string>();
  const found = { absent: 0, there: 0 };
  medium.changed = () => {
    for (const state of crashStates(medium, bounds, random, seen)) {
      if (isMade(state.name, state.medium)) found.there += 1;
      else found.absent += 1;
    }
  };
  const rig = CrashRig.create(medium);
  medium.changed = undefined;
  // What was acknowledged to be there is there, whatever the power does.
  if (
    !isMade(
      'made',
      medium.afterPowerCut(() => false),
    )
  )
    throw new Error('the store is not there');
  rig.close();
  return found;
}

/** Whether there is a store, and one that works. */
function isMade(name: string, medium: RecordingMedium): boolean {
  let rig: CrashRig;
  try {
    rig = CrashRig.open(medium);
  } catch (error) {
    // Without its superblock there is no store, and then there is nothing to be lost.
    if (error instanceof StoreFault && error.code === 'STORE_ABSENT') return false;
    throw new Error(`${name}: half a store: ${String(error)}`, { cause: error });
  }
  recognise(name, rig, [rig.acknowledged]);
  rig.write(rig.defineSmall(), 3, 0x44);
  rig.close();
  return true;
}

/** From now on, every call of the medium is followed by a look at what a power cut would leave. */
function watch(rig: CrashRig, plan: CutPlan, tally: CutTally): void {
  const { medium } = rig;
  const random = new SeededRandom(11, 'power cuts');
  const seen = new Set<string>();
  const { stride = 1, offset = 0 } = plan;
  let calls = 0;
  medium.changed = ({ number, operation, file }) => {
    calls += 1;
    if ((calls + offset) % stride !== 0) return;
    tally.points += 1;
    for (const state of crashStates(medium, plan.bounds, random, seen)) {
      const name = `call ${number} (${operation} ${file}), ${state.name}`;
      tally.states += 1;
      const isDeep = tally.states % plan.every === 0;
      recover(name, state.medium, rig.allowed(), isDeep ? plan : undefined, tally);
    }
  };
}

/** Opens what a power cut left, and sees whether it is one of the machines that may be there. */
function recover(
  name: string,
  medium: RecordingMedium,
  allowed: readonly MachineView[],
  deep: CutPlan | undefined,
  tally: CutTally,
): void {
  const again = deep === undefined ? undefined : medium.afterPowerCut(() => true);
  const rig = opened(name, medium);
  const { recovery } = rig.stored;
  if (recovery.cylindersWrittenAgain > 0) tally.redone += 1;
  if (recovery.tornTail !== undefined) tally.torn += 1;
  const found = recognise(name, rig, allowed);
  if (found === 1) tally.ahead += 1;
  if (again === undefined || deep === undefined) return;
  goOn(name, rig);
  tally.wentOn += 1;
  cutAgain(name, again, allowed, deep, tally);
}

function opened(name: string, medium: RecordingMedium): CrashRig {
  try {
    return CrashRig.open(medium);
  } catch (error) {
    throw new Error(`${name}: does not open: ${String(error)}`, { cause: error });
  }
}

/**
 * Which of the machines it is.
 *
 * @throws Error when it is none of them, or does not hold together.
 */
function recognise(name: string, rig: CrashRig, allowed: readonly MachineView[]): number {
  const view = rig.acknowledged;
  const found = allowed.findIndex((one) => differences(one, view).length === 0);
  if (found === -1) {
    const lists = allowed.map((one) => differences(one, view).join(', '));
    throw new Error(`${name}: recovers to another machine: ${lists.join(' or ')}`);
  }
  const violations = violationsOf(rig.subsystem);
  if (violations.length > 0) throw new Error(`${name}: ${violations.join('; ')}`);
  return found;
}

/** Works on, and finds what was done after the power is cut once more, now with everything flushed. */
function goOn(name: string, rig: CrashRig): void {
  rig.write(PROBE.device, PROBE.track, PROBE.fill);
  rig.commit();
  rig.subsystem.drives.closeOpen();
  rig.commit();
  const next = opened(
    `${name}, after going on`,
    rig.medium.afterPowerCut(() => false),
  );
  recognise(`${name}, after going on`, next, [rig.acknowledged]);
}

/** Cuts the power while somebody recovers from a power cut. */
function cutAgain(
  name: string,
  medium: RecordingMedium,
  allowed: readonly MachineView[],
  { bounds }: CutPlan,
  tally: CutTally,
): void {
  const random = new SeededRandom(13, 'second cuts');
  const seen = new Set<string>();
  medium.changed = ({ number, operation, file }) => {
    for (const state of crashStates(medium, { ...bounds, random: 1 }, random, seen)) {
      const second = `${name}, then call ${number} (${operation} ${file}) of recovery, ${state.name}`;
      tally.second += 1;
      recognise(second, opened(second, state.medium), allowed);
    }
  };
  opened(name, medium);
}
