/**
 * Parameter sets as files: YAML in which every figure stands with its unit and its source, and every
 * mistake is told with line and column.
 *
 * ```yaml
 * channels:
 *   rate: { value: 17 MB/s, source: S-24 }
 * ```
 *
 * @module
 */
import { type Document, isNode, LineCounter, parseDocument } from 'yaml';
import { z } from 'zod';
import { InputError } from '../../src/index.ts';
import type { SourcedFigure } from './subsystem-parameters.ts';

/** A figure as it stands in a file, and what it is in the units of the model. */
export interface Figure<Value> {
  readonly value: Value;
  /** As written. */
  readonly text: string;
  readonly source: string;
}

/** Units by what they measure, in bytes, nanoseconds and bytes a second. */
const UNITS = Object.freeze({
  size: { B: 1, KiB: 2 ** 10, MiB: 2 ** 20, GiB: 2 ** 30, TiB: 2 ** 40, MB: 1e6, GB: 1e9 },
  duration: { ns: 1, us: 1e3, ms: 1e6, s: 1e9 },
  'time for a byte': { ns: 1, us: 1e3 },
  rate: { 'KB/s': 1e3, 'MB/s': 1e6, 'GB/s': 1e9 },
} as const);

const EXAMPLES = Object.freeze({
  size: '64 MiB',
  duration: '120 us',
  'time for a byte': '0.5 ns',
  rate: '17 MB/s above 0',
});

type Figures<Value> = z.ZodType<Figure<Value>>;

/** A quantity with its unit. Sizes and durations are whole bytes and nanoseconds; rates are above 0. */
export function quantity(kind: keyof typeof UNITS): Figures<number> {
  const units: Readonly<Record<string, number>> = UNITS[kind];
  return figure(
    (text) => {
      const [, digits, unit = ''] = /^([0-9]+(?:\.[0-9]+)?) *([A-Za-z/]*)$/.exec(text) ?? [];
      const factor = Object.hasOwn(units, unit) ? units[unit] : undefined;
      if (digits === undefined || factor === undefined) return undefined;
      const value = Number(digits) * factor;
      if (kind === 'rate') return value > 0 ? value : undefined;
      return kind === 'time for a byte' ? value : Math.round(value);
    },
    `a ${kind} such as ${EXAMPLES[kind]}; units are ${Object.keys(units).join(', ')}`,
  );
}

/** A whole number. */
export function count(least: number, most: number): Figures<number> {
  return figure((text) => {
    const value = /^[0-9]+$/.test(text) ? Number(text) : -1;
    return value >= least && value <= most ? value : undefined;
  }, `a whole number from ${least} to ${most}`);
}

/** A number. */
export function amount(least: number, most: number): Figures<number> {
  return figure((text) => {
    const value = /^[0-9]+(?:\.[0-9]+)?$/.test(text) ? Number(text) : Number.NaN;
    return value >= least && value <= most ? value : undefined;
  }, `a number from ${least} to ${most}`);
}

/** One of a few words. */
export function choice<const Word extends string>(words: readonly Word[]): Figures<Word> {
  return figure((text) => words.find((known) => known === text), `one of ${words.join(', ')}`);
}

/** Yes or no. */
export function decision(): Figures<boolean> {
  const words: Readonly<Record<string, boolean>> = { yes: true, no: false };
  return figure((text) => (Object.hasOwn(words, text) ? words[text] : undefined), 'yes or no');
}

/** A name. */
export function word(): Figures<string> {
  return figure((text) => (text.length > 0 ? text : undefined), 'a name');
}

function figure<Value>(read: (text: string) => Value | undefined, wanted: string): Figures<Value> {
  return z
    .strictObject({ value: z.string(), source: z.string().min(1) })
    .transform(({ value, source }, context) => {
      const found = read(value.trim());
      if (found === undefined) {
        context.addIssue({
          code: 'custom',
          path: ['value'],
          message: value,
          params: { wanted },
        });
        return z.NEVER;
      }
      return { value: found, text: value.trim(), source };
    });
}

