/**
 * Serial series: definitions that their host executes one by one, in the order of their ordinals.
 *
 * The patent sends one message for each extent, one after the other. Such a copy has no single
 * instant; instead the subsystem watches the extents from the first execution to the last and
 * reports the first write that fell between (the conflict window is kept by the copy layer). Here
 * stands only which parts exist and which comes next. That is kept by itself: the tables of definitions
 * and jobs do not tell it any more when some of their parts have expired or were forgotten.
 *
 * A series belongs to the path group that defines it: two hosts may use the same series id.
 *
 * @module
 */
import { invariant } from '../base/invariant.ts';
import type { Plain } from '../base/kept-state.ts';
import type { Journal } from '../base/ports.ts';
import { type Refusal, refuse } from '../base/refusal.ts';
import { TouchedEntries } from '../base/touched-entries.ts';
import type { DeviceIndex, DeviceNumber } from '../base/units.ts';
import type { SeriesConflict, SeriesMembership } from '../copy/relation.ts';
import type { DefinedDevice } from './definitions.ts';
import type { PathGroupId } from './path-group-id.ts';

interface Series {
  readonly of: number;
  /** Ordinals that are defined and wait for execution. */
  readonly waiting: Set<number>;
  /** Devices of all parts defined so far, under the numbers that they had then. */
  readonly devices: Map<DeviceIndex, DeviceNumber>;
  /** Parts executed: ordinals 1 to this. */
  executed: number;
  /** Jobs of executed parts that are still remembered. */
  jobs: number;
  /** What the window had seen when the series was given up. */
  abandonedWith: SeriesConflict | undefined;
}

/** A series as it is kept: ordinals that wait, devices as pairs of index and number. */
type SavedSeries = Pick<Series, 'of' | 'executed' | 'jobs'> & {
  readonly waiting: readonly number[];
  readonly devices: readonly (readonly [DeviceIndex, DeviceNumber])[];
  readonly abandonedWith: SeriesConflict | null;
};

/** The series that have a definition or a job. */
export class SerialSeries {
  readonly #series = new Map<string, Series>();
  readonly #kept: TouchedEntries<string>;

