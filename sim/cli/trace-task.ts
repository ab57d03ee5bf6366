/**
 * Tasks about traces, as data: what is to be done, and what came out.
 *
 * @module
 */
import type { TraceFeedOptions } from '../load/trace-feed.ts';
import type {
  ReplayLevel,
  ReplayRecord,
  TraceCompression,
  TraceConversion,
  TraceInspection,
  TraceStats,
} from '../report/trace-record.ts';

/** What a task thread can be asked about traces. */
export type TraceTask =
  | { readonly kind: 'traceInspect'; readonly input: TraceFeedOptions }
  | {
      readonly kind: 'traceConvert';
      readonly input: TraceFeedOptions;
      readonly to: string;
      /** Name of the format to write. */
      readonly format: string;
      readonly compression: TraceCompression;
      readonly blockBytes: number;
    }
  | {
      readonly kind: 'traceStats';
      readonly input: TraceFeedOptions;
      /** Sizes of caches, in objects, for the table of misses. */
      readonly cacheObjects: readonly number[];
    }
  | {
      readonly kind: 'replay';
      readonly input: TraceFeedOptions;
      readonly level: ReplayLevel;
    };

/** What each kind of task answers. */
export interface TraceTaskResults {
  readonly traceInspect: TraceInspection;
  readonly traceConvert: TraceConversion;
  readonly traceStats: TraceStats;
  readonly replay: ReplayRecord;
}
