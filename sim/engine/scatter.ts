/**
 * A fixed permutation of addresses that looks like chance, without a table: popular or hot ranks lie
 * scattered over a device instead of side by side.
 *
 * A balanced Feistel network over the next power of four, walked until it lands inside.
 *
 * @module
 */
import { invariant } from '../../src/index.ts';

const ROUNDS = 4;
const COUNT_MAX = 2 ** 32;

/** A permutation of 0 to count - 1. */
export class Scatter {
  readonly count: number;
  readonly #half: number;
  readonly #mask: number;
  readonly #keys: Int32Array;

  /**
   * @param count - Addresses, 1 to 2^32.
   * @param key - Picks one of the permutations; a 32-bit number.
   */
  constructor(count: number, key: number) {
    invariant(Number.isInteger(count) && count >= 1 && count <= COUNT_MAX, 'scatter-count');
    this.count = count;
    let half = 2;
    while (half * half < count) half *= 2;
    this.#half = half;
    this.#mask = half - 1;
    this.#keys = Int32Array.from({ length: ROUNDS }, (_, round) =>
      mix(Math.imul(key + 1, 0x9e37_79b1) + Math.imul(round + 1, 0x85eb_ca77)),
    );
  }

  /** The address of a rank, both 0 to count - 1. */
  addressOf(rank: number): number {
    let address = rank;
    do {
      let left = Math.floor(address / this.#half);
      let right = address % this.#half;
      for (let round = 0; round < ROUNDS; round += 1) {
        const next = left ^ (mix(right ^ (this.#keys[round] as number)) & this.#mask);
        left = right;
        right = next;
      }
      address = left * this.#half + right;
    } while (address >= this.count);
    return address;
  }
}

/** A 32-bit hash whose every bit depends on every bit of the word. */
function mix(word: number): number {
  let mixed = Math.imul(word ^ (word >>> 16), 0x7feb_352d);
  mixed = Math.imul(mixed ^ (mixed >>> 15), 0x846c_a68b);
  return mixed ^ (mixed >>> 16);
}
