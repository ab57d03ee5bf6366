/**
 * Running a scenario file: reads it and its inputs, runs it, leaves the files that `--out` asks for.
 *
 * @module
 */
import { createHash } from 'node:crypto';
import { basename, dirname, join, resolve } from 'node:path';
import { InputError } from '../../src/index.ts';
import { manifestJson, runJson } from '../report/run-files.ts';
import { loadScenario } from '../scenario/loading.ts';
import type { RunRecord } from '../scenario/run-record.ts';
import { runScenario } from '../scenario/running.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { nodeFiles } from '../sweep/node-files.ts';
import { readTextFile, writeWholeFile } from '../sweep/text-file.ts';
import type { RunEars, RunFileOptions } from './run-file-options.ts';
import type { TimedOutcome } from './run-timed-file.ts';
import { formatJson } from './terminal.ts';
import { VERSION } from './version.ts';

/** What came of a scenario file: steps in order, or runs in simulated time. */
export type FileOutcome =
  | { readonly kind: 'steps'; readonly run: RunRecord }
  | { readonly kind: 'timed'; readonly timed: TimedOutcome };

/**
 * Runs a scenario file, with a clock or without.
 *
 * @throws ScenarioInvalid, InputError; every other trouble is in the outcome.
 */
export async function runFile(
  file: string,
  options: RunFileOptions = {},
  ears: RunEars = {},
): Promise<FileOutcome> {
  const text = readTextFile(file);
  const scenario = loadScenario(text, file);
  if (scenario.timing === undefined) {
    return { kind: 'steps', run: await runSteps(file, text, scenario, options, ears) };
  }
  // What reports are made with is loaded by the runs that have one.
  const { runTimedFile } = await import('./run-timed-file.ts');
  return { kind: 'timed', timed: await runTimedFile({ file, text, scenario }, options, ears) };
}

/**
 * Runs a scenario file without a clock.
 *
 * @throws ScenarioInvalid, InputError; every other trouble is in the record.
 */
export async function runScenarioFile(
  file: string,
  options: RunFileOptions = {},
  ears: RunEars = {},
): Promise<RunRecord> {
  const outcome = await runFile(file, options, ears);
  if (outcome.kind === 'steps') return outcome.run;
  throw new InputError('USAGE', {
    what: `${file} has a clock`,
    limit: 'its outcome is no record of steps',
    fix: 'use runFile',
  });
}

async function runSteps(
  file: string,
  text: string,
  scenario: Scenario,
  options: RunFileOptions,
  ears: RunEars,
): Promise<RunRecord> {
  const outputs = resolve(options.out ?? '.');
  const writes = (path: string): void => ears.writes?.(path);
  const files = nodeFiles({
    inputs: dirname(resolve(file)),
    outputs,
    mayReplace: options.out !== undefined,
    writes,
  });
  const run = await runScenario(scenario, files, {
    sha256: createHash('sha256').update(text).digest('hex'),
    fileName: basename(file),
    ...(options.seed === undefined ? {} : { seed: options.seed }),
    ...(ears.progress === undefined ? {} : { progress: ears.progress }),
  });
  if (options.out !== undefined) {
    const versions = { vdasd: VERSION };
    for (const [name, content] of [
      ['summary.json', runJson(run)],
      ['manifest.json', manifestJson(run, versions)],
    ] as const) {
      const path = join(outputs, name);
      writes(path);
      writeWholeFile(path, `${formatJson(content)}\n`);
    }
  }
  return run;
}
