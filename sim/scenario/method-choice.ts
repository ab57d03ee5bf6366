/**
 * Copy methods as a scenario names them: a method, and its options as texts that are read by the
 * method's own table of options.
 *
 * @module
 */
import { z } from 'zod';
import type { MethodOption, OptionTable, OptionValue } from '../strategy/method-options.ts';
import { type Parsed, parseBytes, parseCount, parseDuration } from './quantity.ts';
import { suggest } from './suggestion.ts';

/** Options of a method, as they stand in the file. */
export const METHOD_OPTIONS = z
  .record(z.string(), z.string())
  .default({})
  .meta({ description: 'Options of the method, by name; see docs/strategies.md' });

/** One option that cannot be read. */
interface OptionFault {
  readonly name: string;
  readonly what: string;
  readonly fix: string;
}

/** What the texts of options mean, or what is wrong with them. */
export interface ReadOptions {
  readonly values: Readonly<Record<string, OptionValue>>;
  readonly faults: readonly OptionFault[];
}

/** Reads the options of a method by its table. */
export function readOptions(
  table: OptionTable,
  texts: Readonly<Record<string, string>>,
): ReadOptions {
  const values: Record<string, OptionValue> = {};
  const faults: OptionFault[] = [];
  for (const [name, text] of Object.entries(texts)) {
    const option = Object.hasOwn(table, name) ? table[name] : undefined;
    if (option === undefined) {
      const fix = suggest(name, Object.keys(table));
      faults.push({ name, what: `unknown option '${name}'`, fix });
      continue;
    }
    const read = readOption(option, text);
    if (read.kind === 'value') values[name] = read.value;
    else faults.push({ name, what: read.what, fix: read.fix });
  }
  return { values, faults };
}

function readOption(option: MethodOption, text: string): Parsed<OptionValue> {
  switch (option.kind) {
    case 'flag':
      if (text === 'true' || text === 'false') return { kind: 'value', value: text === 'true' };
      return { kind: 'fault', what: `'${text}' is no switch`, fix: 'write true or false' };
    case 'choice':
      if (option.values?.includes(text) === true) return { kind: 'value', value: text };
      return {
        kind: 'fault',
        what: `'${text}' is no choice`,
        fix: suggest(text, option.values ?? []),
      };
    case 'bytes':
      return parseBytes(text);
    case 'duration':
      return parseDuration(text);
    case 'count':
      return parseCount(text);
    case 'rate':
      return parseRate(text);
    default:
      return parseShare(text);
  }
}

/** Things in a second: `100 /s`, `0.5 /s`; a bare number is a fault. */
export function parseRate(text: string): Parsed<number> {
  const parts = /^(\d+(?:_\d+)*(?:\.\d+)?)\s*\/\s*(s|min|h)$/.exec(text.trim());
  if (parts === null) {
    return { kind: 'fault', what: `'${text}' is no rate`, fix: 'write a rate such as 100 /s' };
  }
  const seconds = { s: 1, min: 60, h: 3_600 }[parts[2] as 's' | 'min' | 'h'];
  return { kind: 'value', value: Number((parts[1] ?? '').replaceAll('_', '')) / seconds };
}

/** A part of a whole, 0 to 1: `25 %`. */
export function parseShare(text: string): Parsed<number> {
  const percent = /^(\d+(?:\.\d+)?)\s*%$/.exec(text.trim());
  const share = Number(percent?.[1] ?? Number.NaN) / 100;
  if (share >= 0 && share <= 1) return { kind: 'value', value: share };
  return { kind: 'fault', what: `'${text}' is no share`, fix: 'write 0 % to 100 %' };
}
