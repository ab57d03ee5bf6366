/**
 * Response times in constant memory: 128 buckets for every doubling, so that a value is known to better
 * than 0.4 %.
 *
 * The bucket is read off the number itself: its exponent and the first seven bits behind the point.
 *
 * @module
 */
import { invariant } from '../../src/index.ts';

const STEP_BITS = 7;
const STEPS = 1 << STEP_BITS;
/** Bits of the upper word of a double that follow exponent and step. */
const SHIFT = 20 - STEP_BITS;
/** What the upper word of 1.0 gives: values from 1 begin at bucket 1, and 0 has bucket 0. */
const BASE = (1023 << STEP_BITS) - 1;
const DOUBLINGS = 53;
const BUCKETS = 1 + STEPS * DOUBLINGS;

// One place for all histograms: the halves of a number are read at once and nothing is kept.
const NUMBER = new Float64Array(1);
const HALVES = new Uint32Array(NUMBER.buffer);
const HIGH = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1 ? 1 : 0;

/** One bucket that holds something. */
export interface HistogramBucket {
  /** Least value of the bucket, and the least of the next, nanoseconds. */
  readonly fromNanos: number;
  readonly toNanos: number;
  readonly count: number;
}

/** A histogram as plain data: bucket and count in turn, besides the exact totals. */
export interface HistogramCounts {
  readonly sum: number;
  readonly min: number;
  readonly max: number;
  readonly counts: Float64Array;
}

/** A histogram of whole nanoseconds from 0 to 2^53 - 1. Count, mean, least and greatest are exact. */
export class LogHistogram {
  readonly #counts = new Float64Array(BUCKETS);
  #count = 0;
  #sum = 0;
  #min = Number.POSITIVE_INFINITY;
  #max = 0;

  get count(): number {
    return this.#count;
  }

  /** Sum of all values, nanoseconds. */
  get sum(): number {
    return this.#sum;
  }

  /** Mean, or 0 when nothing was recorded. */
  get mean(): number {
    return this.#count === 0 ? 0 : this.#sum / this.#count;
  }

  /** Least value, or 0 when nothing was recorded. */
  get min(): number {
    return this.#count === 0 ? 0 : this.#min;
  }

  get max(): number {
    return this.#max;
  }

  /** Adds one value. */
  record(nanos: number): void {
    NUMBER[0] = nanos;
    const bucket = nanos < 1 ? 0 : ((HALVES[HIGH] as number) >>> SHIFT) - BASE;
    (this.#counts[bucket] as number) += 1;
    this.#count += 1;
    this.#sum += nanos;
    if (nanos < this.#min) this.#min = nanos;
    if (nanos > this.#max) this.#max = nanos;
  }

  /** Forgets everything. */
  reset(): void {
    this.#counts.fill(0);
    this.#count = 0;
    this.#sum = 0;
    this.#min = Number.POSITIVE_INFINITY;
    this.#max = 0;
  }

  /** Adds everything that another one holds. */
  merge(other: LogHistogram): void {
    for (let bucket = 0; bucket < BUCKETS; bucket += 1) {
      (this.#counts[bucket] as number) += other.#counts[bucket] as number;
    }
    this.#count += other.#count;
    this.#sum += other.#sum;
    this.#min = Math.min(this.#min, other.#min);
    this.#max = Math.max(this.#max, other.#max);
  }

  /**
   * The value that a share of all does not exceed: the whole number in the middle of its bucket, never
   * outside of what was recorded. 0 when nothing was.
   *
   * @param share - 0 to 1.
   */
  quantile(share: number): number {
    invariant(share >= 0 && share <= 1, 'quantile-share', String(share));
    const rank = Math.max(1, Math.ceil(share * this.#count));
    let seen = 0;
    for (let bucket = 0; bucket < BUCKETS; bucket += 1) {
      seen += this.#counts[bucket] as number;
      if (seen >= rank) {
        const middle = Math.floor((lowerEdge(bucket) + lowerEdge(bucket + 1)) / 2);
        return Math.min(Math.max(middle, this.#min), this.#max);
      }
    }
    return 0;
  }

  /** The buckets that hold something, in order. */
  buckets(): readonly HistogramBucket[] {
    const filled: HistogramBucket[] = [];
    this.#counts.forEach((count, bucket) => {
      if (count === 0) return;
      const [fromNanos, toNanos] = [lowerEdge(bucket), lowerEdge(bucket + 1)];
      filled.push(Object.freeze({ fromNanos, toNanos, count }));
    });
    return filled;
  }

  /** Plain data, from which {@link LogHistogram.from} makes the same histogram again. */
  toCounts(): HistogramCounts {
    const counts: number[] = [];
    this.#counts.forEach((count, bucket) => {
      if (count > 0) counts.push(bucket, count);
    });
    const { sum, min, max } = this;
    return Object.freeze({ sum, min, max, counts: Float64Array.from(counts) });
  }

  /** A histogram from its plain data. */
  static from({ sum, min, max, counts }: HistogramCounts): LogHistogram {
    const histogram = new LogHistogram();
    for (let at = 0; at + 1 < counts.length; at += 2) {
      histogram.#counts[counts[at] as number] = counts[at + 1] as number;
      histogram.#count += counts[at + 1] as number;
    }
    histogram.#sum = sum;
    if (histogram.#count > 0) histogram.#min = min;
    histogram.#max = max;
    return histogram;
  }
}

/** Least value of a bucket, nanoseconds: the double whose upper word is the bucket's. */
function lowerEdge(bucket: number): number {
  if (bucket === 0) return 0;
  HALVES[1 - HIGH] = 0;
  HALVES[HIGH] = (bucket + BASE) << SHIFT;
  return NUMBER[0] as number;
}
