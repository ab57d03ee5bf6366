/**
 * What is wrong with a document that was read with a schema, in the words of its author: file, line,
 * column, and a suggestion.
 *
 * @module
 */
import type { z } from 'zod';
import { InputError } from '../../src/index.ts';
import type { SourceDocument, ValuePath } from './document.ts';
import { formatCount } from './quantity.ts';
import { problemAt } from './scenario.ts';
import { KNOWN_KEYS_MARK } from './strict-map.ts';
import { suggest } from './suggestion.ts';
import { ENTRY_FIELDS } from './timeline-schema.ts';

/** Characters of a text that a message shows. */
const QUOTE_MAX = 40;

/** A zod issue in the words of the author of the document. */
export function explainIssue(
  issue: z.core.$ZodIssue,
  document: SourceDocument,
): readonly InputError[] {
  const path = issue.path.map((step) => (typeof step === 'symbol' ? String(step) : step));
  const field = nameOf(path, document);
  const at = (text: { what: string; limit: string; fix: string }): InputError =>
    problemAt(document, path, text);
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map((key) => explainUnknownKey(key, issue.message, path, document));
    case 'invalid_type': {
      if (issue.input === undefined) {
        const limit = `${nameOf(path.slice(0, -1), document)} needs it`;
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
        const limit = `${nameOf(path.slice(0, -1), document)} needs it`;
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
  return meant.flatMap((one) =>
    explainIssue({ ...one, path: [...issue.path, ...one.path] }, document),
  );
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
  return new InputError(document.kind.fault, {
    what: `unknown key '${key}'`,
    place: { file: document.name, ...document.placeOfKey(path, key) },
    limit: `${nameOf(path, document)} has no such key`,
    fix: suggest(key, known),
  });
}

/** The last key of a path in words; list positions belong to the list's name. */
function nameOf(path: ValuePath, document: SourceDocument): string {
  const key = path.findLast((step) => typeof step === 'string');
  return key === undefined ? `the ${document.kind.noun}` : `'${key}'`;
}

function kindOf(value: unknown): string {
  if (Array.isArray(value)) return 'a list';
  if (value === '' || value === null) return 'empty';
  if (typeof value === 'string') return `the text '${shortened(value)}'`;
  return typeof value === 'object' ? 'a map' : typeof value;
}

/** A whole file of something else would be one long text. */
function shortened(text: string): string {
  return text.length > QUOTE_MAX ? `${text.slice(0, QUOTE_MAX)}…` : text;
}

function nounOf(expected: string): string {
  return expected === 'array' ? 'a list' : expected === 'record' ? 'a map' : 'a text';
}
