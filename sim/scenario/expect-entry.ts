/**
 * The entry `expect`: assertions on values.
 *
 * @module
 */
import { holds, type Observed, parseComparison } from './comparison.ts';
import { type EntryMachine, type EntryStep, ended, failed, oneStep } from './entry-machine.ts';
import type { EntryOf } from './scenario.ts';
import { suggest } from './suggestion.ts';
import { thingsWithValues, type ValueSources, valuesOf } from './values.ts';

/** A value, or why there is none. */
type Looked = { readonly value: Observed } | { readonly what: string; readonly fix: string };

/** The machine of an `expect`; all its expectations are checked before the first is reported. */
export function expectEntry(sources: ValueSources, entry: EntryOf<'expect'>): EntryMachine {
  const expectations = Object.entries(entry.fields);
  const [first] = expectations;
  const more = expectations.length > 1 ? ` and ${expectations.length - 1} more` : '';
  return oneStep(`expect ${first === undefined ? 'nothing' : first.join(' ')}${more}`, () => {
    const broken: string[] = [];
    for (const [name, text] of expectations) {
      const problem = check(sources, name, text);
      if (problem === undefined) continue;
      if (typeof problem !== 'string') return problem;
      broken.push(problem);
    }
    if (broken.length === 0) return ended({ expectations: expectations.length });
    return failed('expectation', {
      what: broken.join('; '),
      limit: `${broken.length} of ${expectations.length} expectations do not hold`,
      fix: 'correct the scenario, or what it found',
    });
  });
}

/** What does not hold, in words; a failed step when it cannot be told. */
function check(sources: ValueSources, name: string, text: string): string | EntryStep | undefined {
  const looked = lookUp(sources, name);
  if (!('value' in looked)) {
    const limit = 'an expectation names a thing and one of its values, with a dot between';
    return failed('expectation', { what: looked.what, limit, fix: looked.fix });
  }
  const comparison = parseComparison(text);
  const other = comparison.operand.includes('.') ? lookUp(sources, comparison.operand) : undefined;
  const wanted = other !== undefined && 'value' in other ? other.value : undefined;
  const isHeld = holds(looked.value, comparison, wanted);
  if (isHeld === undefined) {
    return failed('expectation', {
      what: `${name} is '${looked.value}'`,
      limit: `it cannot be compared with '${text}'`,
      fix: 'compare numbers with numbers, and words by = or !=',
    });
  }
  if (isHeld) return undefined;
  const shown = wanted === undefined ? '' : `, which is ${wanted}`;
  return `${name} is ${looked.value}, expected ${text}${shown}`;
}

/** Finds a value by its name: a thing, a dot, one of its values. */
export function lookUp(sources: ValueSources, name: string): Looked {
  const dot = name.lastIndexOf('.');
  const thing = name.slice(0, Math.max(0, dot));
  const values = dot < 0 ? undefined : valuesOf(sources, thing);
  if (values === undefined) {
    const missing = dot < 0 ? name : thing;
    return {
      what: `nothing is called '${missing}'`,
      fix: suggest(missing, thingsWithValues(sources)),
    };
  }
  const key = name.slice(dot + 1);
  const getter = Object.hasOwn(values, key) ? values[key] : undefined;
  if (getter === undefined) {
    return { what: `${thing} has no value '${key}'`, fix: suggest(key, Object.keys(values)) };
  }
  return { value: getter() };
}
