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
import { invariant } from '../base/invariant.ts';
import type { KeptFigures, Plain } from '../base/kept-state.ts';
import type { Journal } from '../base/ports.ts';
import { type Refusal, refuse } from '../base/refusal.ts';
import { TouchedEntries } from '../base/touched-entries.ts';
import type { DeviceIndex } from '../base/units.ts';
import { type DeviceTable, WATCH_WINDOW } from '../mapping/device-table.ts';
import { boundsOfExtents, type CopyExtent, extentsOfBounds } from './extent.ts';
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
  /** Of all windows, 1 up: its id may be used again. */
  readonly number: number;
  readonly id: string;
  readonly of: number;
  readonly parts: Map<number, readonly CopyExtent[]>;
  readonly executed: Set<number>;
  /** Devices that were removed; a later device in the same place is none of the series' business. */
  readonly goneDevices: Set<DeviceIndex>;
  first: SeriesConflict['first'] | undefined;
  /** Found by its id; otherwise it is forgotten, and only relations remember it. */
  isKnown: boolean;
  /** Relations that remember it. */
  holderCount: number;
}

/** All series that are known or remembered. */
export class ConflictWindows implements KeptFigures {
  readonly kind = 'figures';
  readonly name = 'windows.last';
  readonly #devices: DeviceTable;
  readonly #windows = new Map<string, ConflictWindow>();
  readonly #byNumber = new Map<number, ConflictWindow>();
  /** Ranges of open windows by device, in order of window and part. */
  readonly #watched = new Map<DeviceIndex, WatchedRange[]>();
  readonly #kept: TouchedEntries<number>;
  readonly #keptParts: TouchedEntries<string>;
  #lastNumber = 0;

