/**
 * Net capacity load: how full the subsystem is, and the thresholds at which it says so.
 *
 * Load counts live sectors only. Dead sectors are reusable at once in this medium, so counting them
 * would call a subsystem full that is not (our choice; the report gives both figures).
 *
 * @module
 */
import {
  CAPACITY_ALERT_PERCENT,
  CAPACITY_CRITICAL_PERCENT,
  CAPACITY_WARN_PERCENT,
} from '../base/limits.ts';
import type { Trace } from '../base/ports.ts';

/** The highest threshold that the load has reached. */
export type LoadThreshold = 'normal' | 'warn' | 'alert' | 'critical';

const STEPS: readonly { readonly threshold: LoadThreshold; readonly percent: number }[] =
  Object.freeze([
    { threshold: 'normal', percent: 0 },
    { threshold: 'warn', percent: CAPACITY_WARN_PERCENT },
    { threshold: 'alert', percent: CAPACITY_ALERT_PERCENT },
    { threshold: 'critical', percent: CAPACITY_CRITICAL_PERCENT },
  ]);

/** A threshold with the loads, in sectors, between which it holds: from `least` up to below `limit`. */
export interface LoadBand {
  readonly threshold: LoadThreshold;
  readonly leastSectors: number;
  readonly limitSectors: number;
}

/** The band in which a load lies. */
export function loadBand(liveSectors: number, capacitySectors: number): LoadBand {
  let at = STEPS.length - 1;
  while (at > 0 && liveSectors < stepSectors(at, capacitySectors)) at -= 1;
  return {
    threshold: STEPS[at]?.threshold ?? 'normal',
    leastSectors: stepSectors(at, capacitySectors),
    limitSectors:
      at === STEPS.length - 1 ? Number.POSITIVE_INFINITY : stepSectors(at + 1, capacitySectors),
  };
}

/** Load in percent. */
export function netCapacityLoadPercent(liveSectors: number, capacitySectors: number): number {
  return (100 * liveSectors) / capacitySectors;
}

function stepSectors(at: number, capacitySectors: number): number {
  return Math.ceil((capacitySectors * (STEPS[at]?.percent ?? 0)) / 100);
}

/** Tells the trace when the load passes a threshold, upward or downward. */
export class LoadWatch {
  readonly #capacitySectors: number;
  readonly #trace: Trace;
  #band: LoadBand;
  // Copies of the band's bounds: they are compared at every write.
  #leastSectors: number;
  #limitSectors: number;

  constructor(capacitySectors: number, trace: Trace) {
    this.#capacitySectors = capacitySectors;
    this.#trace = trace;
    this.#band = loadBand(0, capacitySectors);
    this.#leastSectors = this.#band.leastSectors;
    this.#limitSectors = this.#band.limitSectors;
  }

  /** The threshold at the last observation. */
  get threshold(): LoadThreshold {
    return this.#band.threshold;
  }

  observe(liveSectors: number): void {
    if (liveSectors >= this.#limitSectors || liveSectors < this.#leastSectors) {
      this.#change(liveSectors);
    }
  }

  #change(liveSectors: number): void {
    const former = this.#band.threshold;
    this.#band = loadBand(liveSectors, this.#capacitySectors);
    this.#leastSectors = this.#band.leastSectors;
    this.#limitSectors = this.#band.limitSectors;
    this.#trace.emit('netCapacityLoad', {
      from: former,
      to: this.#band.threshold,
      percent: netCapacityLoadPercent(liveSectors, this.#capacitySectors),
    });
  }
}
