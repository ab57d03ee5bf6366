/**
 * Picks requests of a trace and scales them: a range of time, a number, volumes, operations; faster or
 * slower, wider or narrower.
 *
 * @module
 */
import { InputError } from '../../src/index.ts';
import { type BatchSink, copyRequest, type RequestBatch } from './request-batch.ts';
import type { TraceVolumes } from './trace-volumes.ts';

/** What is picked, in the complete form. */
export interface TraceSelection {
  /** Arrivals from here on, nanoseconds; they are then counted from here. */
  readonly fromNanos: number;
  /** Arrivals before this. */
  readonly untilNanos: number;
  /** So many requests at most. */
  readonly requestLimit: number;
  /** Names of volumes; empty for all. */
  readonly volumes: readonly string[];
  /** Operations by number; empty for all. */
  readonly operations: readonly number[];
  /** Times are multiplied by this: 0.5 is twice as fast. */
  readonly timeScale: number;
  /** Addresses are multiplied by this and cut to sectors of 512 bytes. */
  readonly addressScale: number;
  /** Addresses wrap around here, in bytes. */
  readonly addressLimit: number;
}

/** Everything, as it is. */
export const WHOLE_TRACE: TraceSelection = Object.freeze({
  fromNanos: Number.NEGATIVE_INFINITY,
  untilNanos: Number.POSITIVE_INFINITY,
  requestLimit: Number.POSITIVE_INFINITY,
  volumes: [],
  operations: [],
  timeScale: 1,
  addressScale: 1,
  addressLimit: Number.POSITIVE_INFINITY,
});

const SECTOR_BYTES = 512;

/** Stands between a reader and what takes its batches. Changes the batches that it is given. */
export class TraceSelector {
  /** Requests left out. */
  left = 0;
  /** Nothing that comes can be picked any more. Times that go back are not waited for. */
  isDone = false;
  readonly #selection: TraceSelection;
  readonly #volumes: TraceVolumes;
  readonly #sink: BatchSink;
  readonly #isWhole: boolean;
  /** By place of the volume: 0 not known yet, 1 picked, 2 not. */
  readonly #isPicked: number[] = [];
  #passed = 0;

  constructor(selection: TraceSelection, volumes: TraceVolumes, sink: BatchSink) {
    this.#selection = selection;
    this.#volumes = volumes;
    this.#sink = sink;
    this.#isWhole = Object.entries(WHOLE_TRACE).every(
      ([field, value]) => String(selection[field as keyof TraceSelection]) === String(value),
    );
  }

  /** Takes a batch and hands on what is picked of it. */
  take(batch: RequestBatch): void {
    if (this.isDone) return;
    if (!this.#isWhole) this.#pick(batch);
    if (batch.count > 0) this.#sink(batch);
  }

  /**
   * @param requests - Requests of the trace.
   * @throws InputError USAGE when a volume that was named did not appear, or nothing was picked.
   */
  end(requests: number): void {
    if (this.isDone || this.#isWhole) return;
    const missing = this.#selection.volumes.filter((name) => !this.#volumes.names.includes(name));
    if (missing.length > 0) {
      throw new InputError('USAGE', {
        what: `no volume ${missing.join(', ')} in the trace`,
        limit: `volumes: ${this.#volumes.names.slice(0, 20).join(', ')}`,
        fix: 'name volumes as `vdasd trace inspect` shows them',
      });
    }
    if (this.#passed > 0) return;
    throw new InputError('USAGE', {
      what: `none of the ${requests} requests of the trace is picked`,
      limit: 'there has to be one',
      fix: 'look at `vdasd trace stats`, and choose another range, volume or operation',
    });
  }

  #pick(batch: RequestBatch): void {
    const { count } = batch;
    let kept = 0;
    for (let at = 0; at < count; at += 1) {
      if (this.#passed >= this.#selection.requestLimit) {
        this.isDone = true;
        break;
      }
      if (!this.#isWanted(batch, at)) continue;
      if (kept !== at) copyRequest(batch, at, batch, kept);
      this.#scale(batch, kept);
      kept += 1;
      this.#passed += 1;
    }
    if (this.#passed >= this.#selection.requestLimit) this.isDone = true;
    this.left += count - kept;
    batch.count = kept;
  }

  #isWanted(batch: RequestBatch, at: number): boolean {
    const { fromNanos, untilNanos, operations } = this.#selection;
    const arrival = batch.arrival[at] as number;
    if (arrival < fromNanos || arrival >= untilNanos) return false;
    if (operations.length > 0 && !operations.includes(batch.operation[at] as number)) return false;
    return this.#isVolumePicked(batch.volume[at] as number);
  }

  #isVolumePicked(volume: number): boolean {
    const known = this.#isPicked[volume];
    if (known !== undefined) return known === 1;
    const { volumes } = this.#selection;
    const isPicked = volumes.length === 0 || volumes.includes(this.#volumes.names[volume] ?? '');
    this.#isPicked[volume] = isPicked ? 1 : 2;
    return isPicked;
  }

  #scale(batch: RequestBatch, at: number): void {
    const { fromNanos, timeScale, addressScale, addressLimit } = this.#selection;
    const from = fromNanos === Number.NEGATIVE_INFINITY ? 0 : fromNanos;
    const arrival = (batch.arrival[at] as number) - from;
    batch.arrival[at] = timeScale === 1 ? arrival : Math.round(arrival * timeScale);
    let offset = batch.offset[at] as number;
    if (addressScale !== 1) {
      offset = Math.floor((offset * addressScale) / SECTOR_BYTES) * SECTOR_BYTES;
    }
    batch.offset[at] = offset < addressLimit ? offset : offset % addressLimit;
  }
}
