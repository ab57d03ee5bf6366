/**
 * Checks of single figures of a configuration.
 *
 * @module
 */
import { InputError } from '../base/errors.ts';

/** A whole number within bounds. @throws InputError CONFIGURATION_INVALID */
export function checkWhole(field: string, value: number, least: number, most: number): void {
  if (Number.isSafeInteger(value) && value >= least && value <= most) return;
  failField(field, String(value), `must be a whole number from ${least} to ${most}`);
}

/** One of some words. @throws InputError CONFIGURATION_INVALID */
export function checkOneOf(field: string, value: string, allowed: readonly string[]): void {
  if (!allowed.includes(value)) failField(field, value, `must be one of ${allowed.join(', ')}`);
}

/** A text for which something holds. @throws InputError CONFIGURATION_INVALID */
export function checkText(field: string, holds: boolean, limit: string): void {
  if (!holds) failField(field, '""', `must be ${limit}`);
}

/** A field that is wrong. @throws InputError CONFIGURATION_INVALID */
export function failField(field: string, value: string, limit: string): never {
  throw new InputError('CONFIGURATION_INVALID', {
    what: `${field} is ${value}`,
    limit: `${field} ${limit}`,
    fix: 'change the configuration',
  });
}
