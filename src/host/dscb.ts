/**
 * What all data set control blocks share: 140 bytes on the volume as a key of 44 and data of 96,
 * with the format's id at offset 44. Offsets in this folder include the key.
 *
 * @module
 */

/** Key bytes of a DSCB. */
export const DSCB_KEY_BYTES = 44;
/** Data bytes of a DSCB. */
export const DSCB_DATA_BYTES = 96;
/** Key and data together. */
export const DSCB_BYTES = DSCB_KEY_BYTES + DSCB_DATA_BYTES;
/** Offset of the pointer to the next DSCB in formats 1, 3, 5, 7, 8 and 9. */
export const NEXT_POINTER_OFFSET = 135;

/** Ids of the formats. Format 0, a free slot, is all zeros. */
export const DSCB_ID = Object.freeze({
  free: 0x00,
  format1: 0xf1,
  format2: 0xf2,
  format3: 0xf3,
  format4: 0xf4,
  format5: 0xf5,
  format6: 0xf6,
  format7: 0xf7,
  format8: 0xf8,
  format9: 0xf9,
});

/** The id byte of a DSCB. */
export function dscbId(bytes: Uint8Array): number {
  return bytes[DSCB_KEY_BYTES] ?? 0;
}

/** Whether the DSCB describes a data set: format 1 or 8. */
export function isDataSetDscb(bytes: Uint8Array): boolean {
  const id = dscbId(bytes);
  return id === DSCB_ID.format1 || id === DSCB_ID.format8;
}
