/**
 * The closed forms of queueing theory as a section of the validation.
 *
 * @module
 */
import type { ValidationSection } from './check.ts';
import { type ClosedFormOptions, closedForms } from './closed-forms.ts';

const DIGITS = 5;

/** Runs the table. @throws InvariantViolation `littles-law` */
export function checkClosedForms(options?: ClosedFormOptions): ValidationSection {
  return {
    id: 'closed-forms',
    title: 'Closed forms of queueing theory',
    source: "theory; replications by substream, 95 % t-interval; Little's law on every run",
    checks: closedForms(options).map(({ name, expected, mean, low, high, ok }) => ({
      subject: name,
      unit: '',
      expected,
      found: mean,
      bar: `${low.toPrecision(DIGITS)} to ${high.toPrecision(DIGITS)}`,
      passes: ok,
    })),
  };
}
