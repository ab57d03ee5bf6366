/**
 * One figure: nanoseconds of an operation, from rounds of many operations under tinybench.
 *
 * @module
 */
import { Bench } from 'tinybench';

/** How an operation is measured. */
export interface Measurement {
  /** Operations that one call of `run` does. */
  readonly operations: number;
  readonly run: () => void;
  /** Before every round, not timed. */
  readonly before?: () => void;
  /** After every round, not timed. */
  readonly after?: () => void;
  /** Timed rounds; two more warm up. Default 15. */
  readonly rounds?: number;
}

/** Nanoseconds of one operation. */
export interface Measured {
  readonly nanosMedian: number;
  readonly nanosBest: number;
}

/** Measures one operation. */
export function measure(name: string, measurement: Measurement): Measured {
  const { operations, run, before, after, rounds = 15 } = measurement;
  const bench = new Bench({
    iterations: rounds,
    time: 0,
    warmup: true,
    warmupIterations: 2,
    warmupTime: 0,
    throws: true,
  });
  bench.add(name, run, {
    beforeEach: () => before?.(),
    afterEach: () => after?.(),
  });
  bench.runSync();
  const result = bench.tasks[0]?.result;
  if (result?.state !== 'completed') throw new Error(`${name} is ${result?.state}`);
  const nanos = 1e6 / operations;
  return { nanosMedian: result.latency.p50 * nanos, nanosBest: result.latency.min * nanos };
}

/** The same as operations a second, from the median. */
export function rate({ nanosMedian, nanosBest }: Measured): {
  readonly nanosMedian: number;
  readonly nanosBest: number;
  readonly perSecond: number;
} {
  return { nanosMedian, nanosBest, perSecond: 1e9 / nanosMedian };
}

/** The middle of some figures, the higher one of two. */
export function median(values: readonly number[]): number {
  return values.toSorted((one, other) => one - other)[values.length >>> 1] ?? Number.NaN;
}
