/**
 * Randomness of one component in one replication, keyed by (seed, replication, component).
 *
 * Seed and component name fix the start of a xoroshiro128+ generator (pure-rand); every replication
 * jumps it by 2^64 draws, so that the replications of a component never overlap. Components are apart
 * like any two random starts in a period of 2^128. Golden vectors in
 * `test/unit/sim/engine/substream.test.ts` pin the draws. Logarithm, exponential and square root are all
 * that the distributions take from `Math`.
 *
 * @module
 */
import { xoroshiro128plusFromState } from 'pure-rand/generator/xoroshiro128plus';
import type { JumpableRandomGenerator } from 'pure-rand/types/JumpableRandomGenerator';
import { invariant, type Random, SeededRandom } from '../../src/index.ts';
import type { EnginePart } from './engine.ts';
import { drawExponential } from './exponential.ts';

const TWO_32 = 2 ** 32;
const TWO_53 = 2 ** 53;
/** Largest bound whose product with a 32-bit word is exact. */
const EXACT_BOUND = 2 ** 21;
const REPLICATION_MAX = 65_535;

/** A stream. Times are real numbers in the unit of the mean; callers round to nanoseconds. */
export class Substream implements Random, EnginePart {
  /** Names the stream in a saved state: `chance:` and the component. */
  readonly name: string;
  #generator: JumpableRandomGenerator;

  /**
   * @param seed - Whole number from 0 to 2^53 - 1.
   * @param replication - 0 to 65,535.
   * @param component - Name of what draws, for instance `arrivals`.
   */
  constructor(seed: number, replication: number, component: string) {
    invariant(
      Number.isInteger(replication) && replication >= 0 && replication <= REPLICATION_MAX,
      'replication-in-range',
      String(replication),
    );
    this.name = `chance:${component}`;
    const start = new SeededRandom(seed, this.name);
    const state = [0, 1, 2, 3].map(() => start.below(TWO_32) | 0);
    // All zeros is the one state that the generator never leaves.
    if (!state.some((word) => word !== 0)) state[0] = 1;
    this.#generator = xoroshiro128plusFromState(state);
    for (let jump = 0; jump < replication; jump += 1) this.#generator.jump();
  }

  fraction(): number {
    const high = this.#generator.next() >>> 0;
    return (high * 2 ** 21 + (this.#generator.next() >>> 11)) / TWO_53;
  }

  below(bound: number): number {
    invariant(bound >= 1 && bound <= TWO_32, 'random-bound');
    if (bound > EXACT_BOUND) return this.#belowLarge(bound);
    // The whole part of word x bound / 2^32; words whose remainder is too small would make some
    // results likelier than others and are drawn again (Lemire's method).
    for (;;) {
      const product = (this.#generator.next() >>> 0) * bound;
      const result = Math.floor(product / TWO_32);
      const remainder = product - result * TWO_32;
      if (remainder >= bound || remainder >= TWO_32 % bound) return result;
    }
  }

  bytes(count: number): Uint8Array {
    const result = new Uint8Array(count);
    for (let at = 0; at < count; at += 1) result[at] = this.#generator.next() >>> 24;
    return result;
  }

  /** True with this probability. */
  chance(probability: number): boolean {
    return this.fraction() < probability;
  }

  /** From `from` up to, not including, `to`. */
  uniform(from: number, to: number): number {
    return from + (to - from) * this.fraction();
  }

  exponential(mean: number): number {
    return mean * drawExponential(this.#generator);
  }

  /** An exponential time in whole nanoseconds, the nearest ones. */
  exponentialNanos(meanNanos: number): number {
    // Not Math.round, which costs more than the draw.
    return Math.floor(meanNanos * drawExponential(this.#generator) + 0.5);
  }

  /** The sum of `k` exponential times; squared coefficient of variation 1 / k. */
  erlang(k: number, mean: number): number {
    let sum = 0;
    for (let phase = 0; phase < k; phase += 1) sum += this.exponential(mean / k);
    return sum;
  }

  /**
   * One of two exponential times with balanced means: each kind carries half of the mean.
   *
   * @param squaredVariation - Squared coefficient of variation, 1 or more.
   */
  hyperexponential(mean: number, squaredVariation: number): number {
    const skew = Math.sqrt((squaredVariation - 1) / (squaredVariation + 1));
    const share = this.fraction() < (1 + skew) / 2 ? (1 + skew) / 2 : (1 - skew) / 2;
    return this.exponential(mean / (2 * share));
  }

  /** By Marsaglia's polar method; the second number of a pair is thrown away, so that nothing is kept. */
  normal(mean: number, deviation: number): number {
    for (;;) {
      const x = 2 * this.fraction() - 1;
      const y = 2 * this.fraction() - 1;
      const square = x * x + y * y;
      if (square > 0 && square < 1) {
        return mean + deviation * x * Math.sqrt((-2 * Math.log(square)) / square);
      }
    }
  }

  /** A time whose logarithm is normal, by its own mean and squared coefficient of variation. */
  lognormal(mean: number, squaredVariation: number): number {
    const variance = Math.log(1 + squaredVariation);
    return mean * Math.exp(this.normal(-variance / 2, Math.sqrt(variance)));
  }

  /**
   * A long tail: at least `least`, and beyond x with probability (least / x)^shape.
   *
   * @param shape - Above 1 for a finite mean of least x shape / (shape - 1).
   */
  pareto(least: number, shape: number): number {
    return least * Math.exp(drawExponential(this.#generator) / shape);
  }

  save(): Float64Array {
    return Float64Array.from(this.#generator.getState());
  }

  restore(values: Float64Array): void {
    this.#generator = xoroshiro128plusFromState([...values]);
  }

  #belowLarge(bound: number): number {
    const limit = TWO_32 - (TWO_32 % bound);
    for (;;) {
      const drawn = this.#generator.next() >>> 0;
      if (drawn < limit) return drawn % bound;
    }
  }
}
