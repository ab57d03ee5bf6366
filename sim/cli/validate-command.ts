/**
 * `vdasd validate`.
 *
 * @module
 */
import { formatValidation } from '../report/validation-report.ts';
import type { Validation } from '../validate/validation.ts';
import type { ValidateOptions } from './command-options.ts';
import { EXIT, type ExitCode } from './exit-code.ts';
import { openProgress } from './progress.ts';
import { runTask } from './run-task.ts';
import { formatJson, type Terminal } from './terminal.ts';

/** Compares the model with what is known, and shows all of it; exit 8 when something does not hold. */
export async function validateCommand(
  options: ValidateOptions,
  terminal: Terminal,
): Promise<ExitCode> {
  if (options.json !== true) terminal.error('vdasd: running 20 replications of every queue …');
  const validation = await runTask({ kind: 'validate', data: options.data }, openProgress('none'));
  if (options.json === true) terminal.line(formatJson(toJson(validation)));
  else {
    for (const line of formatValidation(validation, terminal.width, terminal.style)) {
      terminal.line(line);
    }
  }
  return validation.passes ? EXIT.done : EXIT.integrity;
}

/** Without the parameters of the drives: they are long, and stand in the files that are named. */
function toJson(validation: Validation): object {
  const drives = validation.drives.map((drive) => ({ ...drive, parameters: undefined }));
  return { schema: 'vdasd.validation/1', ...validation, drives };
}
