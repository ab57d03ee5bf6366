/**
 * Errors as the end of a command: text on standard error, JSON where it was asked for, an exit code.
 *
 * @module
 */
import { InputError } from '../../src/index.ts';
import { StoreFault } from '../../src/store.ts';
import { ScenarioInvalid } from '../scenario/problems.ts';
import type { ExitCode } from './exit-code.ts';
import { exitCodeOfError } from './exit-code-of.ts';
import { formatJson, processTerminal } from './terminal.ts';
import { VERSION } from './version.ts';

/** What the parser of the command line says, as an input error. */
export function usageError(message: string): InputError {
  const [what = '', hint] = message.replace(/^error: /, '').split('\n');
  return new InputError('USAGE', {
    what: what.replace(/\.$/, ''),
    limit: 'the command line cannot be read',
    fix: hint === undefined ? 'see --help of the command' : hint.replace(/^\(D(.*)\)$/, 'd$1'),
  });
}

/** Says what went wrong and gives the exit code for it. */
export function reportError(error: unknown, isJson: boolean): ExitCode {
  const code = exitCodeOfError(error);
  const problems = error instanceof ScenarioInvalid ? error.problems : [error];
  for (const problem of problems) {
    if (isForPeople(problem)) processTerminal.error(`vdasd: ${toSingleLine(problem.message)}`);
    else reportBug(problem);
  }
  if (isJson) {
    const errors = problems.map((problem) =>
      isForPeople(problem)
        ? problem.toJSON()
        : { code: 'INTERNAL', what: problem instanceof Error ? problem.message : String(problem) },
    );
    processTerminal.line(formatJson({ schema: 'vdasd.error/1', exitCode: code, errors }));
  }
  return code;
}

/** Whether an error says by itself what, where and how to go on; anything else is a bug. */
function isForPeople(error: unknown): error is InputError | StoreFault {
  return error instanceof InputError || error instanceof StoreFault;
}

function reportBug(error: unknown): void {
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  processTerminal.error(`vdasd: internal error, this is a bug of vdasd ${VERSION}\n${text}`);
}

/** What comes from files may hold anything, and must not steer the terminal. */
function toSingleLine(text: string): string {
  return text.replaceAll(/\p{Cc}/gu, (character) => {
    const code = character.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0');
    return `\\x${code}`;
  });
}
