/**
 * EBCDIC text: code page 037 (labels, data sets) and its relative 1047 (open systems services).
 *
 * Both pages hold the 256 characters of ISO 8859-1, so that text survives a round trip. Code page
 * 1047 is 037 with three pairs exchanged: ^ and ¬, [ and Ý, ] and ¨. The table
 * below is 037 as IBM publishes it, in order of its code points.
 *
 * @module
 */

/** A single-byte EBCDIC code page. */
export type CodePage = '037' | '1047';

/** ISO 8859-1 code of each EBCDIC code point 00 to FF of code page 037. */
const LATIN_OF_037 = [
  '000102039c09867f978d8e0b0c0d0e0f101112139d8508871819928f1c1d1e1f',
  '80818283840a171b88898a8b8c050607909116939495960498999a9b14159e1a',
  '20a0e2e4e0e1e3e5e7f1a22e3c282b7c26e9eaebe8edeeefecdf21242a293bac',
  '2d2fc2c4c0c1c3c5c7d1a62c255f3e3ff8c9cacbc8cdcecfcc603a2340273d22',
  'd8616263646566676869abbbf0fdfeb1b06a6b6c6d6e6f707172aabae6b8c6a4',
  'b57e737475767778797aa1bfd0dddeae5ea3a5b7a9a7b6bcbdbe5b5dafa8b4d7',
  '7b414243444546474849adf4f6f2f3f57d4a4b4c4d4e4f505152b9fbfcf9faff',
  '5cf7535455565758595ab2d4d6d2d3d530313233343536373839b3dbdcd9da9f',
].join('');

/** Code points that 1047 exchanges against 037. */
const EXCHANGED_IN_1047: readonly (readonly [number, number])[] = [
  [0x5f, 0xb0],
  [0xad, 0xba],
  [0xbb, 0xbd],
];

/** The EBCDIC blank. */
export const EBCDIC_BLANK = 0x40;
/** What stands for a character that the code page lacks: the EBCDIC substitute control. */
const SUBSTITUTE = 0x3f;

interface Tables {
  readonly toLatin: Uint8Array;
  readonly toEbcdic: Uint8Array;
}

function makeTables(page: CodePage): Tables {
  const toLatin = new Uint8Array(256);
  for (let at = 0; at < 256; at += 1) {
    toLatin[at] = Number.parseInt(LATIN_OF_037.slice(2 * at, 2 * at + 2), 16);
  }
  if (page === '1047') {
    for (const [one, other] of EXCHANGED_IN_1047) {
      const kept = toLatin[one] ?? 0;
      toLatin[one] = toLatin[other] ?? 0;
      toLatin[other] = kept;
    }
  }
  const toEbcdic = new Uint8Array(256);
  for (const [ebcdic, latin] of toLatin.entries()) toEbcdic[latin] = ebcdic;
  return { toLatin, toEbcdic };
}

const TABLES: Readonly<Record<CodePage, Tables>> = {
  '037': makeTables('037'),
  '1047': makeTables('1047'),
};

/** The text of EBCDIC bytes. Every byte is a character; nothing is trimmed. */
export function ebcdicToText(bytes: Uint8Array, page: CodePage = '037'): string {
  const { toLatin } = TABLES[page];
  let text = '';
  for (const byte of bytes) text += String.fromCharCode(toLatin[byte] ?? 0);
  return text;
}

/**
 * EBCDIC bytes of a text. Characters beyond ISO 8859-1 become the substitute character X'3F'.
 *
 * @param length - Length to which the text is cut or filled with blanks; its own when left out.
 */
export function textToEbcdic(text: string, length?: number, page: CodePage = '037'): Uint8Array {
  const { toEbcdic } = TABLES[page];
  const bytes = new Uint8Array(length ?? text.length).fill(EBCDIC_BLANK);
  const used = Math.min(bytes.length, text.length);
  for (let at = 0; at < used; at += 1) {
    const code = text.charCodeAt(at);
    bytes[at] = code < 256 ? (toEbcdic[code] ?? SUBSTITUTE) : SUBSTITUTE;
  }
  return bytes;
}

/** The text of a fixed-length field: trailing blanks and zeros do not belong to it. */
export function fieldText(bytes: Uint8Array, offset: number, length: number): string {
  let end = Math.min(offset + length, bytes.length);
  while (end > offset && (bytes[end - 1] === EBCDIC_BLANK || bytes[end - 1] === 0)) end -= 1;
  return ebcdicToText(bytes.subarray(offset, end));
}

/** Stores a text into a fixed-length field, filled with blanks. */
export function writeFieldText(
  bytes: Uint8Array,
  offset: number,
  length: number,
  text: string,
): void {
  bytes.set(textToEbcdic(text, length), offset);
}
