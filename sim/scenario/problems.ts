/**
 * Everything that is wrong with a scenario, as one error.
 *
 * @module
 */
import type { InputError } from '../../src/index.ts';

/** A scenario that cannot be run, with everything that is wrong with it. */
export class ScenarioInvalid extends Error {
  readonly problems: readonly InputError[];

  constructor(problems: readonly InputError[]) {
    const sorted = problems.toSorted(byPlace);
    super(sorted.map((problem) => problem.message).join('\n'));
    this.name = 'ScenarioInvalid';
    this.problems = sorted;
  }
}

function byPlace(left: InputError, right: InputError): number {
  const lines = (left.place.line ?? 0) - (right.place.line ?? 0);
  return lines === 0 ? (left.place.column ?? 0) - (right.place.column ?? 0) : lines;
}
