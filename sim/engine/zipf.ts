/**
 * Popularity by rank: the k-th most popular of n is drawn in proportion to 1 / k^theta, and the ranks
 * are scattered over the addresses by a fixed permutation.
 *
 * Drawn by rejection-inversion (W. Hörmann, G. Derflinger, ACM TOMACS 6, 1996): exact for every theta
 * from 0 on, in constant time, without a table.
 *
 * @module
 */
import { invariant } from '../../src/index.ts';
import { Scatter } from './scatter.ts';
import type { Substream } from './substream.ts';

/** Below this, series are more exact than quotients. */
const SMALL = 1e-8;

/** A popularity law over `count` addresses. */
export class Zipf {
  readonly count: number;
  readonly theta: number;
  readonly #atFirst: number;
  readonly #atLast: number;
  readonly #accept: number;
  readonly #scatter: Scatter;

  /**
   * @param count - Addresses, 1 to 2^32.
   * @param theta - Skew, 0 (uniform) or more; traces of block storage are near 1.
   * @param scatter - Fixes the permutation; a load that shares hot addresses shares it.
   */
  constructor(count: number, theta: number, scatter = 0) {
    invariant(Number.isInteger(count) && count >= 1, 'zipf-count');
    invariant(theta >= 0 && Number.isFinite(theta), 'zipf-theta', String(theta));
    this.count = count;
    this.theta = theta;
    this.#atFirst = this.#integral(1.5) - 1;
    this.#atLast = this.#integral(count + 0.5);
    this.#accept = 2 - this.#inverse(this.#integral(2.5) - this.#weight(2));
    this.#scatter = new Scatter(count, scatter);
  }

  /** Draws a rank: 0 is the most popular. */
  rank(stream: Substream): number {
    for (;;) {
      const u = this.#atLast + stream.fraction() * (this.#atFirst - this.#atLast);
      const x = this.#inverse(u);
      const k = Math.min(Math.max(Math.floor(x + 0.5), 1), this.count);
      if (k - x <= this.#accept || u >= this.#integral(k + 0.5) - this.#weight(k)) return k - 1;
    }
  }

  /** Draws an address, 0 to count - 1. */
  address(stream: Substream): number {
    return this.#scatter.addressOf(this.rank(stream));
  }

  #weight(x: number): number {
    return Math.exp(-this.theta * Math.log(x));
  }

  /** An integral of the weight: (x^(1 - theta) - 1) / (1 - theta), its limit log x for theta 1. */
  #integral(x: number): number {
    const log = Math.log(x);
    return expRatio((1 - this.theta) * log) * log;
  }

  #inverse(value: number): number {
    // Rounding may take the argument beyond where the logarithm ends.
    const t = Math.max(value * (1 - this.theta), -1);
    return Math.exp(logRatio(t) * value);
  }
}

/** (e^x - 1) / x. */
function expRatio(x: number): number {
  return Math.abs(x) > SMALL ? Math.expm1(x) / x : 1 + x / 2;
}

/** log(1 + x) / x. */
function logRatio(x: number): number {
  return Math.abs(x) > SMALL ? Math.log1p(x) / x : 1 - x / 2;
}
