import { describe, expect, it } from 'vitest';
import { MESSAGE_BYTES_MAX } from '../../../src/base/limits.ts';
import {
  ANSWER_BYTES_MAX,
  decodeAnswer,
  decodeRequest,
  encodeAnswer,
  encodeRequest,
  FRAME_BYTES,
} from '../../../src/ecam/codec.ts';
import { fromHexadecimal, toHexadecimal } from '../../../src/ecam/hexadecimal.ts';
import { ANSWER_FORMS, REQUEST_FORMS, SHARED_STRUCTURES } from '../../../src/ecam/message-forms.ts';
import type { EcamRequest } from '../../../src/ecam/messages.ts';
import { SAMPLE_ANSWERS, SAMPLE_REQUESTS, SAMPLE_TOKEN } from './sample-messages.ts';

/** A frame around a payload given in hexadecimal, with a right length. */
function framed(kind: number, payload: string): Uint8Array {
  const bytes = fromHexadecimal(payload.replaceAll(' ', ''));
  const frame = fromHexadecimal('C5C30200 00000000'.replaceAll(' ', ''));
  frame[3] = kind;
  new DataView(frame.buffer).setUint32(4, bytes.length);
  return Uint8Array.from([...frame, ...bytes]);
}

const TOKEN_HEX = toHexadecimal(SAMPLE_TOKEN);
const INQUIRY = encodeRequest({ kind: 'statusInquiry', pollingToken: SAMPLE_TOKEN });

describe('a message', () => {
  it.each(SAMPLE_REQUESTS.map((request) => [request.kind, request] as const))(
    'goes over the wire and back: %s',
    (_kind, request) => {
      expect(decodeRequest(encodeRequest(request))).toEqual({ kind: 'done', value: request });
    },
  );

  it.each(SAMPLE_ANSWERS.map((answer) => [answer.kind, answer] as const))(
    'goes over the wire and back: %s',
    (_kind, answer) => {
      expect(decodeAnswer(encodeAnswer(answer))).toEqual(answer);
    },
  );

  it('has an example of every kind', () => {
    const kinds = (messages: readonly { kind: string }[]) => new Set(messages.map((m) => m.kind));
    expect(kinds(SAMPLE_REQUESTS)).toEqual(new Set(Object.keys(REQUEST_FORMS)));
    expect(kinds(SAMPLE_ANSWERS)).toEqual(new Set(Object.keys(ANSWER_FORMS)));
  });

  it('has the same bytes whatever the order of its fields and whatever else stands there', () => {
    const bytes = encodeRequest({ kind: 'queryDevice', device: 7, from: 2 });
    const mixed = { surplus: 1, from: 2, device: 7, kind: 'queryDevice' } as EcamRequest;
    expect(encodeRequest(mixed)).toEqual(bytes);
    expect(toHexadecimal(bytes)).toBe('C5C3020500000004540702C0');
  });

  it('does not depend on the messages before it', () => {
    const first = SAMPLE_REQUESTS.map((request) => toHexadecimal(encodeRequest(request)));
    for (const answer of SAMPLE_ANSWERS) encodeAnswer(answer);
    expect(SAMPLE_REQUESTS.map((request) => toHexadecimal(encodeRequest(request)))).toEqual(first);
  });

  it('keeps nothing of the buffer that it was decoded from', () => {
    const bytes = INQUIRY.slice();
    const decoded = decodeRequest(bytes);
    bytes.fill(0);
    expect(decoded).toMatchObject({ value: { pollingToken: SAMPLE_TOKEN } });
  });
});

describe('record structures', () => {
  it('are told apart by id and by fields, and fit one byte', () => {
    const fields = SHARED_STRUCTURES.map((names) => names.join());
    expect(SHARED_STRUCTURES.length).toBeLessThanOrEqual(32);
    const present = Object.values(fields);
    expect(new Set(present).size).toBe(present.length);
  });
});