/**
 * Reads a file.
 *
 * @param text - Its text.
 * @param name - Its name, for messages.
 * @throws InputError CONFIGURATION_INVALID with the place of the first mistake.
 */
export function readParameterFile<Form>(text: string, name: string, schema: z.ZodType<Form>): Form {
  const lines = new LineCounter();
  // The failsafe schema leaves every value the text that stands in the file.
  const parsed = parseDocument(text, {
    schema: 'failsafe',
    lineCounter: lines,
    prettyErrors: false,
  });
  const fault = parsed.errors[0];
  if (fault !== undefined) {
    throw invalid(
      name,
      lines,
      fault.pos[0],
      fault.message,
      'a parameter set is YAML',
      'correct it',
    );
  }
  const result = schema.safeParse(parsed.toJS(), { reportInput: true });
  if (result.success) return result.data;
  // A misspelt key is an unknown and a missing one: the unknown one says more.
  const { issues } = result.error;
  const issue = issues.find(({ code }) => code === 'unrecognized_keys') ?? issues[0];
  const path = (issue?.path ?? []).map((step) => (typeof step === 'symbol' ? '' : step));
  const [what, limit, fix] = explain(issue, path.join('.'));
  throw invalid(name, lines, offsetOf(parsed, path), what, limit, fix);
}

/** Where the value of a path stands, or the nearest one around it. */
function offsetOf(parsed: Document, path: readonly (string | number)[]): number {
  let node: unknown = parsed.contents;
  for (let depth = 1; depth <= path.length; depth += 1) {
    const inner: unknown = parsed.getIn(path.slice(0, depth), true);
    if (isNode(inner)) node = inner;
  }
  return isNode(node) ? (node.range?.[0] ?? 0) : 0;
}

/** What is wrong, what it has to be, and what to do. */
function explain(
  issue: z.core.$ZodIssue | undefined,
  path: string,
): readonly [string, string, string] {
  const field = path === '' ? 'the parameter set' : path;
  if (issue?.code === 'custom') {
    const wanted = String(issue.params?.['wanted']);
    return [`${field} is '${issue.message}'`, `it has to be ${wanted}`, `write ${wanted}`];
  }
  if (issue?.code === 'unrecognized_keys') {
    const keys = issue.keys.join(', ');
    return [`unknown key ${keys} in ${field}`, 'every key is a known one', 'correct or drop it'];
  }
  if (issue?.code === 'invalid_type' && issue.input === undefined) {
    return [`${field} is missing`, 'a parameter set is complete', `add ${field}`];
  }
  return [
    `${field} cannot be read`,
    'a figure stands as { value: ..., source: ... }',
    `correct ${field}`,
  ];
}

/** Every figure of a form with its place, for the list of assumptions of a run. */
export function listFigures(form: object, prefix = ''): readonly SourcedFigure[] {
  return Object.entries(form).flatMap(([key, inner]: [string, unknown]) => {
    const name = prefix === '' ? key : `${prefix}.${key}`;
    if (isFigure(inner)) {
      const [value = '', ...unit] = inner.text.split(' ');
      return [{ name, value, unit: unit.join(' '), source: inner.source }];
    }
    return typeof inner === 'object' && inner !== null ? listFigures(inner, name) : [];
  });
}

function isFigure(inner: unknown): inner is Figure<unknown> {
  return typeof inner === 'object' && inner !== null && 'source' in inner && 'text' in inner;
}

function invalid(
  file: string,
  lines: LineCounter,
  offset: number,
  what: string,
  limit: string,
  fix: string,
): InputError {
  const { line, col } = lines.linePos(offset);
  return new InputError('CONFIGURATION_INVALID', {
    what,
    place: { file, line: Math.max(1, line), column: Math.max(1, col) },
    limit,
    fix,
  });
}
