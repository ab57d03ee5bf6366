/**
 * What one unit leaves: a timed run of a scenario with one copy method and one replication.
 *
 * Plain data without clock time, so that the same scenario, seed and version give the same bytes.
 *
 * @module
 */
import type { Plain } from './plain.ts';
import type { StrategyFigures } from './strategy-figures.ts';
import type { UnitMeasures } from './unit-measures.ts';

/** An entry of the timeline as it ran in simulated time. */
export interface TimedEntry {
  /** Line in the scenario file. */
  readonly line: number;
  readonly kind: string;
  readonly title: string;
  /** `done`, `refusedAsExpected`, `failed` or `notRun`. */
  readonly outcome: string;
  readonly startNanos: number;
  readonly endNanos: number;
  readonly result: { readonly [key: string]: Plain };
}

/** A place where work waits and is served, over the measured time. */
export interface StationRow {
  readonly name: string;
  /** What it is, such as `processor`, `channel`, `device`, `drive` or `nvs`. */
  readonly kind: string;
  readonly servers: number;
  /** 0 to 1. */
  readonly utilisation: number;
  readonly arrivals: number;
  readonly completions: number;
  /** Mean number waiting, without those being served. */
  readonly meanQueue: number;
  /** Mean time from arrival to completion. */
  readonly meanStayNanos: number;
}

/** A figure that the run takes for granted. */
export interface Assumption {
  readonly name: string;
  readonly value: string | number;
  /** Unit of the value; empty for names and pure numbers. */
  readonly unit: string;
  /** Where it is from: a numbered source, a document, or `our choice`. */
  readonly source: string;
}

/** A run of a scenario with one method and one replication. */
export interface UnitRecord {
  /** Name of the unit's folder: letters, digits, `-`, `_`, `.` and `=`. */
  readonly id: string;
  /** Copy method, or `run` where the scenario compares none. */
  readonly method: string;
  /** From 0. */
  readonly replication: number;
  readonly seed: number;
  /** Values of the sweep at this unit, by name; empty without a sweep. */
  readonly point: { readonly [name: string]: string | number | boolean };
  readonly measures: UnitMeasures;
  /** Figures of the copies, in the order in which they ended; empty when no copy ran. */
  readonly strategies: readonly StrategyFigures[];
  readonly entries: readonly TimedEntry[];
  readonly stations: readonly StationRow[];
  readonly assumptions: readonly Assumption[];
  /** Hash over every event of the engine, hexadecimal. */
  readonly witness: string;
  readonly simulatedNanos: number;
  readonly eventCount: number;
}