describe('a malformed request is refused', () => {
  const refusedAs = (bytes: Uint8Array) => {
    const decoded = decodeRequest(bytes);
    return decoded.kind === 'refused' ? decoded.code : decoded;
  };

  it('when it is cut off anywhere', () => {
    for (const request of SAMPLE_REQUESTS) {
      const bytes = encodeRequest(request);
      for (let length = 0; length < bytes.length; length += 1) {
        expect(refusedAs(bytes.subarray(0, length))).toBe('MESSAGE_MALFORMED');
        if (length < FRAME_BYTES) continue;
        // And when the frame tells the shorter length.
        const shortened = bytes.slice(0, length);
        new DataView(shortened.buffer).setUint32(4, length - FRAME_BYTES);
        expect(refusedAs(shortened)).toBe('MESSAGE_MALFORMED');
      }
    }
  });

  it('when bytes follow it, inside or outside of the frame', () => {
    expect(refusedAs(Uint8Array.from([...INQUIRY, 0]))).toBe('MESSAGE_MALFORMED');
    expect(refusedAs(framed(3, `52 C410${TOKEN_HEX} C0 C0`))).toBe('MESSAGE_MALFORMED');
  });

  it('when it is too long, or says so', () => {
    expect(refusedAs(new Uint8Array(MESSAGE_BYTES_MAX + 1))).toBe('MESSAGE_TOO_LARGE');
    const liar = INQUIRY.slice();
    new DataView(liar.buffer).setUint32(4, 0xffff_ffff);
    expect(refusedAs(liar)).toBe('MESSAGE_TOO_LARGE');
    expect(ANSWER_BYTES_MAX).toBeGreaterThan(MESSAGE_BYTES_MAX);
  });

  it.each([0, 1, 3, 0x81, 0xff])('when its version is %i', (version) => {
    const bytes = INQUIRY.slice();
    bytes[2] = version;
    expect(refusedAs(bytes)).toBe('MESSAGE_VERSION_UNKNOWN');
  });

  it.each([0, 9, 0x40, 0x81, 0xff])('when its kind is %i', (kind) => {
    const bytes = INQUIRY.slice();
    bytes[3] = kind;
    expect(refusedAs(bytes)).toBe('MESSAGE_KIND_UNKNOWN');
  });

  it('when it is another kind of record than its frame says', () => {
    const bytes = INQUIRY.slice();
    bytes[3] = 4;
    expect(refusedAs(bytes)).toBe('MESSAGE_MALFORMED');
  });

  it('when its mark is wrong', () => {
    expect(refusedAs(framed(3, '').fill(0, 0, 1))).toBe('MESSAGE_MALFORMED');
  });

  it.each([
    ['a token of 15 bytes', 3, `52 C40F${TOKEN_HEX.slice(2)} C0`],
    ['a token of 17 bytes', 3, `52 C411${TOKEN_HEX}00 C0`],
    ['a token as text', 3, `52 B0${TOKEN_HEX} C0`],
    ['a number where true or false stands', 3, `52 C410${TOKEN_HEX} 01`],
    ['a field too few', 3, `52 C410${TOKEN_HEX}`],
    ['a field too many', 3, `52 C410${TOKEN_HEX} C0 C0`],
    ['a map instead of a record', 3, `82 A170C410${TOKEN_HEX} A164C0`],
    ['a map that would change prototypes', 5, '81 A95F5F70726F746F5F5F 80'],
    ['an unused record id', 5, '5F 07 C0 C0'],
    ['a device number beyond FFFF', 5, '54 CE00010000 C0 C0'],
    ['a negative number', 5, '54 FF C0 C0'],
    ['a fraction', 5, '54 CB3FF8000000000000 C0 C0'],
    ['not a number', 5, '54 CB7FF8000000000000 C0 C0'],
    ['infinity', 5, '54 CB7FF0000000000000 C0 C0'],
    ['a small number as float', 5, '54 CB401C000000000000 C0 C0'],
    ['a 32-bit float', 5, '54 CA40E00000 C0 C0'],
    ['a 64-bit integer', 5, '54 CF0000000000000007 C0 C0'],
    ['a number cut short', 5, '54 CE0000'],
    ['an extension type', 5, '54 D40100 C0 C0'],
    ['a date', 5, '54 D6FF00000000 C0 C0'],
    ['a set', 5, '54 D4730090 C0 C0'],
    ['a regular expression', 5, '54 D47800 92A12EA0'],
    ['a reference to itself', 5, '54 D66900000001 90'],
    ['a record definition that replaces a shared one', 5, 'D47214 92A661A162 07 C0 C0'],
    ['bundled strings', 5, 'D66200000010 54'],
    ['the byte that is never used', 5, '54 C1 C0 C0'],
    ['a list longer than the message', 2, '51 DDFFFFFFFF'],
    ['a list longer than allowed', 2, '51 DC0401'],
    ['an empty list', 2, '51 90'],
    ['a list of the wrong thing', 2, '51 91 07'],
    ['nesting', 2, `51 ${'91'.repeat(2000)} 90`],
    ['nesting from the start', 2, '91'.repeat(2000)],
    ['text longer than the message', 2, '51 91 DBFFFFFFFF'],
    ['bytes longer than the message', 2, '51 91 C6FFFFFFFF'],
    ['nothing', 6, ''],
    ['nil', 6, 'C0'],
  ])('for %s', (_what, kind, payload) => {
    expect(refusedAs(framed(kind, payload))).toBe('MESSAGE_MALFORMED');
  });

  const definition = SAMPLE_REQUESTS[0] as EcamRequest & { kind: 'sourceDefinition' };
  it.each([
    ['a label of 65 characters', { label: 'x'.repeat(65) }],
    ['a label with a control character', { label: 'a\nb' }],
    ['a label outside of ASCII', { label: 'né' }],
    ['an empty volume serial', { source: { device: 1, volser: '' } }],
    ['a volume serial of 7', { source: { device: 1, volser: 'TOOLONG' } }],
    ['an extent of no tracks', { extents: [{ sourceFirst: 0, targetFirst: 0, trackCount: 0 }] }],
    [
      'a track beyond any device',
      { extents: [{ sourceFirst: 40_000_000, targetFirst: 0, trackCount: 1 }] },
    ],
    ['ordinal 0', { series: { id: 'a', ordinal: 0, of: 1 } }],
    ['a nameless data set', { dataSets: [{ name: '', extents: [] }] }],
    ['a data set name of 45', { dataSets: [{ name: 'X'.repeat(45), extents: [] }] }],
    ['an unknown kind of copy', { copy: 'foreground' }],
    ['a missing flag', { wholeDevice: undefined }],
    ['text where a number stands', { target: { device: '0A81' } }],
  ])('for %s', (_what, change) => {
    const bytes = encodeRequest({ ...definition, ...change } as EcamRequest);
    expect(refusedAs(bytes)).toBe('MESSAGE_MALFORMED');
  });

  it('with the field and the byte at which it stops making sense', () => {
    const extents = [definition.extents[0], { sourceFirst: 1, targetFirst: 2, trackCount: 0 }];
    const decoded = decodeRequest(encodeRequest({ ...definition, extents } as EcamRequest));
    expect(decoded).toMatchObject({
      what: 'sourceDefinition.extents[1].trackCount at byte 33 is 0, not 1 to 35460180',
    });
  });

  it('and hostile bytes leave the shared records as they were', () => {
    const before = toHexadecimal(INQUIRY);
    decodeRequest(framed(3, 'D47212 92A161A162 07 C0'));
    expect(decodeRequest(INQUIRY)).toMatchObject({ value: { pollingToken: SAMPLE_TOKEN } });
    expect(
      toHexadecimal(encodeRequest({ kind: 'statusInquiry', pollingToken: SAMPLE_TOKEN })),
    ).toBe(before);
    expect(Object.keys(Object.prototype)).toEqual([]);
  });
});

describe('an answer', () => {
  it('that is no answer comes out as a refusal', () => {
    expect(decodeAnswer(INQUIRY)).toMatchObject({ kind: 'refused', code: 'MESSAGE_KIND_UNKNOWN' });
    expect(decodeAnswer(new Uint8Array(3))).toMatchObject({ code: 'MESSAGE_MALFORMED' });
  });

  it('of a refusal is cut to what the wire carries', () => {
    const what = `päck\u0000 ${'x'.repeat(500)}`;
    const bytes = encodeAnswer({
      kind: 'refused',
      code: 'COMMAND_REJECT',
      what,
      limit: '',
      fix: '',
    });
    expect(decodeAnswer(bytes)).toMatchObject({ what: `p?ck? ${'x'.repeat(394)}` });
  });
});
