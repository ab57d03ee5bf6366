/**
 * Declares what the columns of a text trace mean: one line such as
 * `time=1:us,op=3,offset=lbn:512:hex,length=size:bytes,volume=dev`.
 *
 * Each part is `field=column` with options behind colons. A column is its number, counted from 1, or
 * its title; `@value` is the same value for every request. Fields: `time`, `volume`, `op`, `offset`,
 * `length`, `response`; `sep` names the separator (`comma`, `semicolon`, `tab`, `blank`).
 *
 * @module
 */
import { InputError } from '../../src/index.ts';
import { FLUSH, READ, TRIM, WRITE } from './request-batch.ts';

/** Where a field comes from. */
export type ColumnPlace =
  | { readonly kind: 'number'; readonly number: number }
  | { readonly kind: 'title'; readonly title: string }
  | { readonly kind: 'constant'; readonly text: string };

/** A time or a duration: digits below the second of its unit. */
interface TimeColumn {
  readonly place: ColumnPlace;
  readonly digits: number;
}

/** An address or a length: bytes of its unit, and whether it is hexadecimal. */
interface SizeColumn {
  readonly place: ColumnPlace;
  readonly unitBytes: number;
  readonly isHexadecimal: boolean;
}

/** The operation: texts, in lower case, that mean one. Empty: by the first letter. */
interface OperationColumn {
  readonly place: ColumnPlace;
  readonly meanings: ReadonlyMap<string, number>;
}

/** A whole declaration. */
export interface ColumnDeclaration {
  /** Without it requests come one a microsecond. */
  readonly time: TimeColumn | undefined;
  readonly volume: ColumnPlace | undefined;
  readonly operation: OperationColumn;
  readonly offset: SizeColumn;
  readonly length: SizeColumn;
  readonly response: TimeColumn | undefined;
  /** Byte between columns; 0 for any number of blanks, undefined for what the first line shows. */
  readonly separator: number | undefined;
}

const TIME_DIGITS: Readonly<Record<string, number>> = Object.freeze({
  s: 0,
  ms: 3,
  us: 6,
  '100ns': 7,
  ns: 9,
  ps: 12,
});
const UNIT_BYTES: Readonly<Record<string, number>> = Object.freeze({
  bytes: 1,
  b: 1,
  sectors: 512,
  blocks: 512,
  kib: 1_024,
  mib: 1_048_576,
});
const SEPARATORS: Readonly<Record<string, number>> = Object.freeze({
  comma: 0x2c,
  semicolon: 0x3b,
  tab: 0x09,
  blank: 0,
});
const OPERATIONS: Readonly<Record<string, number>> = Object.freeze({
  r: READ,
  w: WRITE,
  t: TRIM,
  f: FLUSH,
});
const FIELDS: readonly string[] = ['time', 'volume', 'op', 'offset', 'length', 'response', 'sep'];

/** Digits below the second of a unit of time. @throws InputError USAGE */
export function timeDigitsOf(unit: string): number {
  return (
    TIME_DIGITS[unit.toLowerCase()] ??
    refuse(`${unit} is no unit of time`, `units: ${Object.keys(TIME_DIGITS).join(', ')}`)
  );
}

/** Reads a declaration. @throws InputError USAGE */
export function parseColumns(text: string): ColumnDeclaration {
  const parts = new Map<string, readonly string[]>();
  for (const part of text.split(',')) {
    const [, field = '', rest = ''] = /^\s*(\w+)\s*=\s*(.+?)\s*$/.exec(part) ?? [];
    if (!FIELDS.includes(field)) {
      refuse(`${part.trim() || 'nothing'} declares no column`, `fields: ${FIELDS.join(', ')}`);
    }
    if (parts.has(field)) refuse(`${field} is declared twice`, 'each field has one column');
    parts.set(field, rest.split(':'));
  }
  const time = parts.get('time');
  const volume = parts.get('volume');
  const response = parts.get('response');
  return Object.freeze({
    time: time === undefined ? undefined : timeColumn('time', time),
    volume: volume === undefined ? undefined : placeOf('volume', volume),
    operation: operationColumn(parts.get('op') ?? missing('op')),
    offset: sizeColumn('offset', parts.get('offset') ?? missing('offset')),
    length: sizeColumn('length', parts.get('length') ?? missing('length')),
    response: response === undefined ? undefined : timeColumn('response', response),
    separator: separatorOf(parts.get('sep')),
  });
}

function placeOf(field: string, [column = '']: readonly string[]): ColumnPlace {
  if (column.startsWith('@')) return { kind: 'constant', text: column.slice(1) };
  if (!/^\d+$/.test(column)) return { kind: 'title', title: column };
  const number = Number(column);
  if (number < 1 || number > 255) refuse(`${field}=${column}`, 'columns are counted from 1 to 255');
  return { kind: 'number', number };
}

function timeColumn(field: string, words: readonly string[]): TimeColumn {
  const [, unit = 's', more] = words;
  if (more !== undefined) refuse(`${field} has the option ${more}`, 'a time has one unit');
  const place = placeOf(field, words);
  if (place.kind === 'constant') refuse(`${field} is constant`, 'leave it out instead');
  return { place, digits: timeDigitsOf(unit) };
}

function sizeColumn(field: string, words: readonly string[]): SizeColumn {
  let unitBytes = 1;
  let isHexadecimal = false;
  for (const word of words.slice(1)) {
    const unit = /^\d+$/.test(word) ? Number(word) : UNIT_BYTES[word.toLowerCase()];
    if (word === 'hex') isHexadecimal = true;
    else if (unit !== undefined && unit > 0) unitBytes = unit;
    else {
      refuse(
        `${field} has the unit ${word}`,
        `units: ${Object.keys(UNIT_BYTES).join(', ')}, a number of bytes; hex`,
      );
    }
  }
  return { place: placeOf(field, words), unitBytes, isHexadecimal };
}

function operationColumn(words: readonly string[]): OperationColumn {
  const meanings = new Map<string, number>();
  for (const word of words.slice(1)) {
    const [, letter = '', values = ''] = /^([rwtf])=(.+)$/.exec(word) ?? [];
    const operation = OPERATIONS[letter];
    if (operation === undefined) {
      refuse(`op has the option ${word}`, 'options: r=, w=, t=, f= with values separated by |');
    }
    for (const value of values.split('|')) meanings.set(value.toLowerCase(), operation);
  }
  return { place: placeOf('op', words), meanings };
}

function separatorOf(words: readonly string[] | undefined): number | undefined {
  if (words === undefined) return undefined;
  const [name = ''] = words;
  return SEPARATORS[name] ?? refuse(`sep=${name}`, `one of ${Object.keys(SEPARATORS).join(', ')}`);
}

function missing(field: string): never {
  return refuse(`${field} is not declared`, 'op, offset and length are needed');
}

function refuse(what: string, limit: string): never {
  throw new InputError('USAGE', {
    what: `columns: ${what}`,
    limit,
    fix: 'declare them like time=1:us,volume=2,op=3,offset=4:bytes,length=5:bytes',
  });
}
