/**
 * From the text of a scenario to its complete form, or to every problem with file, line, column and
 * a suggestion.
 *
 * What can be known from the text alone is checked here; what needs the imported volumes (their
 * serials) is checked when they are there (`references.ts`).
 *
 * @module
 */
import type { z } from 'zod';
import { InputError } from '../../src/index.ts';
import { SourceDocument, type ValuePath } from './document.ts';
import { checkMeaning } from './meaning.ts';
import { ScenarioInvalid } from './problems.ts';
import { formatCount } from './quantity.ts';
import {
  type InnerEntry,
  type InnerKind,
  problemAt,
  type Scenario,
  type TimelineEntry,
  type When,
} from './scenario.ts';
import { SCENARIO, type ScenarioForm } from './schema.ts';
import { KNOWN_KEYS_MARK } from './strict-map.ts';
import { suggest } from './suggestion.ts';
import { type SweepPoint, withPoint } from './sweep-point.ts';
import { ENTRY_FIELDS } from './timeline-schema.ts';
import { WHEN_FIELDS } from './timing-schema.ts';

/** Characters of a text that a message shows. */
const QUOTE_MAX = 40;

/**
 * Reads a scenario.
 *
 * @param text - The file's text.
 * @param name - The file's name, for messages.
 * @param point - Values of a sweep that take the place of what the file says.
 * @throws ScenarioInvalid with every problem found.
 */
export function loadScenario(text: string, name: string, point: SweepPoint = {}): Scenario {
  const document = SourceDocument.parse(text, name);
  if (!(document instanceof SourceDocument)) throw new ScenarioInvalid(document);
  const content = withPoint(document.content, point);
  const result = SCENARIO.safeParse(content, { reportInput: true });
  if (!result.success) {
    throw new ScenarioInvalid(result.error.issues.flatMap((issue) => explain(issue, document)));
  }
  const problems: InputError[] = [];
  const timeline = result.data.timeline.map((entry, at) => {
    const path = ['timeline', at];
    return toEntry(entry, path, document, problems);
  });
  const scenario = {
    ...result.data,
    timeline: timeline.filter((entry) => entry !== undefined),
    document,
  };
  problems.push(...checkMeaning(scenario));
  if (problems.length > 0) throw new ScenarioInvalid(problems);
  return scenario;
}

/** An entry as the schema gives it; one inside `together` has no time of its own. */
type FormEntry = ScenarioForm['timeline'][number];

function toEntry(
  entry: FormEntry,
  path: ValuePath,
  document: SourceDocument,
  problems: InputError[],
): TimelineEntry | undefined {
  const kinds = Object.keys(entry).filter(
    (key) => !isWhenKey(key) && entry[key as keyof FormEntry] !== undefined,
  );
  const kind = kinds[0];
  if (kind === undefined || kinds.length > 1) {
    problems.push(
      problemAt(document, path, {
        what: kind === undefined ? 'an empty entry' : `an entry of ${kinds.join(' and ')}`,
        limit: 'an entry is one thing that happens',
        fix: 'begin every entry with its own dash',
      }),
    );
    return undefined;
  }
  const inner = [...path, kind];
  const place = document.placeOfKey(path, kind);
  const when = whenOf(entry, path, document, problems);
  if (kind === 'together') {
    const entries = (entry.together ?? []).map((one, at) =>
      toEntry(one, [...inner, at], document, problems),
    );
    return { kind, entries: entries.filter(isInner), path: inner, place, when };
  }
  const fields = entry[kind as InnerKind];
  return { kind, fields, path: inner, place, when } as InnerEntry;
}

/** Whether a key of an entry says when it happens, and not what. */
function isWhenKey(key: string): boolean {
  return Object.hasOwn(WHEN_FIELDS, key);
}

/** When an entry happens: what its keys say, which have to fit together. */
function whenOf(
  entry: FormEntry,
  path: ValuePath,
  document: SourceDocument,
  problems: InputError[],
): When | undefined {
  const { at, every, from, until, rotate } = entry;
  if (at !== undefined && every !== undefined) {
    const limit = 'an entry happens at times or every so often';
    const text = { what: 'at and every', limit, fix: 'leave one of them out' };
    problems.push(problemAt(document, path, text));
  }
  for (const key of ['from', 'until', 'rotate'] as const) {
    if (entry[key] === undefined || every !== undefined) continue;
    const limit = `${key} is for entries that happen again and again`;
    const text = { what: `${key} without every`, limit, fix: 'add every, or leave it out' };
    problems.push(problemAt(document, [...path, key], text));
  }
  if (every !== undefined) return { kind: 'every', recurrence: every, from, until, rotate };
  return at === undefined ? undefined : { kind: 'at', moments: at };
}

