/**
 * Release of deleted space: tracks whose content nobody needs any more become never-written, at once.
 *
 * A released track reads as formatted and empty, never as what it held, and its space is free as soon
 * as nobody else holds it. For copies under way a release is a write: a target track is separate
 * from then on, a source track leaves its content to the target.
 *
 * With a hold the tracks are kept aside for some model time, and the release can be undone: every
 * track that was not changed since gets its content back.
 *
 * Source: docs/sources.md, S-09; holds are ours.
 *
 * @module
 */
import { KeptBitmaps } from '../base/kept-bitmaps.ts';
import type { Plain } from '../base/kept-state.ts';
import { JOB_COUNT_MAX } from '../base/limits.ts';
import type { Clock, Journal } from '../base/ports.ts';
import { done, type Outcome, type Refusal, refuse } from '../base/refusal.ts';
import { TouchedEntries } from '../base/touched-entries.ts';
import {
  type CommitSequence,
  type DeviceIndex,
  formatDeviceNumber,
  laterBy,
  type Nanos,
  trackIndex,
} from '../base/units.ts';
import type { TrackRange } from '../copy/extent.ts';
import type { Interval } from '../copy/interval-list.ts';
import { type Device, refuseReadOnly } from '../mapping/device-table.ts';
import { visitEntries } from '../mapping/directory-walk.ts';
import { holdRanges } from '../mapping/held-ranges.ts';
import type { PointId } from '../mapping/retained-point.ts';
import type { SubsystemParts } from './parts.ts';
import { type HoldKeeper, ReleaseHold } from './release-hold.ts';
import { type SpaceFigures, SpaceTally } from './space-tally.ts';
import { TrackRuns } from './track-runs.ts';

/** How to release. */
export interface ReleaseOptions {
  /** Say what would be released, and release nothing. */
  readonly dryRun?: boolean;
  /** Model time for which the release can be undone; the space is free only afterwards. */
  readonly hold?: Nanos;
}

/** What was released, or would be. */
export interface ReleasedSpace extends SpaceFigures {
  /** Tracks that held stored content: unique and shared ones. */
  readonly tracks: number;
  /** Space that comes back: what only these tracks held. With a hold it comes back when that ends. */
  readonly bytes: number;
  /** The release in the order of changes; the last change before it when nothing was changed. */
  readonly sequence: CommitSequence;
  /** Name of the hold, when one was asked for and something was released. */
  readonly hold?: PointId;
}

/** What undoing a release brought back. */
export interface UndoneRelease {
  /** Tracks that have their content again. */
  readonly tracks: number;
  /** Released tracks that were changed since and stay as they are, ascending. */
  readonly changedSince: readonly TrackRange[];
  readonly sequence: CommitSequence;
}

/** A hold as others see it. */
export interface HoldReport {
  readonly hold: PointId;
  readonly device: DeviceIndex;
  readonly releasedAt: Nanos;
  readonly expiresAt: Nanos;
}

/** Releases and takes back. */
export class DeletedSpace implements HoldKeeper {
  readonly #parts: SubsystemParts;
  readonly #clock: Clock;
  readonly #holds = new Map<PointId, ReleaseHold>();
  readonly #kept: TouchedEntries<PointId>;
  /** Tracks that were written since, by hold. */
  readonly #keptTracks = new KeptBitmaps('holds.written');

