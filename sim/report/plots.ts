/**
 * All plots of a run, in the order in which a report shows them.
 *
 * @module
 */
import type { Plot } from './plot.ts';
import { methodComparison } from './plot-methods.ts';
import { responseDistribution, responseOverTime, responsePercentiles } from './plot-response.ts';
import { sweepPlots } from './plot-sweep.ts';
import { netCapacityLoadOverTime, spaceOverTime, utilisationOverTime } from './plot-system.ts';
import type { TimedSummary } from './summary.ts';
import type { Variant } from './variant.ts';

/** The plots for which a run has data. */
export function plotsOf(summary: TimedSummary, variants: readonly Variant[]): readonly Plot[] {
  return [
    ...methodComparison(summary),
    ...sweepPlots(summary),
    ...responseOverTime(variants),
    ...responsePercentiles(variants),
    ...responseDistribution(variants),
    ...utilisationOverTime(variants),
    ...netCapacityLoadOverTime(variants),
    ...spaceOverTime(variants),
  ];
}
