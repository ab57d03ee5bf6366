/**
 * Write amplification of log-structured cleaning under uniform random writes, in closed form.
 *
 * T instances of room, U of them live, N to a cylinder, alpha = T / U; W is the Lambert function, the
 * inverse of w e^w. Amplification is all writes over host writes: 1 / (1 - share of survivors).
 *
 * | victim | amplification |
 * | --- | --- |
 * | oldest (FIFO) | alpha / (alpha + W(-alpha e^-alpha)) |
 * | fewest live (greedy) | N / (N - (X - 1)), X = 1/2 - (N / alpha) W(-beta e^-beta), beta = (1 + 1/2N) alpha |
 *
 * FIFO: L. Xiang, B. Kurkoski, "An improved analytic expression for write amplification in NAND
 * flash" (2012), and P. Desnoyers, "Analytic modeling of SSD write performance" (SYSTOR 2012), the
 * latter also for greedy (docs/sources.md S-21, S-22). Both take T as what is in use or being filled: room
 * that is always kept free does not count.
 *
 * @module
 */

/** The principal branch of the Lambert function between -1/e and 0. */
export function lambertW(x: number): number {
  if (!(x >= -1 / Math.E && x <= 0)) throw new RangeError(`${x} is not between -1/e and 0`);
  let w = -1 + Math.sqrt(2 * (1 + Math.E * x));
  // Newton's steps; the series around the branch point is a start that needs few.
  for (let step = 0; step < 50; step += 1) {
    const power = Math.exp(w);
    const error = w * power - x;
    if (Math.abs(error) < 1e-15) break;
    w -= error / (power * (w + 1));
  }
  return w;
}

/** Amplification when the oldest cylinder is collected, whatever it holds; `alpha` above 1. */
export function fifoAmplification(alpha: number): number {
  return alpha / (alpha + lambertW(-alpha * Math.exp(-alpha)));
}

/** Amplification when the cylinder with the fewest live of `perCylinder` instances is collected. */
export function greedyAmplification(alpha: number, perCylinder: number): number {
  const beta = (1 + 1 / (2 * perCylinder)) * alpha;
  const fewest = 0.5 - (perCylinder / alpha) * lambertW(-beta * Math.exp(-beta));
  return perCylinder / (perCylinder - (fewest - 1));
}
