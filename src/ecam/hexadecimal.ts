/**
 * Bytes as upper-case hexadecimal digits and back.
 *
 * @module
 */
const PAIRS: readonly string[] = Array.from({ length: 256 }, (_, byte) =>
  byte.toString(16).toUpperCase().padStart(2, '0'),
);

/** Two digits a byte, without separators. */
export function toHexadecimal(bytes: Uint8Array): string {
  let text = '';
  for (let at = 0; at < bytes.length; at += 1) text += PAIRS[bytes[at] ?? 0];
  return text;
}

/** The bytes of an even number of digits. @throws RangeError on anything else. */
export function fromHexadecimal(text: string): Uint8Array {
  if (text.length % 2 !== 0 || !/^[0-9A-Fa-f]*$/.test(text)) {
    throw new RangeError(`not an even number of hexadecimal digits: "${text}"`);
  }
  const bytes = new Uint8Array(text.length / 2);
  for (let at = 0; at < bytes.length; at += 1) {
    bytes[at] = Number.parseInt(text.slice(at * 2, at * 2 + 2), 16);
  }
  return bytes;
}