  constructor(journal: Journal) {
    this.#kept = new TouchedEntries('ecam.series', {
      keys: () => this.#series.keys(),
      save: (key) => this.#save(key),
      restore: (saved) => {
        this.#series.clear();
        for (const [key, series] of saved)
          this.#series.set(key, seriesOf(series as Plain & SavedSeries));
      },
    });
    journal.keep(this.#kept);
  }

  /** Why a part cannot be defined, if it cannot. */
  checkDefine(pathGroup: PathGroupId, part: SeriesMembership): Refusal | undefined {
    const { id, ordinal, of } = part;
    if (ordinal > of) return mismatch(part, `ordinals 1 to ${of}`);
    const series = this.#series.get(seriesKey(pathGroup, id));
    if (series === undefined) return undefined;
    if (series.abandonedWith !== undefined) return mismatch(part, 'the series was withdrawn');
    if (series.of !== of) return mismatch(part, `the series has ${series.of} parts`);
    if (ordinal <= series.executed) return mismatch(part, 'that part was executed already');
    if (series.waiting.has(ordinal)) return mismatch(part, 'that part is defined already');
    return undefined;
  }

  /** Notes a part that {@link checkDefine} allowed. */
  define(pathGroup: PathGroupId, part: SeriesMembership, devices: readonly DefinedDevice[]): void {
    const key = seriesKey(pathGroup, part.id);
    let series = this.#series.get(key);
    if (series === undefined) {
      series = {
        of: part.of,
        waiting: new Set(),
        devices: new Map(),
        executed: 0,
        jobs: 0,
        abandonedWith: undefined,
      };
      this.#series.set(key, series);
    }
    series.waiting.add(part.ordinal);
    for (const { index, number } of devices) series.devices.set(index, number);
    this.#kept.touch(key);
  }

  /**
   * Notes that the definition of a part is gone without having been executed.
   *
   * @returns Whether that was the last of the series.
   */
  undefine(pathGroup: PathGroupId, part: SeriesMembership): boolean {
    this.#change(pathGroup, part).waiting.delete(part.ordinal);
    return this.#dropWhenUnused(pathGroup, part);
  }

  /** Why a part cannot be executed now, if it cannot. */
  checkExecute(pathGroup: PathGroupId, part: SeriesMembership): Refusal | undefined {
    const series = this.#require(pathGroup, part);
    if (series.abandonedWith !== undefined) return mismatch(part, 'the series was withdrawn');
    const next = series.executed + 1;
    if (part.ordinal === next) return undefined;
    return refuse('SERIES_INCOMPLETE', {
      what: describe(part),
      limit: `part ${next} comes next`,
      fix: 'execute the parts in the order of their ordinals',
    });
  }

  /** Notes the execution that {@link checkExecute} allowed. */
  execute(pathGroup: PathGroupId, part: SeriesMembership): void {
    const series = this.#change(pathGroup, part);
    invariant(series.waiting.delete(part.ordinal), 'series-part-was-defined', part.id);
    series.executed = part.ordinal;
    series.jobs += 1;
  }

  /**
   * Gives a series up: no further part is defined or executed.
   *
   * @param conflict - What the window has seen; its caller closes it.
   */
  abandon(pathGroup: PathGroupId, part: SeriesMembership, conflict: SeriesConflict): void {
    this.#change(pathGroup, part).abandonedWith = conflict;
  }

  /** What the window of a series that was given up had seen; `undefined` for every other. */
  abandonedWith(pathGroup: PathGroupId, part: SeriesMembership): SeriesConflict | undefined {
    return this.#require(pathGroup, part).abandonedWith;
  }

  /** Notes that the job of a part was forgotten. @returns Whether that was the last of the series. */
  forget(pathGroup: PathGroupId, part: SeriesMembership): boolean {
    this.#change(pathGroup, part).jobs -= 1;
    return this.#dropWhenUnused(pathGroup, part);
  }

  /** Parts executed so far. */
  executed(pathGroup: PathGroupId, part: SeriesMembership): number {
    return this.#require(pathGroup, part).executed;
  }

  /** No further part will be executed. */
  isOver(pathGroup: PathGroupId, part: SeriesMembership): boolean {
    const series = this.#require(pathGroup, part);
    return series.abandonedWith !== undefined || series.executed === series.of;
  }

  /** Number of a device of the series, even when it was removed since. */
  deviceNumber(pathGroup: PathGroupId, part: SeriesMembership, device: DeviceIndex): DeviceNumber {
    const number = this.#require(pathGroup, part).devices.get(device);
    invariant(number !== undefined, 'device-of-the-series', String(device));
    return number;
  }

  /** A series about to change. */
  #change(pathGroup: PathGroupId, part: SeriesMembership): Series {
    this.#kept.touch(seriesKey(pathGroup, part.id));
    return this.#require(pathGroup, part);
  }

  #save(key: string): Plain | undefined {
    const series = this.#series.get(key);
    if (series === undefined) return undefined;
    const { of, waiting, devices, executed, jobs, abandonedWith } = series;
    return {
      of,
      waiting: [...waiting],
      devices: [...devices],
      executed,
      jobs,
      abandonedWith: abandonedWith === undefined ? null : { ...abandonedWith },
    };
  }

  #require(pathGroup: PathGroupId, part: SeriesMembership): Series {
    const series = this.#series.get(seriesKey(pathGroup, part.id));
    invariant(series !== undefined, 'series-known', part.id);
    return series;
  }

  #dropWhenUnused(pathGroup: PathGroupId, part: SeriesMembership): boolean {
    const series = this.#require(pathGroup, part);
    if (series.jobs > 0 || series.waiting.size > 0) return false;
    return this.#series.delete(seriesKey(pathGroup, part.id));
  }
}

/** The name under which the copy layer knows a series of a path group. */
export function seriesKey(pathGroup: PathGroupId, id: string): string {
  return `${pathGroup}:${id}`;
}

function seriesOf(saved: SavedSeries): Series {
  const { waiting, devices, abandonedWith, ...figures } = saved;
  return {
    of: figures.of,
    executed: figures.executed,
    jobs: figures.jobs,
    waiting: new Set(waiting),
    devices: new Map(devices),
    abandonedWith: abandonedWith ?? undefined,
  };
}

function describe({ id, ordinal, of }: SeriesMembership): string {
  return `part ${ordinal} of ${of} of series "${id}"`;
}

function mismatch(part: SeriesMembership, limit: string): Refusal {
  return refuse('SERIES_MISMATCH', {
    what: describe(part),
    limit,
    fix: 'number the parts of a series once, and take a new id for a new series',
  });
}
