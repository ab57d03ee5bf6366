/**
 * The axis of a parameter of a sweep: what a scenario wrote as text, `50 /s`, `2 min`, `1.5 GiB`,
 * becomes numbers of one unit where it can, and names in their order where it cannot.
 *
 * @module
 */
import type { UnitRecord } from '../record/unit-record.ts';
import { type Parsed, parseBytes, parseDuration } from '../scenario/quantity.ts';
import { timeUnitFor } from './plot.ts';

/** One value of a parameter, as a scenario has it. */
type SweepValue = UnitRecord['point'][string];

/** Where values lie on an axis. */
export interface SweepAxis {
  /** `places` are numbers of {@link unit}, or the names themselves. */
  readonly kind: 'numbers' | 'names';
  /** Unit of the numbers; empty for pure numbers and names. */
  readonly unit: string;
  readonly places: ReadonlyMap<SweepValue, number | string>;
}

const MEBIBYTE = 2 ** 20;
/** A number with something behind it: `1_000 /s`, `30 %`. */
const COUNTED = /^([\d_]+(?:\.\d+)?)\s*(\D*)$/;

/** The axis of values. */
export function sweepAxis(values: readonly SweepValue[]): SweepAxis {
  return (
    plainNumbers(values) ??
    quantities(values, parseDuration, (most) => {
      const { name, nanos } = timeUnitFor(most);
      return { unit: name, scale: nanos };
    }) ??
    quantities(values, parseBytes, () => ({ unit: 'MiB', scale: MEBIBYTE })) ??
    countedNumbers(values) ?? {
      kind: 'names',
      unit: '',
      places: new Map(values.map((value) => [value, String(value)])),
    }
  );
}

function plainNumbers(values: readonly SweepValue[]): SweepAxis | undefined {
  const places = new Map<SweepValue, number>();
  for (const value of values) {
    if (typeof value !== 'number') return undefined;
    places.set(value, value);
  }
  return { kind: 'numbers', unit: '', places };
}

function quantities(
  values: readonly SweepValue[],
  parse: (text: string) => Parsed<number>,
  unitFor: (most: number) => { readonly unit: string; readonly scale: number },
): SweepAxis | undefined {
  const amounts = new Map<SweepValue, number>();
  for (const value of values) {
    const parsed = parse(String(value));
    if (parsed.kind === 'fault') return undefined;
    amounts.set(value, parsed.value);
  }
  const { unit, scale } = unitFor(Math.max(...amounts.values()));
  const places = new Map([...amounts].map(([value, amount]) => [value, amount / scale]));
  return { kind: 'numbers', unit, places };
}

/** Numbers that all have the same thing behind them. */
function countedNumbers(values: readonly SweepValue[]): SweepAxis | undefined {
  const places = new Map<SweepValue, number>();
  const units = new Set<string>();
  for (const value of values) {
    const [, digits, unit] = COUNTED.exec(String(value)) ?? [];
    if (digits === undefined || unit === undefined) return undefined;
    places.set(value, Number(digits.replaceAll('_', '')));
    units.add(unit.trim());
  }
  const [unit = ''] = units;
  return units.size > 1 ? undefined : { kind: 'numbers', unit, places };
}
