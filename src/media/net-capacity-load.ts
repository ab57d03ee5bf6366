/**
 * Net capacity load: how full the subsystem and each of its groups is, and the thresholds at which
 * that is told.
 *
 * | load | counts | of |
 * | --- | --- | --- |
 * | net | sectors of live instances | the capacity |
 * | gross | the same, and dead sectors that wait for collection | all sectors of all cylinders |
 *
 * The net load says what hosts have stored, and decides: refusing backups, holding background copies
 * back. The gross load says how much work collection has before it, and stays high in a subsystem
 * that is doing well, because collection waits until space is needed. It is told under a name of its
 * own and must fall some way below a threshold before that is told, so that collecting and writing in
 * turn are not news. Source of the thresholds: the RVA's guideline of 75 %; the others are our choice.
 *
 * @module
 */

import type { Plain, StateKeeping } from '../base/kept-state.ts';
import {
  CAPACITY_ALERT_PERCENT,
  CAPACITY_CRITICAL_PERCENT,
  CAPACITY_WARN_PERCENT,
} from '../base/limits.ts';
import type { Trace } from '../base/ports.ts';
import { SECTOR_BYTES } from './logical-cylinder.ts';

/** The highest threshold that the load has reached. */
export type LoadThreshold = 'normal' | 'warn' | 'alert' | 'critical';

/** Loads, in percent, from which each threshold is reached; ascending. */
export interface LoadThresholds {
  readonly warn: number;
  readonly alert: number;
  readonly critical: number;
}

/** Thresholds of a subsystem that names none. */
export const LOAD_THRESHOLDS_DEFAULT: LoadThresholds = Object.freeze({
  warn: CAPACITY_WARN_PERCENT,
  alert: CAPACITY_ALERT_PERCENT,
  critical: CAPACITY_CRITICAL_PERCENT,
});

/** Space whose load is watched: a redundancy group, or all of them together. Sectors. */
export interface LoadedSpace {
  /** What instances may fill. */
  readonly capacitySectors: number;
  /** Of that, what only the metadata of running backups may take. */
  readonly reserveSectors: number;
  readonly liveSectors: number;
  readonly deadSectors: number;
  readonly unwrittenSectors: number;
  readonly freeCylinderCount: number;
}

/** A threshold with the loads, in sectors, between which it holds: from `least` up to below `limit`. */
export interface LoadBand {
  readonly threshold: LoadThreshold;
  readonly leastSectors: number;
  readonly limitSectors: number;
}

const ORDER = ['normal', 'warn', 'alert', 'critical'] as const;

/** Percent of all sectors that the gross load must fall below a threshold before that is told. */
const GROSS_SLACK_PERCENT = 2;

/** The band in which a load lies. */
export function loadBand(
  loadSectors: number,
  ofSectors: number,
  thresholds: LoadThresholds = LOAD_THRESHOLDS_DEFAULT,
): LoadBand {
  let at = ORDER.length - 1;
  while (at > 0 && loadSectors < leastSectors(at, ofSectors, thresholds)) at -= 1;
  return bandAt(at, ofSectors, thresholds);
}

function bandAt(at: number, ofSectors: number, thresholds: LoadThresholds): LoadBand {
  return {
    threshold: ORDER[at] as LoadThreshold,
    leastSectors: leastSectors(at, ofSectors, thresholds),
    limitSectors:
      at === ORDER.length - 1
        ? Number.POSITIVE_INFINITY
        : leastSectors(at + 1, ofSectors, thresholds),
  };
}

/** Load in percent. */
export function netCapacityLoadPercent(loadSectors: number, ofSectors: number): number {
  return (100 * loadSectors) / ofSectors;
}

function leastSectors(at: number, ofSectors: number, thresholds: LoadThresholds): number {
  const threshold = ORDER[at];
  if (threshold === undefined || threshold === 'normal') return 0;
  return Math.ceil((ofSectors * thresholds[threshold]) / 100);
}

/** Tells the trace when the load of one space passes a threshold, upward or downward. */
export class LoadWatch {
  readonly space: LoadedSpace;
  readonly #name: string;
  readonly #thresholds: LoadThresholds;
  readonly #trace: Trace;
  /** All sectors of all cylinders, labels aside. Never changes. */
  readonly #allSectors: number;
  #net: LoadBand;
  #gross: LoadBand;
  // Copies of the bands' bounds: they are compared at every write.
  #netLeast = 0;
  #netLimit = 0;
  #grossLeast = 0;
  #grossLimit = 0;

  /** @param name - Of the space, for the events: `subsystem`, `group 1`. */
  constructor(space: LoadedSpace, name: string, thresholds: LoadThresholds, trace: Trace) {
    this.space = space;
    this.#name = name;
    this.#thresholds = thresholds;
    this.#trace = trace;
    this.#allSectors = space.liveSectors + space.deadSectors + space.unwrittenSectors;
    this.#net = loadBand(0, space.capacitySectors, thresholds);
    this.#gross = loadBand(0, this.#allSectors, thresholds);
    this.#keepBounds();
  }

