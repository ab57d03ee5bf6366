/**
 * Figures of a trace: what is in it, how fast it came, how it is spread.
 *
 * Memory grows with the tracks that are touched, never with the requests.
 *
 * @module
 */
import { LogHistogram } from '../engine/log-histogram.ts';
import { OPERATION_NAMES, READ, type RequestBatch, WRITE } from './request-batch.ts';
import { FULL_TRACK_BYTES } from './track-mapper.ts';

/** Shortest span for which rates mean something. */
const SPAN_NANOS_MIN = 1e6;
const NANOS_PER_SECOND = 1e9;
const TRACK_BITS = 32;
const QUANTILES = Object.freeze([0.5, 0.95, 0.99] as const);

/** Requests of one operation. */
interface OperationFigures {
  readonly operation: string;
  readonly requests: number;
  readonly bytes: number;
}

/** Requests of one volume. */
interface VolumeFigures {
  readonly name: string;
  readonly requests: number;
  readonly bytes: number;
  /** End of the farthest request, bytes from the start. */
  readonly endBytes: number;
}

/** Quantiles of something. */
export interface TraceQuantiles {
  readonly mean: number;
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
  readonly max: number;
}

/** What is known of a trace. */
export interface TraceFigures {
  readonly requests: number;
  readonly bytes: number;
  readonly operations: readonly OperationFigures[];
  /** From the first arrival to the last, by their values. */
  readonly firstNanos: number;
  readonly lastNanos: number;
  readonly spanNanos: number;
  /** Null when the span is too short for rates. */
  readonly requestsPerSecond: number | null;
  readonly bytesPerSecond: number | null;
  readonly readShare: number;
  /** Share of reads and writes that begin where the request before them on their volume ended. */
  readonly sequentialShare: number;
  readonly lengthBytes: TraceQuantiles;
  readonly betweenArrivalsNanos: TraceQuantiles | null;
  /** Null when the trace tells no response times. */
  readonly responseNanos: TraceQuantiles | null;
  /** Different tracks of 56,664 bytes that reads and writes touch. */
  readonly tracks: number;
  readonly volumeCount: number;
  /** The busiest first; 20 at most. */
  readonly volumes: readonly VolumeFigures[];
}

interface VolumeCounts {
  requests: number;
  bytes: number;
  end: number;
  next: number;
  readonly tracks: Map<number, Int32Array>;
}

const VOLUMES_SHOWN = 20;

/** Adds up a trace. */
export class TraceStatistics {
  readonly #counts = new Float64Array(OPERATION_NAMES.length);
  readonly #bytes = new Float64Array(OPERATION_NAMES.length);
  readonly #volumes: VolumeCounts[] = [];
  readonly #lengths = new LogHistogram();
  readonly #gaps = new LogHistogram();
  readonly #responses = new LogHistogram();
  #first = Number.POSITIVE_INFINITY;
  #last = Number.NEGATIVE_INFINITY;
  #previous = Number.NaN;
  #sequential = 0;
  #tracks = 0;

  /** Takes a batch. */
  take(batch: RequestBatch): void {
    for (let at = 0; at < batch.count; at += 1) {
      const operation = batch.operation[at] as number;
      const length = batch.length[at] as number;
      this.#counts[operation] = (this.#counts[operation] as number) + 1;
      this.#bytes[operation] = (this.#bytes[operation] as number) + length;
      this.#arrival(batch.arrival[at] as number);
      this.#lengths.record(length);
      const response = batch.response[at] as number;
      if (response >= 0) this.#responses.record(response);
      this.#place(batch.volume[at] as number, batch.offset[at] as number, length, operation);
    }
  }

  /** @param names - Names of the volumes by their place. */
  figures(names: readonly string[]): TraceFigures {
    const counts = [...this.#counts];
    const requests = counts.reduce((sum, count) => sum + count, 0);
    const bytes = this.#bytes.reduce((sum, count) => sum + count, 0);
    const span = requests === 0 ? 0 : this.#last - this.#first;
    const hasRates = span >= SPAN_NANOS_MIN;
    const accesses = (counts[READ] ?? 0) + (counts[WRITE] ?? 0);
    return {
      requests,
      bytes,
      operations: OPERATION_NAMES.map((operation, at) => ({
        operation,
        requests: counts[at] ?? 0,
        bytes: this.#bytes[at] ?? 0,
      })),
      firstNanos: requests === 0 ? 0 : this.#first,
      lastNanos: requests === 0 ? 0 : this.#last,
      spanNanos: span,
      requestsPerSecond: hasRates ? (requests * NANOS_PER_SECOND) / span : null,
      bytesPerSecond: hasRates ? (bytes * NANOS_PER_SECOND) / span : null,
      readShare: accesses === 0 ? 0 : (counts[READ] ?? 0) / accesses,
      sequentialShare: accesses === 0 ? 0 : this.#sequential / accesses,
      lengthBytes: quantiles(this.#lengths),
      betweenArrivalsNanos: this.#gaps.count === 0 ? null : quantiles(this.#gaps),
      responseNanos: this.#responses.count === 0 ? null : quantiles(this.#responses),
      tracks: this.#tracks,
      volumeCount: this.#volumes.filter((volume) => volume !== undefined).length,
      volumes: this.#volumes
        .map(({ requests: count, bytes: moved, end }, at) => ({
          name: names[at] ?? `${at}`,
          requests: count,
          bytes: moved,
          endBytes: end,
        }))
        .filter((volume) => volume.requests > 0)
        .toSorted((a, b) => b.requests - a.requests)
        .slice(0, VOLUMES_SHOWN),
    };
  }

  #arrival(arrival: number): void {
    if (arrival < this.#first) this.#first = arrival;
    if (arrival > this.#last) this.#last = arrival;
    // The first has none before it; one that comes too late counts as at once.
    if (arrival >= this.#previous) this.#gaps.record(arrival - this.#previous);
    else if (arrival < this.#previous) this.#gaps.record(0);
    this.#previous = arrival;
  }

  #place(volume: number, offset: number, length: number, operation: number): void {
    let counts = this.#volumes[volume];
    if (counts === undefined) {
      counts = { requests: 0, bytes: 0, end: 0, next: Number.NaN, tracks: new Map() };
      this.#volumes[volume] = counts;
    }
    counts.requests += 1;
    counts.bytes += length;
    if (offset + length > counts.end) counts.end = offset + length;
    if (operation !== READ && operation !== WRITE) return;
    if (offset === counts.next) this.#sequential += 1;
    counts.next = offset + length;
    const last = Math.floor((offset + length - 1) / FULL_TRACK_BYTES);
    for (let track = Math.floor(offset / FULL_TRACK_BYTES); track <= last; track += 1) {
      this.#touch(counts.tracks, track);
    }
  }

  /** Pages of bits, 1,024 tracks each. */
  #touch(pages: Map<number, Int32Array>, track: number): void {
    const key = Math.floor(track / 1_024);
    let page = pages.get(key);
    if (page === undefined) {
      page = new Int32Array(1_024 / TRACK_BITS);
      pages.set(key, page);
    }
    const word = (track % 1_024) >>> 5;
    const bit = 1 << (track & 31);
    const bits = page[word] as number;
    if ((bits & bit) !== 0) return;
    page[word] = bits | bit;
    this.#tracks += 1;
  }
}

function quantiles(histogram: LogHistogram): TraceQuantiles {
  const [p50, p95, p99] = QUANTILES.map((share) => histogram.quantile(share));
  return {
    mean: histogram.mean,
    p50: p50 ?? 0,
    p95: p95 ?? 0,
    p99: p99 ?? 0,
    max: histogram.max,
  };
}
