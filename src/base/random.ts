/**
 * Seeded randomness with named sub-streams, on xoroshiro128+ of pure-rand.
 *
 * A stream is keyed by (seed, name), so that adding a stream changes no other. Golden vectors in
 * `test/unit/base/random.test.ts` fail when a library upgrade changes a stream.
 *
 * @module
 */
import { xoroshiro128plusFromState } from 'pure-rand/generator/xoroshiro128plus';
import type { JumpableRandomGenerator } from 'pure-rand/types/JumpableRandomGenerator';
import { invariant } from './invariant.ts';
import type { StateKeeping } from './kept-state.ts';
import type { Random } from './ports.ts';

const TWO_32 = 2 ** 32;

/** A stream of random numbers fixed by seed and name. */
export class SeededRandom implements Random {
  #generator: JumpableRandomGenerator;

  /**
   * @param seed - Whole number from 0 to 2^53 - 1.
   * @param name - Name of the stream, for instance `tokens`.
   */
  constructor(seed: number, name: string) {
    invariant(Number.isSafeInteger(seed) && seed >= 0, 'random-seed-whole', String(seed));
    const state: number[] = [0, 1, 2, 3].map((word) => mix(seed, name, word));
    // All zeros is the one state that the generator never leaves.
    if (!state.some((word) => word !== 0)) state[0] = 1;
    this.#generator = xoroshiro128plusFromState(state);
  }

  /** Where the stream stands outlives the process under this name: nothing is drawn twice. */
  keep(keeping: StateKeeping, name: string): void {
    keeping.keep({
      kind: 'figures',
      name,
      save: () => [...this.#generator.getState()],
      restore: (saved) => {
        if (saved !== undefined) this.#generator = xoroshiro128plusFromState(saved as number[]);
      },
    });
  }

  below(bound: number): number {
    invariant(bound >= 1 && bound <= TWO_32, 'random-bound', String(bound));
    // Rejection keeps the result uniform: values in the last, partial multiple are drawn again.
    const limit = TWO_32 - (TWO_32 % bound);
    for (;;) {
      const drawn = this.#word();
      if (drawn < limit) return drawn % bound;
    }
  }

  fraction(): number {
    return (this.#word() * 2 ** 21 + (this.#word() >>> 11)) / 2 ** 53;
  }

  bytes(count: number): Uint8Array {
    const result = new Uint8Array(count);
    for (let at = 0; at < count; at += 4) {
      const word = this.#word();
      for (let byte = 0; byte < 4 && at + byte < count; byte += 1) {
        result[at + byte] = word >>> (8 * byte);
      }
    }
    return result;
  }

  #word(): number {
    return this.#generator.next() >>> 0;
  }
}

/** FNV-1a over name and seed with a final avalanche; only has to spread keys, not to be secret. */
function mix(seed: number, name: string, salt: number): number {
  let hash = 0x811c9dc5 ^ salt;
  const step = (byte: number): void => {
    hash = Math.imul(hash ^ byte, 0x01000193);
  };
  for (let at = 0; at < name.length; at += 1) step(name.charCodeAt(at));
  for (let rest = seed, at = 0; at < 7; at += 1) {
    step(rest % 256);
    rest = Math.floor(rest / 256);
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return hash ^ (hash >>> 16);
}
