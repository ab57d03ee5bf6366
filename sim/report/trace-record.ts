/**
 * What commands about traces find out, as data.
 *
 * @module
 */
import type { Reject, RejectReason, SkipReason } from '../load/trace-account.ts';
import type { TraceFigures } from '../load/trace-statistics.ts';
import type { MappingOptions, MappingResult } from '../replay/mapping-replay.ts';
import type { CacheMisses } from '../replay/object-caches.ts';
import type { TimingOptions, TimingResult } from '../replay/timing-replay.ts';

/** Compression around a trace. */
export type TraceCompression = 'none' | 'gzip' | 'zstd';

/** At which level a trace is replayed, and how. */
export type ReplayLevel =
  | { readonly kind: 'mapping'; readonly options: MappingOptions }
  | {
      readonly kind: 'timing';
      readonly options: TimingOptions;
      /** Names of parameter sets, or files of the user's own. */
      readonly parameters: string;
    };

/** How a trace was read. */
export interface TraceReading {
  readonly file: string;
  readonly sha256: string;
  readonly fileBytes: number;
  readonly compression: TraceCompression;
  readonly format: string;
  readonly title: string;
  /** Date of the zero point; null when the format has none. */
  readonly zeroPoint: string | null;
  readonly assumptions: readonly string[];
  readonly records: number;
  readonly requests: number;
  readonly outOfOrder: number;
  readonly skipped: Readonly<Record<SkipReason, number>>;
  readonly rejects: number;
  readonly rejectsByReason: Readonly<Partial<Record<RejectReason, number>>>;
  readonly firstRejects: readonly Reject[];
  /** Requests that were read and not picked. */
  readonly left: number;
  readonly volumeCount: number;
}

/** One request in words. */
export interface ShownRequest {
  readonly arrivalNanos: number;
  readonly volume: string;
  readonly operation: string;
  readonly offset: number;
  readonly length: number;
  readonly responseNanos: number | null;
}

/** What a trace holds. */
export interface TraceInspection {
  readonly reading: TraceReading;
  readonly first: readonly ShownRequest[];
  /** Volumes by name, 20 at most. */
  readonly volumes: readonly string[];
}

/** A trace that was written anew. */
export interface TraceConversion {
  readonly reading: TraceReading;
  readonly to: string;
  readonly format: string;
  readonly compression: TraceCompression;
  readonly written: number;
  /** Requests that the format has no word for. */
  readonly leftOut: number;
  readonly writtenBytes: number;
  /** What the format loses. */
  readonly losses: string;
}

/** Figures of a trace. */
export interface TraceStats {
  readonly reading: TraceReading;
  readonly figures: TraceFigures;
  readonly misses: readonly CacheMisses[];
}

/** A replay. */
export interface ReplayRecord {
  readonly reading: TraceReading;
  readonly level: ReplayLevel;
  readonly volumes: readonly string[];
  readonly mapping: MappingResult | null;
  readonly timing: TimingResult | null;
}
