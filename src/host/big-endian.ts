/**
 * Big-endian numbers inside host structures. Reads past the end give zeros, so that a parser of
 * damaged content meets an odd value and says so instead of crashing.
 *
 * @module
 */

/** Unsigned 16-bit number at `offset`. */
export function readHalfword(bytes: Uint8Array, offset: number): number {
  return ((bytes[offset] ?? 0) << 8) | (bytes[offset + 1] ?? 0);
}

/** Unsigned 24-bit number at `offset`. */
export function readThreeBytes(bytes: Uint8Array, offset: number): number {
  return (readHalfword(bytes, offset) << 8) | (bytes[offset + 2] ?? 0);
}

/** Unsigned 32-bit number at `offset`. */
export function readWord(bytes: Uint8Array, offset: number): number {
  return ((readHalfword(bytes, offset) << 16) | readHalfword(bytes, offset + 2)) >>> 0;
}

/** Stores the low 16 bits of `value`. */
export function writeHalfword(bytes: Uint8Array, offset: number, value: number): void {
  bytes[offset] = value >>> 8;
  bytes[offset + 1] = value;
}

/** Stores the low 24 bits of `value`. */
export function writeThreeBytes(bytes: Uint8Array, offset: number, value: number): void {
  bytes[offset] = value >>> 16;
  writeHalfword(bytes, offset + 1, value);
}

/** Stores the low 32 bits of `value`. */
export function writeWord(bytes: Uint8Array, offset: number, value: number): void {
  writeHalfword(bytes, offset, value >>> 16);
  writeHalfword(bytes, offset + 2, value);
}

/** Whether all bytes of the range are zero. */
export function isAllZero(bytes: Uint8Array, offset = 0, end = bytes.length): boolean {
  for (let at = offset; at < end; at += 1) {
    if (bytes[at] !== 0) return false;
  }
  return true;
}

/** Whether two byte strings are equal. */
export function sameBytes(one: Uint8Array, other: Uint8Array): boolean {
  if (one.length !== other.length) return false;
  for (let at = 0; at < one.length; at += 1) {
    if (one[at] !== other[at]) return false;
  }
  return true;
}
