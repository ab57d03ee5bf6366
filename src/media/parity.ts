/**
 * Redundancy of a group: what the members P and Q hold, and how up to two lost members come back.
 *
 * Members are numbered 0 to N-1 for data, N for P, N+1 for Q; M, the redundancy, is 0, 1 or 2.
 *
 * ```
 * P = d0 + d1 + ... + dN-1                  sums are exclusive or
 * Q = g^0 d0 + g^1 d1 + ... + g^(N-1) dN-1  products in GF(256), g = 2
 * ```
 *
 * | lost members | come back from |
 * | --- | --- |
 * | one data | P and the other data; from Q instead where P is lost, too |
 * | two data x, y | P and Q: two equations with two unknowns, solvable because g^x and g^y differ |
 * | P, Q or both | data, encoded anew |
 *
 * Two engines keep this one contract and are checked against each other: {@link ParityEngine} in
 * WebAssembly (`parity-simd.ts`) and in plain JavaScript (`parity-scalar.ts`).
 *
 * @module
 */
import { invariant } from '../base/invariant.ts';
import { divide, FIELD_ORDER, generatorPower } from './galois-field.ts';

/** Data members that Q can tell apart: as many as the generator has powers. */
const MAX_DATA_MEMBERS = FIELD_ORDER;

/** Computes and uses redundancy over byte ranges of equal length, one range of every member. */
export interface ParityEngine {
  /**
   * Computes redundancy.
   *
   * @param data - Ranges of the data members 0 to N-1, N from 1 to 255; not changed.
   * @param p - Where the sum goes; none is computed when left out.
   * @param q - Where the weighted sum goes; none is computed when left out.
   */
  encode(data: readonly Uint8Array[], p?: Uint8Array, q?: Uint8Array): void;
  /**
   * Fills the ranges of lost members from the others.
   *
   * @param members - Ranges of all members: N data, then P, then Q, as far as there are any. Those
   *   of lost members are written, whatever they held; the others are not changed.
   * @param dataCount - N.
   * @param erased - Member numbers lost: no more than there are redundancy members, in any order.
   */
  reconstruct(members: readonly Uint8Array[], dataCount: number, erased: readonly number[]): void;
  /** Whether the redundancy given is that of the data. */
  isConsistent(data: readonly Uint8Array[], p?: Uint8Array, q?: Uint8Array): boolean;
}

/**
 * How two lost data members x < y follow from the *deficits*: what P and Q hold beyond the sums of
 * the data that is left.
 *
 * `d_x = pFactor * deficit(P) + qFactor * deficit(Q)`, and `d_y = deficit(P) + d_x`.
 */
export interface PairSolution {
  readonly pFactor: number;
  readonly qFactor: number;
}

/** Solves `d_x + d_y = deficit(P)` and `g^x d_x + g^y d_y = deficit(Q)` for d_x. */
export function solvePair(x: number, y: number): PairSolution {
  const determinant = generatorPower(x) ^ generatorPower(y);
  return {
    pFactor: divide(generatorPower(y), determinant),
    qFactor: divide(1, determinant),
  };
}

/** Checks the shape of ranges to encode or compare; answers their common length. */
export function checkShape(
  data: readonly Uint8Array[],
  p: Uint8Array | undefined,
  q: Uint8Array | undefined,
): number {
  invariant(
    data.length >= 1 && data.length <= MAX_DATA_MEMBERS,
    'parity-data-count',
    `${data.length}`,
  );
  const length = data[0]?.length ?? 0;
  const isEven = data.every((range) => range.length === length);
  invariant(
    isEven && (p?.length ?? length) === length && (q?.length ?? length) === length,
    'parity-ranges-of-one-length',
  );
  return length;
}

/** Lost members by what they hold. */
export interface Erasure {
  /** Lost data members, the lower first. */
  readonly data: readonly number[];
  readonly isPLost: boolean;
  readonly isQLost: boolean;
}

/** Checks the shape of a reconstruction and sorts the lost members. */
export function checkErasure(
  members: readonly Uint8Array[],
  dataCount: number,
  erased: readonly number[],
): Erasure {
  const redundancy = members.length - dataCount;
  checkShape(members.slice(0, dataCount), members[dataCount], members[dataCount + 1]);
  invariant(redundancy >= 0 && redundancy <= 2, 'parity-redundancy-count', `${redundancy}`);
  invariant(
    erased.length <= redundancy && new Set(erased).size === erased.length,
    'parity-erased-at-most-redundancy',
    `${erased.length} of ${redundancy}`,
  );
  invariant(
    erased.every((member) => Number.isInteger(member) && member >= 0 && member < members.length),
    'parity-erased-are-members',
  );
  return {
    data: erased.filter((member) => member < dataCount).toSorted((left, right) => left - right),
    isPLost: erased.includes(dataCount),
    isQLost: erased.includes(dataCount + 1),
  };
}
