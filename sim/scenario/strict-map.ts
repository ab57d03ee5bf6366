/**
 * Maps that know all their keys: an unknown one is an error with the nearest known key.
 *
 * @module
 */
import { z } from 'zod';

/** A map of exactly these keys. */
export function strictMap<Shape extends z.core.$ZodLooseShape>(
  shape: Shape,
): z.ZodObject<Shape, z.core.$strict> {
  return z.strictObject(shape, {
    error: (issue) =>
      issue.code === 'unrecognized_keys'
        ? { message: KNOWN_KEYS_MARK + Object.keys(shape).join(',') }
        : undefined,
  });
}

/** Start of the message of an unknown-key issue; the known keys follow, separated by commas. */
export const KNOWN_KEYS_MARK = 'known keys:';