  /** What was told last, net and gross. */
  save(): readonly [LoadThreshold, LoadThreshold] {
    return [this.#net.threshold, this.#gross.threshold];
  }

  /** Takes what was told last, and tells nothing. */
  restore([net, gross]: readonly [LoadThreshold, LoadThreshold]): void {
    this.#net = bandAt(ORDER.indexOf(net), this.space.capacitySectors, this.#thresholds);
    this.#gross = bandAt(ORDER.indexOf(gross), this.#allSectors, this.#thresholds);
    this.#keepBounds();
  }

  /** The threshold of the net load at the last observation. */
  get threshold(): LoadThreshold {
    return this.#net.threshold;
  }

  /** The threshold of the gross load at the last observation. */
  get grossThreshold(): LoadThreshold {
    return this.#gross.threshold;
  }

  /** Live sectors from which the net load reaches the next threshold. */
  get netLimitSectors(): number {
    return this.#netLimit;
  }

  /** The higher of both thresholds. */
  get highestThreshold(): LoadThreshold {
    const net = ORDER.indexOf(this.#net.threshold);
    return net > ORDER.indexOf(this.#gross.threshold) ? this.#net.threshold : this.#gross.threshold;
  }

  get netPercent(): number {
    return netCapacityLoadPercent(this.space.liveSectors, this.space.capacitySectors);
  }

  get grossPercent(): number {
    const { liveSectors, deadSectors } = this.space;
    return netCapacityLoadPercent(liveSectors + deadSectors, this.#allSectors);
  }

  observe(): void {
    this.observeNet();
    const gross = this.space.liveSectors + this.space.deadSectors;
    if (gross >= this.#grossLimit || gross < this.#grossLeast) this.#changeGross(gross);
  }

  /** The net load alone. */
  observeNet(): void {
    const live = this.space.liveSectors;
    if (live >= this.#netLimit || live < this.#netLeast) this.#changeNet(live);
  }

  /**
   * Whether a background copy may take so many sectors: it leaves to hosts what lies between the
   * critical threshold and the end of what they can fill.
   */
  hasHeadroom(sectors: number): boolean {
    const { liveSectors, capacitySectors, reserveSectors } = this.space;
    const forHosts = capacitySectors - reserveSectors;
    return liveSectors + sectors < (forHosts * this.#thresholds.critical) / 100;
  }

  #changeNet(live: number): void {
    const former = this.#net.threshold;
    this.#net = loadBand(live, this.space.capacitySectors, this.#thresholds);
    this.#keepBounds();
    this.#tell('netCapacityLoad', former, this.#net.threshold, this.netPercent);
  }

  #changeGross(gross: number): void {
    const former = this.#gross.threshold;
    this.#gross = loadBand(gross, this.#allSectors, this.#thresholds);
    this.#keepBounds();
    if (former === this.#gross.threshold) return;
    this.#tell('grossCapacityLoad', former, this.#gross.threshold, this.grossPercent);
  }

  #keepBounds(): void {
    this.#netLeast = this.#net.leastSectors;
    this.#netLimit = this.#net.limitSectors;
    const slack = (this.#allSectors * GROSS_SLACK_PERCENT) / 100;
    this.#grossLeast = Math.max(0, this.#gross.leastSectors - slack);
    this.#grossLimit = this.#gross.limitSectors;
  }

  #tell(event: string, from: LoadThreshold, to: LoadThreshold, percent: number): void {
    const { freeCylinderCount, deadSectors } = this.space;
    this.#trace.emit(event, {
      space: this.#name,
      from,
      to,
      percent,
      freeCylinders: freeCylinderCount,
      collectableBytes: deadSectors * SECTOR_BYTES,
    });
  }
}

/** The loads of a subsystem: of all its groups together, and of each. */
export class CapacityLoad {
  readonly thresholds: LoadThresholds;
  readonly total: LoadWatch;
  /** By number of the group. Of a single group: the total itself, which is told once. */
  readonly groups: readonly LoadWatch[];

  constructor(
    total: LoadedSpace,
    groups: readonly LoadedSpace[],
    thresholds: LoadThresholds,
    trace: Trace,
  ) {
    this.thresholds = thresholds;
    const [only] = groups;
    const isOne = groups.length === 1 && only !== undefined;
    this.total = new LoadWatch(isOne ? only : total, 'subsystem', thresholds, trace);
    this.groups = isOne
      ? [this.total]
      : groups.map((group, at) => new LoadWatch(group, `group ${at}`, thresholds, trace));
  }

  /** What was told last outlives the process. */
  keep(keeping: StateKeeping): void {
    keeping.keep({
      kind: 'figures',
      name: 'load',
      save: () => [this.total, ...this.groups].map((watch) => watch.save()),
      restore: (saved: Plain | undefined) => {
        if (saved === undefined) return;
        const told = saved as (readonly [LoadThreshold, LoadThreshold])[];
        [this.total, ...this.groups].forEach((watch, at) => {
          watch.restore(told[at] as readonly [LoadThreshold, LoadThreshold]);
        });
      },
    });
  }

  /** Something was taken in a group. Called at every write: sums over groups are left to observeAll. */
  observe(group: number): void {
    const watch = this.groups[group] as LoadWatch;
    watch.observe();
    if (watch !== this.total) this.total.observeNet();
  }

  /** Something may have come back anywhere. */
  observeAll(): void {
    this.total.observe();
    if (this.groups.length > 1) for (const watch of this.groups) watch.observe();
  }

  /** Whether a background copy may take sectors in a group, or with -1 in some group. */
  hasHeadroom(group: number, sectors: number): boolean {
    if (group >= 0) return (this.groups[group] as LoadWatch).hasHeadroom(sectors);
    return this.groups.some((watch) => watch.hasHeadroom(sectors));
  }
}
