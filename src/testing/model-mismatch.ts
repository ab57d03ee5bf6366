/**
 * What a session throws when an engine and its twin disagree.
 *
 * @module
 */

/** An engine that does not do what the twin does. */
export class ModelMismatch extends Error {
  override readonly name = 'ModelMismatch';
}

/** @throws ModelMismatch always. */
export function mismatch(text: string): never {
  throw new ModelMismatch(text);
}
