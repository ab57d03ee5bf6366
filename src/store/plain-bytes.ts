/**
 * Plain data as bytes: MessagePack with its options pinned, for everything in a store that has no
 * layout of its own.
 *
 * @module
 */
import { Packr } from 'msgpackr/pack';
import { Unpackr } from 'msgpackr/unpack';
import type { Plain } from '../base/kept-state.ts';

/** No record structures: what was packed says all of itself, whoever reads it. */
const PACKING = {
  useRecords: false,
  mapsAsObjects: true,
  moreTypes: false,
  structuredClone: false,
  copyBuffers: true,
} as const;
const packer = new Packr(PACKING);
const unpacker = new Unpackr(PACKING);

/** The bytes of plain data, of the caller's own. */
export function packPlain(value: unknown): Uint8Array {
  // The slice of a Buffer would be a view.
  return new Uint8Array(packer.pack(value));
}

/** @throws Error when the bytes are no MessagePack. */
export function unpackPlain(bytes: Uint8Array): unknown {
  // Of a Buffer, byte strings would come out as Buffers, whose slices are views.
  return unpacker.unpack(new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length));
}

/** Whether two pieces of plain data are the same. Every commit asks this of every figure. */
export function samePlain(one: Plain | undefined, other: Plain | undefined): boolean {
  if (Object.is(one, other)) return true;
  if (typeof one !== 'object' || typeof other !== 'object' || one === null || other === null) {
    return false;
  }
  if (one instanceof Uint8Array || other instanceof Uint8Array) {
    if (!(one instanceof Uint8Array && other instanceof Uint8Array)) return false;
    return one.length === other.length && one.every((byte, at) => byte === other[at]);
  }
  if (Array.isArray(one) !== Array.isArray(other)) return false;
  const left = one as { readonly [name: string]: Plain };
  const right = other as { readonly [name: string]: Plain };
  // Plain data has no names but its own.
  let more = 0;
  for (const name in left) {
    if (!(name in right && samePlain(left[name], right[name]))) return false;
    more += 1;
  }
  for (const _ in right) more -= 1;
  return more === 0;
}
