/**
 * One comparison of the model with something known, and tables of them.
 *
 * @module
 */

/** A figure that is known, the model's, and what it has to meet. */
export interface ValidationCheck {
  readonly subject: string;
  readonly unit: string;
  /** Exact, published or measured. */
  readonly expected: number;
  readonly found: number;
  /** The bar in words. */
  readonly bar: string;
  readonly passes: boolean;
}

/** Comparisons of one kind. */
export interface ValidationSection {
  /** Short name for programs. */
  readonly id: string;
  readonly title: string;
  /** Where the known figures come from. */
  readonly source: string;
  readonly checks: readonly ValidationCheck[];
}

/** Passes when the model is not farther away than `tolerance`, in the unit of the figure. */
export function within(
  subject: string,
  unit: string,
  expected: number,
  found: number,
  tolerance: number,
): ValidationCheck {
  const passes = Math.abs(found - expected) <= tolerance;
  return { subject, unit, expected, found, bar: `± ${tolerance}`, passes };
}

/** Passes when the model is not farther away than `part` of the known figure. */
export function withinPart(
  subject: string,
  unit: string,
  expected: number,
  found: number,
  part: number,
): ValidationCheck {
  const passes = Math.abs(found - expected) <= part * Math.abs(expected);
  return {
    subject,
    unit,
    expected,
    found,
    bar: `± ${Number((part * 100).toPrecision(3))} %`,
    passes,
  };
}

/** Passes when the model lies between two published figures; their middle is shown as known. */
export function between(
  subject: string,
  unit: string,
  least: number,
  most: number,
  found: number,
): ValidationCheck {
  const passes = found >= least && found <= most;
  const expected = (least + most) / 2;
  return { subject, unit, expected, found, bar: `${least} to ${most}`, passes };
}
