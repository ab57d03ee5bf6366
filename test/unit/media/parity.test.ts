/**
 * Redundancy: both engines against the equations, against each other, and every loss that a group
 * can have.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { InvariantViolation } from '../../../src/base/invariant.ts';
import { generatorPower, multiply } from '../../../src/media/galois-field.ts';
import { PARITY_SCALAR } from '../../../src/media/parity-scalar.ts';
import { PARITY_WASM } from '../../../src/media/parity-simd.ts';

const ENGINES = [
  ['WebAssembly', PARITY_WASM],
  ['JavaScript', PARITY_SCALAR],
] as const;

/** Lengths around every boundary: vectors, turns of loops, sectors, strips. */
const LENGTHS = [0, 1, 15, 16, 17, 63, 64, 65, 511, 512, 513, 8191, 8192, 8193, 20_000];

/** Bytes of a member, different everywhere, each range at an odd offset of a larger buffer. */
function memberBytes(member: number, length: number, seed = 1): Uint8Array {
  const bytes = new Uint8Array(length + 3).subarray(3);
  let state = (seed * 0x9e37_79b1 + member * 0x85eb_ca6b) | 1;
  for (let at = 0; at < length; at += 1) {
    state = Math.imul(state ^ (state >>> 15), 0x2c1b_3c6d) + 0x1234_567;
    bytes[at] = state >>> 11;
  }
  return bytes;
}

/** A group with right redundancy: N data members, then P and Q as far as `redundancy` goes. */
function group(dataCount: number, redundancy: number, length: number, seed = 1): Uint8Array[] {
  const members = Array.from({ length: dataCount + redundancy }, (_, member) =>
    memberBytes(member, length, seed),
  );
  PARITY_SCALAR.encode(members.slice(0, dataCount), members[dataCount], members[dataCount + 1]);
  return members;
}

/** The same group after a loss: copies, with garbage where members were. */
function lose(members: readonly Uint8Array[], erased: readonly number[]): Uint8Array[] {
  return members.map((bytes, member) =>
    erased.includes(member) ? memberBytes(member + 99, bytes.length) : bytes.slice(),
  );
}

/** All sets of one or two of `count` members, or of one where two are too many. */
function losses(count: number, redundancy: number): number[][] {
  const members = Array.from({ length: count }, (_, member) => member);
  const pairs = members.flatMap((x) => members.filter((y) => y > x).map((y) => [x, y]));
  return [...members.map((x) => [x]), ...(redundancy > 1 ? pairs : [])];
}

const isSame = (left: readonly Uint8Array[], right: readonly Uint8Array[]): boolean =>
  left.length === right.length &&
  left.every((bytes, at) => Buffer.compare(bytes, right[at] ?? new Uint8Array(0)) === 0);

