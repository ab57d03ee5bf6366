/**
 * The naive twin: a copy engine so simple that it is obviously right. A device is an array of
 * contents; a snapshot copies contents; nothing is shared and nothing happens in the background.
 *
 * Beside its content each track knows the copy that last put something there (`copiedBy`), the copy
 * that still owes it an instance of its own (`owedBy`), and when it was last touched. From these
 * follow discard, the refusals, and the bounds of what may have changed.
 *
 * How far background work has come is the one thing that the twin cannot know: it depends on how an
 * engine goes about it. After a step, or a write to the target, a track is owed only perhaps
 * (`perhapsOwedBy`), and a request that would take it over may be refused or not. When a copy is done
 * the session asks the engine and tells the twin by {@link NaiveTwin.settle}.
 *
 * A refusal of the twin lists every rule that the request breaks; an engine may name any one of them.
 *
 * @module
 */
import { InvariantViolation, invariant } from '../base/invariant.ts';
import {
  ANSWER_DONE,
  type Answer,
  type BackgroundState,
  type CopyEngine,
  type DeviceShape,
  NEVER_WRITTEN_CONTENT,
  type SeriesReport,
  type SnapshotExtent,
  type SnapshotOrder,
  type TrackContent,
  type WrittenContent,
} from './copy-engine.ts';
import { brokenRules, brokenScratchRules } from './copy-rules.ts';
import type { DeviceRange, TrackRange } from './device-range.ts';
import { NO_COPY, type TwinDevice, TwinTracks } from './twin-device.ts';
import { type TrackContents, TwinHoldBook, writtenContents } from './twin-holds.ts';
import { TwinPointBook } from './twin-points.ts';
import { refused } from './twin-refusal.ts';
import { type SeriesConflict, TwinSeriesBook } from './twin-series.ts';

/** A copy as the twin remembers it. */
interface TwinCopy {
  readonly extents: readonly SnapshotExtent[];
  isPending: boolean;
}

/** The oracle. Answers like an engine; its refusals carry all broken rules. */
export class NaiveTwin implements CopyEngine {
  readonly keepsNullTracks = true;
  readonly #isDutyTold: boolean;
  readonly #devices = new Map<number, TwinTracks>();
  readonly #copies = new Map<number, TwinCopy>();
  readonly #points = new TwinPointBook();
  readonly #holds = new TwinHoldBook();
  readonly #series = new TwinSeriesBook();
  #now = 0;

  /** @param isDutyTold - The engine says exactly what it owes; a written track is then none of it. */
  constructor(isDutyTold = false) {
    this.#isDutyTold = isDutyTold;
  }

