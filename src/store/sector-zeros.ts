/**
 * Where what is filled with zeros begins.
 *
 * @module
 */
import { SECTOR_BYTES } from '../media/logical-cylinder.ts';

/** Sectors compared at once. */
const STRIDE_SECTORS = 32;
const ZEROS = Buffer.alloc(STRIDE_SECTORS * SECTOR_BYTES);

/** The sector behind the last one from `first` up to `end` that holds any other byte than 0. */
export function endOfContent(buffer: Uint8Array, first: number, end: number): number {
  let at = end;
  while (at - first >= STRIDE_SECTORS && isZero(buffer, at - STRIDE_SECTORS, STRIDE_SECTORS)) {
    at -= STRIDE_SECTORS;
  }
  while (at > first && isZero(buffer, at - 1, 1)) at -= 1;
  return at;
}

function isZero(buffer: Uint8Array, sector: number, sectors: number): boolean {
  const bytes = sectors * SECTOR_BYTES;
  const part = Buffer.from(buffer.buffer, buffer.byteOffset + sector * SECTOR_BYTES, bytes);
  return part.equals(ZEROS.subarray(0, bytes));
}
