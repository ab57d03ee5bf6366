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
import { openProgress } from './progress.ts';
import { runTask } from './run-task.ts';
import { formatJson, type Terminal } from './terminal.ts';

/** Runs a scenario and shows what happened. */
export async function runCommand(
  file: string,
  options: RunOptions,
  terminal: Terminal,
): Promise<ExitCode> {
  const seed = options.seed === undefined ? undefined : parseSeed(options.seed);
  const run = await runTask(
    {
      kind: 'run',
      file,
      ...(options.out === undefined ? {} : { out: options.out }),
      ...(seed === undefined ? {} : { seed }),
    },
    openProgress(options.progress ?? 'auto'),
  );
  if (options.json === true) terminal.line(formatJson(runJson(run)));
  else for (const line of formatRun(run, terminal.width, terminal.style)) terminal.line(line);
  return run.failure === null ? EXIT.done : exitCodeOfFailure(run.failure);
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