  /** The devices, in order of definition. */
  devices(): readonly TwinDevice[] {
    return [...this.#devices.values()];
  }

  device(name: number): TwinDevice | undefined {
    return this.#devices.get(name);
  }

  /** Names of all copies that were accepted and not discarded. */
  copies(): readonly number[] {
    return [...this.#copies.keys()];
  }

  /** Names of the retained points with their devices. */
  points(): readonly { readonly point: number; readonly device: number }[] {
    return this.#points.names();
  }

  /** Whether a device went that had points, which an engine may still hold. */
  get hasHiddenPoints(): boolean {
    return this.#points.hasHidden;
  }

  /** Names of the scratches that can be undone. */
  holds(): readonly number[] {
    return this.#holds.names();
  }

  /** Names of the announced series. */
  series(): readonly number[] {
    return this.#series.names();
  }

  defineDevice(device: number, shape: DeviceShape): Answer {
    if (this.#devices.has(device)) return refused('DEVICE_EXISTS');
    this.#devices.set(device, new TwinTracks(device, shape));
    return ANSWER_DONE;
  }

  removeDevice(device: number): Answer {
    if (!this.#devices.has(device)) return refused('DEVICE_UNKNOWN');
    for (const name of this.#copies.keys()) {
      if (this.#owedExtents(name).some((extent) => touches(extent, device))) {
        return refused('DEVICE_IN_USE');
      }
    }
    this.#devices.delete(device);
    this.#points.forgetDevice(device);
    this.#holds.forgetDevice(device);
    this.#series.forgetDevice(device);
    return ANSWER_DONE;
  }

  /** Whether a copy touches a device that is pending, though nothing may be owed to it any more. */
  isPerhapsInUse(device: number): boolean {
    return [...this.#copies.values()].some(
      ({ isPending, extents }) => isPending && extents.some((extent) => touches(extent, device)),
    );
  }

  resizeDevice(device: number, trackCount: number): Answer {
    const tracks = this.#devices.get(device);
    if (tracks === undefined) return refused('DEVICE_UNKNOWN');
    if (tracks.isReadOnly) return refused('DEVICE_WRITE_PROTECTED');
    const most = tracks.shape.trackCapacity;
    if (trackCount < 1 || trackCount > most) return refused('CYLINDERS_OUT_OF_MODEL');
    const lost = tracks.trackCount - trackCount;
    if (lost > 0) {
      this.#series.noteChange([{ device, first: trackCount, count: lost }]);
      tracks.shrinkTo(trackCount);
    } else tracks.growTo(trackCount, this.#tick());
    return ANSWER_DONE;
  }

  clearDevice(device: number): Answer {
    const tracks = this.#devices.get(device);
    if (tracks === undefined) return refused('DEVICE_UNKNOWN');
    const { trackCount } = tracks;
    this.#series.noteChange([{ device, first: 0, count: trackCount }]);
    tracks.shrinkTo(0);
    tracks.growTo(trackCount, this.#tick());
    return ANSWER_DONE;
  }

  write(device: number, track: number, content: WrittenContent): Answer {
    const tracks = this.#devices.get(device);
    if (tracks === undefined) return refused('DEVICE_UNKNOWN');
    if (tracks.isReadOnly) return refused('DEVICE_WRITE_PROTECTED');
    if (track >= tracks.trackCount) return refused('TRACK_OUT_OF_DEVICE');
    this.#change(tracks, new Map([[track, content]]));
    return ANSWER_DONE;
  }

  scratch(device: number, ranges: readonly TrackRange[], hold?: number): Answer {
    const tracks = this.#devices.get(device);
    if (tracks === undefined) return refused('DEVICE_UNKNOWN');
    const codes = brokenScratchRules(tracks, ranges);
    if (codes.length > 0) return refused(...codes);
    const contents = writtenContents(tracks, ranges);
    const emptied = [...contents.keys()].map((track) => [track, NEVER_WRITTEN_CONTENT] as const);
    const at = this.#change(tracks, new Map(emptied));
    if (hold !== undefined) this.#holds.add(hold, { device, at, contents });
    return ANSWER_DONE;
  }

  undoScratch(name: number): Answer {
    const device = this.#holds.device(name);
    if (device === undefined) return refused('HOLD_UNKNOWN');
    const tracks = this.#require(device);
    this.#change(tracks, this.#holds.untouched(name, tracks));
    this.#holds.delete(name);
    return ANSWER_DONE;
  }

  forgetScratch(name: number): Answer {
    return this.#holds.delete(name) ? ANSWER_DONE : refused('HOLD_UNKNOWN');
  }

  openPoint(device: number, point: number): Answer {
    const known = this.#points.get(point);
    if (known === undefined) return refused('POINT_UNKNOWN');
    if (this.#devices.has(device)) return refused('DEVICE_EXISTS');
    const { shape } = this.#require(known.device);
    this.#devices.set(device, new TwinTracks(device, shape, known.contents, this.#tick()));
    return ANSWER_DONE;
  }

  read(device: number, track: number): Answer<TrackContent> {
    const tracks = this.#devices.get(device);
    if (tracks === undefined) return refused('DEVICE_UNKNOWN');
    const content = tracks.contents[track];
    return content === undefined
      ? refused('TRACK_OUT_OF_DEVICE')
      : { kind: 'done', value: content };
  }

  snapshot(copy: number, order: SnapshotOrder): Answer {
    invariant(copy > NO_COPY && !this.#copies.has(copy), 'twin-copy-name-free', String(copy));
    const codes = this.brokenRules(order);
    if (codes.length > 0) return refused(...codes);
    const extents = [...order.extents, ...this.#growTargets(order)];
    // All sources are read before anything is put down: one instant.
    const pieces = extents.map((extent) => ({
      extent,
      contents: this.#require(extent.source).contents.slice(
        extent.sourceFirst,
        extent.sourceFirst + extent.sourceCount,
      ),
    }));
    const changed = extents.map(({ target, targetFirst, targetCount }) => ({
      device: target,
      first: targetFirst,
      count: targetCount,
    }));
    this.#series.noteChange(changed, order.series?.id);
    for (const { extent, contents } of pieces) this.#put(copy, order.background, extent, contents);
    this.#copies.set(copy, { extents, isPending: order.background });
    if (order.series !== undefined) this.#series.execute(order.series.id);
    return ANSWER_DONE;
  }

  /** Codes of all rules that an order breaks now. */
  brokenRules(order: SnapshotOrder): readonly string[] {
    return brokenRules(order, this.#devices);
  }

  /** Codes of rules that an order breaks perhaps, depending on how far background work has come. */
  perhapsBrokenRules(order: SnapshotOrder): readonly string[] {
    const devices = [...this.#devices].map(([name, device]) => {
      const { shape, trackCount, isReadOnly, perhapsOwedBy } = device;
      return [name, { shape, trackCount, isReadOnly, owedBy: perhapsOwedBy }] as const;
    });
    return brokenRules(order, new Map(devices));
  }

  isPending(copy: number): boolean {
    return this.#copies.get(copy)?.isPending ?? false;
  }

  /** Takes note that an engine owes a copy nothing any more. */
  settle(copy: number): void {
    const known = this.#copies.get(copy);
    if (known === undefined || !known.isPending) return;
    known.isPending = false;
    this.#forgive(copy);
  }

  /**
   * Takes note of what an engine says it still owes to a copy.
   *
   * @returns A track that cannot be owed, if the engine names one.
   */
  settleTo(copy: number, owed: readonly DeviceRange[]): DeviceRange | undefined {
    const named: DeviceRange[] = [];
    for (const { device, first, count } of owed) {
      const perhaps = this.#devices.get(device)?.perhapsOwedBy ?? [];
      for (let track = first; track < first + count; track += 1) {
        if (perhaps[track] !== copy) return { device, first: track, count: 1 };
      }
      named.push({ device, first, count });
    }
    this.#forgive(copy);
    for (const { device, first, count } of named) {
      const tracks = this.#require(device);
      tracks.owedBy.fill(copy, first, first + count);
      tracks.perhapsOwedBy.fill(copy, first, first + count);
    }
    return undefined;
  }

  backgroundStep(): BackgroundState {
    // Separation gives a track a new instance without changing what it shows.
    const now = this.#tick();
    for (const { owedBy, perhapsOwedBy, touchedAt } of this.#devices.values()) {
      owedBy.fill(NO_COPY);
      for (let track = 0; track < perhapsOwedBy.length; track += 1) {
        if (perhapsOwedBy[track] !== NO_COPY) touchedAt[track] = now;
      }
    }
    return 'idle';
  }

  /** Answers the most that an engine can still have owed. */
  withdraw(copy: number, range?: DeviceRange): Answer<number> {
    const known = this.#copies.get(copy);
    if (known === undefined) return refused('RELATION_UNKNOWN');
    return { kind: 'done', value: this.#forgive(copy, range) };
  }

  discard(copy: number): Answer {
    if (!this.#copies.delete(copy)) return refused('RELATION_UNKNOWN');
    const now = this.#tick();
    const cleared: { device: number; first: number; count: number }[] = [];
    for (const tracks of this.#devices.values()) {
      for (let track = 0; track < tracks.trackCount; track += 1) {
        if (tracks.copiedBy[track] !== copy) continue;
        cleared.push({ device: tracks.name, first: track, count: 1 });
        tracks.contents[track] = NEVER_WRITTEN_CONTENT;
        tracks.copiedBy[track] = NO_COPY;
        tracks.owedBy[track] = NO_COPY;
        tracks.perhapsOwedBy[track] = NO_COPY;
        tracks.touchedAt[track] = now;
      }
    }
    this.#series.noteChange(cleared);
    return ANSWER_DONE;
  }

  retain(point: number, device: number): Answer {
    const tracks = this.#devices.get(device);
    if (tracks === undefined) return refused('DEVICE_UNKNOWN');
    this.#points.add(point, { device, at: this.#tick(), contents: tracks.contents.slice() });
    return ANSWER_DONE;
  }

  releasePoint(point: number): Answer {
    return this.#points.delete(point) ? ANSWER_DONE : refused('POINT_UNKNOWN');
  }

  readPoint(point: number, track: number): Answer<TrackContent> {
    const content = this.#points.get(point)?.contents[track];
    return content === undefined
      ? refused('TRACK_OUT_OF_DEVICE')
      : { kind: 'done', value: content };
  }

  /** Tracks that a device had at a point. */
  pointTracks(point: number): number {
    return this.#points.get(point)?.contents.length ?? 0;
  }

  /** Tracks whose content differs: the least that an engine must name. */
  changedTracks(from: number, to?: number): readonly TrackRange[] {
    return this.#points.changed(from, to, this.#tracksOfPoint(from));
  }

  /** Tracks that something happened to after a point: the most that an engine may name. */
  touchedTracks(from: number): readonly TrackRange[] {
    return this.#points.touched(from, this.#tracksOfPoint(from));
  }

  announceSeries(series: number, parts: readonly (readonly SnapshotExtent[])[]): Answer {
    this.#series.announce(series, parts);
    return ANSWER_DONE;
  }

  /** The part of a series that is executed next, as an order's fields; nothing after the last. */
  nextInSeries(series: number): Pick<SnapshotOrder, 'extents' | 'series'> | undefined {
    return this.#series.next(series);
  }

  seriesReport(series: number): SeriesReport {
    return this.#series.report(series);
  }

  /** What a report of a series may name as its conflict. */
  conflicts(series: number): readonly SeriesConflict[] {
    return this.#series.conflicts(series);
  }

  #tracksOfPoint(point: number): TwinTracks {
    return this.#require(this.#points.require(point).device);
  }

  /** Extents of a copy with a target track that is owed to it. */
  #owedExtents(copy: number): readonly SnapshotExtent[] {
    const { extents = [], isPending = false } = this.#copies.get(copy) ?? {};
    if (!isPending) return [];
    return extents.filter(({ target, targetFirst, targetCount }) => {
      const owedBy = this.#devices.get(target)?.owedBy ?? [];
      return owedBy.slice(targetFirst, targetFirst + targetCount).includes(copy);
    });
  }

  /** Whole devices as extents; a target grows to the size of its source. */
  #growTargets(order: SnapshotOrder): readonly SnapshotExtent[] {
    return order.wholeDevices.map(({ source, target }) => {
      const count = this.#require(source).trackCount;
      this.#require(target).growTo(count, this.#tick());
      return {
        source,
        sourceFirst: 0,
        sourceCount: count,
        target,
        targetFirst: 0,
        targetCount: count,
      };
    });
  }

  #put(
    copy: number,
    background: boolean,
    extent: SnapshotExtent,
    contents: readonly TrackContent[],
  ): void {
    const tracks = this.#require(extent.target);
    const now = this.#tick();
    for (const [at, content] of contents.entries()) {
      const track = extent.targetFirst + at;
      tracks.contents[track] = content;
      tracks.copiedBy[track] = copy;
      tracks.owedBy[track] = background ? copy : NO_COPY;
      tracks.perhapsOwedBy[track] = background ? copy : NO_COPY;
      tracks.touchedAt[track] = now;
    }
  }

  #forgive(copy: number, range?: DeviceRange): number {
    let forgiven = 0;
    for (const tracks of this.#devices.values()) {
      if (range !== undefined && range.device !== tracks.name) continue;
      const first = range?.first ?? 0;
      const end = range === undefined ? tracks.trackCount : range.first + range.count;
      for (let track = first; track < Math.min(end, tracks.trackCount); track += 1) {
        if (tracks.perhapsOwedBy[track] !== copy) continue;
        tracks.owedBy[track] = NO_COPY;
        tracks.perhapsOwedBy[track] = NO_COPY;
        forgiven += 1;
      }
    }
    return forgiven;
  }

  /** A host changes tracks, at one instant. @returns The instant. */
  #change(tracks: TwinTracks, contents: TrackContents): number {
    const changed = [...contents.keys()];
    this.#series.noteChange(
      changed.map((track) => ({ device: tracks.name, first: track, count: 1 })),
    );
    const now = this.#tick();
    for (const [track, content] of contents) {
      tracks.contents[track] = content;
      tracks.owedBy[track] = NO_COPY;
      if (this.#isDutyTold) tracks.perhapsOwedBy[track] = NO_COPY;
      tracks.touchedAt[track] = now;
    }
    return now;
  }

  #require(device: number): TwinTracks {
    const tracks = this.#devices.get(device);
    if (tracks === undefined) throw new InvariantViolation('twin-device-known', String(device));
    return tracks;
  }

  #tick(): number {
    this.#now += 1;
    return this.#now;
  }
}

function touches({ source, target }: SnapshotExtent, device: number): boolean {
  return source === device || target === device;
}
