/**
 * What a scenario expects of all its units together: figures of methods, compared with values or with
 * figures of other methods.
 *
 * A figure is named by its variant and its id in `summary.json`: `snapshot.elapsed`, or with a sweep
 * `snapshot, pace=50 /s.response.during.p95`. It stands for its mean over replications. An operand may
 * be multiplied: `< 0.1 * host-copy.processor`.
 *
 * @module
 */
import type { InputError } from '../../src/index.ts';
import { FIGURES } from '../report/figures.ts';
import type { TimedSummary, VariantSummary } from '../report/summary.ts';
import { variantLabel } from '../report/variant.ts';
import { holds, parseComparison } from '../scenario/comparison.ts';
import { ScenarioInvalid } from '../scenario/problems.ts';
import type { RunFailure } from '../scenario/run-record.ts';
import { problemAt, type Scenario } from '../scenario/scenario.ts';
import { suggest } from '../scenario/suggestion.ts';
import { pointNames, type Unit } from '../scenario/units.ts';

/** A figure by its name. */
interface FigureName {
  readonly label: string;
  readonly figure: string;
}

/** One expectation as it was found. */
export interface CheckedExpectation {
  readonly name: string;
  readonly wanted: string;
  /** `null` where the variant has no such figure. */
  readonly observed: number | null;
  readonly isHeld: boolean;
}

/**
 * Checks the names of all expectations before anything runs.
 *
 * @throws ScenarioInvalid
 */
export function checkExpectations(scenario: Scenario, units: readonly Unit[]): void {
  const labels = [...new Set(units.map(labelOf))];
  const problems: InputError[] = [];
  for (const [name, text] of Object.entries(scenario.expect ?? {})) {
    const named = [name, factorAndName(parseComparison(text).operand).name];
    for (const [at, one] of named.entries()) {
      // An operand may be a value; one with the label of a variant is meant to be a figure.
      if (one === undefined || (at > 0 && !labels.some((label) => one.startsWith(label)))) continue;
      const problem = nameProblem(one, labels);
      if (problem === undefined) continue;
      problems.push(problemAt(scenario.document, ['expect', name], problem));
    }
  }
  if (problems.length > 0) throw new ScenarioInvalid(problems);
}

/** Compares a summary with what the scenario expects. */
export function evaluateExpectations(
  scenario: Scenario,
  summary: TimedSummary,
): readonly CheckedExpectation[] {
  const { variants } = summary;
  return Object.entries(scenario.expect ?? {}).map(([name, wanted]) => {
    const observed = valueOf(variants, name);
    const comparison = parseComparison(wanted);
    const { factor, name: operand } = factorAndName(comparison.operand);
    const other = operand === undefined ? undefined : valueOf(variants, operand);
    const isMissing = comparison.operand === 'none';
    const isHeld = isMissing
      ? (observed === null) === (comparison.operator === '=')
      : observed !== null &&
        holds(
          observed,
          comparison,
          other === undefined || other === null ? undefined : other * factor,
        ) === true;
    return { name, wanted, observed, isHeld };
  });
}

/** The failure of a run whose expectations do not all hold; `null` when they do. */
export function expectationFailure(
  scenario: Scenario,
  checked: readonly CheckedExpectation[],
): RunFailure | null {
  const broken = checked.filter(({ isHeld }) => !isHeld);
  const [first] = broken;
  if (first === undefined) return null;
  const told = broken.map(({ name, wanted, observed }) => {
    return `${name} is ${observed ?? 'none'}, expected ${wanted}`;
  });
  return {
    kind: 'expectation',
    what: told.join('; '),
    limit: `${broken.length} of ${checked.length} expectations do not hold`,
    fix: 'correct the scenario, or what it found',
    file: scenario.document.name,
    ...scenario.document.placeOf(['expect', first.name]),
  };
}

function labelOf(unit: Unit): string {
  return variantLabel(unit.method, pointNames(unit));
}

function nameProblem(
  name: string,
  labels: readonly string[],
): { readonly what: string; readonly limit: string; readonly fix: string } | undefined {
  const split = splitName(name, labels);
  if (split === undefined) {
    const limit = 'an expectation names a variant and one of its figures, with a dot between';
    return { what: `no variant of '${name}'`, limit, fix: suggest(name, labels) };
  }
  const ids = FIGURES.map(({ id }) => id);
  if (ids.includes(split.figure)) return undefined;
  const limit = 'figures are named as in summary.json';
  return { what: `no figure '${split.figure}'`, limit, fix: suggest(split.figure, ids) };
}

/** The longest label that a name begins with, and the rest. */
function splitName(name: string, labels: readonly string[]): FigureName | undefined {
  const [label] = labels
    .filter((one) => name.startsWith(`${one}.`))
    .toSorted((one, other) => other.length - one.length);
  return label === undefined ? undefined : { label, figure: name.slice(label.length + 1) };
}

function valueOf(variants: readonly VariantSummary[], name: string): number | null {
  const split = splitName(
    name,
    variants.map(({ label }) => label),
  );
  const variant = variants.find(({ label }) => label === split?.label);
  return variant?.figures[split?.figure ?? '']?.mean ?? null;
}

/** An operand that may be multiplied; without a name it is a value. */
function factorAndName(operand: string): {
  readonly factor: number;
  readonly name: string | undefined;
} {
  const parts = /^(?:(\d+(?:\.\d+)?)\s*\*\s*)?([A-Za-z].*\..*)$/.exec(operand);
  return { factor: Number(parts?.[1] ?? 1), name: parts?.[2] };
}