function isInner(entry: TimelineEntry | undefined): entry is InnerEntry {
  return entry !== undefined && entry.kind !== 'together';
}

/** A zod issue in the words of a scenario's author. */
function explain(issue: z.core.$ZodIssue, document: SourceDocument): readonly InputError[] {
  const path = issue.path.map((step) => (typeof step === 'symbol' ? String(step) : step));
  const field = nameOf(path);
  const at = (text: { what: string; limit: string; fix: string }): InputError =>
    problemAt(document, path, text);
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map((key) => explainUnknownKey(key, issue.message, path, document));
    case 'invalid_type': {
      if (issue.input === undefined) {
        const limit = `${nameOf(path.slice(0, -1))} needs it`;
        return [at({ what: `'${path.at(-1)}' is missing`, limit, fix: `add ${field}` })];
      }
      const wanted = issue.expected === 'object' ? 'a map' : nounOf(issue.expected);
      return [
        at({
          what: `${field} is ${kindOf(issue.input)}`,
          limit: `it has to be ${wanted}`,
          fix: wanted === 'a map' ? 'write keys and values, or {} for none' : `write ${wanted}`,
        }),
      ];
    }
    case 'invalid_value': {
      const known = issue.values.map(String);
      const given = typeof issue.input === 'string' ? issue.input : kindOf(issue.input);
      if (issue.input === undefined) {
        return [
          at({
            what: `'${path.at(-1)}' is missing`,
            limit: `one of ${known.join(', ')}`,
            fix: `add ${field}`,
          }),
        ];
      }
      return [
        at({
          what: `${field} is '${given}'`,
          limit: `it has to be one of ${known.join(', ')}`,
          fix: suggest(given, known),
        }),
      ];
    }
    case 'custom': {
      const fix = issue.params?.['fix'];
      const limit = `${field} cannot be read`;
      return [
        at({ what: issue.message, limit, fix: typeof fix === 'string' ? fix : 'correct it' }),
      ];
    }
    case 'invalid_union': {
      if (issue.input === undefined) {
        const limit = `${nameOf(path.slice(0, -1))} needs it`;
        return [at({ what: `'${path.at(-1)}' is missing`, limit, fix: `add ${field}` })];
      }
      const meant = explainMeant(issue, document);
      if (meant.length > 0) return meant;
      return [
        at({
          what: `${field} is ${kindOf(issue.input)}`,
          limit: 'it has to be a text or a list of texts',
          fix: 'write one value, or a list in brackets',
        }),
      ];
    }
    case 'too_small':
      return [
        at({
          what: `${field} is too short`,
          limit: `it needs at least ${formatCount(Number(issue.minimum), 'element')}`,
          fix: 'add what is missing',
        }),
      ];
    default:
      return [at({ what: issue.message, limit: `${field} cannot be read`, fix: 'correct it' })];
  }
}

/** What the one of several forms that was meant has against a value; nothing when none was meant. */
function explainMeant(
  issue: Extract<z.core.$ZodIssue, { code: 'invalid_union' }>,
  document: SourceDocument,
): readonly InputError[] {
  const isMeant = ({ code, path }: z.core.$ZodIssue): boolean =>
    code !== 'invalid_type' || path.length > 0;
  const meant = issue.errors.findLast((issues) => issues.some(isMeant)) ?? [];
  return meant.flatMap((one) => explain({ ...one, path: [...issue.path, ...one.path] }, document));
}

function explainUnknownKey(
  key: string,
  message: string,
  path: ValuePath,
  document: SourceDocument,
): InputError {
  const known = message.startsWith(KNOWN_KEYS_MARK)
    ? message.slice(KNOWN_KEYS_MARK.length).split(',')
    : Object.keys(ENTRY_FIELDS);
  return new InputError('SCENARIO_INVALID', {
    what: `unknown key '${key}'`,
    place: { file: document.name, ...document.placeOfKey(path, key) },
    limit: `${nameOf(path)} has no such key`,
    fix: suggest(key, known),
  });
}

/** The last key of a path in words; list positions belong to the list's name. */
function nameOf(path: ValuePath): string {
  const key = path.findLast((step) => typeof step === 'string');
  return key === undefined ? 'the scenario' : `'${key}'`;
}

function kindOf(value: unknown): string {
  if (Array.isArray(value)) return 'a list';
  if (value === '' || value === null) return 'empty';
  if (typeof value === 'string') return `the text '${shortened(value)}'`;
  return typeof value === 'object' ? 'a map' : typeof value;
}

/** A whole file that is no scenario would be one long text. */
function shortened(text: string): string {
  return text.length > QUOTE_MAX ? `${text.slice(0, QUOTE_MAX)}…` : text;
}

function nounOf(expected: string): string {
  return expected === 'array' ? 'a list' : expected === 'record' ? 'a map' : 'a text';
}
