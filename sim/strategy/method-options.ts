/**
 * Options of copy methods as data: one table a method, from which the scenario's schema, the checks
 * and the documentation come.
 *
 * Values are plain: bytes and nanoseconds as numbers. Whoever reads a scenario turns `10 s` and
 * `4 MiB` into them by the kind of the option.
 *
 * @module
 */
import { InputError } from '../../src/index.ts';

/** What an option holds. `rate` is tracks a second, `bytes` and `duration` (nanoseconds) whole. */
type OptionKind = 'flag' | 'bytes' | 'duration' | 'count' | 'rate' | 'share' | 'choice';

/** A value of an option. */
export type OptionValue = boolean | number | string;

/** One option of a method. */
export interface MethodOption {
  readonly kind: OptionKind;
  readonly fallback: OptionValue;
  /** Least and most of numbers. */
  readonly least?: number;
  readonly most?: number;
  /** Of a choice. */
  readonly values?: readonly string[];
  /** What it is for, in one sentence. */
  readonly says: string;
}

/** The options of one method, by name. */
export type OptionTable = Readonly<Record<string, MethodOption>>;

/** The complete values of a table. */
export type OptionValues<Table extends OptionTable> = {
  readonly [Name in keyof Table]: Table[Name]['kind'] extends 'flag'
    ? boolean
    : Table[Name]['kind'] extends 'choice'
      ? Table[Name] extends { readonly values: readonly (infer Value)[] }
        ? Value
        : string
      : number;
};

/**
 * Completes and checks options.
 *
 * @throws InputError CONFIGURATION_INVALID for a name that the method does not have and a value
 *   outside of its limits.
 */
export function completeOptions<Table extends OptionTable>(
  method: string,
  table: Table,
  given: Readonly<Record<string, OptionValue>>,
): OptionValues<Table> {
  const unknown = Object.keys(given).find((name) => !Object.hasOwn(table, name));
  if (unknown !== undefined) {
    throw new InputError('CONFIGURATION_INVALID', {
      what: `option ${unknown} of copy method ${method}`,
      limit: `it has ${Object.keys(table).join(', ')}`,
      fix: 'correct the name, or leave it out',
    });
  }
  const values: Record<string, OptionValue> = {};
  for (const [name, option] of Object.entries(table)) {
    const value = given[name] ?? option.fallback;
    const limit = limitBroken(option, value);
    if (limit !== undefined) {
      throw new InputError('CONFIGURATION_INVALID', {
        what: `option ${name} of copy method ${method}: ${value}`,
        limit,
        fix: `choose another value; without one it is ${option.fallback}`,
      });
    }
    values[name] = value;
  }
  return Object.freeze(values) as OptionValues<Table>;
}

/** What a value should be and is not. */
function limitBroken(option: MethodOption, value: OptionValue): string | undefined {
  const { kind, values, least = 0, most = Number.MAX_SAFE_INTEGER } = option;
  if (kind === 'flag') return typeof value === 'boolean' ? undefined : 'it is true or false';
  if (kind === 'choice') {
    const isKnown = typeof value === 'string' && values?.includes(value) === true;
    return isKnown ? undefined : `it is one of ${values?.join(', ')}`;
  }
  const isNumber = typeof value === 'number' && value >= least && value <= most;
  const isWhole = kind === 'rate' || kind === 'share' || Number.isInteger(value);
  return isNumber && isWhole ? undefined : `it is a ${kind} from ${least} to ${most}`;
}
