/**
 * Quantiles of Student's t distribution, by the regularised incomplete beta function.
 *
 * @module
 */
import { invariant } from '../../src/index.ts';

const HALF_LOG_TWO_PI = 0.918_938_533_204_672_7;
/** From here on the Stirling series gives all digits of a double. */
const STIRLING_FROM = 15;
const FRACTION_STEPS = 500;
const BISECTIONS = 120;
const TINY = 1e-300;

/**
 * The value that a t-distributed number with `freedom` degrees of freedom does not exceed with this
 * probability.
 *
 * @param probability - Between 0 and 1, both excluded.
 * @param freedom - Above 0; need not be whole.
 */
export function tQuantile(probability: number, freedom: number): number {
  invariant(probability > 0 && probability < 1 && freedom > 0, 't-quantile-arguments');
  if (probability < 0.5) return -tQuantile(1 - probability, freedom);
  const tail = 1 - probability;
  let low = 0;
  let high = 1;
  while (tTail(high, freedom) > tail) high *= 2;
  for (let step = 0; step < BISECTIONS && low < high; step += 1) {
    const middle = (low + high) / 2;
    if (tTail(middle, freedom) > tail) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/** Probability of more than `t`, which is 0 or more. */
function tTail(t: number, freedom: number): number {
  return 0.5 * incompleteBeta(freedom / (freedom + t * t), freedom / 2, 0.5);
}

/** The regularised incomplete beta function of x, 0 to 1. */
function incompleteBeta(x: number, a: number, b: number): number {
  if (x <= 0) return 0;
  if (x >= 1) return 1;
  // The fraction converges fast on this side of the mean, and the function is symmetric.
  if (x > (a + 1) / (a + b + 2)) return 1 - incompleteBeta(1 - x, b, a);
  const front = logGamma(a + b) - logGamma(a) - logGamma(b) + a * Math.log(x) + b * Math.log(1 - x);
  return (Math.exp(front) / a) * betaFraction(x, a, b);
}

/** The continued fraction of the incomplete beta function, evaluated by Lentz's method. */
function betaFraction(x: number, a: number, b: number): number {
  let c = 1;
  let d = 1 / nonZero(1 - ((a + b) * x) / (a + 1));
  let result = d;
  for (let m = 1; m <= FRACTION_STEPS; m += 1) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    d = 1 / nonZero(1 + even * d);
    c = nonZero(1 + even / c);
    result *= c * d;
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 / nonZero(1 + odd * d);
    c = nonZero(1 + odd / c);
    const change = c * d;
    result *= change;
    if (Math.abs(change - 1) < Number.EPSILON) return result;
  }
  return result;
}

function nonZero(value: number): number {
  return Math.abs(value) < TINY ? TINY : value;
}

/** Logarithm of the gamma function of x above 0, by Stirling's series. */
function logGamma(x: number): number {
  let shifted = x;
  let product = 1;
  while (shifted < STIRLING_FROM) {
    product *= shifted;
    shifted += 1;
  }
  const inverse = 1 / shifted;
  const square = inverse * inverse;
  const series =
    inverse *
    (1 / 12 - square * (1 / 360 - square * (1 / 1260 - square * (1 / 1680 - square / 1188))));
  const stirling = (shifted - 0.5) * Math.log(shifted) - shifted + HALF_LOG_TWO_PI + series;
  return stirling - Math.log(product);
}
