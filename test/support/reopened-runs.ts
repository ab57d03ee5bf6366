/**
 * Runs of subsystems that go down and come up all the time: beside the naive twin, and beside one that
 * never goes down with everything that can be asked of it.
 *
 * @module
 */
import { ManualClock } from '../../src/base/default-ports.ts';
import { SeededRandom } from '../../src/base/random.ts';
import { ZstdCompress } from '../../src/store.ts';
import {
  driveCommands,
  type ModelReport,
  type ModelRunInput,
  searchCopyEngineModel,
  spaceCommands,
} from '../../src/testing.ts';
import { type BackEndCase, backEndShapes } from '../model/back-end-cases.ts';
import { type KeptCounts, type KeptMachineInput, KeptMachines } from './kept-machines.ts';
import { drawDuty } from './random-duties.ts';
import { reopenedEngine } from './reopened-engine.ts';

const DEVICES_MAX = 6;
/** Duties of one run. */
const DUTIES = 300;

/** How a case is run. */
export interface ReopenedRun {
  readonly runs: number;
  readonly seed: number;
}

/** The settings with which the model of a case is run. */
export function reopenedSettings(one: BackEndCase): ModelRunInput {
  return {
    ...backEndShapes(one),
    commandsPerRun: 200,
    contentLengths: one.contentLengths,
    excusedCodes: ['WAITING_FOR_SPACE', 'OUT_OF_SPACE'],
    moreCommands: [
      ...driveCommands(),
      ...spaceCommands({ contentLengths: one.contentLengths, deviceCountMax: DEVICES_MAX }),
    ],
  };
}

/** Searches for a difference from the naive twin. */
export function searchReopenedModel(
  one: BackEndCase,
  settings: ModelRunInput,
  counts: KeptCounts,
): ModelReport {
  const made = machinesOf(one);
  const engine = () => reopenedEngine({ ...made, clock: new ManualClock() }, counts);
  return searchCopyEngineModel(engine, settings);
}

/**
 * Asks everything that can be asked, in random order.
 *
 * @param asked - Counts up what was asked, by name.
 * @throws Error when a machine that came up differs from the one that never went down.
 */
export function runDuties(
  one: BackEndCase,
  { runs, seed }: ReopenedRun,
  counts: KeptCounts,
  asked: Map<string, number>,
): void {
  for (let run = 0; run < runs; run += 1) {
    const random = new SeededRandom(seed, `${one.name} ${run}`);
    const clock = new ManualClock();
    const machines = new KeptMachines({ ...machinesOf(one), clock }, counts);
    for (let step = 0; step < DUTIES; step += 1) {
      const [{ subsystem }] = machines.machines;
      const duty = drawDuty(subsystem, random, clock);
      asked.set(duty.name, (asked.get(duty.name) ?? 0) + 1);
      try {
        machines.ask((machine) => duty.ask(machine.subsystem));
        if (random.below(8) === 0) machines.flush();
        machines.noteOperation();
      } catch (error) {
        throw new Error(`run ${run}, step ${step}, ${duty.name}: ${String(error)}`, {
          cause: error,
        });
      }
    }
  }
}

function machinesOf({ input, compresses, options }: BackEndCase): Omit<KeptMachineInput, 'clock'> {
  return {
    input: { name: 'REOPENED', capacityBytes: 2 ** 20, ...input },
    compress: compresses ? new ZstdCompress() : undefined,
    durable: options?.durable ?? 'atOnce',
  };
}
