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