  constructor(parts: SubsystemParts, clock: Clock, journal: Journal) {
    this.#parts = parts;
    this.#clock = clock;
    this.#kept = new TouchedEntries('holds', {
      keys: () => this.#holds.keys(),
      save: (id) => this.#holds.get(id)?.save(),
      restore: (saved) => this.#restore(saved),
    });
    journal.keep(this.#kept);
    journal.keep(this.#keptTracks);
  }

  /** Keeps releases away from a device, or lets them come. Has nothing to do with copies. */
  setExcluded(device: DeviceIndex, isExcluded: boolean): Device {
    return this.#parts.devices.setReleaseExcluded(device, isExcluded);
  }

  /**
   * Releases tracks of a device, at one instant.
   *
   * Refused RELEASE_EXCLUDED, DEVICE_WRITE_PROTECTED, EXTENT_EMPTY, EXTENT_OUT_OF_DEVICE, BUSY_RETRY.
   *
   * @param stretches - In any order; they may overlap.
   */
  release(
    device: DeviceIndex,
    stretches: readonly TrackRange[],
    options: ReleaseOptions = {},
  ): Outcome<ReleasedSpace> {
    const { devices, relations, ranges, commits } = this.#parts;
    const definition = devices.require(device);
    const refusal = refuseRelease(definition, stretches) ?? this.#refuseHold(options);
    if (refusal !== undefined) return refusal;
    const runs = normalise(stretches);
    const { figures, changed } = this.#survey(device, runs);
    const tracks = figures.uniqueTracks + figures.sharedTracks;
    const released = { ...figures, tracks, bytes: figures.uniqueBytes };
    if (options.dryRun === true || changed.length === 0) {
      return done({ ...released, sequence: commits.last() });
    }
    const hold =
      options.hold === undefined ? undefined : this.#hold(definition, runs, options.hold);
    const sequence = commits.next();
    for (const one of changed) relations.noteWrites({ device, ...one, sequence });
    for (const { first, end } of runs) ranges.clear(device, first, end - first);
    // From here on: the release itself is no change that happened since.
    if (hold !== undefined) relations.changes.listen(device, hold);
    return done({ ...released, sequence, ...(hold !== undefined && { hold: hold.point.id }) });
  }

  /**
   * Undoes a release: tracks that nobody changed since get their content back; the hold is over.
   *
   * Refused HOLD_UNKNOWN when it was never made, was undone or has expired, RELEASE_EXCLUDED never.
   */
  undo(id: PointId): Outcome<UndoneRelease> {
    const { pages, relations, ranges, commits } = this.#parts;
    const hold = this.#holds.get(id);
    if (hold === undefined || hold.expiresAt <= this.#clock.now()) {
      this.end(id);
      return refuseHold(id);
    }
    const { device, tree, trackCount } = hold.point;
    const sequence = commits.next();
    relations.changes.ignore(device, hold);
    const restored = new TrackRuns();
    const unchanged = hold.unchanged();
    for (const { first, end } of unchanged) {
      visitEntries(pages, tree, first, end, (track) => restored.add(track));
    }
    const kept = new TrackRuns();
    visitEntries(pages, tree, 0, trackCount, (track) => kept.add(track));
    for (const one of restored.intervals()) relations.noteWrites({ device, ...one, sequence });
    for (const { first, end } of unchanged) ranges.restore(tree, device, first, end - first);
    this.end(id);
    const changedSince = kept.without(restored).map(asRange);
    return done({ tracks: restored.count, changedSince, sequence });
  }

  /** Gives a hold up: what only it holds is free. @returns Whether it was there. */
  end(id: PointId): boolean {
    const hold = this.#holds.get(id);
    if (hold === undefined) return false;
    this.#holds.delete(id);
    this.#kept.touch(id);
    if (this.#keptTracks.isKept) this.#keptTracks.remove(String(id));
    this.#parts.relations.changes.ignore(hold.point.device, hold);
    this.#parts.points.release(id);
    return true;
  }

  touch(id: PointId): void {
    this.#kept.touch(id);
  }

  /** All holds, oldest first. */
  holds(): readonly HoldReport[] {
    return [...this.#holds.values()].map(({ point, expiresAt }) => ({
      hold: point.id,
      device: point.device,
      releasedAt: point.takenAt,
      expiresAt,
    }));
  }

  /** Gives up holds whose time is over. @returns How many. */
  step(now: Nanos): number {
    let ended = 0;
    for (const [id, { expiresAt }] of this.#holds) {
      if (expiresAt <= now && this.end(id)) ended += 1;
    }
    return ended;
  }

  /** What stretches hold, and where they are not never-written. */
  #survey(
    device: DeviceIndex,
    runs: readonly Interval[],
  ): { readonly figures: SpaceFigures; readonly changed: readonly Interval[] } {
    const { pages, directory, instances } = this.#parts;
    const tally = new SpaceTally(instances);
    const changed = new TrackRuns();
    const tree = directory.tree(device);
    for (const { first, end } of runs) {
      visitEntries(pages, tree, first, end, (track, entry, isPathShared) => {
        tally.add(entry, isPathShared);
        changed.add(track);
      });
    }
    return { figures: tally.figures(), changed: changed.intervals() };
  }

  #hold(device: Device, runs: readonly Interval[], duration: Nanos): ReleaseHold {
    const { pages, instances, directory, points, commits } = this.#parts;
    const now = this.#clock.now();
    const label = {
      name: '',
      kind: 'hold' as const,
      sequence: commits.last(),
      since: now,
      takenAt: now,
    };
    const tree = holdRanges(pages, instances, directory.tree(device.index), runs);
    const point = points.retain(device, label, tree);
    const hold = new ReleaseHold(point, runs, laterBy(now, duration), this);
    this.#begin(hold);
    return hold;
  }

  #begin(hold: ReleaseHold): void {
    const { id } = hold.point;
    this.#holds.set(id, hold);
    this.#kept.touch(id);
    if (this.#keptTracks.isKept) this.#keptTracks.add(String(id), hold.written);
  }

  /** Holds listen to their devices again. */
  #restore(saved: ReadonlyMap<PointId, Plain>): void {
    const { points, relations } = this.#parts;
    for (const [id, one] of saved) {
      const hold = ReleaseHold.restore(points.require(id), one, this);
      this.#begin(hold);
      relations.changes.listen(hold.point.device, hold);
    }
  }

  #refuseHold({ hold, dryRun }: ReleaseOptions): Refusal | undefined {
    if (hold === undefined || dryRun === true || this.#holds.size < JOB_COUNT_MAX) return undefined;
    return refuse('BUSY_RETRY', {
      what: 'one more release that can be undone',
      limit: `${this.#holds.size} are held already`,
      fix: 'give some up, wait until they expire, or release without a hold',
    });
  }
}

