/**
 * Spreads requests of traces that tell whole seconds evenly over each second.
 *
 * n requests of one second come 1/n seconds apart. All at the second's beginning they would be bursts
 * that nobody measured. Whoever uses this says so in its results.
 *
 * @module
 */
import { InputError } from '../../src/index.ts';
import {
  BATCH_REQUESTS,
  type BatchSink,
  copyRequest,
  createRequestBatch,
  type RequestBatch,
} from './request-batch.ts';

const NANOS_PER_SECOND = 1e9;
/** Requests that one second may hold: they wait in memory until the second is over. */
const SECOND_REQUESTS_MAX = 4_194_304;

/** Stands between a reader and what takes its batches. */
export class SecondSpreader {
  readonly #sink: BatchSink;
  // The requests of the second at hand, in batches that are used again.
  readonly #held: RequestBatch[] = [];
  #count = 0;
  #second = Number.NEGATIVE_INFINITY;

  constructor(sink: BatchSink) {
    this.#sink = sink;
  }

  /** Takes a batch; hands on what belongs to seconds that are over. */
  take(batch: RequestBatch): void {
    for (let at = 0; at < batch.count; at += 1) {
      const second = Math.floor((batch.arrival[at] as number) / NANOS_PER_SECOND);
      if (second !== this.#second) {
        this.end();
        this.#second = second;
      }
      this.#hold(batch, at);
    }
  }

  /** Hands on the last second. */
  end(): void {
    const apart = NANOS_PER_SECOND / this.#count;
    const start = this.#second * NANOS_PER_SECOND;
    let left = this.#count;
    let place = 0;
    for (const held of this.#held) {
      if (left === 0) break;
      held.count = Math.min(left, BATCH_REQUESTS);
      for (let at = 0; at < held.count; at += 1) {
        held.arrival[at] = start + Math.floor(place * apart);
        place += 1;
      }
      left -= held.count;
      this.#sink(held);
    }
    this.#count = 0;
  }

  #hold(batch: RequestBatch, at: number): void {
    if (this.#count === SECOND_REQUESTS_MAX) {
      throw new InputError('CAPACITY_EXCEEDED', {
        what: `more than ${SECOND_REQUESTS_MAX} requests in one second`,
        limit: 'the requests of a second wait in memory to be spread over it',
        fix: 'leave them at its beginning (--spread none), or check the unit of the times',
      });
    }
    const piece = Math.floor(this.#count / BATCH_REQUESTS);
    if (piece === this.#held.length) this.#held.push(createRequestBatch());
    copyRequest(batch, at, this.#held[piece] as RequestBatch, this.#count % BATCH_REQUESTS);
    this.#count += 1;
  }
}
