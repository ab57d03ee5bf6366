/**
 * When a run begins to count: after a time, after so many requests, when the cache is full, or when
 * the response time has become steady.
 *
 * Steadiness is seen by MSER-5 over the mean response time of each sample: once the cut that leaves the
 * rest with the smallest standard error lies within the first half of what was seen, the run is steady.
 *
 * @module
 */
import { mser5 } from '../engine/statistics.ts';

import type { WarmUp } from './timing-schema.ts';

/** Samples before anything is called steady. Source: our choice. */
const SAMPLES_MIN = 60;

/** Decides whether the warm-up is over; asked at every sample. */
export class WarmUpWatch {
  readonly #rule: WarmUp;
  /** Mean response time of each sample that saw requests. */
  readonly #means: number[] = [];
  #count = 0;
  #sum = 0;
  #requests = 0;
  #isEnded = false;

  constructor(rule: WarmUp) {
    this.#rule = rule;
  }

  /** Whether it is over: nobody has to tell of requests any more. */
  get isEnded(): boolean {
    return this.#isEnded;
  }

  /** A request has ended. */
  request(responseNanos: number): void {
    this.#count += 1;
    this.#sum += responseNanos;
    this.#requests += 1;
  }

  /**
   * A sample has ended.
   *
   * @param now - Nanoseconds since the run began.
   * @param isCacheFull - Whether every cache is full.
   */
  isOver(now: number, isCacheFull: () => boolean): boolean {
    this.#isEnded ||= this.#look(now, isCacheFull);
    return this.#isEnded;
  }

  #look(now: number, isCacheFull: () => boolean): boolean {
    const rule = this.#rule;
    switch (rule.kind) {
      case 'time':
        return now >= rule.nanos;
      case 'requests':
        return this.#requests >= rule.count;
      case 'fill':
        return isCacheFull();
      default:
        return this.#isSteady();
    }
  }

  #isSteady(): boolean {
    if (this.#count > 0) this.#means.push(this.#sum / this.#count);
    this.#count = 0;
    this.#sum = 0;
    if (this.#means.length < SAMPLES_MIN) return false;
    return mser5(this.#means).isSettled;
  }
}
