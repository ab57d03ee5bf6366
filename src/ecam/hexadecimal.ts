/**
 * Bytes as upper-case hexadecimal digits and back.
 *
 * @module
 */
/** Value of each digit by its character code; 16 for everything else. */
const VALUES = Uint8Array.from({ length: 128 }, (_, code) => {
  const at = '0123456789ABCDEF'.indexOf(String.fromCharCode(code).toUpperCase());
  return at < 0 ? 16 : at;
});

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
  const bytes = new Uint8Array(text.length >>> 1);
  let isDigits = text.length % 2 === 0;
  for (let at = 0; at < bytes.length; at += 1) {
    const high = VALUES[text.charCodeAt(2 * at)] ?? 16;
    const low = VALUES[text.charCodeAt(2 * at + 1)] ?? 16;
    isDigits &&= high < 16 && low < 16;
    bytes[at] = (high << 4) | low;
  }
  if (!isDigits) throw new RangeError(`not an even number of hexadecimal digits: "${text}"`);
  return bytes;
}
