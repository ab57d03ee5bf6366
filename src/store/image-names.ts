/**
 * Names of the files of one image, by the rules that Hercules has for them.
 *
 * * Parts of a plain set: `_1` stands before the first dot of the name (or at its end), then `_2` to
 *   `_9`, `_A` and so on. The set is known by the name of its first part.
 * * Shadow files: a pattern with `*`, for which 1 to 8 is put; without a star the character before
 *   the first dot is replaced. When no pattern is given, `_1` to `_8` stand before the first dot of
 *   the base's name.
 *
 * @module
 */
import { basename, dirname, join } from 'node:path';

/** Shadow files on one base at most. */
export const SHADOW_COUNT_MAX = 8;

const PART_CHARACTERS = '123456789ABCDEFGHIJKLMNOPQR';

/** Name of part `number` (from 1) of a set that is written to `path`. */
export function outputPartName(path: string, number: number): string {
  return insertBeforeDot(path, `_${partCharacter(number)}`);
}

/** Name of part `number` of the set whose first part is `path`. */
export function nextPartName(path: string, number: number): string {
  return replaceBeforeDot(path, partCharacter(number));
}

/** Name of shadow file `number` (from 1) of a base. */
export function shadowName(base: string, number: number, pattern?: string): string {
  if (pattern === undefined) return insertBeforeDot(base, `_${number}`);
  if (pattern.includes('*')) return pattern.replace('*', String(number));
  return replaceBeforeDot(pattern, String(number));
}

function partCharacter(number: number): string {
  const character = PART_CHARACTERS[number - 1];
  if (character === undefined) {
    throw new RangeError(`part must be 1 to ${PART_CHARACTERS.length}, got ${number}`);
  }
  return character;
}

function insertBeforeDot(path: string, text: string): string {
  const { folder, name, dot } = splitName(path);
  return folder + name.slice(0, dot) + text + name.slice(dot);
}

function replaceBeforeDot(path: string, character: string): string {
  const { folder, name, dot } = splitName(path);
  return folder + name.slice(0, Math.max(0, dot - 1)) + character + name.slice(dot);
}

/** The folder keeps its spelling; the dot looked for is the first of the name. */
function splitName(path: string): { folder: string; name: string; dot: number } {
  const name = basename(path);
  const folder = path.slice(0, path.lastIndexOf(name));
  const dot = name.indexOf('.');
  return { folder, name, dot: dot < 0 ? name.length : dot };
}

/** A name beside `path` under which it is written until it is complete. */
export function unfinishedName(path: string, processId: number): string {
  return join(dirname(path), `.${basename(path)}.${processId}.unfinished`);
}
