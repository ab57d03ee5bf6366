/** Values of every form go over the wire and come back, whatever they are. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { unreachable } from '../../../src/base/invariant.ts';
import {
  decodeAnswer,
  decodeRequest,
  encodeAnswer,
  encodeRequest,
} from '../../../src/ecam/codec.ts';
import { ANSWER_FORMS, REQUEST_FORMS } from '../../../src/ecam/message-forms.ts';
import type { EcamAnswer, EcamRequest } from '../../../src/ecam/messages.ts';
import {
  bytes,
  checkWire,
  choice,
  flag,
  fromWire,
  list,
  optional,
  record,
  text,
  toWire,
  type WireForm,
  whole,
} from '../../../src/ecam/wire-form.ts';

/** Any value of a form; lists stay short. */
function valueOf(form: WireForm): fc.Arbitrary<unknown> {
  switch (form.kind) {
    case 'whole': {
      const { least: min, most: max } = form;
      const edges = [
        0,
        0x3f,
        0x40,
        0x7f,
        0x80,
        0xff,
        0x100,
        0xffff,
        0x1_0000,
        2 ** 32 - 1,
        2 ** 32,
      ];
      const inside = edges.filter((edge) => edge >= min && edge <= max);
      const any = fc.maxSafeInteger().map((value) => min + (Math.abs(value) % (max - min + 1)));
      return fc.oneof(any, fc.constantFrom(min, max, ...inside));
    }
    case 'instant':
      return fc.oneof(fc.maxSafeInteger().map(Math.abs), fc.maxSafeInteger().map(lateInstant));
    case 'hundredths':
      return fc.nat(1_000_000).map((value) => value / 100);
    case 'flag':
      return fc.boolean();
    case 'choice':
      return fc.constantFrom(...form.of);
    case 'text': {
      const character = fc
        .integer({ min: 0x20, max: 0x7e })
        .map((code) => String.fromCharCode(code));
      const { bytesMin: minLength, bytesMax: maxLength } = form;
      return fc.array(character, { minLength, maxLength, size: 'max' }).map((all) => all.join(''));
    }
    case 'bytes':
      return fc.uint8Array({ minLength: form.count, maxLength: form.count });
    case 'list': {
      const maxLength = Math.min(form.countMax, form.countMin + 20);
      return fc.array(valueOf(form.of), { minLength: form.countMin, maxLength });
    }
    case 'optional':
      return fc.option(valueOf(form.of), { nil: undefined });
    case 'record': {
      const fields = Object.entries(form.fields).map(([name, of]) => [name, valueOf(of)] as const);
      return fc.record(Object.fromEntries(fields)).map(dropUndefined);
    }
    default:
      return unreachable(form, 'wire-form-known');
  }
}

/** A moment beyond 2^53, in steps of 1,024. */
function lateInstant(value: number): number {
  return 2 ** 53 + (Math.abs(value) % 2 ** 52) * 1_024;
}

function dropUndefined(value: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(value).filter(([, field]) => field !== undefined));
}

describe('any message', () => {
  it.each(Object.entries(REQUEST_FORMS))('comes back as it went: %s', (kind, { form }) => {
    fc.assert(
      fc.property(valueOf(form), (value) => {
        const request = { kind, ...(value as object) } as EcamRequest;
        expect(decodeRequest(encodeRequest(request))).toEqual({ kind: 'done', value: request });
      }),
      { numRuns: 100 },
    );
  });

  it.each(Object.entries(ANSWER_FORMS))('comes back as it went: %s', (kind, { form }) => {
    fc.assert(
      fc.property(valueOf(form), (value) => {
        const answer = { kind, ...(value as object) } as EcamAnswer;
        expect(decodeAnswer(encodeAnswer(answer))).toEqual(answer);
      }),
      { numRuns: 100 },
    );
  });
});

describe('a form', () => {
  const form = record(1, {
    size: whole(100, 1),
    side: choice('left', 'right'),
    on: optional(flag),
    names: list(text(1, 3), 0, 2),
    mark: bytes(2),
  });

  it('turns typed values into what the library writes, and back', () => {
    const value = { size: 7, side: 'right', names: ['a'], mark: Uint8Array.of(1, 2) };
    const wire = { size: 7, side: 1, on: null, names: ['a'], mark: Uint8Array.of(1, 2) };
    expect(toWire(form, value)).toEqual(wire);
    expect(Object.keys(toWire(form, value) as object)).toEqual(Object.keys(form.fields));
    expect(fromWire(form, wire)).toEqual(value);
  });

  it.each([
    ['', 'is missing'],
    ['42 07 01 C0 90 C4020102', 'is not record 1'],
    ['41 00 01 C0 90 C4020102', 'is 0, not 1 to 100'],
    ['41 07 02 C0 90 C4020102', 'is 2, not 0 to 1'],
    ['41 07 01 00 90 C4020102', 'is not true or false'],
    ['41 07 01 C0 93 A161A161A161 C4020102', 'has 3 entries, not 0 to 2'],
    ['41 07 01 C0 91 A0 C4020102', 'has 0 characters, not 1 to 3'],
    ['41 07 01 C0 91 A3616200 C4020102', 'is not printable ASCII'],
    ['41 07 01 C0 92 A1', 'runs past the message'],
    ['41 07 01 C0 92 A161', 'is missing'],
    ['41 07 01 C0 92 A161 A262', 'runs past the message'],
    ['41 07 01 C0 90 C40301020', 'is not 2 bytes'],
    ['41 07 01 C0 90 C4020102 00', '1 bytes follow the message'],
  ])('finds the first fault of %s', (hex, what) => {
    const digits = hex.replaceAll(' ', '');
    const payload = Uint8Array.from({ length: digits.length >> 1 }, (_, at) =>
      Number.parseInt(digits.slice(2 * at, 2 * at + 2), 16),
    );
    expect(checkWire(payload, form)?.what).toBe(what);
  });

  it('accepts what fits it exactly', () => {
    const payload = Uint8Array.of(0x41, 7, 1, 0xc3, 0x91, 0xa1, 0x61, 0xc4, 2, 1, 2);
    expect(checkWire(payload, form)).toBeUndefined();
  });
});
