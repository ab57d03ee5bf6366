/**
 * Whatever bytes a host sends, the responder answers, and a refusal changes nothing.
 */
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { decodeAnswer, encodeRequest, MESSAGE_VERSION } from '../../src/ecam/codec.ts';
import type { EcamRequest } from '../../src/ecam/messages.ts';
import { definition, EcamBench, SYSA, SYSB } from '../support/ecam-host.ts';

const bench = new EcamBench();
bench.write(0x0a80, 3, 1);
const token = bench.define();
const pollingToken = bench.execute([bench.define({ target: { device: 0x0a82 } })]);

const VALID: readonly Uint8Array[] = (
  [
    definition({ dataSets: [{ name: 'A.B', extents: [{ first: 1, count: 2 }] }], label: 'x' }),
    definition({
      wholeDevice: false,
      extents: [{ sourceFirst: 0, targetFirst: 5, trackCount: 5 }],
      series: { id: 'S', ordinal: 1, of: 2 },
    }),
    { kind: 'targetExecution', tokens: [token, token] },
    { kind: 'statusInquiry', pollingToken, detail: true },
    { kind: 'withdraw', pollingToken: token },
    { kind: 'queryDevice', device: 0x0a80, from: 0 },
    { kind: 'queryCapacity' },
    { kind: 'releaseSpace', request: 'R', device: 0x0a80, ranges: [{ first: 3, count: 1 }] },
    { kind: 'undoRelease', undoToken: token },
  ] satisfies readonly EcamRequest[]
).map(encodeRequest);

const counts = { answered: 0, refused: 0 };

/** Sends bytes and checks that there is a well-formed answer, and no change when it is a refusal. */
function send(bytes: Uint8Array): void {
  const given = bytes.slice();
  const before = bench.subsystem.commits.last();
  const answer = decodeAnswer(bench.responder.respond(SYSB, bytes));
  expect(bytes).toEqual(given);
  counts.answered += 1;
  if (answer.kind !== 'refused') return;
  counts.refused += 1;
  expect(bench.subsystem.commits.last()).toBe(before);
}

const frame = fc.tuple(fc.integer({ min: 1, max: 8 }), fc.uint8Array({ maxLength: 200 }));

describe('the responder answers', () => {
  it('random bytes', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), send), { numRuns: 3000 });
  });

  it('random payloads in right frames', () => {
    fc.assert(
      fc.property(frame, ([kind, payload]) => {
        const bytes = Uint8Array.of(
          0xc5,
          0xc3,
          MESSAGE_VERSION,
          kind,
          0,
          0,
          0,
          payload.length,
          ...payload,
        );
        send(bytes);
      }),
      { numRuns: 5000 },
    );
  });

  it('messages with some bytes changed', () => {
    const changes = fc.array(fc.tuple(fc.nat(500), fc.nat(255)), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(fc.constantFrom(...VALID), changes, (message, at) => {
        const bytes = message.slice();
        for (const [place, value] of at) bytes[place % bytes.length] = value;
        send(bytes);
      }),
      { numRuns: 10_000 },
    );
  });

  it('messages with a piece cut out, doubled or taken from another', () => {
    const piece = fc.tuple(fc.nat(500), fc.nat(40), fc.nat(500), fc.constantFrom(...VALID));
    fc.assert(
      fc.property(fc.constantFrom(...VALID), piece, (message, [from, count, at, other]) => {
        const start = from % message.length;
        const insert = other.subarray(at % other.length, (at % other.length) + count);
        const bytes = Uint8Array.from([
          ...message.subarray(0, start),
          ...insert,
          ...message.subarray(start + (at % 3 === 0 ? count : 0)),
        ]);
        if (bytes.length >= 8) new DataView(bytes.buffer).setUint32(4, bytes.length - 8);
        send(bytes);
      }),
      { numRuns: 5000 },
    );
  });

  it('and still does its work for those who ask rightly', () => {
    expect(bench.execute([token], SYSA)).toHaveLength(16);
    expect(bench.subsystem.check().violations).toEqual([]);
  });
});

afterAll(() => {
  process.stdout.write(`message fuzz: ${counts.answered} sent, ${counts.refused} refused\n`);
  expect(counts.refused).toBeGreaterThan(15_000);
});
