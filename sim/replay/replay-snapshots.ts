/**
 * Snapshots in a replay: every so many requests, or every so much trace time, all volumes at one
 * instant onto devices of their own.
 *
 * @module
 */
import { type Device, granted, type RelationId, type Subsystem } from '../../src/index.ts';
import type { ReplayDevices } from './replay-devices.ts';
import type { SnapshotPace } from './replay-options.ts';

/** One snapshot as it stands in the results. */
export interface SnapshotRow {
  /** Requests before it, warm-up included. */
  readonly requests: number;
  /** Trace time, nanoseconds. */
  readonly nanos: number;
  readonly volumes: number;
  /** Subtrees that were shared whole, instead of entry by entry. */
  readonly pagesShared: number;
  /** Live bytes in percent of the capacity, just after it. */
  readonly netCapacityLoadPercent: number;
}

/** Rows kept; where there are more snapshots, every second, fourth, … is kept. */
const ROWS_MAX = 1_000;

/** Takes the snapshots. */
export class ReplaySnapshots {
  /** Snapshots taken. */
  count = 0;
  /** Requests before the next one. */
  nextRequests: number;
  /** Trace time of the next one. */
  nextNanos: number;
  readonly #subsystem: Subsystem;
  readonly #devices: ReplayDevices;
  readonly #pace: SnapshotPace;
  readonly #kept: number;
  /** Targets of each source, by place; each is used anew after {@link #kept} snapshots. */
  readonly #targets: Device[][] = [];
  /** Relations of each generation: those of a target that is used anew are forgotten. */
  readonly #relations: (readonly RelationId[])[] = [];
  readonly #rows: SnapshotRow[] = [];
  #rowEvery = 1;

  constructor(subsystem: Subsystem, devices: ReplayDevices, pace: SnapshotPace, kept: number) {
    this.#subsystem = subsystem;
    this.#devices = devices;
    this.#pace = pace;
    this.#kept = kept;
    this.nextRequests = pace.kind === 'requests' ? pace.count : Number.POSITIVE_INFINITY;
    this.nextNanos = pace.kind === 'time' ? pace.nanos : Number.POSITIVE_INFINITY;
  }

  get rows(): readonly SnapshotRow[] {
    return this.#rows;
  }

  /** Takes one. To be called when {@link nextRequests} or {@link nextNanos} is reached. */
  take(requests: number, nanos: number): void {
    this.#plan(nanos);
    const { sources } = this.#devices;
    if (sources.length === 0) return;
    const generation = this.count % this.#kept;
    for (const relation of this.#relations[generation] ?? []) {
      granted(this.#subsystem.forgetRelation(relation));
    }
    const wholeDevices = sources.map((source, at) => ({
      source: source.index,
      target: this.#target(at, generation).index,
    }));
    const made = granted(this.#subsystem.snapshot({ wholeDevices, background: 'none' }));
    this.#relations[generation] = made.relations;
    this.count += 1;
    if (this.count % this.#rowEvery !== 0) return;
    this.#rows.push({
      requests,
      nanos,
      volumes: sources.length,
      pagesShared: made.pagesShared,
      netCapacityLoadPercent: this.#subsystem.capacity().netCapacityLoadPercent,
    });
    if (this.#rows.length > ROWS_MAX) this.#thinOut();
  }

  #plan(nanos: number): void {
    if (this.#pace.kind === 'requests') this.nextRequests += this.#pace.count;
    if (this.#pace.kind === 'time') {
      const passed = Math.floor(nanos / this.#pace.nanos);
      this.nextNanos = (passed + 1) * this.#pace.nanos;
    }
  }

  #target(source: number, generation: number): Device {
    this.#targets[source] ??= [];
    const targets = this.#targets[source];
    targets[generation] ??= this.#devices.define();
    return targets[generation];
  }

  #thinOut(): void {
    const kept = this.#rows.filter((_, at) => at % 2 === 1);
    this.#rows.splice(0, this.#rows.length, ...kept);
    this.#rowEvery *= 2;
  }
}
