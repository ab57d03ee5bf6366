/**
 * Expectations: a value by its name, and what it has to be.
 *
 * `3`, `= 3`, `!= 0`, `< 1 MiB`, `>= 100`, `<= 2 ms`, `true`, `none`, `PROD01`, or the name of another
 * value (`nightly.digest`). Sizes and durations are compared as bytes and nanoseconds.
 *
 * @module
 */
import { parseBytes, parseCount, parseDuration } from './quantity.ts';

/** A value that can be expected to be something. */
export type Observed = string | number | boolean;

/** A comparison with its operand. */
export interface Comparison {
  readonly operator: '=' | '!=' | '<' | '<=' | '>' | '>=';
  /** The operand as written. */
  readonly operand: string;
}

/** Reads a comparison; equality needs no operator. */
export function parseComparison(text: string): Comparison {
  const parts = /^(<=|>=|!=|=|<|>)?\s*(.*)$/s.exec(text.trim());
  return {
    operator: (parts?.[1] ?? '=') as Comparison['operator'],
    operand: parts?.[2] ?? '',
  };
}

/**
 * Whether a value is what was expected.
 *
 * @param other - The value that the operand names, when it is the name of one.
 * @returns `undefined` when the operand cannot be compared with the value in this way.
 */
export function holds(
  observed: Observed,
  comparison: Comparison,
  other?: Observed,
): boolean | undefined {
  const { operator, operand } = comparison;
  if (typeof observed === 'number') {
    const wanted = other ?? numberOf(operand);
    return typeof wanted === 'number' ? compare(observed, operator, wanted) : undefined;
  }
  const wanted = String(other ?? operand);
  if (operator === '=') return String(observed) === wanted;
  if (operator === '!=') return String(observed) !== wanted;
  return undefined;
}

function numberOf(text: string): number | undefined {
  for (const parse of [parseCount, parseBytes, parseDuration]) {
    const parsed = parse(text);
    if (parsed.kind === 'value') return parsed.value;
  }
  // Percentages and other fractions.
  return /^\d+\.\d+$/.test(text) ? Number(text) : undefined;
}

function compare(left: number, operator: Comparison['operator'], right: number): boolean {
  switch (operator) {
    case '=':
      return left === right;
    case '!=':
      return left !== right;
    case '<':
      return left < right;
    case '<=':
      return left <= right;
    case '>':
      return left > right;
    default:
      return left >= right;
  }
}
