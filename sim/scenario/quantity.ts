/**
 * Quantities as scenarios write them: a number and its unit, `40 GiB`, `600 s`. A bare number is an
 * error, so that nobody has to guess what it counts.
 *
 * Bytes come in binary units only (B, KiB, MiB, GiB, TiB); durations in ns, us, ms, s, min, h, d.
 * Counts of things (tracks, cylinders, paths) are whole numbers without a unit.
 *
 * @module
 */

/** A parsed value, or what is wrong with the text and what would be right. */
export type Parsed<Value> =
  | { readonly kind: 'value'; readonly value: Value }
  | { readonly kind: 'fault'; readonly what: string; readonly fix: string };

const BYTE_UNITS: Readonly<Record<string, bigint>> = Object.freeze({
  B: 1n,
  KiB: 1n << 10n,
  MiB: 1n << 20n,
  GiB: 1n << 30n,
  TiB: 1n << 40n,
});

const DURATION_UNITS: Readonly<Record<string, bigint>> = Object.freeze({
  ns: 1n,
  us: 1_000n,
  ms: 1_000_000n,
  s: 1_000_000_000n,
  min: 60_000_000_000n,
  h: 3_600_000_000_000n,
  d: 86_400_000_000_000n,
});

/** Bytes of a quantity such as `40 GiB` or `1.5 MiB`. */
export function parseBytes(text: string): Parsed<number> {
  return parseQuantity(text, BYTE_UNITS, { noun: 'a size', example: '40 GiB', whole: 'bytes' });
}

/** Nanoseconds of a quantity such as `600 s` or `1.5 min`. */
export function parseDuration(text: string): Parsed<number> {
  return parseQuantity(text, DURATION_UNITS, {
    noun: 'a duration',
    example: '600 s',
    whole: 'nanoseconds',
  });
}

/** A whole number from 0 up, digits only; `_` may group them. */
export function parseCount(text: string): Parsed<number> {
  if (!/^\d+(_\d+)*$/.test(text)) {
    return {
      kind: 'fault',
      what: `'${text}' is no whole number`,
      fix: 'write digits only, such as 500 or 1_000',
    };
  }
  const value = Number(text.replaceAll('_', ''));
  if (!Number.isSafeInteger(value)) {
    return { kind: 'fault', what: `${text} is too large`, fix: 'stay below 2^53' };
  }
  return { kind: 'value', value };
}

/** Bytes for people: three significant digits in the largest unit that keeps them above 1. */
export function formatBytes(bytes: number): string {
  return scale(bytes, ['B', 'KiB', 'MiB', 'GiB', 'TiB'], [1024, 1024, 1024, 1024]);
}

/** Nanoseconds for people, as {@link formatBytes}. */
export function formatDuration(nanoseconds: number): string {
  return scale(nanoseconds, ['ns', 'us', 'ms', 's', 'min', 'h', 'd'], [1e3, 1e3, 1e3, 60, 60, 24]);
}

/** A number for people: `16,710`. */
export function formatNumber(value: number): string {
  return value.toLocaleString('en-US');
}

/** A count with its noun: `1 track`, `1,234 tracks`. */
export function formatCount(count: number, noun: string): string {
  return `${formatNumber(count)} ${noun}${count === 1 ? '' : 's'}`;
}

function parseQuantity(
  text: string,
  units: Readonly<Record<string, bigint>>,
  words: { noun: string; example: string; whole: string },
): Parsed<number> {
  const names = Object.keys(units);
  const parts = /^(\d+(?:_\d+)*)(?:\.(\d+))?\s*([A-Za-z]*)$/.exec(text.trim());
  const fix = `write ${words.noun} such as ${words.example}; units are ${names.join(', ')}`;
  if (parts === null) return { kind: 'fault', what: `'${text}' is not ${words.noun}`, fix };
  const [, whole = '', fraction = '', unit = ''] = parts;
  if (unit === '') return { kind: 'fault', what: `'${text}' has no unit`, fix };
  const factor = Object.hasOwn(units, unit) ? units[unit] : undefined;
  if (factor === undefined) {
    const meant = meantUnit(unit.toLowerCase(), names);
    const hint = meant === undefined ? '' : `did you mean ${whole} ${meant}? `;
    return { kind: 'fault', what: `'${unit}' is no unit of ${words.noun}`, fix: hint + fix };
  }
  // Whole-number arithmetic: 0.1 s is exactly 100,000,000 ns.
  const scaled = BigInt(whole.replaceAll('_', '') + fraction) * factor;
  const divisor = 10n ** BigInt(fraction.length);
  if (scaled % divisor !== 0n) {
    return {
      kind: 'fault',
      what: `'${text}' is no whole number of ${words.whole}`,
      fix: 'use a smaller unit',
    };
  }
  const value = Number(scaled / divisor);
  if (!Number.isSafeInteger(value)) {
    return { kind: 'fault', what: `'${text}' is too large`, fix: `stay below 2^53 ${words.whole}` };
  }
  return { kind: 'value', value };
}

/** The known unit that a wrong one most likely means: `m` is min, `GB` is GiB, `sec` is s. */
function meantUnit(unit: string, names: readonly string[]): string | undefined {
  const lower = (name: string): string => name.toLowerCase();
  return (
    names.findLast((name) => lower(name).startsWith(unit)) ??
    names.findLast((name) => unit.startsWith(lower(name))) ??
    names.find((name) => lower(name).startsWith(unit.charAt(0)))
  );
}

function scale(value: number, names: readonly string[], steps: readonly number[]): string {
  let rest = value;
  let at = 0;
  for (const step of steps) {
    if (rest < step) break;
    rest /= step;
    at += 1;
  }
  const digits = at === 0 || rest >= 100 ? 0 : rest >= 10 ? 1 : 2;
  return `${rest.toFixed(digits)} ${names[at] ?? ''}`;
}
