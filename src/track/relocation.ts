/**
 * Relocation: a stored track shown at another address.
 *
 * A pointer copy may place a track elsewhere (another extent, another device). Its stored bytes never
 * change; on the way out the home address and record 0 take the new address, and so does every count
 * that equals the stored home address. Other counts stay: they are somebody's deliberate oddity
 * (minidisk images, IPL records). The overflow flag, top bit of a count's cylinder, is ignored in the
 * comparison and kept.
 *
 * @module
 */
import {
  COUNT_BYTES,
  FIRST_RECORD_OFFSET,
  HOME_ADDRESS_BYTES,
  homeCchh,
  isEndMarker,
} from './track-image.ts';

/** Top bit of a count's cylinder: the record overflows onto the next track. */
const OVERFLOW = 0x8000_0000;

/**
 * The track as seen at `cchh`.
 *
 * @param stored - A valid track; never modified.
 * @returns `stored` itself when it already lives there, otherwise a changed copy.
 */
export function relocateTrack(stored: Uint8Array, cchh: number): Uint8Array {
  const from = homeCchh(stored);
  if (from === cchh) return stored;
  const moved = stored.slice();
  const view = new DataView(moved.buffer, moved.byteOffset, moved.byteLength);
  view.setUint32(1, cchh);
  view.setUint32(HOME_ADDRESS_BYTES, cchh);
  // Beyond cylinder 32,767 the top bit belongs to the address, and no device there overflows.
  const mayOverflow = from < OVERFLOW && cchh < OVERFLOW;
  let at = FIRST_RECORD_OFFSET;
  while (!isEndMarker(moved, at)) {
    const count = view.getUint32(at);
    if (count === from) view.setUint32(at, cchh);
    else if (mayOverflow && count === from + OVERFLOW) view.setUint32(at, cchh + OVERFLOW);
    at += COUNT_BYTES + view.getUint8(at + 5) + view.getUint16(at + 6);
  }
  return moved;
}
