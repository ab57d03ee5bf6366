/**
 * What a recorder hands over at the end of a unit: response times by phase, class and operation, time
 * series, spans of phases, events.
 *
 * @module
 */
import type { Plain } from './plain.ts';

/** Phase of requests that count for nothing: the system is still filling. */
export const WARM_UP = 'warm-up';
/** Name of a phase without any copy. */
export const BEFORE = 'before';
/** Name of a phase in which a copy runs. */
export const DURING = 'during';
/** Name of a phase after a copy. */
export const AFTER = 'after';

/** Operations by number, as the request tables have them. */
export const OPERATIONS = Object.freeze(['read', 'write'] as const);
/** One of {@link OPERATIONS}. */
type OperationName = (typeof OPERATIONS)[number];

/** Times in logarithmic buckets; every bucket narrower than 1 % of its values. */
export interface HistogramRecord {
  readonly count: number;
  /** Exact, as {@link minNanos} and {@link maxNanos} are. */
  readonly meanNanos: number;
  readonly minNanos: number;
  readonly maxNanos: number;
  /** The value that stands for each bucket that is not empty, ascending. */
  readonly values: readonly number[];
  /** How many times fell into each of these buckets. */
  readonly counts: readonly number[];
}

/** Requests of one class and operation that arrived in one phase. */
export interface ResponseRecord {
  readonly phase: string;
  readonly loadClass: string;
  readonly operation: OperationName;
  readonly bytes: number;
  /** Served from the cache. */
  readonly hits: number;
  /** Held back for a copy. */
  readonly held: number;
  /** Means of the parts of the response time: before the device, before the path, off it, on it. */
  readonly queueMeanNanos: number;
  readonly pendMeanNanos: number;
  readonly disconnectMeanNanos: number;
  readonly connectMeanNanos: number;
  readonly response: HistogramRecord;
}

/** A phase from one instant to another. Phases follow each other without gaps and may come again. */
export interface PhaseSpan {
  readonly phase: string;
  readonly startNanos: number;
  readonly endNanos: number;
}

/** What a gauge belongs to: decides the plot that shows it. */
export type GaugeFamily =
  | 'processor'
  | 'controller'
  | 'channel'
  | 'link'
  | 'device'
  | 'drive'
  | 'nvs'
  | 'cache'
  | 'space'
  | 'queue';

/** One column of the time series. */
export interface SeriesColumn {
  /** Name of the column in files: `net_capacity_load`, `response_p95.oltp`. */
  readonly name: string;
  /** `ratio` (0 to 1), `ns`, `B`, `B/s`, `1/s` or a noun such as `requests`. */
  readonly unit: string;
  /** Family of a gauge; `response` for what the recorder adds for every class by itself. */
  readonly family: GaugeFamily | 'response';
  /** One value a sample; `null` where nothing was seen. */
  readonly values: readonly (number | null)[];
}

/** Samples at the ends of equal intervals; the last one may be shorter. */
export interface TimeSeriesRecord {
  readonly sampleNanos: number;
  /** End of every interval. */
  readonly atNanos: readonly number[];
  readonly columns: readonly SeriesColumn[];
}

/** Something that happened at an instant. */
export interface EventMark {
  readonly atNanos: number;
  /** What, such as `copyStart`, `driveFailed`, `sideFileFull`. */
  readonly kind: string;
  readonly data: Plain;
}

/** All that a recorder saw. */
export interface UnitMeasures {
  readonly classes: readonly string[];
  readonly phases: readonly PhaseSpan[];
  readonly responses: readonly ResponseRecord[];
  readonly series: TimeSeriesRecord;
  readonly events: readonly EventMark[];
  /** Events beyond those that are kept. */
  readonly eventsDropped: number;
  /** Requests that were completed, warm-up included. */
  readonly requestCount: number;
  /** Requests that went to the sink. */
  readonly requestsKept: number;
}

/** Columns of the time series with a plot of their own; `.NAME` may follow when there are several. */
export const SPACE_COLUMNS = Object.freeze({
  /** Share of the net capacity that live data takes, 0 to 1. */
  netCapacityLoad: 'net_capacity_load',
  /** Bytes of instances that one device alone reaches. */
  uniqueBytes: 'unique_bytes',
  /** Bytes of instances that several devices, or retained points, reach. */
  sharedBytes: 'shared_bytes',
});
