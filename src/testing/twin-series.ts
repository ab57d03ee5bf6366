/**
 * Serial series as the naive twin sees them: which part comes next, and what the first change in the
 * window hit.
 *
 * @module
 */
import { InvariantViolation } from '../base/invariant.ts';
import type { SeriesReport, SnapshotExtent, SnapshotOrder } from './copy-engine.ts';
import type { DeviceRange } from './device-range.ts';

/** One write that hit a series while its window was open. */
export type SeriesConflict = NonNullable<SeriesReport['conflict']>;

interface TwinSeries {
  readonly parts: readonly (readonly SnapshotExtent[])[];
  executed: number;
  /** All that the first change in the window hit; a report names one of them. */
  conflicts: readonly SeriesConflict[];
}

/** All announced series. */
export class TwinSeriesBook {
  readonly #series = new Map<number, TwinSeries>();

  /** Names of the announced series. */
  names(): readonly number[] {
    return [...this.#series.keys()];
  }

  announce(name: number, parts: readonly (readonly SnapshotExtent[])[]): void {
    this.#series.set(name, { parts, executed: 0, conflicts: [] });
  }

  /** The part that is executed next, as an order's fields; nothing after the last. */
  next(name: number): Pick<SnapshotOrder, 'extents' | 'series'> | undefined {
    const { parts, executed } = this.#require(name);
    const extents = parts[executed];
    if (extents === undefined) return undefined;
    return { extents, series: { id: name, ordinal: executed + 1, of: parts.length } };
  }

  /** The next part was executed. */
  execute(name: number): void {
    this.#require(name).executed += 1;
  }

  report(name: number): SeriesReport {
    const series = this.#require(name);
    const [conflict] = series.conflicts;
    const open = isOpen(series);
    return conflict === undefined ? { open } : { open, conflict };
  }

  /** What a report may name as the conflict. */
  conflicts(name: number): readonly SeriesConflict[] {
    return this.#require(name).conflicts;
  }

  /** Tracks are changed at one instant; a series does not disturb itself. */
  noteChange(changed: readonly DeviceRange[], except?: number): void {
    for (const [name, series] of this.#series) {
      if (name === except || !isOpen(series) || series.conflicts.length > 0) continue;
      const extents = series.parts.flat();
      series.conflicts = changed.flatMap((range) =>
        extents.flatMap((extent) => [
          ...hits(range, extent.source, extent.sourceFirst, extent.sourceCount, 'source'),
          ...hits(range, extent.target, extent.targetFirst, extent.targetCount, 'target'),
        ]),
      );
    }
  }

  /** Forgets the series that touch a device, which is removed. */
  forgetDevice(device: number): void {
    for (const [name, { parts }] of this.#series) {
      const isTouched = parts
        .flat()
        .some(({ source, target }) => source === device || target === device);
      if (isTouched) this.#series.delete(name);
    }
  }

  #require(name: number): TwinSeries {
    const series = this.#series.get(name);
    if (series === undefined) throw new InvariantViolation('twin-series-known', String(name));
    return series;
  }
}

function isOpen(series: TwinSeries): boolean {
  return series.executed > 0 && series.executed < series.parts.length;
}

/** The tracks of a range that lie in one side of an extent, as conflicts. */
function hits(
  range: DeviceRange,
  device: number,
  first: number,
  count: number,
  side: SeriesConflict['side'],
): SeriesConflict[] {
  if (device !== range.device) return [];
  const found: SeriesConflict[] = [];
  const end = Math.min(first + count, range.first + range.count);
  for (let track = Math.max(first, range.first); track < end; track += 1) {
    found.push({ device, track, side });
  }
  return found;
}
