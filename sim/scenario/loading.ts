/**
 * From the text of a scenario to its complete form, or to every problem with file, line, column and
 * a suggestion.
 *
 * What can be known from the text alone is checked here; what needs the imported volumes (their
 * serials) is checked when they are there (`references.ts`).
 *
 * @module
 */
import type { InputError } from '../../src/index.ts';
import { SourceDocument, type ValuePath } from './document.ts';
import { checkMeaning } from './meaning.ts';
import { ScenarioInvalid } from './problems.ts';
import {
  type InnerEntry,
  type InnerKind,
  problemAt,
  type Scenario,
  type TimelineEntry,
  type When,
} from './scenario.ts';
import { SCENARIO, type ScenarioForm } from './schema.ts';
import { explainIssue } from './schema-problems.ts';
import { type SweepPoint, withPoint } from './sweep-point.ts';
import { WHEN_FIELDS } from './timing-schema.ts';

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
    throw new ScenarioInvalid(
      result.error.issues.flatMap((issue) => explainIssue(issue, document)),
    );
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
