/**
 * The field GF(256) in which the second redundancy member is computed: bytes, with exclusive or as
 * sum and multiplication modulo x^8 + x^4 + x^3 + x^2 + 1 (0x11d), for which 2 is a generator.
 *
 * These are the polynomial and generator that storage arrays commonly use for two redundancy
 * drives (docs/sources.md S-20).
 *
 * @module
 */
import { invariant } from '../base/invariant.ts';

/** The polynomial without its x^8: what doubling subtracts when a bit leaves the byte. */
const FIELD_REDUCTION = 0x1d;
/** Elements other than 0, which is how many different powers the generator has. */
export const FIELD_ORDER = 255;

/** Powers of 2, twice over, so that a sum of two logarithms needs no remainder. */
const POWERS = new Uint8Array(2 * FIELD_ORDER);
/** Logarithms to base 2 of 1 to 255; entry 0 means nothing. */
const LOGARITHMS = new Uint8Array(256);

for (let exponent = 0, power = 1; exponent < FIELD_ORDER; exponent += 1) {
  POWERS[exponent] = power;
  POWERS[exponent + FIELD_ORDER] = power;
  LOGARITHMS[power] = exponent;
  power = power < 0x80 ? power << 1 : ((power << 1) & 0xff) ^ FIELD_REDUCTION;
}

/** The product of two bytes. */
export function multiply(left: number, right: number): number {
  if (left === 0 || right === 0) return 0;
  return POWERS[(LOGARITHMS[left] as number) + (LOGARITHMS[right] as number)] as number;
}

/** The byte that times `right` is `left`; `right` is not 0. */
export function divide(left: number, right: number): number {
  invariant(right !== 0, 'field-divisor-not-zero');
  if (left === 0) return 0;
  return POWERS[
    (LOGARITHMS[left] as number) + FIELD_ORDER - (LOGARITHMS[right] as number)
  ] as number;
}

/** The generator to a power: the coefficient of data member `exponent`, 0 to 254. */
export function generatorPower(exponent: number): number {
  invariant(exponent >= 0 && exponent < FIELD_ORDER, 'field-exponent-in-range', `${exponent}`);
  return POWERS[exponent] as number;
}

/** Products of one constant with every byte, by byte. */
export function multiplicationRow(constant: number): Uint8Array {
  return Uint8Array.from({ length: 256 }, (_, byte) => multiply(constant, byte));
}
