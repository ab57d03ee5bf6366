/**
 * A plot: what it is called, what it says, and its Vega-Lite specification with the data inside.
 *
 * @module
 */
import type { Plain } from '../record/plain.ts';

/** A Vega-Lite specification, or a part of one. */
export interface PlotSpec {
  readonly [key: string]: Plain;
}

/** A plot of a report. */
export interface Plot {
  /** Name of its files, and anchor in the page. */
  readonly id: string;
  readonly title: string;
  /** What the reader sees and how to read it, in a sentence or two. */
  readonly caption: string;
  readonly spec: PlotSpec;
}

/** A unit of time and how many nanoseconds it has. */
export interface TimeUnit {
  readonly name: string;
  readonly nanos: number;
}

const TIME_UNITS: readonly TimeUnit[] = Object.freeze([
  { name: 'ns', nanos: 1 },
  { name: 'µs', nanos: 1e3 },
  { name: 'ms', nanos: 1e6 },
  { name: 's', nanos: 1e9 },
  { name: 'min', nanos: 60e9 },
  { name: 'h', nanos: 3600e9 },
  { name: 'd', nanos: 86_400e9 },
]);

/** Width of a plot that fills the page, without its axis. */
export const PLOT_WIDTH = 780;
/** Most variants in plots with a panel each; the others stand in the tables. */
export const PANELS_MAX = 12;
/** Nanoseconds of a millisecond: the unit of response times in plots. */
export const MILLISECOND = 1e6;

/** The largest unit of which `nanos` has at least two and a half. */
export function timeUnitFor(nanos: number): TimeUnit {
  const fitting = TIME_UNITS.findLast((unit) => nanos >= 2.5 * unit.nanos);
  return fitting ?? { name: 'ns', nanos: 1 };
}

/** A number with five significant digits: enough for any picture, and short. */
export function short(value: number): number {
  return Number(value.toPrecision(5));
}

/**
 * The scale of positive values, logarithmic when they differ much, with whole decades at its ends.
 */
export function positiveScale(values: readonly number[]): PlotSpec {
  const seen = values.filter((value) => value > 0);
  const least = seen.reduce((one, other) => Math.min(one, other), Number.POSITIVE_INFINITY);
  const most = seen.reduce((one, other) => Math.max(one, other), 0);
  if (most < 40 * least || seen.length === 0) return { zero: true, nice: true };
  return { type: 'log', domain: [roundDown(least), roundUp(most)], nice: false, clamp: true };
}

/** Ticks of a logarithmic scale: 1, 2 and 5 of every decade, or the decades alone when there are many. */
export function logTicks(scale: PlotSpec): PlotSpec {
  const domain = scale['domain'];
  if (scale['type'] !== 'log' || !Array.isArray(domain)) return {};
  const [low, high] = domain as number[];
  if (low === undefined || high === undefined) return {};
  const steps = Math.log10(high / low) > 3 ? [1] : [1, 2, 5];
  const values: number[] = [];
  for (let power = Math.floor(Math.log10(low)); power <= Math.ceil(Math.log10(high)); power += 1) {
    for (const step of steps) {
      const tick = Number((step * 10 ** power).toPrecision(3));
      if (tick >= low && tick <= high) values.push(tick);
    }
  }
  return { values, format: ',~g' };
}

function roundDown(value: number): number {
  const decade = 10 ** Math.floor(Math.log10(value));
  return ([5, 2, 1].find((step) => step * decade <= value) ?? 1) * decade;
}

function roundUp(value: number): number {
  const decade = 10 ** Math.floor(Math.log10(value));
  return ([1, 2, 5].find((step) => step * decade >= value) ?? 10) * decade;
}
