/**
 * Exponential numbers without a logarithm, as a rule: the ziggurat of G. Marsaglia and W. W. Tsang
 * (Journal of Statistical Software 5, 2000) over 256 layers, exact for all 53 bits of a fraction.
 *
 * The area under e^-x is cut into layers of equal area. One byte picks a layer, a fraction a place in it;
 * in 99 of 100 cases that lies under the curve for sure.
 *
 * @module
 */

const LAYERS = 256;
/** Where the tail begins, for 256 layers, and the area of each layer (from the same paper). */
const TAIL = 7.697_117_470_131_05;
const AREA = 3.949_659_822_581_572e-3;

/** Right edge of each layer; the lowest one is as wide as its area with the tail is. */
const EDGES = new Float64Array(LAYERS + 1);
/** Height of the curve at each edge. */
const HEIGHTS = new Float64Array(LAYERS + 1);
/** Fractions of a layer's width below these lie under the curve. */
const SURE = new Float64Array(LAYERS);

EDGES[0] = AREA / Math.exp(-TAIL);
EDGES[1] = TAIL;
for (let layer = 2; layer < LAYERS; layer += 1) {
  const edge = EDGES[layer - 1] as number;
  EDGES[layer] = -Math.log(AREA / edge + Math.exp(-edge));
}
for (let layer = 0; layer <= LAYERS; layer += 1) {
  HEIGHTS[layer] = Math.exp(-(EDGES[layer] as number));
}
for (let layer = 0; layer < LAYERS; layer += 1) {
  SURE[layer] = (EDGES[layer + 1] as number) / (EDGES[layer] as number);
}

/** Where uniform 32-bit words come from. */
export interface WordSource {
  /** A signed 32-bit word. */
  next(): number;
}

/** Draws an exponential number of mean 1. */
export function drawExponential(words: WordSource): number {
  const high = words.next();
  const layer = high >>> 24;
  const fraction = ((high & 0xff_ffff) * 2 ** 29 + (words.next() >>> 3)) / 2 ** 53;
  const x = fraction * (EDGES[layer] as number);
  if (fraction < (SURE[layer] as number)) return x;
  return drawAtEdge(words, layer, x);
}

/** The hundredth case: the tail, the curved end of a layer, or another try. */
function drawAtEdge(words: WordSource, layer: number, x: number): number {
  // What lies beyond the tail's beginning is exponential again.
  if (layer === 0) return TAIL + drawExponential(words);
  const low = HEIGHTS[layer] as number;
  const share = ((words.next() >>> 0) * 2 ** 21 + (words.next() >>> 11)) / 2 ** 53;
  const y = low + share * ((HEIGHTS[layer + 1] as number) - low);
  return y < Math.exp(-x) ? x : drawExponential(words);
}
