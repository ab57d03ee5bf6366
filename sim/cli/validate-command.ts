/**
 * `vdasd validate`.
 *
 * @module
 */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { withFile } from '../../src/store.ts';
import { formatValidation } from '../report/validation-report.ts';
import { readTextFile } from '../sweep/text-file.ts';
import type { DescriptionFiles } from '../validate/disksim-drive.ts';
import { type Validation, validate } from '../validate/validation.ts';
import type { ValidateOptions } from './command-options.ts';
import { EXIT, type ExitCode } from './exit-code.ts';
import { formatJson, type Terminal } from './terminal.ts';

/** Folder of the parameter sets that are shipped. */
const PARAMETERS = new URL('../device/parameters/', import.meta.url);

/** Compares the model with what is known, and shows all of it; exit 8 when something does not hold. */
export function validateCommand(options: ValidateOptions, terminal: Terminal): ExitCode {
  if (options.json !== true) terminal.error('vdasd: running 20 replications of every queue …');
  const validation = validate({
    setText: (name) => readTextFile(fileURLToPath(new URL(`${name}.yaml`, PARAMETERS))),
    ...(options.data === undefined ? {} : { data: openFolder(options.data) }),
  });
  if (options.json === true) terminal.line(formatJson(toJson(validation)));
  else {
    for (const line of formatValidation(validation, terminal.width, terminal.style)) {
      terminal.line(line);
    }
  }
  return validation.passes ? EXIT.done : EXIT.integrity;
}

/** The files of a folder by name; letters' case matters only where two names differ by nothing else. */
function openFolder(folder: string): DescriptionFiles {
  const entries = withFile(folder, 'reading', () => readdirSync(folder, { withFileTypes: true }));
  const names = entries.filter((entry) => !entry.isDirectory()).map((entry) => entry.name);
  return {
    names: names.toSorted(),
    text: (name) => {
      const alike = names.find((other) => other.toLowerCase() === name.toLowerCase());
      return readTextFile(join(folder, names.includes(name) ? name : (alike ?? name)));
    },
  };
}

/** Without the parameters of the drives: they are long, and stand in the files that are named. */
function toJson(validation: Validation): object {
  const drives = validation.drives.map((drive) => ({ ...drive, parameters: undefined }));
  return { schema: 'vdasd.validation/1', ...validation, drives };
}
