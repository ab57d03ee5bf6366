import { describe, expect, test } from 'vitest';
import {
  type CodePage,
  EBCDIC_BLANK,
  ebcdicToText,
  fieldText,
  textToEbcdic,
} from '../../../src/host/ebcdic.ts';

const ALL = Uint8Array.from({ length: 256 }, (_, at) => at);
const PAGES: readonly CodePage[] = ['037', '1047'];

describe('EBCDIC', () => {
  test.each(PAGES)(
    'code page %s holds each ISO 8859-1 character once, and goes there and back',
    (page) => {
      const text = ebcdicToText(ALL, page);
      expect(new Set(text).size).toBe(256);
      expect(Math.max(...Array.from(text, (one) => one.charCodeAt(0)))).toBe(255);
      expect(textToEbcdic(text, undefined, page)).toEqual(ALL);
    },
  );

  test('037 has the published code points', () => {
    const points: readonly (readonly [number, string])[] = [
      [0x40, ' '],
      [0x4b, '.'],
      [0x4c, '<'],
      [0x4f, '|'],
      [0x50, '&'],
      [0x5a, '!'],
      [0x5b, '$'],
      [0x5f, '¬'],
      [0x61, '/'],
      [0x6d, '_'],
      [0x7b, '#'],
      [0x7c, '@'],
      [0x7f, '"'],
      [0x81, 'a'],
      [0xa9, 'z'],
      [0xb0, '^'],
      [0xba, '['],
      [0xbb, ']'],
      [0xc0, '{'],
      [0xc1, 'A'],
      [0xd1, 'J'],
      [0xe0, '\\'],
      [0xe2, 'S'],
      [0xe9, 'Z'],
      [0xf0, '0'],
      [0xf9, '9'],
      [0x05, '\t'],
      [0x25, '\n'],
      [0x15, '\u0085'],
      [0x0d, '\r'],
      [0x4a, '¢'],
      [0xb1, '£'],
      [0xfc, 'Ü'],
    ];
    for (const [code, character] of points) {
      expect(ebcdicToText(Uint8Array.of(code))).toBe(character);
    }
  });

  test('1047 differs from 037 in the six published places', () => {
    const differing = [...ALL].filter(
      (code) =>
        ebcdicToText(Uint8Array.of(code), '037') !== ebcdicToText(Uint8Array.of(code), '1047'),
    );
    expect(differing).toEqual([0x5f, 0xad, 0xb0, 0xba, 0xbb, 0xbd]);
    expect(ebcdicToText(Uint8Array.of(0xad, 0xbd, 0x5f, 0xb0, 0xba, 0xbb), '1047')).toBe('[]^¬Ý¨');
  });

  test('texts are cut or filled with blanks, and what the page lacks becomes a substitute', () => {
    expect([...textToEbcdic('AB', 4)]).toEqual([0xc1, 0xc2, EBCDIC_BLANK, EBCDIC_BLANK]);
    expect([...textToEbcdic('ABC', 2)]).toEqual([0xc1, 0xc2]);
    expect([...textToEbcdic('A€')]).toEqual([0xc1, 0x3f]);
  });

  test('a field loses trailing blanks and zeros and nothing else', () => {
    const bytes = Uint8Array.of(0xc1, 0x40, 0xc2, 0x40, 0x00, 0xc3);
    expect(fieldText(bytes, 0, 5)).toBe('A B');
    expect(fieldText(bytes, 0, 99)).toBe('A B \0C');
    expect(fieldText(bytes, 3, 2)).toBe('');
  });
});