describe.each(ENGINES)('redundancy in %s', (_name, engine) => {
  it('follows the equations', () => {
    const members = group(13, 2, 200);
    const [data, p, q] = [members.slice(0, 13), new Uint8Array(200), new Uint8Array(200)];
    engine.encode(data, p, q);
    for (let at = 0; at < 200; at += 1) {
      let sum = 0;
      let weighted = 0;
      data.forEach((bytes, member) => {
        sum ^= bytes[at] ?? 0;
        weighted ^= multiply(generatorPower(member), bytes[at] ?? 0);
      });
      expect([p[at], q[at]]).toEqual([sum, weighted]);
    }
  });

  it.each([
    [6, 2, 36],
    [13, 2, 120],
    [1, 2, 6],
    [2, 2, 10],
    [6, 1, 7],
    [1, 1, 2],
  ])('brings back every loss of %i + %i', (dataCount, redundancy, expected) => {
    let count = 0;
    for (const erased of losses(dataCount + redundancy, redundancy)) {
      const members = group(dataCount, redundancy, 1000);
      for (const order of [erased, erased.toReversed()]) {
        const damaged = lose(members, order);
        engine.reconstruct(damaged, dataCount, order);
        expect(isSame(damaged, members), `members ${order.join(' and ')}`).toBe(true);
      }
      count += 1;
    }
    expect(count).toBe(expected);
  });

  it('takes every length and touches nothing outside', () => {
    for (const length of LENGTHS) {
      const members = group(5, 2, length);
      const buffers = members.map(() => new Uint8Array(length + 16).fill(0xee));
      const placed = buffers.map((buffer) => buffer.subarray(7, 7 + length));
      placed.forEach((bytes, at) => bytes.set(members[at] ?? []));
      engine.encode(placed.slice(0, 5), placed[5]?.fill(1), placed[6]?.fill(1));
      expect(isSame(placed, members)).toBe(true);
      engine.reconstruct(
        placed.map((bytes, at) => (at === 1 || at === 4 ? bytes.fill(2) : bytes)),
        5,
        [1, 4],
      );
      expect(isSame(placed, members)).toBe(true);
      expect(engine.isConsistent(placed.slice(0, 5), placed[5], placed[6])).toBe(true);
      const isFrameKept = buffers.every(
        (buffer) =>
          buffer.subarray(0, 7).every((byte) => byte === 0xee) &&
          buffer.subarray(7 + length).every((byte) => byte === 0xee),
      );
      expect(isFrameKept).toBe(true);
    }
  });

  it('reaches the largest group', () => {
    const members = group(255, 2, 3000);
    const damaged = lose(members, [254, 0]);
    engine.reconstruct(damaged, 255, [254, 0]);
    expect(isSame(damaged, members)).toBe(true);
  });

  it('sees any byte that is not right, in whichever member', () => {
    const members = group(4, 2, 8300);
    expect(engine.isConsistent(members.slice(0, 4), members[4], members[5])).toBe(true);
    for (let member = 0; member < 6; member += 1) {
      for (const at of [0, 8191, 8192, 8299]) {
        const damaged = members.map((bytes) => bytes.slice());
        const bytes = damaged[member] as Uint8Array;
        bytes[at] = (bytes[at] as number) ^ 0x40;
        const data = damaged.slice(0, 4);
        expect(engine.isConsistent(data, damaged[4], damaged[5])).toBe(false);
        expect(engine.isConsistent(data, damaged[4])).toBe(member === 5);
        expect(engine.isConsistent(data, undefined, damaged[5])).toBe(member === 4);
        expect(engine.isConsistent(data)).toBe(true);
      }
    }
  });

  it('computes P or Q alone, and changes no data', () => {
    const members = group(6, 2, 700);
    const kept = members.map((bytes) => bytes.slice());
    const alone = [new Uint8Array(700), new Uint8Array(700)] as const;
    engine.encode(members.slice(0, 6), alone[0]);
    engine.encode(members.slice(0, 6), undefined, alone[1]);
    engine.encode(members.slice(0, 6));
    expect(isSame([...members.slice(0, 6), ...alone], kept)).toBe(true);
  });

  it('leaves a whole group alone', () => {
    const members = group(3, 2, 100);
    const kept = members.map((bytes) => bytes.slice());
    engine.reconstruct(members, 3, []);
    expect(isSame(members, kept)).toBe(true);
  });

  it.each([
    ['no data', (): void => engine.encode([])],
    ['more data than Q can tell apart', (): void => engine.encode(group(256, 0, 1))],
    ['unequal lengths', (): void => engine.encode([new Uint8Array(2), new Uint8Array(3)])],
    ['a short P', (): void => engine.encode([new Uint8Array(2)], new Uint8Array(1))],
    ['more losses than redundancy', (): void => engine.reconstruct(group(3, 1, 8), 3, [0, 1])],
    ['one loss named twice', (): void => engine.reconstruct(group(3, 2, 8), 3, [1, 1])],
    ['a member that is not there', (): void => engine.reconstruct(group(3, 2, 8), 3, [5])],
    ['three redundancy members', (): void => engine.reconstruct(group(4, 2, 8), 3, [0])],
  ])('refuses %s', (_what, call) => {
    expect(call).toThrow(InvariantViolation);
  });
});

describe('the two engines', () => {
  it('agree on any shape, length and loss', () => {
    const shape = fc.record({
      dataCount: fc.integer({ min: 1, max: 40 }),
      redundancy: fc.integer({ min: 1, max: 2 }),
      length: fc.oneof(fc.constantFrom(...LENGTHS), fc.integer({ min: 0, max: 3000 })),
      seed: fc.integer(),
      picks: fc.tuple(fc.nat(), fc.nat()),
    });
    fc.assert(
      fc.property(shape, ({ dataCount, redundancy, length, seed, picks }) => {
        const members = group(dataCount, redundancy, length, seed);
        const count = dataCount + redundancy;
        const erased = [...new Set(picks.slice(0, redundancy).map((pick) => pick % count))];
        const [simd, scalar] = [lose(members, erased), lose(members, erased)];
        PARITY_WASM.reconstruct(simd, dataCount, erased);
        PARITY_SCALAR.reconstruct(scalar, dataCount, erased);
        expect(isSame(simd, members)).toBe(true);
        expect(isSame(scalar, members)).toBe(true);
        const [p, q] = [new Uint8Array(length), new Uint8Array(length)];
        PARITY_WASM.encode(members.slice(0, dataCount), p, q);
        expect(isSame([p], members.slice(dataCount, dataCount + 1))).toBe(true);
        if (redundancy > 1) expect(isSame([q], members.slice(dataCount + 1))).toBe(true);
      }),
      { numRuns: 300 },
    );
  });
});
