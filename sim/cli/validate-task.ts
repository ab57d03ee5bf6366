/**
 * Validates, in the task thread.
 *
 * @module
 */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { withFile } from '../../src/store.ts';
import { readTextFile } from '../sweep/text-file.ts';
import type { DescriptionFiles } from '../validate/disksim-drive.ts';
import { type Validation, validate } from '../validate/validation.ts';

/** Folder of the parameter sets that are shipped. */
const PARAMETERS = new URL('../device/parameters/', import.meta.url);

/**
 * Compares the model with what is known.
 *
 * @param data - Folder of measured drives, if there is one.
 * @throws InputError for a folder that cannot be read or describes no drive.
 */
export function validateModel(data: string | undefined): Validation {
  return validate({
    setText: (name) => readTextFile(fileURLToPath(new URL(`${name}.yaml`, PARAMETERS))),
    ...(data === undefined ? {} : { data: openFolder(data) }),
  });
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
