/**
 * Track addresses: cylinder and head to track index and back, and the 4-byte CCHH form with its
 * 28-bit cylinders.
 *
 * On an extended address volume the CCHH word is `CCCCcccH`: the low 16 bits of the cylinder, then its
 * high 12 bits and 4 bits of head (docs/sources.md, S-12). Never compare such words as numbers;
 * decode first.
 *
 * @module
 */
import { CYLINDER_COUNT_MAX, HEAD_COUNT_MAX } from '../base/limits.ts';
import { type TrackIndex, trackIndex } from '../base/units.ts';

/** Cylinder and head of a track. */
export interface TrackAddress {
  readonly cylinder: number;
  readonly head: number;
}

/** First cylinder that does not fit 16 bits. */
const EXTENDED_CYLINDER = 0x1_0000;

/** Track index of a cylinder and head. @throws RangeError when out of the model's bounds. */
export function toTrackIndex(address: TrackAddress, headCount: number): TrackIndex {
  checkAddress(address.cylinder, address.head);
  if (address.head >= headCount) {
    throw new RangeError(`head must be below ${headCount}, got ${address.head}`);
  }
  return trackIndex(address.cylinder * headCount + address.head);
}

/** Cylinder and head of a track index. */
export function toTrackAddress(track: TrackIndex, headCount: number): TrackAddress {
  return { cylinder: Math.floor(track / headCount), head: track % headCount };
}

/** The CCHH word as an unsigned 32-bit number, big-endian when stored. */
export function encodeCchh(cylinder: number, head: number): number {
  checkAddress(cylinder, head);
  if (cylinder >= EXTENDED_CYLINDER && head > 15) {
    throw new RangeError(`head must be below 16 beyond cylinder 65,535, got ${head}`);
  }
  const high = cylinder >= EXTENDED_CYLINDER ? Math.floor(cylinder / EXTENDED_CYLINDER) << 4 : 0;
  return (((cylinder & 0xffff) << 16) | high | head) >>> 0;
}

/**
 * Cylinder and head of a CCHH word.
 *
 * @param headCount - Heads of the device. Devices of more than 15 heads never have 28-bit
 * cylinders, and their heads need the fifth bit.
 */
export function decodeCchh(cchh: number, headCount: number): TrackAddress {
  const low = cchh >>> 16;
  const rest = cchh & 0xffff;
  if (headCount > 15) return { cylinder: low, head: rest };
  return { cylinder: (rest >>> 4) * EXTENDED_CYLINDER + low, head: rest & 0xf };
}

/** `cylinder/head` for people. */
export function formatAddress(address: TrackAddress): string {
  return `${address.cylinder}/${address.head}`;
}

function checkAddress(cylinder: number, head: number): void {
  if (!Number.isSafeInteger(cylinder) || cylinder < 0 || cylinder >= CYLINDER_COUNT_MAX) {
    throw new RangeError(`cylinder must be 0 to ${CYLINDER_COUNT_MAX - 1}, got ${cylinder}`);
  }
  if (!Number.isSafeInteger(head) || head < 0 || head >= HEAD_COUNT_MAX) {
    throw new RangeError(`head must be 0 to ${HEAD_COUNT_MAX - 1}, got ${head}`);
  }
}
