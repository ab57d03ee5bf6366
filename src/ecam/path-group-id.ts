/**
 * Names of path groups: the eleven bytes by which a host makes itself known on every channel path.
 *
 * The channel tells the subsystem from which path group a message comes; a message never says so
 * itself (docs/messages.md, "Who is asking").
 *
 * @module
 */
import { fromHexadecimal, toHexadecimal } from './hexadecimal.ts';

declare const pathGroupBrand: unique symbol;

/** A path group: eleven bytes as 22 upper-case hexadecimal digits. */
export type PathGroupId = string & { readonly [pathGroupBrand]: 'PathGroupId' };

/** Bytes of a path group id, as set path group id carries it. */
const PATH_GROUP_ID_BYTES = 11;

/** Brands a path group id. @throws RangeError when it is not 22 hexadecimal digits. */
export function pathGroupId(text: string): PathGroupId {
  const digits = text.toUpperCase();
  if (!/^[0-9A-F]{22}$/.test(digits)) {
    throw new RangeError(`a path group id has 22 hexadecimal digits, got "${text}"`);
  }
  return digits as PathGroupId;
}

/** The id that stands in eleven bytes. */
export function pathGroupIdOf(bytes: Uint8Array): PathGroupId {
  return pathGroupId(toHexadecimal(bytes));
}

/** The eleven bytes of an id. */
export function pathGroupIdBytes(id: PathGroupId): Uint8Array {
  return fromHexadecimal(id);
}

/**
 * The id of a host by its name.
 *
 * Real hosts use processor address, serial, model and the time of their start. A modelled host has
 * a name only: names up to eleven bytes are padded with zeros, so that they can be read in a dump;
 * longer ones keep three bytes and are told apart by a 64-bit hash of the rest (our choice).
 */
export function pathGroupIdOfHost(hostName: string): PathGroupId {
  const name = new TextEncoder().encode(hostName);
  const bytes = new Uint8Array(PATH_GROUP_ID_BYTES);
  if (name.length <= PATH_GROUP_ID_BYTES) {
    bytes.set(name);
  } else {
    bytes.set(name.subarray(0, 3));
    let hash = 0xcbf2_9ce4_8422_2325n;
    for (const byte of name) hash = BigInt.asUintN(64, (hash ^ BigInt(byte)) * 0x100_0000_01b3n);
    new DataView(bytes.buffer).setBigUint64(3, hash);
  }
  return pathGroupIdOf(bytes);
}
