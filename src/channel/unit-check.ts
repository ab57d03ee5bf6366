/**
 * Unit check with sense: how a control unit tells a host that a track cannot be read any more.
 *
 * The sense bytes come with the ending status (concurrent sense), so that no second channel program is
 * needed to fetch them. 32 bytes in the 24-byte compatible form of the 3990 (docs/sources.md, S-16):
 *
 * | byte | content |
 * | --- | --- |
 * | 0 | X'08' data check |
 * | 1 | X'80' permanent error: trying again does not help |
 * | 5, 6 | low 8 bits of the cylinder; its high 4 bits, and the head. X'FFFF' on devices of more than 4,095 cylinders |
 * | 7 | X'40' format 4, data check without displacement; message 0, home address area: nothing of the track is left |
 * | 8 to 12 | CCHHR of the record in error; R is 0, the whole track |
 * | 27 | X'80' the bytes are in the 24-byte form |
 * | 29 to 31 | cylinder, head |
 *
 * All others are 0.
 *
 * @module
 */
import type { Refusal } from '../base/refusal.ts';
import { encodeCchh, type TrackAddress } from '../geometry/address.ts';

/** Bytes of sense of a 3990. */
export const SENSE_BYTES = 32;

/** Channel end, device end and unit check. */
const UNIT_STATUS = 0x0e;
const DATA_CHECK = 0x08;
const PERMANENT_ERROR = 0x80;
const FORMAT_4 = 0x40;
const COMPATIBLE_FORM = 0x80;
/** Cylinders above which bytes 5 and 6 have no room for an address. */
const SHORT_CYLINDERS_MAX = 4_095;

/** A refusal that ended a chain with unit check. */
export interface UnitCheck extends Refusal {
  /** Unit status byte of the ending status. */
  readonly unitStatus: number;
  /** Sense bytes, as the table of the module. */
  readonly sense: Uint8Array;
}

/** Whether a refused channel program ended with unit check and has sense. */
export function isUnitCheck(refusal: Refusal): refusal is UnitCheck {
  return 'sense' in refusal;
}

/** The refusal of a read as unit check, if its reason is one of the medium: permanent error, data check. */
export function asUnitCheck(refusal: Refusal, at: TrackAddress, cylinders: number): Refusal {
  if (refusal.code !== 'TRACK_LOST' && refusal.code !== 'CHECKSUM_MISMATCH') return refusal;
  const check: UnitCheck = {
    ...refusal,
    unitStatus: UNIT_STATUS,
    sense: permanentDataCheck(at, cylinders),
  };
  return Object.freeze(check);
}

function permanentDataCheck({ cylinder, head }: TrackAddress, cylinders: number): Uint8Array {
  const sense = new Uint8Array(SENSE_BYTES);
  const view = new DataView(sense.buffer);
  sense[0] = DATA_CHECK;
  sense[1] = PERMANENT_ERROR;
  view.setUint16(5, 0xffff);
  if (cylinders <= SHORT_CYLINDERS_MAX) {
    view.setUint16(5, ((cylinder & 0xff) << 8) | ((cylinder >>> 8) << 4) | head);
  }
  sense[7] = FORMAT_4;
  view.setUint32(8, encodeCchh(cylinder, head));
  sense[27] = COMPATIBLE_FORM;
  view.setUint16(29, cylinder & 0xffff);
  sense[31] = head;
  return sense;
}
