/**
 * Steps machines to their ends: one alone, or several interleaved in an order that the seed draws.
 *
 * Each machine pays for what its own steps cost. A machine that waits is passed over until something
 * else has moved; when all wait, the background gets a budget; when that moves nothing either, the
 * wait never ends, and the run says so instead of hanging.
 *
 * Background work goes on only when somebody inquires or asks for it, when a job waits for it or for
 * room in the non-volatile store, or here when entries that run together all wait. Source: our choice,
 * so that a run is the same every time.
 *
 * @module
 */
import { type Random, type Refusal, type StepWaiting, VolumeStopped } from '../../src/index.ts';
import type { CopyWitnesses } from './copy-witnesses.ts';
import type {
  EntryFailed,
  EntryMachine,
  EntryResult,
  EntryStep,
  MadeRelation,
} from './entry-machine.ts';
import type { Laboratory } from './laboratory.ts';
import type { PlacedDevice } from './laboratory-subsystem.ts';
import {
  addEntryCosts,
  type EntryCost,
  type EventRecord,
  NO_ENTRY_COST,
  subtractEntryCost,
} from './run-record.ts';

/** How a machine ended. */
export type MachineEnd =
  | { readonly kind: 'done'; readonly value: EntryResult }
  | Refusal
  | EntryFailed
  /** It waits, and nothing will end that. */
  | { readonly kind: 'stuck'; readonly waiting: StepWaiting }
  /** Another entry ended the run before. */
  | { readonly kind: 'notRun' };

/** A machine with what it cost and made so far. */
export interface ScheduledMachine {
  readonly machine: EntryMachine;
  /** Volumes that a copy by the host would read. */
  readonly sources: () => readonly PlacedDevice[];
  cost: EntryCost;
  readonly relations: MadeRelation[];
  /** What the subsystems told of while it was stepped. */
  readonly events: EventRecord[];
  end: MachineEnd | undefined;
}

/** A machine that has not begun. */
export function schedule(
  machine: EntryMachine,
  sources: () => readonly PlacedDevice[],
): ScheduledMachine {
  return { machine, sources, cost: NO_ENTRY_COST, relations: [], events: [], end: undefined };
}

/** Runs machines until all have ended, or one has failed. */
export async function runMachines(
  laboratory: Laboratory,
  witnesses: CopyWitnesses,
  scheduled: readonly ScheduledMachine[],
  random: Random,
): Promise<void> {
  const blocked = new Map<ScheduledMachine, StepWaiting>();
  for (;;) {
    const running = scheduled.filter((one) => one.end === undefined);
    if (running.length === 0) return;
    const ready = running.filter((one) => !blocked.has(one));
    if (ready.length === 0) {
      if (scheduled.length > 1 && pumpFor(laboratory, running[0])) blocked.clear();
      else endStuck(running, blocked);
      continue;
    }
    const next = ready[random.below(ready.length)] as ScheduledMachine;
    const waits = await stepOnce(laboratory, witnesses, next);
    if (waits === undefined) blocked.clear();
    else blocked.set(next, waits);
    if (isFailure(next.end)) {
      for (const one of running) one.end ??= { kind: 'notRun' };
    }
  }
}

/** Whether an end stops the run, unless it was asked for. */
function isFailure(end: MachineEnd | undefined): boolean {
  return end?.kind === 'failed';
}

async function stepOnce(
  laboratory: Laboratory,
  witnesses: CopyWitnesses,
  scheduled: ScheduledMachine,
): Promise<StepWaiting | undefined> {
  const { machine } = scheduled;
  laboratory.writes.tick();
  witnesses.beforeStep(machine, scheduled.sources);
  const before = laboratory.cost();
  const step = await takeStep(machine);
  // What waits in the non-volatile store goes to the drives in the background.
  const isForBackground =
    step.kind === 'waiting' && (step.for === 'background' || step.for === 'nvs');
  const isPumped =
    isForBackground &&
    laboratory.pump(machine.tracksPerInquiry ?? laboratory.scenario.tracksPerInquiry);
  const cost = subtractEntryCost(laboratory.cost(), before);
  scheduled.cost = addEntryCosts([scheduled.cost, cost]);
  scheduled.relations.push(...witnesses.afterStep(machine));
  scheduled.events.push(...laboratory.events.take());
  switch (step.kind) {
    case 'again':
    case 'outside':
      return undefined;
    case 'waiting':
      return isPumped ? undefined : step;
    default:
      scheduled.end = step;
      return undefined;
  }
}

/** A track that the laboratory itself cannot read ends an entry like a refusal. */
async function takeStep(machine: EntryMachine): Promise<EntryStep> {
  try {
    const step = machine.step();
    if (step.kind === 'outside') await step.work;
    return step;
  } catch (error) {
    if (error instanceof VolumeStopped) return error.refusal;
    throw error;
  }
}

/** Background work while everybody waits; the first of them pays. */
function pumpFor(laboratory: Laboratory, payer: ScheduledMachine | undefined): boolean {
  const before = laboratory.cost();
  const isMoved = laboratory.pump(laboratory.scenario.tracksPerInquiry);
  const cost = subtractEntryCost(laboratory.cost(), before);
  if (payer !== undefined) payer.cost = addEntryCosts([payer.cost, cost]);
  return isMoved;
}

function endStuck(
  running: readonly ScheduledMachine[],
  blocked: ReadonlyMap<ScheduledMachine, StepWaiting>,
): void {
  for (const one of running) {
    const waiting = blocked.get(one);
    one.end = waiting === undefined ? { kind: 'notRun' } : { kind: 'stuck', waiting };
  }
}
