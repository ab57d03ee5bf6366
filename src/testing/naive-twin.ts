/**
 * The naive twin: a copy engine so simple that it is obviously right. A device is an array of
 * contents; a snapshot copies contents; nothing is shared and nothing happens in the background.
 *
 * Beside its content each track knows the copy that last put something there (`copiedBy`), the copy
 * that still owes it an instance of its own (`owedBy`), and when it was last touched. From these
 * follow discard, the refusals, and the bounds of what may have changed.
 *
 * When background work has ended is the one thing that the twin cannot know: it depends on how an
 * engine goes about it. The session asks the engine and tells the twin by {@link NaiveTwin.settle}.
 *
 * A refusal of the twin lists every rule that the request breaks; an engine may name any one of them.
 *
 * @module
 */
import { InvariantViolation, invariant } from '../base/invariant.ts';
import {
  ANSWER_DONE,
  type Answer,
  type CopyEngine,
  contentsEqual,
  type DeviceShape,
  NEVER_WRITTEN_CONTENT,
  type SeriesReport,
  type SnapshotExtent,
  type SnapshotOrder,
  type TrackContent,
  type TrackRange,
  type WrittenContent,
} from './copy-engine.ts';
import { brokenRules } from './copy-rules.ts';
import { NO_COPY, type TwinDevice, TwinTracks } from './twin-device.ts';

/** A copy as the twin remembers it. */
interface TwinCopy {
  readonly background: boolean;
  /** Devices that must stay while the copy is pending. */
  readonly devices: ReadonlySet<number>;
  isPending: boolean;
}

interface TwinPoint {
  readonly device: number;
  readonly at: number;
  readonly contents: readonly TrackContent[];
}

interface TwinSeries {
  readonly parts: readonly (readonly SnapshotExtent[])[];
  executed: number;
  conflict?: NonNullable<SeriesReport['conflict']>;
}

/** The oracle. Answers like an engine; its refusals carry all broken rules. */
export class NaiveTwin implements CopyEngine {
  readonly keepsNullTracks = true;
  readonly #devices = new Map<number, TwinTracks>();
  readonly #copies = new Map<number, TwinCopy>();
  readonly #points = new Map<number, TwinPoint>();
  readonly #series = new Map<number, TwinSeries>();
  #now = 0;

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
    return [...this.#points].map(([point, { device }]) => ({ point, device }));
  }

