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
  interrupted: 130,
} as const);

/** One of {@link EXIT}. */
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];
