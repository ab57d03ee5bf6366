/**
 * `vdasd run`.
 *
 * @module
 */
import { InputError } from '../../src/index.ts';
import { runJson } from '../report/run-files.ts';
import { formatRun } from '../report/run-report.ts';
import { parseCount } from '../scenario/quantity.ts';
import type { RunOptions } from './command-options.ts';
import { EXIT, type ExitCode } from './exit-code.ts';
import { exitCodeOfFailure } from './exit-code-of.ts';
import { runGoesInto } from './finished-units.ts';
import { openProgress } from './progress.ts';
import { runTask } from './run-task.ts';
import { formatJson, type Terminal } from './terminal.ts';
import { formatTimed, timedJson } from './timed-result.ts';

/** Most threads that anybody may ask for. */
const WORKERS_MAX = 256;

/** Runs a scenario and shows what happened. */
export async function runCommand(
  file: string,
  options: RunOptions,
  terminal: Terminal,
): Promise<ExitCode> {
  const { out, restart } = options;
  const seed = options.seed === undefined ? undefined : parseSeed(options.seed);
  const workers = options.workers === undefined ? undefined : parseWorkers(options.workers);
  runGoesInto(out);
  const outcome = await runTask(
    {
      kind: 'run',
      file,
      ...(out === undefined ? {} : { out }),
      ...(seed === undefined ? {} : { seed }),
      ...(workers === undefined ? {} : { workers }),
      ...(restart === undefined ? {} : { restart }),
    },
    openProgress(options.progress ?? 'auto'),
  );
  const { width, style } = terminal;
  if (outcome.kind === 'steps') {
    const { run } = outcome;
    if (options.json === true) terminal.line(formatJson(runJson(run)));
    else for (const line of formatRun(run, width, style)) terminal.line(line);
    return run.failure === null ? EXIT.done : exitCodeOfFailure(run.failure);
  }
  const { timed } = outcome;
  if (options.json === true) terminal.line(formatJson(timedJson(timed)));
  else for (const line of formatTimed(timed, width, style)) terminal.line(line);
  return timed.failure === null ? EXIT.done : exitCodeOfFailure(timed.failure);
}

function parseSeed(text: string): number {
  const seed = parseCount(text);
  if (seed.kind === 'value') return seed.value;
  throw new InputError('USAGE', {
    what: `--seed ${text}: ${seed.what}`,
    limit: 'a seed is a whole number from 0 up',
    fix: seed.fix,
  });
}

function parseWorkers(text: string): number {
  const workers = parseCount(text);
  if (workers.kind === 'value' && workers.value > 0 && workers.value <= WORKERS_MAX) {
    return workers.value;
  }
  throw new InputError('USAGE', {
    what: `--workers ${text}`,
    limit: `it is a whole number from 1 to ${WORKERS_MAX}`,
    fix: 'leave it out for as many as there are processors',
  });
}
