/**
 * Redundancy in plain JavaScript: the twin that the WebAssembly engine is checked against.
 *
 * It follows the equations in `parity.ts` byte by byte, with a table for each coefficient, and has
 * no step in common with the other engine.
 *
 * @module
 */
import { invariant } from '../base/invariant.ts';
import { divide, generatorPower, multiplicationRow } from './galois-field.ts';
import { checkErasure, checkShape, type ParityEngine, solvePair } from './parity.ts';

/** The engine for checking. */
export const PARITY_SCALAR: ParityEngine = {
  encode(data, p, q) {
    checkShape(data, p, q);
    if (p !== undefined) addSum(p.fill(0), data, []);
    if (q !== undefined) addWeightedSum(q.fill(0), data, []);
  },

  reconstruct(members, dataCount, erased) {
    const { data: lost, isPLost, isQLost } = checkErasure(members, dataCount, erased);
    const data = members.slice(0, dataCount);
    const p = members[dataCount];
    const q = members[dataCount + 1];
    const [x, y] = lost;
    if (x !== undefined) {
      if (y !== undefined) rebuildPair(data, x, y, p, q);
      else if (isPLost) rebuildFromQ(data, x, q);
      else rebuildFromP(data, x, p);
    }
    if (isPLost) addSum(range(p).fill(0), data, []);
    if (isQLost) addWeightedSum(range(q).fill(0), data, []);
  },

  isConsistent(data, p, q) {
    const length = checkShape(data, p, q);
    const sum = new Uint8Array(length);
    // What is added to itself is zero.
    if (p !== undefined) {
      sum.set(p);
      addSum(sum, data, []);
      if (sum.some((byte) => byte !== 0)) return false;
    }
    if (q === undefined) return true;
    sum.set(q);
    addWeightedSum(sum, data, []);
    return sum.every((byte) => byte === 0);
  },
};

/** Adds the data members that are not lost. */
function addSum(sum: Uint8Array, data: readonly Uint8Array[], lost: readonly number[]): void {
  data.forEach((bytes, member) => {
    if (lost.includes(member)) return;
    for (let at = 0; at < sum.length; at += 1) {
      sum[at] = (sum[at] as number) ^ (bytes[at] as number);
    }
  });
}

/** Adds the data members that are not lost, each times its coefficient. */
function addWeightedSum(
  sum: Uint8Array,
  data: readonly Uint8Array[],
  lost: readonly number[],
): void {
  data.forEach((bytes, member) => {
    if (lost.includes(member)) return;
    const row = multiplicationRow(generatorPower(member));
    for (let at = 0; at < sum.length; at += 1) {
      sum[at] = (sum[at] as number) ^ (row[bytes[at] as number] as number);
    }
  });
}

function rebuildFromP(data: readonly Uint8Array[], x: number, p: Uint8Array | undefined): void {
  const bytes = range(data[x]);
  bytes.set(range(p));
  addSum(bytes, data, [x]);
}

function rebuildFromQ(data: readonly Uint8Array[], x: number, q: Uint8Array | undefined): void {
  const bytes = range(data[x]);
  bytes.set(range(q));
  addWeightedSum(bytes, data, [x]);
  const row = multiplicationRow(divide(1, generatorPower(x)));
  for (let at = 0; at < bytes.length; at += 1) bytes[at] = row[bytes[at] as number] as number;
}

function rebuildPair(
  data: readonly Uint8Array[],
  x: number,
  y: number,
  p: Uint8Array | undefined,
  q: Uint8Array | undefined,
): void {
  // The two lost ranges hold the deficits of P and Q until the last loop.
  const first = range(data[x]);
  const second = range(data[y]);
  first.set(range(p));
  second.set(range(q));
  addSum(first, data, [x, y]);
  addWeightedSum(second, data, [x, y]);
  const { pFactor, qFactor } = solvePair(x, y);
  const pRow = multiplicationRow(pFactor);
  const qRow = multiplicationRow(qFactor);
  for (let at = 0; at < first.length; at += 1) {
    const deficit = first[at] as number;
    const byte = (pRow[deficit] as number) ^ (qRow[second[at] as number] as number);
    first[at] = byte;
    second[at] = deficit ^ byte;
  }
}

/** The range of a member that checkErasure found to be there. */
function range(bytes: Uint8Array | undefined): Uint8Array {
  invariant(bytes !== undefined, 'parity-member-present');
  return bytes;
}
