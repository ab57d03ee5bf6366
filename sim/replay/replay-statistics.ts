/**
 * What a replay with timing counts: responses and their parts, as histograms of constant size.
 *
 * @module
 */
import { LogHistogram } from '../engine/log-histogram.ts';
import { READ } from '../load/request-batch.ts';

/** Response times of one kind of request, nanoseconds. */
export interface ResponseFigures {
  readonly requests: number;
  readonly meanNanos: number;
  readonly p50Nanos: number;
  readonly p90Nanos: number;
  readonly p95Nanos: number;
  readonly p99Nanos: number;
  readonly maxNanos: number;
}

/** Mean parts of the response of a piece, one track of a request, nanoseconds. */
export interface ResponseParts {
  readonly iosqNanos: number;
  readonly pendNanos: number;
  readonly disconnectNanos: number;
  readonly connectNanos: number;
}

/** Counts a replay. */
export class ReplayStatistics {
  readonly reads = new LogHistogram();
  readonly writes = new LogHistogram();
  /** What the trace measured for the same requests. */
  readonly measured = new LogHistogram();
  pieces = 0;
  hits = 0;
  bytes = 0;
  iosq = 0;
  pend = 0;
  disconnect = 0;
  connect = 0;

  /** A request was done. */
  request(operation: number, response: number): void {
    if (operation === READ) this.reads.record(response);
    else this.writes.record(response);
  }

  /** All requests that were done. */
  all(): LogHistogram {
    const all = new LogHistogram();
    all.merge(this.reads);
    all.merge(this.writes);
    return all;
  }

  /** Mean parts; null before the first piece. */
  parts(): ResponseParts | null {
    const { pieces } = this;
    if (pieces === 0) return null;
    return {
      iosqNanos: this.iosq / pieces,
      pendNanos: this.pend / pieces,
      disconnectNanos: this.disconnect / pieces,
      connectNanos: this.connect / pieces,
    };
  }
}

/** The figures of a histogram; null when it is empty. */
export function responseFigures(histogram: LogHistogram): ResponseFigures | null {
  if (histogram.count === 0) return null;
  return {
    requests: histogram.count,
    meanNanos: histogram.mean,
    p50Nanos: histogram.quantile(0.5),
    p90Nanos: histogram.quantile(0.9),
    p95Nanos: histogram.quantile(0.95),
    p99Nanos: histogram.quantile(0.99),
    maxNanos: histogram.max,
  };
}