  constructor(devices: DeviceTable, journal: Journal) {
    this.#devices = devices;
    this.#kept = new TouchedEntries('windows', {
      keys: () => this.#byNumber.keys(),
      save: (number) => saveWindow(this.#byNumber.get(number)),
      restore: (saved) => {
        for (const [number, window] of saved) this.#take(restoreWindow(number, window));
      },
    });
    this.#keptParts = new TouchedEntries('windows.parts', {
      keys: () => this.#partKeys(),
      save: (key) => this.#savePart(key),
      restore: (saved) => this.#restoreParts(saved),
    });
    journal.keep(this.#kept);
    journal.keep(this.#keptParts);
    journal.keep(this);
  }

  save(): Plain {
    return this.#lastNumber;
  }

  restore(saved: Plain | undefined): void {
    if (saved !== undefined) this.#lastNumber = saved as number;
  }

  /** A window that is known, or that relations remember. */
  numbered(number: number): ConflictWindow {
    const window = this.#byNumber.get(number);
    invariant(window !== undefined, 'conflict-window-there', String(number));
    return window;
  }

  /** A relation remembers a window, whatever becomes of it. */
  hold(window: ConflictWindow): void {
    window.holderCount += 1;
  }

  /** A relation that remembered a window is forgotten. */
  letGo(window: ConflictWindow): void {
    window.holderCount -= 1;
    this.#dropUnheld(window);
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
    if (window !== undefined && isClosed(window)) this.forget(series.id);
    if (window === undefined || !window.isKnown) window = this.#begin(series);
    if (isOpen(window)) this.#unwatch(window, series.ordinal);
    window.parts.set(series.ordinal, extents);
    this.#keptParts.touch(partKey(window, series.ordinal));
    if (isOpen(window)) this.#watch(window, series.ordinal);
    return window;
  }

  /** A part is executed at this instant: the window opens with the first and closes with the last. */
  execute(series: SeriesMembership, extents: readonly CopyExtent[]): ConflictWindow {
    const window = this.define(series, extents);
    const wasOpen = isOpen(window);
    window.executed.add(series.ordinal);
    this.#kept.touch(window.number);
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
    for (const ordinal of window.parts.keys()) {
      this.#unwatch(window, ordinal);
      this.#keptParts.touch(partKey(window, ordinal));
    }
    window.parts.clear();
    window.isKnown = false;
    this.#kept.touch(window.number);
    this.#dropUnheld(window);
    return this.#windows.delete(id);
  }

  /** Tracks are being changed. `exempt` is the series that changes its own targets. */
  note(device: DeviceIndex, first: number, end: number, exempt?: ConflictWindow): void {
    for (const range of this.#watched.get(device) ?? []) {
      if (range.window === exempt || range.window.first !== undefined) continue;
      if (range.first >= end || first >= range.end) continue;
      const track = Math.max(first, range.first);
      range.window.first = { device, track, side: range.side };
      this.#kept.touch(range.window.number);
    }
  }

  /** A device is removed: nobody watches it any more. */
  forgetDevice(device: DeviceIndex): void {
    for (const window of this.#windows.values()) {
      window.goneDevices.add(device);
      this.#kept.touch(window.number);
    }
    this.#keep(device, []);
  }

  report(id: string): SeriesConflict {
    const window = this.#windows.get(id);
    if (window === undefined) return { open: false, conflict: false };
    const open = isOpen(window);
    if (window.first === undefined) return { open, conflict: false };
    return { open, conflict: true, first: window.first };
  }

  #begin({ id, of }: SeriesMembership): ConflictWindow {
    this.#lastNumber += 1;
    const window: ConflictWindow = {
      number: this.#lastNumber,
      id,
      of,
      parts: new Map(),
      executed: new Set(),
      goneDevices: new Set(),
      first: undefined,
      isKnown: true,
      holderCount: 0,
    };
    this.#take(window);
    this.#kept.touch(window.number);
    return window;
  }

  #take(window: ConflictWindow): void {
    this.#byNumber.set(window.number, window);
    if (window.isKnown) this.#windows.set(window.id, window);
  }

  #dropUnheld(window: ConflictWindow): void {
    if (window.isKnown || window.holderCount > 0) return;
    this.#byNumber.delete(window.number);
    this.#kept.touch(window.number);
  }

  *#partKeys(): Generator<string> {
    for (const window of this.#byNumber.values()) {
      for (const ordinal of window.parts.keys()) yield partKey(window, ordinal);
    }
  }

  #savePart(key: string): Plain | undefined {
    const [number, ordinal] = readPartKey(key);
    const extents = this.#byNumber.get(number)?.parts.get(ordinal);
    return extents === undefined ? undefined : boundsOfExtents(extents);
  }

  /** Open windows watch their parts again. */
  #restoreParts(saved: ReadonlyMap<string, Plain>): void {
    for (const [key, bounds] of saved) {
      const [number, ordinal] = readPartKey(key);
      const window = this.numbered(number);
      window.parts.set(ordinal, extentsOfBounds(bounds as readonly number[]));
      if (isOpen(window)) this.#watch(window, ordinal);
    }
  }

  #watch(window: ConflictWindow, ordinal: number): void {
    for (const { device, first, count, kind } of sidesOf(window, ordinal)) {
      if (window.goneDevices.has(device)) continue;
      const ranges = this.#watched.get(device) ?? [];
      const range = { window, ordinal, first, end: first + count, side: kind };
      ranges.splice(placeBehind(ranges, range), 0, range);
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

/** Behind all ranges of earlier windows and parts: the usual place is the end. */
function placeBehind(ranges: readonly WatchedRange[], { window, ordinal }: WatchedRange): number {
  let at = ranges.length;
  while (at > 0) {
    const before = ranges[at - 1] as WatchedRange;
    const isEarlier =
      before.window.number < window.number ||
      (before.window === window && before.ordinal <= ordinal);
    if (isEarlier) break;
    at -= 1;
  }
  return at;
}

function partKey({ number }: ConflictWindow, ordinal: number): string {
  return `${number}.${ordinal}`;
}

function readPartKey(key: string): [number, number] {
  const at = key.indexOf('.');
  return [Number(key.slice(0, at)), Number(key.slice(at + 1))];
}

/** What is kept of a window but its parts. */
interface SavedWindow {
  readonly id: string;
  readonly of: number;
  readonly known: boolean;
  readonly executed: readonly number[];
  readonly gone: readonly DeviceIndex[];
  readonly first: SeriesConflict['first'] | null;
}

function saveWindow(window: ConflictWindow | undefined): Plain | undefined {
  if (window === undefined) return undefined;
  const { id, of, isKnown, executed, goneDevices, first } = window;
  const saved: SavedWindow = {
    id,
    of,
    known: isKnown,
    executed: [...executed],
    gone: [...goneDevices],
    first: first ?? null,
  };
  return { ...saved };
}

function restoreWindow(number: number, saved: Plain): ConflictWindow {
  const { id, of, known, executed, gone, first } = saved as unknown as SavedWindow;
  return {
    number,
    id,
    of,
    parts: new Map(),
    executed: new Set(executed),
    goneDevices: new Set(gone),
    first: first ?? undefined,
    isKnown: known,
    holderCount: 0,
  };
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
