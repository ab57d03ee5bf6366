/**
 * Telling what a scenario gets wrong, and the two checks that every name needs.
 *
 * @module
 */
import type { ValuePath } from './document.ts';
import { suggest } from './suggestion.ts';

/** Tells of something wrong at a place of the scenario. */
export type Report = (
  path: ValuePath,
  text: { readonly what: string; readonly limit: string; readonly fix: string },
) => void;

/** A name must have been defined. */
export function checkKnown(
  name: string,
  known: readonly string[],
  noun: string,
  path: ValuePath,
  report: Report,
): void {
  if (known.includes(name)) return;
  report(path, {
    what: `unknown ${noun} '${name}'`,
    limit: `a ${noun} is defined before it is used`,
    fix: suggest(name, known),
  });
}

/** A name is given once. */
export function checkOnce(
  taken: Set<string>,
  name: string,
  noun: string,
  path: ValuePath,
  report: Report,
): void {
  if (taken.has(name)) {
    const limit = 'names are given once';
    report(path, { what: `${noun} '${name}' is there twice`, limit, fix: 'choose another name' });
  }
  taken.add(name);
}
