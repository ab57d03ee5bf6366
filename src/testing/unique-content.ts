/**
 * Contents that tell by themselves which write they come from.
 *
 * @module
 */

/** Bytes of the serial number that leads every content. */
export const SERIAL_BYTES = 4;

/** Contents that are all different: a serial number, then bytes that follow from it. */
export function uniqueBytes(serial: number, lengthBytes: number): Uint8Array {
  const bytes = new Uint8Array(lengthBytes);
  for (let at = 0; at < lengthBytes; at += 1) {
    bytes[at] = at < SERIAL_BYTES ? serial >>> (8 * (SERIAL_BYTES - 1 - at)) : serial * 7 + at;
  }
  return bytes;
}