function refuseRelease(device: Device, ranges: readonly TrackRange[]): Refusal | undefined {
  const name = formatDeviceNumber(device.number);
  if (device.releaseExcluded) {
    return refuse('RELEASE_EXCLUDED', {
      what: `release of tracks of device ${name}`,
      limit: 'the device is excluded from release',
      fix: 'take the exclusion back, if the tracks are really not needed',
    });
  }
  const isWhole = ({ first, count }: TrackRange): boolean =>
    Number.isSafeInteger(first) && first >= 0 && Number.isSafeInteger(count);
  const empty = ranges.length === 0 || ranges.some(({ count }) => !(count >= 1));
  if (empty) {
    return refuse('EXTENT_EMPTY', {
      what: `release of no tracks of device ${name}`,
      limit: 'a release names at least one track, and so does each of its stretches',
      fix: 'leave empty stretches out',
    });
  }
  const outside = ranges.find(
    (range) => !isWhole(range) || range.first + range.count > device.trackCount,
  );
  if (outside !== undefined) {
    return refuse('EXTENT_OUT_OF_DEVICE', {
      what: `${outside.count} tracks from track ${outside.first} of device ${name}`,
      limit: `the device has tracks 0 to ${device.trackCount - 1}`,
      fix: 'name tracks of the device',
    });
  }
  return refuseReadOnly(device);
}

function refuseHold(id: PointId): Refusal {
  return refuse('HOLD_UNKNOWN', {
    what: `undoing of release ${id}`,
    limit: 'it was never held, was undone already, or its time is over',
    fix: 'restore the tracks from a copy',
  });
}

/** Ascending and disjoint; touching stretches become one. */
function normalise(ranges: readonly TrackRange[]): readonly Interval[] {
  const sorted = ranges.toSorted((one, other) => one.first - other.first);
  const runs: { first: number; end: number }[] = [];
  for (const { first, count } of sorted) {
    const last = runs.at(-1);
    if (last === undefined || first > last.end) runs.push({ first, end: first + count });
    else last.end = Math.max(last.end, first + count);
  }
  return runs;
}

function asRange({ first, end }: Interval): TrackRange {
  return { first: trackIndex(first), count: end - first };
}
