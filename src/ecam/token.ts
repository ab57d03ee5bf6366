/**
 * Tokens: 128 random bits that stand for something held by the subsystem.
 *
 * There are two kinds, kept in separate tables: a source token stands for a definition until it is
 * executed, a polling token for the copy that the execution made. Nothing can be read from a token;
 * whether it may be used depends on the table in which it is found and on the path group that asks.
 *
 * @module
 */
import type { Random } from '../base/ports.ts';
import { fromHexadecimal, toHexadecimal } from './hexadecimal.ts';

declare const tokenBrand: unique symbol;

/** A token as the tables keep it: 32 upper-case hexadecimal digits. */
export type TokenKey = string & { readonly [tokenBrand]: 'TokenKey' };

/** Bytes of a token. */
export const TOKEN_BYTES = 16;

/** Draws a token. The port decides whether the bits can be guessed; the model never does. */
export function drawToken(random: Random): TokenKey {
  return toHexadecimal(random.bytes(TOKEN_BYTES)) as TokenKey;
}

/** The key of a token that came in a message. */
export function tokenKey(token: Uint8Array): TokenKey {
  return toHexadecimal(token) as TokenKey;
}

/** The bytes of a token, for an answer. */
export function tokenBytes(key: TokenKey): Uint8Array {
  return fromHexadecimal(key);
}
