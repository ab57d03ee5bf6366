/**
 * The time series of a unit: what gauges read and what requests felt, interval by interval.
 *
 * @module
 */
import { InputError, invariant } from '../../src/index.ts';
import { LogHistogram } from '../engine/log-histogram.ts';
import type { GaugeFamily, SeriesColumn, TimeSeriesRecord } from './unit-measures.ts';

/** Most samples of a unit: a day every half second. */
export const SAMPLES_MAX = 200_000;

const NANOS_PER_SECOND = 1e9;
/** Percentiles of every interval. */
const PERCENTILES = [
  ['p50', 0.5],
  ['p95', 0.95],
  ['p99', 0.99],
] as const;

/** Something that can be read at any time. */
export interface Gauge {
  /** Name of the column: small letters, digits, `_` and `.`. */
  readonly name: string;
  /** Unit of the column: `ratio`, `B`, `B/s`, `1/s` or a noun. */
  readonly unit: string;
  readonly family: GaugeFamily;
  /**
   * What becomes of the reading: `last` is taken as it is; `rate` is a growing total, shown as its
   * growth a second; `mean` is a growing integral over nanoseconds, such as busy time, shown as its
   * growth divided by the interval: the time-weighted mean.
   */
  readonly kind: 'last' | 'rate' | 'mean';
  readonly read: () => number;
}

interface Column {
  readonly name: string;
  readonly unit: string;
  readonly family: SeriesColumn['family'];
  readonly values: (number | null)[];
}

/** Times of one class, or of all, in the interval that is under way, and their columns. */
interface Responses {
  readonly histogram: LogHistogram;
  readonly rate: Column;
  readonly mean: Column;
  readonly percentiles: readonly Column[];
  readonly max: Column;
}

/** Samples of one unit. */
export class SeriesTable {
  readonly #sampleNanos: number;
  readonly #classes: readonly Responses[];
  /** All classes together; the only class itself when there is one. */
  readonly #all: Responses;
  readonly #gauges: { readonly gauge: Gauge; readonly column: Column; before: number }[] = [];
  readonly #at: number[] = [];
  #start = 0;

  constructor(classes: readonly string[], sampleNanos: number) {
    this.#sampleNanos = sampleNanos;
    this.#all = emptyResponses('');
    this.#classes =
      classes.length === 1 ? [this.#all] : classes.map((name) => emptyResponses(`.${name}`));
  }

  /** Adds a column. */
  gauge(gauge: Gauge): void {
    invariant(this.#at.length === 0, 'series-gauges-before-samples');
    const isFree = this.#columns().every(({ name }) => name !== gauge.name);
    if (!isFree || !/^[a-z0-9_.]+$/.test(gauge.name)) {
      throw new InputError('CONFIGURATION_INVALID', {
        what: `a gauge named '${gauge.name}'`,
        limit: "names are small letters, digits, '_' and '.', each used once",
        fix: 'choose another name',
      });
    }
    const { name, unit, family } = gauge;
    this.#gauges.push({ gauge, column: { name, unit, family, values: [] }, before: gauge.read() });
  }

  /** A request of a class took so long. */
  response(loadClass: number, nanos: number): void {
    const responses = this.#classes[loadClass];
    invariant(responses !== undefined, 'series-class-known');
    responses.histogram.record(nanos);
  }

  /** Ends the interval. */
  sample(now: number): void {
    invariant(now > this.#start, 'series-time-runs-forward');
    invariant(this.#at.length < SAMPLES_MAX, 'series-sample-limit');
    const nanos = now - this.#start;
    for (const entry of this.#gauges) {
      const reading = entry.gauge.read();
      const growth = reading - entry.before;
      entry.before = reading;
      entry.column.values.push(
        entry.gauge.kind === 'last'
          ? reading
          : entry.gauge.kind === 'rate'
            ? (growth * NANOS_PER_SECOND) / nanos
            : growth / nanos,
      );
    }
    if (this.#classes.length > 1) {
      for (const one of this.#classes) this.#all.histogram.merge(one.histogram);
      for (const one of this.#classes) endInterval(one, nanos);
    }
    endInterval(this.#all, nanos);
    this.#at.push(now);
    this.#start = now;
  }

  /** Ends the last interval, unless it has no length. */
  end(now: number): void {
    if (now > this.#start) this.sample(now);
  }

  /** The series so far. */
  record(): TimeSeriesRecord {
    return { sampleNanos: this.#sampleNanos, atNanos: this.#at, columns: this.#columns() };
  }

  #columns(): readonly Column[] {
    const groups = this.#classes.length > 1 ? [this.#all, ...this.#classes] : [this.#all];
    return [
      ...groups.flatMap((one) => [one.rate, one.mean, ...one.percentiles, one.max]),
      ...this.#gauges.map(({ column }) => column),
    ];
  }
}

function emptyResponses(suffix: string): Responses {
  const column = (what: string, unit: string): Column => ({
    name: `${what}${suffix}`,
    unit,
    family: 'response',
    values: [],
  });
  return {
    histogram: new LogHistogram(),
    rate: column('requests_per_second', '1/s'),
    mean: column('response_mean', 'ns'),
    percentiles: PERCENTILES.map(([name]) => column(`response_${name}`, 'ns')),
    max: column('response_max', 'ns'),
  };
}

function endInterval(one: Responses, nanos: number): void {
  const { histogram } = one;
  const isEmpty = histogram.count === 0;
  one.rate.values.push((histogram.count * NANOS_PER_SECOND) / nanos);
  one.mean.values.push(isEmpty ? null : histogram.mean);
  for (const [at, [, share]] of PERCENTILES.entries()) {
    one.percentiles[at]?.values.push(isEmpty ? null : histogram.quantile(share));
  }
  one.max.values.push(isEmpty ? null : histogram.max);
  histogram.reset();
}
