/**
 * Plain data: what JSON and MessagePack can carry without loss.
 *
 * @module
 */

/** Plain data. */
export type Plain =
  | string
  | number
  | boolean
  | null
  | readonly Plain[]
  | { readonly [key: string]: Plain };
