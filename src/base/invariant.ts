/**
 * Always-on assertions. A broken invariant is a bug of ours: it stops the run and is never caught
 * inside the model.
 *
 * @module
 */

/** A bug: something that the code relies on turned out to be false. */
export class InvariantViolation extends Error {
  /** Stable name of the invariant, as listed in `docs/invariants.md`. */
  readonly invariant: string;

  constructor(name: string, detail: string | undefined) {
    super(`invariant ${name} does not hold${detail === undefined ? '' : `: ${detail}`}`);
    this.name = 'InvariantViolation';
    this.invariant = name;
  }
}

/**
 * Stops the run unless `condition` holds.
 *
 * @param name - Stable kebab-case name.
 * @param detail - Values that help to see why; built by the caller only where that is cheap.
 * @throws InvariantViolation
 */
export function invariant(condition: boolean, name: string, detail?: string): asserts condition {
  if (!condition) throw new InvariantViolation(name, detail);
}

/** Closes a switch over a union: unreachable when every kind has its case. */
export function unreachable(value: never, name: string): never {
  throw new InvariantViolation(name, `unexpected ${JSON.stringify(value)}`);
}
