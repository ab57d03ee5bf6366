/**
 * Runs the units of a scenario, here or on a pool of threads, in any order and with the same bytes.
 * Units whose folder is there are not run again.
 *
 * @module
 */
import { MessageChannel } from 'node:worker_threads';
import { Tinypool } from 'tinypool';
import { unreachable } from '../../src/index.ts';
import type { FileRecord, RunFailure } from '../scenario/run-record.ts';
import type { Unit } from '../scenario/units.ts';
import { runUnitIntoFolder } from './run-unit.ts';
import { unpackError } from './thread-error.ts';
import { isUnitFinished } from './unit-folder.ts';
import type { UnitOutcome, UnitProgress, UnitTask } from './unit-task.ts';
import type { ThreadAnswer } from './unit-thread.ts';

/** The threads' file: TypeScript in the tree, JavaScript in the package. */
const THREAD = import.meta.url.endsWith('.ts')
  ? new URL('./unit-thread.ts', import.meta.url)
  : new URL('./unit-thread.js', import.meta.url);

/** What is run, and where to. */
export interface UnitsJob {
  /** Path of the scenario file. */
  readonly file: string;
  readonly text: string;
  readonly seed: number;
  /** Every unit of the run. */
  readonly units: readonly Unit[];
  /** Folder of the units' folders. */
  readonly folder: string;
  /** Threads; with 1 everything runs in the thread that calls. */
  readonly workers: number;
}

/** What hears of units. */
export interface UnitsEars {
  readonly progress: (unit: Unit, progress: UnitProgress) => void;
  readonly ended: (unit: Unit, outcome: UnitOutcome | 'there') => void;
}

/** How all units ended: the failure that comes first in their order, and every file that was read. */
export interface UnitsOutcome {
  readonly failure: { readonly unit: Unit; readonly failure: RunFailure } | null;
  readonly inputs: readonly FileRecord[];
}

/**
 * Runs units. After a failure no further unit begins.
 *
 * @throws ScenarioInvalid, InputError; what a unit finds wrong is in the outcome.
 */
export async function runUnits(job: UnitsJob, ears: UnitsEars): Promise<UnitsOutcome> {
  const left: Unit[] = [];
  for (const unit of job.units) {
    if (isUnitFinished(job.folder, unit.id)) ears.ended(unit, 'there');
    else left.push(unit);
  }
  const workers = Math.min(job.workers, left.length);
  const outcomes = new Map<Unit, UnitOutcome>();
  const run = workers > 1 ? openPool(workers) : inThisThread();
  try {
    let isFailed = false;
    const takeNext = async (): Promise<void> => {
      for (let unit = left.shift(); unit !== undefined && !isFailed; unit = left.shift()) {
        const current = unit;
        const task = toTask(job, current);
        const outcome = await run.unit(task, (progress) => ears.progress(current, progress));
        outcomes.set(current, outcome);
        isFailed ||= outcome.failure !== null;
        ears.ended(current, outcome);
      }
    };
    await Promise.all(Array.from({ length: Math.max(1, workers) }, takeNext));
  } finally {
    await run.close();
  }
  return sumUp(job.units, outcomes);
}

/** Something that runs units. */
interface UnitRunner {
  unit(task: UnitTask, progress: (progress: UnitProgress) => void): Promise<UnitOutcome>;
  close(): Promise<void>;
}

function inThisThread(): UnitRunner {
  return { unit: runUnitIntoFolder, close: () => Promise.resolve() };
}

function openPool(workers: number): UnitRunner {
  const pool = new Tinypool({
    filename: THREAD.href,
    name: 'runInThread',
    minThreads: workers,
    maxThreads: workers,
  });
  return {
    unit: async (task, progress) => {
      const { port1, port2 } = new MessageChannel();
      port1.on('message', progress);
      try {
        const sent = { ...task, port: port2 };
        const answer = (await pool.run(sent, { transferList: [port2] })) as ThreadAnswer;
        switch (answer.kind) {
          case 'ended':
            return answer.outcome;
          case 'thrown':
            throw unpackError(answer.error);
          default:
            return unreachable(answer, 'thread-answer-kind');
        }
      } finally {
        port1.close();
      }
    },
    close: async () => {
      await pool.destroy();
    },
  };
}

function toTask(job: UnitsJob, unit: Unit): UnitTask {
  const { file, text, seed, folder } = job;
  return { file, text, seed, unit, units: folder };
}

function sumUp(units: readonly Unit[], outcomes: ReadonlyMap<Unit, UnitOutcome>): UnitsOutcome {
  const inputs = new Map<string, FileRecord>();
  let failure: UnitsOutcome['failure'] = null;
  for (const unit of units) {
    const outcome = outcomes.get(unit);
    for (const input of outcome?.inputs ?? []) inputs.set(input.file, input);
    if (outcome?.failure != null) failure ??= { unit, failure: outcome.failure };
  }
  return { failure, inputs: [...inputs.values()] };
}