  /** Names of the announced series. */
  series(): readonly number[] {
    return [...this.#series.keys()];
  }

  defineDevice(device: number, shape: DeviceShape): Answer {
    if (this.#devices.has(device)) return refused('DEVICE_EXISTS');
    this.#devices.set(device, new TwinTracks(device, shape));
    return ANSWER_DONE;
  }

  removeDevice(device: number): Answer {
    if (!this.#devices.has(device)) return refused('DEVICE_UNKNOWN');
    for (const copy of this.#copies.values()) {
      if (copy.isPending && copy.devices.has(device)) return refused('DEVICE_IN_USE');
    }
    this.#devices.delete(device);
    for (const [name, point] of this.#points) {
      if (point.device === device) this.#points.delete(name);
    }
    return ANSWER_DONE;
  }

  write(device: number, track: number, content: WrittenContent): Answer {
    const tracks = this.#devices.get(device);
    if (tracks === undefined) return refused('DEVICE_UNKNOWN');
    if (track >= tracks.trackCount) return refused('EXTENT_OUT_OF_DEVICE');
    this.#noteConflict(device, track);
    tracks.contents[track] = content;
    tracks.owedBy[track] = NO_COPY;
    tracks.touchedAt[track] = this.#tick();
    return ANSWER_DONE;
  }

  read(device: number, track: number): Answer<TrackContent> {
    const tracks = this.#devices.get(device);
    if (tracks === undefined) return refused('DEVICE_UNKNOWN');
    const content = tracks.contents[track];
    return content === undefined
      ? refused('EXTENT_OUT_OF_DEVICE')
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
    for (const { extent, contents } of pieces) this.#put(copy, order.background, extent, contents);
    const devices = new Set(extents.flatMap(({ source, target }) => [source, target]));
    this.#copies.set(copy, { background: order.background, devices, isPending: order.background });
    const series = order.series && this.#series.get(order.series.id);
    if (series !== undefined) series.executed += 1;
    return ANSWER_DONE;
  }

  /** Codes of all rules that an order breaks now. */
  brokenRules(order: SnapshotOrder): readonly string[] {
    return brokenRules(order, this.#devices);
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

  backgroundStep(): boolean {
    // Separation gives a track new instances without changing what it shows.
    const now = this.#tick();
    for (const tracks of this.#devices.values()) {
      for (const [track, copy] of tracks.owedBy.entries()) {
        if (copy !== NO_COPY) tracks.touchedAt[track] = now;
      }
    }
    return true;
  }

  /** Answers the most that an engine can still have owed. */
  withdraw(copy: number, range?: TrackRange & { readonly device: number }): Answer<number> {
    const known = this.#copies.get(copy);
    if (known === undefined) return refused('RELATION_UNKNOWN');
    return { kind: 'done', value: this.#forgive(copy, range) };
  }

  discard(copy: number): Answer {
    if (!this.#copies.delete(copy)) return refused('RELATION_UNKNOWN');
    const now = this.#tick();
    for (const tracks of this.#devices.values()) {
      for (const [track, owner] of tracks.copiedBy.entries()) {
        if (owner !== copy) continue;
        tracks.contents[track] = NEVER_WRITTEN_CONTENT;
        tracks.copiedBy[track] = NO_COPY;
        tracks.owedBy[track] = NO_COPY;
        tracks.touchedAt[track] = now;
      }
    }
    return ANSWER_DONE;
  }

  retain(point: number, device: number): Answer {
    const tracks = this.#devices.get(device);
    if (tracks === undefined) return refused('DEVICE_UNKNOWN');
    this.#points.set(point, { device, at: this.#tick(), contents: tracks.contents.slice() });
    return ANSWER_DONE;
  }

  releasePoint(point: number): Answer {
    return this.#points.delete(point) ? ANSWER_DONE : refused('POINT_UNKNOWN');
  }

  /** Tracks whose content differs: the least that an engine must name. */
  changedTracks(from: number, to?: number): readonly TrackRange[] {
    const [before, after] = this.#pointPair(from, to);
    return ranges(after.length, (track) => {
      const then = before.contents[track] ?? NEVER_WRITTEN_CONTENT;
      return !contentsEqual(then, after[track] ?? NEVER_WRITTEN_CONTENT);
    });
  }

  /** Tracks that something happened to after a point: the most that an engine may name. */
  touchedTracks(from: number): readonly TrackRange[] {
    const [before] = this.#pointPair(from, undefined);
    const tracks = this.#require(before.device);
    return ranges(tracks.trackCount, (track) => (tracks.touchedAt[track] ?? 0) > before.at);
  }

  announceSeries(series: number, parts: readonly (readonly SnapshotExtent[])[]): Answer {
    this.#series.set(series, { parts, executed: 0 });
    return ANSWER_DONE;
  }

  /** The part of a series that is executed next, as an order's fields; nothing after the last. */
  nextInSeries(series: number): Pick<SnapshotOrder, 'extents' | 'series'> | undefined {
    const { parts, executed } = this.#requireSeries(series);
    const extents = parts[executed];
    if (extents === undefined) return undefined;
    return { extents, series: { id: series, ordinal: executed + 1, of: parts.length } };
  }

  seriesReport(series: number): SeriesReport {
    const known = this.#requireSeries(series);
    const { conflict } = known;
    const open = isOpen(known);
    return conflict === undefined ? { open } : { open, conflict };
  }

  #pointPair(from: number, to: number | undefined): [TwinPoint, readonly TrackContent[]] {
    const before = this.#points.get(from);
    const after = to === undefined ? undefined : this.#points.get(to);
    if (before === undefined) throw new InvariantViolation('twin-point-known', String(from));
    return [before, after?.contents ?? this.#require(before.device).contents];
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
      tracks.touchedAt[track] = now;
    }
  }

  #forgive(copy: number, range?: TrackRange & { readonly device: number }): number {
    let forgiven = 0;
    for (const tracks of this.#devices.values()) {
      if (range !== undefined && range.device !== tracks.name) continue;
      const first = range?.first ?? 0;
      const end = range === undefined ? tracks.trackCount : range.first + range.count;
      for (let track = first; track < Math.min(end, tracks.trackCount); track += 1) {
        if (tracks.owedBy[track] !== copy) continue;
        tracks.owedBy[track] = NO_COPY;
        forgiven += 1;
      }
    }
    return forgiven;
  }

  #noteConflict(device: number, track: number): void {
    for (const series of this.#series.values()) {
      if (!isOpen(series) || series.conflict !== undefined) continue;
      const side = sideOf(series.parts.flat(), device, track);
      if (side !== undefined) series.conflict = { device, track, side };
    }
  }

  #requireSeries(series: number): TwinSeries {
    const known = this.#series.get(series);
    if (known === undefined) throw new InvariantViolation('twin-series-known', String(series));
    return known;
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

/** A refusal that lists every broken rule behind the first. */
export interface TwinRefusal {
  readonly kind: 'refused';
  readonly code: string;
  readonly codes: readonly string[];
}

/** All rules that an answer of the twin says are broken; none when it is "yes". */
export function refusalCodes(answer: Answer<unknown>): readonly string[] {
  if (answer.kind === 'done') return [];
  return 'codes' in answer ? (answer as TwinRefusal).codes : [answer.code];
}

function refused(...codes: string[]): TwinRefusal {
  return { kind: 'refused', code: codes[0] ?? '', codes };
}

function isOpen(series: TwinSeries): boolean {
  return series.executed > 0 && series.executed < series.parts.length;
}

/** On which side of the first extent that has it a track lies. */
function sideOf(
  extents: readonly SnapshotExtent[],
  device: number,
  track: number,
): 'source' | 'target' | undefined {
  for (const extent of extents) {
    const { source, sourceFirst, target, targetFirst } = extent;
    const isIn = (on: number, first: number): boolean =>
      on === device && track >= first && track < first + extent.sourceCount;
    if (isIn(source, sourceFirst)) return 'source';
    if (isIn(target, targetFirst)) return 'target';
  }
  return undefined;
}

/** The runs of tracks below `trackCount` for which `isIn` holds. */
function ranges(trackCount: number, isIn: (track: number) => boolean): readonly TrackRange[] {
  const found: { first: number; count: number }[] = [];
  for (let track = 0; track < trackCount; track += 1) {
    if (!isIn(track)) continue;
    const last = found.at(-1);
    if (last !== undefined && last.first + last.count === track) last.count += 1;
    else found.push({ first: track, count: 1 });
  }
  return found;
}
