/**
 * The entry `remember`: values are noted under names of the scenario's own, to be compared later.
 *
 * @module
 */
import type { Observed } from './comparison.ts';
import { type EntryMachine, ended, failed, oneStep } from './entry-machine.ts';
import { lookUp } from './expect-entry.ts';
import type { EntryOf } from './scenario.ts';
import type { ValueSources } from './values.ts';

/** The machine of a `remember`. */
export function rememberEntry(
  sources: ValueSources,
  entry: EntryOf<'remember'>,
  remembered: Map<string, Observed>,
): EntryMachine {
  const wanted = Object.entries(entry.fields);
  return oneStep(`remember ${wanted.map(([name]) => name).join(', ')}`, () => {
    const noted = new Map<string, Observed>();
    for (const [name, value] of wanted) {
      const looked = lookUp(sources, value);
      if (!('value' in looked)) {
        const limit = 'what is remembered names a thing and one of its values';
        return failed('expectation', { what: looked.what, limit, fix: looked.fix });
      }
      noted.set(name, looked.value);
    }
    for (const [name, value] of noted) remembered.set(name, value);
    return ended(Object.fromEntries(noted));
  });
}
