/**
 * Conflict windows of serial series.
 *
 * A series copies several parts one after the other, so its parts are cut at different instants. The
 * window opens when its first part is executed and closes when its last one is. A change of any track
 * of any announced part in between, on the source or the target side, is a conflict: flagged once,
 * with the first track and its side, and reported with completion. A group, being one instant, never
 * has a window.
 *
 * @module
 */
import { type Refusal, refuse } from '../base/refusal.ts';
import type { DeviceIndex } from '../base/units.ts';
import { type DeviceTable, WATCH_WINDOW } from '../mapping/device-table.ts';
import type { CopyExtent } from './extent.ts';
import { type ExtentSide, extentSides } from './extent-overlap.ts';
import type { SeriesConflict, SeriesMembership } from './relation.ts';

/** Tracks that a window watches. */
interface WatchedRange {
  readonly window: ConflictWindow;
  /** Part of the series to which the range belongs. */
  readonly ordinal: number;
  readonly first: number;
  readonly end: number;
  readonly side: 'source' | 'target';
}

/** One series. */
export interface ConflictWindow {
  readonly id: string;
  readonly of: number;
  readonly parts: Map<number, readonly CopyExtent[]>;
  readonly executed: Set<number>;
  /** Devices that were removed; a later device in the same place is none of the series' business. */
  readonly goneDevices: Set<DeviceIndex>;
  first: SeriesConflict['first'] | undefined;
}

/** All series that are known. */
export class ConflictWindows {
  readonly #devices: DeviceTable;
  readonly #windows = new Map<string, ConflictWindow>();
  /** Ranges of open windows, by device. */
  readonly #watched = new Map<DeviceIndex, WatchedRange[]>();

  constructor(devices: DeviceTable) {
    this.#devices = devices;
  }

  find(id: string): ConflictWindow | undefined {
    return this.#windows.get(id);
  }

  /** Why a part cannot be announced or executed, if so. */
  validate(series: SeriesMembership): Refusal | undefined {
    const { id, ordinal, of } = series;
    const isPlace = Number.isSafeInteger(of) && Number.isSafeInteger(ordinal);
    if (!isPlace || ordinal < 1 || ordinal > of) {
      return mismatch(id, `part ${ordinal} of ${of}`, 'ordinals run from 1 to the number of parts');
    }
    const window = this.#windows.get(id);
    if (window === undefined || isClosed(window)) return undefined;
    if (window.of !== of) {
      return mismatch(
        id,
        `part ${ordinal} of ${of}`,
        `the series was begun with ${window.of} parts`,
      );
    }
    if (window.executed.has(ordinal)) {
      return mismatch(id, `part ${ordinal}`, 'each part is executed once');
    }
    return undefined;
  }

  /** Announces a part. A closed series of the same name is forgotten. */
  define(series: SeriesMembership, extents: readonly CopyExtent[]): ConflictWindow {
    let window = this.#windows.get(series.id);
    if (window === undefined || isClosed(window)) {
      window = {
        id: series.id,
        of: series.of,
        parts: new Map(),
        executed: new Set(),
        goneDevices: new Set(),
        first: undefined,
      };
      this.#windows.set(series.id, window);
    }
    if (isOpen(window)) this.#unwatch(window, series.ordinal);
    window.parts.set(series.ordinal, extents);
    if (isOpen(window)) this.#watch(window, series.ordinal);
    return window;
  }

  /** A part is executed at this instant: the window opens with the first and closes with the last. */
  execute(series: SeriesMembership, extents: readonly CopyExtent[]): ConflictWindow {
    const window = this.define(series, extents);
    const wasOpen = isOpen(window);
    window.executed.add(series.ordinal);
    if (isOpen(window) !== wasOpen) {
      for (const ordinal of window.parts.keys()) {
        if (wasOpen) this.#unwatch(window, ordinal);
        else this.#watch(window, ordinal);
      }
    }
    return window;
  }

  /** Forgets a series, open or not. @returns Whether it was known. */
  forget(id: string): boolean {
    const window = this.#windows.get(id);
    if (window === undefined) return false;
    for (const ordinal of window.parts.keys()) this.#unwatch(window, ordinal);
    return this.#windows.delete(id);
  }

  /** Tracks are being changed. `exempt` is the series that changes its own targets. */
  note(device: DeviceIndex, first: number, end: number, exempt?: ConflictWindow): void {
    for (const range of this.#watched.get(device) ?? []) {
      if (range.window === exempt || range.window.first !== undefined) continue;
      if (range.first >= end || first >= range.end) continue;
      const track = Math.max(first, range.first);
      range.window.first = { device, track, side: range.side };
    }
  }

  /** A device is removed: nobody watches it any more. */
  forgetDevice(device: DeviceIndex): void {
    for (const window of this.#windows.values()) window.goneDevices.add(device);
    this.#keep(device, []);
  }

  report(id: string): SeriesConflict {
    const window = this.#windows.get(id);
    if (window === undefined) return { open: false, conflict: false };
    const open = isOpen(window);
    if (window.first === undefined) return { open, conflict: false };
    return { open, conflict: true, first: window.first };
  }

  #watch(window: ConflictWindow, ordinal: number): void {
    for (const { device, first, count, kind } of sidesOf(window, ordinal)) {
      if (window.goneDevices.has(device)) continue;
      const ranges = this.#watched.get(device) ?? [];
      ranges.push({ window, ordinal, first, end: first + count, side: kind });
      this.#keep(device, ranges);
    }
  }

  /** Looks only at what the part's own devices are watched for, however many series are known. */
  #unwatch(window: ConflictWindow, ordinal: number): void {
    for (const device of new Set(sidesOf(window, ordinal).map((side) => side.device))) {
      const ranges = this.#watched.get(device) ?? [];
      const others = ranges.filter((one) => one.window !== window || one.ordinal !== ordinal);
      this.#keep(device, others);
    }
  }

  #keep(device: DeviceIndex, ranges: WatchedRange[]): void {
    const { watches } = this.#devices;
    const watch = watches[device] as number;
    if (ranges.length === 0) {
      this.#watched.delete(device);
      watches[device] = watch & ~WATCH_WINDOW;
    } else {
      this.#watched.set(device, ranges);
      watches[device] = watch | WATCH_WINDOW;
    }
  }
}

/** Source and target sides of a part's extents; none for a part that was not announced. */
function sidesOf({ parts }: ConflictWindow, ordinal: number): readonly ExtentSide[] {
  return (parts.get(ordinal) ?? []).flatMap(extentSides);
}

function isOpen(window: ConflictWindow): boolean {
  return window.executed.size > 0 && !isClosed(window);
}

function isClosed(window: ConflictWindow): boolean {
  return window.executed.size === window.of;
}

function mismatch(id: string, what: string, limit: string): Refusal {
  return refuse('SERIES_MISMATCH', {
    what: `${what} of series ${id}`,
    limit,
    fix: 'number the parts of a series from 1 and give every part the same total',
  });
}
