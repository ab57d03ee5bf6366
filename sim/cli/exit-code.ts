/**
 * What the process's exit code says.
 *
 * @module
 */
/** Exit codes, stable; listed in `docs/scenarios.md`. 78 is given by the launcher, before us. */
export const EXIT = Object.freeze({
  done: 0,
  internal: 1,
  usage: 2,
  partial: 3,
  notFound: 4,
  refused: 5,
  busy: 6,
  capacity: 7,
  integrity: 8,
  timeout: 9,
  expectation: 10,
  wrongRuntime: 78,
  hungUp: 129,
  interrupted: 130,
  terminated: 143,
} as const);

/** What `vdasd --help` says about them. */
export const EXIT_MEANINGS: readonly (readonly [code: number, meaning: string])[] = Object.freeze([
  [EXIT.done, 'done'],
  [EXIT.internal, 'internal error, a bug'],
  [EXIT.usage, 'usage: wrong command line or scenario'],
  [EXIT.partial, 'partial: some of it is there'],
  [EXIT.notFound, 'not found'],
  [EXIT.refused, 'refused by rule'],
  [EXIT.busy, 'busy: held by somebody else'],
  [EXIT.capacity, 'capacity: no space'],
  [EXIT.integrity, 'integrity: damaged, or not equal'],
  [EXIT.timeout, 'timeout'],
  [EXIT.expectation, 'an expectation does not hold'],
  [EXIT.wrongRuntime, 'wrong runtime'],
  [EXIT.hungUp, 'the terminal went away'],
  [EXIT.interrupted, 'interrupted'],
  [EXIT.terminated, 'asked to end'],
]);

/** One of {@link EXIT}. */
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];
