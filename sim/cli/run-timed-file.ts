/**
 * Running a scenario file with a clock: its units into a run folder, then the report over all of them.
 *
 * @module
 */
import { createHash } from 'node:crypto';
import { rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { threadId } from 'node:worker_threads';
import { RUN_FILES } from '../report/run-folder.ts';
import { summarise, type TimedSummary } from '../report/summary.ts';
import { loadScenario } from '../scenario/loading.ts';
import type { RunFailure } from '../scenario/run-record.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { sweepPoints } from '../scenario/sweep-point.ts';
import { planUnits, type Unit } from '../scenario/units.ts';
import {
  type CheckedExpectation,
  checkExpectations,
  evaluateExpectations,
  expectationFailure,
} from '../sweep/expectations.ts';
import { runUnits } from '../sweep/run-units.ts';
import { beginManifest, endManifest, takeFolder, writeManifest } from '../sweep/timed-manifest.ts';
import { beginFile } from '../sweep/unfinished-files.ts';
import { readUnitFolder } from '../sweep/unit-folder.ts';
import type { RunEars, RunFileOptions } from './run-file-options.ts';
import { writeReport } from './run-folder-files.ts';
import { SweepProgress } from './sweep-progress.ts';
import { VERSION } from './version.ts';

/** How a run with a clock ended. */
export interface TimedOutcome {
  /** `null` when a unit has failed. */
  readonly summary: TimedSummary | null;
  readonly expectations: readonly CheckedExpectation[];
  readonly failure: RunFailure | null;
  /** Unit that has failed. */
  readonly failedUnit: string | null;
  /** Units that were run now, and those that were there. */
  readonly ran: number;
  readonly kept: number;
  /** Folder with everything; `null` when nothing is kept. */
  readonly folder: string | null;
}

/**
 * Runs every unit of a scenario that is not in its folder yet.
 *
 * @throws ScenarioInvalid, InputError; every other trouble is in the outcome.
 */
export async function runTimedFile(
  { file, text, scenario }: Omit<TimedFile, 'units'>,
  options: RunFileOptions,
  ears: RunEars,
): Promise<TimedOutcome> {
  // What a point of the sweep makes wrong is told before anything runs.
  for (const point of sweepPoints(scenario.sweep)) loadScenario(text, file, point);
  const units = planUnits(scenario);
  checkExpectations(scenario, units);
  const folder = options.out === undefined ? temporaryFolder(ears) : resolve(options.out);
  try {
    return await runInto(folder, { file, text, scenario, units }, options, ears);
  } finally {
    if (options.out === undefined) rmSync(folder, { recursive: true, force: true });
  }
}

/** A scenario and what it consists of. */
interface TimedFile {
  readonly file: string;
  readonly text: string;
  readonly scenario: Scenario;
  readonly units: readonly Unit[];
}

async function runInto(
  folder: string,
  { file, text, scenario, units }: TimedFile,
  options: RunFileOptions,
  ears: RunEars,
): Promise<TimedOutcome> {
  const seed = options.seed ?? scenario.seed;
  const begun = beginManifest({
    command: commandOf(file, options),
    scenario,
    fileName: basename(file),
    sha256: createHash('sha256').update(text).digest('hex'),
    seed,
    units,
    version: VERSION,
  });
  ears.writes?.(join(folder, RUN_FILES.manifest));
  const manifest = takeFolder(folder, begun, options.restart === true);
  const unitsFolder = join(folder, RUN_FILES.units);
  ears.writes?.(join(unitsFolder, 'unit'));
  const progress = new SweepProgress(units.length, ears.progress);
  const { failure, inputs } = await runUnits(
    {
      file: resolve(file),
      text,
      seed,
      units,
      folder: unitsFolder,
      workers: options.workers ?? availableParallelism(),
    },
    progress,
  );
  const counts = { ran: progress.ran, kept: progress.kept };
  const kept = options.out === undefined ? null : folder;
  const ended = endManifest(manifest, inputs);
  writeManifest(folder, ended);
  if (failure !== null) {
    const failedUnit = units.length > 1 ? failure.unit.id : null;
    const nothing = { summary: null, expectations: [] };
    return { ...nothing, failure: failure.failure, failedUnit, ...counts, folder: kept };
  }
  progress.reporting();
  const summary =
    kept === null
      ? await summariseFolder(unitsFolder, units, ended)
      : (await writeReport(folder)).summary;
  const expectations = evaluateExpectations(scenario, summary);
  return {
    summary,
    expectations,
    failure: expectationFailure(scenario, expectations),
    failedUnit: null,
    ...counts,
    folder: kept,
  };
}

async function summariseFolder(
  folder: string,
  units: readonly Unit[],
  manifest: Parameters<typeof summarise>[0],
): Promise<TimedSummary> {
  const records = [];
  for (const { id } of units) {
    records.push(await readUnitFolder(folder, id));
  }
  return summarise(manifest, records);
}

/** Folders of runs that nobody keeps, in this thread so far. */
let temporaryCount = 0;

/** A folder of a run that nobody keeps; swept up when the process is interrupted. */
function temporaryFolder(ears: RunEars): string {
  temporaryCount += 1;
  const name = join(tmpdir(), `vdasd-${threadId}-${temporaryCount}`);
  ears.writes?.(name);
  return beginFile(name);
}

/** The command line that does the same again. */
function commandOf(file: string, { seed }: RunFileOptions): string {
  return ['vdasd run', basename(file), ...(seed === undefined ? [] : [`--seed ${seed}`])].join(' ');
}
