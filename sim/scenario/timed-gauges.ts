/**
 * What the time series of a run shows beside response times: how busy processors, paths, drives and
 * the non-volatile store are, and how full the subsystems.
 *
 * @module
 */
import {
  resetTimedStations,
  type TimedStation,
  type TimedStationKind,
  timedStations,
} from '../device/timed-stations.ts';
import type { TimedSubsystem } from '../device/timed-subsystem.ts';
import type { Recorder } from '../record/recorder.ts';
import { SPACE_COLUMNS } from '../record/unit-measures.ts';
import type { LaboratorySubsystem } from './laboratory-subsystem.ts';

/** Families whose stations are shown one by one; the others are shown by their mean. */
const SINGLE: ReadonlySet<TimedStationKind> = new Set(['processor', 'nvs', 'link']);
/** Space is looked at so often in a run, and less often where that would walk over too many tracks. */
const SPACE_LOOKS_MAX = 400;
const SPACE_TRACKS_MAX = 40_000_000;

/** Gauges of one subsystem; told when accounts begin anew. */
export class SubsystemGauges {
  readonly #timed: TimedSubsystem;
  readonly #owner: LaboratorySubsystem;
  /** Busy time of stations before their accounts last began, in order. */
  readonly #busyBefore: number[] = [];
  readonly #stations: readonly TimedStation[];
  readonly #spaceEvery: number;
  #resetAt = 0;
  #spaceAt = Number.NEGATIVE_INFINITY;
  #space = { shared: 0, unique: 0, load: 0 };

  /** @param durationNanos - Of the whole run: decides how often space is looked at. */
  constructor(
    recorder: Recorder,
    owner: LaboratorySubsystem,
    timed: TimedSubsystem,
    durationNanos: number,
  ) {
    this.#owner = owner;
    this.#timed = timed;
    const tracks = owner.subsystem.devices().reduce((sum, { trackCount }) => sum + trackCount, 0);
    this.#spaceEvery = durationNanos / Math.min(SPACE_LOOKS_MAX, SPACE_TRACKS_MAX / tracks);
    this.#stations = timedStations(timed);
    const name = columnName(owner.name);
    this.#addStations(recorder, name);
    const space = (column: string, unit: string, read: () => number): void => {
      recorder.gauge({ name: `${column}.${name}`, unit, family: 'space', kind: 'last', read });
    };
    space(SPACE_COLUMNS.netCapacityLoad, 'ratio', () => this.#lookAtSpace().load);
    space(SPACE_COLUMNS.sharedBytes, 'B', () => this.#lookAtSpace().shared);
    space(SPACE_COLUMNS.uniqueBytes, 'B', () => this.#lookAtSpace().unique);
  }

  /** The accounts of all stations begin anew. */
  reset(): void {
    for (const [at, station] of this.#stations.entries()) {
      this.#busyBefore[at] = this.#busyOf(at, station);
    }
    resetTimedStations(this.#timed);
    this.#resetAt = this.#timed.engine.now;
  }

  #addStations(recorder: Recorder, prefix: string): void {
    const byKind = Map.groupBy(this.#stations.keys(), (at) => this.#stations[at]?.kind ?? 'nvs');
    for (const [kind, places] of byKind) {
      const groups = SINGLE.has(kind) ? places.map((at) => [at]) : [places];
      for (const group of groups) {
        const [first = 0] = group;
        const own = group.length === 1 ? (this.#stations[first]?.name ?? kind) : `${kind}s`;
        recorder.gauge({
          name: `${prefix}.${columnName(own)}`,
          unit: 'ratio',
          family: kind,
          kind: 'mean',
          read: () => this.#busyTime(group),
        });
      }
    }
  }

  /** Mean busy time of stations since the run began, as a share of their servers. */
  #busyTime(places: readonly number[]): number {
    let sum = 0;
    for (const at of places) {
      const station = this.#stations[at];
      if (station !== undefined) sum += this.#busyOf(at, station);
    }
    return sum / places.length;
  }

  #busyOf(at: number, station: TimedStation): number {
    const elapsed = this.#timed.engine.now - this.#resetAt;
    return (this.#busyBefore[at] ?? 0) + station.row().utilisation * elapsed;
  }

  #lookAtSpace(): { readonly shared: number; readonly unique: number; readonly load: number } {
    const { now } = this.#timed.engine;
    if (now - this.#spaceAt < this.#spaceEvery) return this.#space;
    this.#spaceAt = now;
    const { subsystem, meter } = this.#owner;
    meter.unseen(() => {
      const spaces = subsystem.devices().map(({ index }) => subsystem.deviceSpace(index));
      const unique = spaces.reduce((sum, { uniqueBytes }) => sum + uniqueBytes, 0);
      const { liveBytes, netCapacityLoadPercent } = subsystem.space.capacity();
      this.#space = { shared: liveBytes - unique, unique, load: netCapacityLoadPercent / 100 };
    });
    return this.#space;
  }
}

/** A name in the letters of columns. */
function columnName(name: string): string {
  return name.toLowerCase().replaceAll(/[^a-z0-9_.]+/g, '_');
}
