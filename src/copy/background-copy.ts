/**
 * The background copy: gives targets their own instances, a bounded number of tracks at a time.
 *
 * A step machine without memory of its own: what is left to do is the duty of the relations. Every
 * track is looked at again when its turn comes.
 *
 * | separation | a track is left alone when |
 * | --- | --- |
 * | instance | a host has written it since, or nobody else reaches its instance any more |
 * | redundancyGroup | its instance lies in the target's home group, whoever put it there |
 *
 * Otherwise it gets a new instance with the same content, in the target's home group. A track that
 * cannot be read stays as it is and makes the result partial.
 *
 * Copying takes space that sharing saved, so it stops before hosts feel it: what lies between the
 * critical threshold and the end of what hosts can fill is theirs (our choice). A copy that has to
 * wait does not hold up copies into other groups; those into the same group wait behind it.
 *
 * @module
 */
import type { CommitOrder } from '../base/commit-order.ts';
import type { Meter } from '../base/ports.ts';
import type { DeviceIndex } from '../base/units.ts';
import type { DeviceTable } from '../mapping/device-table.ts';
import type { TrackDirectory } from '../mapping/track-directory.ts';
import type { TrackInstances } from '../mapping/track-instances.ts';
import { DAMAGED, NO_SPACE, type TrackStore } from '../mapping/track-store.ts';
import { placeGroup } from '../media/logical-cylinder.ts';
import type { CapacityLoad } from '../media/net-capacity-load.ts';
import { RESERVED_ENTRY_COUNT } from '../track/null-track.ts';
import type { RelationId } from './relation.ts';
import type { RelationProgress } from './relation-progress.ts';
import type { RelationTable } from './relation-table.ts';

/** What a step did. */
export interface CopyStepReport {
  readonly examined: number;
  readonly copied: number;
  readonly bytes: number;
  /** Nothing moved, because every copy that has work left needs space that is not there. */
  readonly waitsForSpace: boolean;
  /** A copy stopped because the nonvolatile storage is full; destage ends that. */
  readonly waitsForNvs: boolean;
}

/** What the background copy works with. */
export interface BackgroundCopyParts {
  readonly devices: DeviceTable;
  readonly relations: RelationTable;
  readonly directory: TrackDirectory;
  readonly instances: TrackInstances;
  readonly store: TrackStore;
  readonly load: CapacityLoad;
  /** Says why the last taking of space failed. */
  readonly backEnd: { readonly shortage: 'space' | 'nvs' };
  readonly commits: CommitOrder;
}

/** A stretch of target tracks inside one leaf or one empty subtree. */
interface Stretch {
  readonly relation: RelationId;
  readonly target: DeviceIndex;
  readonly track: number;
  /** Number of the first track in the relation. */
  readonly offset: number;
  readonly count: number;
  /** Home group of the target, or {@link ANYWHERE}. */
  readonly group: number;
  /** The instance must lie in that group, and no more is asked. */
  readonly isByGroup: boolean;
}

/** In place of a group: the target has no home group. */
const ANYWHERE = -1;

/** Works off the duty of all relations, oldest first. */
export class BackgroundCopy {
  readonly #parts: BackgroundCopyParts;
  readonly #relations: RelationTable;
  readonly #directory: TrackDirectory;
  readonly #instances: TrackInstances;
  readonly #store: TrackStore;
  readonly #meter: Meter;
  readonly #birth: () => number;
  #examined = 0;
  #copied = 0;
  #bytes = 0;
  /** Some duty was dealt with. */
  #hasMoved = false;
  /** The relation at hand found no space. */
  #isBlocked = false;
  #waitsForNvs = false;

  constructor(parts: BackgroundCopyParts, meter: Meter) {
    this.#parts = parts;
    this.#relations = parts.relations;
    this.#directory = parts.directory;
    this.#instances = parts.instances;
    this.#store = parts.store;
    this.#meter = meter;
    this.#birth = () => this.#parts.commits.next();
  }

  /**
   * One step. The release queue must be empty: a queued tree would make tracks look shared.
   *
   * @param trackBudget - Mapped tracks to look at, about; a stretch that holds none counts as one.
   */
  step(trackBudget: number): CopyStepReport {
    this.#examined = 0;
    this.#copied = 0;
    this.#bytes = 0;
    this.#hasMoved = false;
    this.#waitsForNvs = false;
    const { fullGroups } = this.#relations;
    fullGroups.clear();
    for (const id of this.#relations.pending()) {
      if (this.#examined >= trackBudget || this.#waitsForNvs || fullGroups.has(ANYWHERE)) break;
      const group = this.#relations.homeOf(id);
      if (fullGroups.has(group)) continue;
      this.#work(id, group, trackBudget);
    }
    this.#meter.add('backgroundTracksExamined', this.#examined);
    this.#meter.add('backgroundTracksCopied', this.#copied);
    this.#meter.add('backgroundBytesCopied', this.#bytes);
    return {
      examined: this.#examined,
      copied: this.#copied,
      bytes: this.#bytes,
      waitsForSpace: fullGroups.size > 0 && !this.#hasMoved && !this.#waitsForNvs,
      waitsForNvs: this.#waitsForNvs,
    };
  }

  /**
   * Takes a copy that is under way back, for its space: what was copied and not written since shares
   * the source's instance again, wherever that still holds the same content and can be read. Comparing
   * content, not ages, because a source may itself have been copied onto in between.
   *
   * @param group - Where space is needed; -1 anywhere. Copies that lie elsewhere are kept.
   * @returns Tracks whose space came back.
   */
  giveBack(id: RelationId, group: number): number {
    const { copied, written } = this.#relations.progress(id);
    const before = copied.count;
    for (const offset of copied.bits()) {
      if (written.has(offset)) continue;
      const { extent, delta } = this.#relations.locate(id, offset);
      const { source, target } = extent;
      const shared = this.#directory.find(source, extent.sourceFirst + delta);
      const track = extent.targetFirst + delta;
      const own = this.#directory.find(target, track);
      // Space comes back only where nobody else holds the copy.
      if (own < RESERVED_ENTRY_COUNT || this.#instances.count(own) > 1) continue;
      if (this.#directory.isPathShared(target, track)) continue;
      if (group !== ANYWHERE && placeGroup(this.#instances.place(own)) !== group) continue;
      if (shared < RESERVED_ENTRY_COUNT || shared === own) continue;
      // The copy may be all that is left of a track whose original is lost.
      if (!this.#store.isReadable(shared) || !this.#store.holdsSame(shared, own)) continue;
      // A change of the map like any other: what it frees waits until it is durable.
      this.#parts.commits.next();
      this.#instances.retain(shared);
      this.#directory.replace(target, track, shared);
      this.#instances.release(own);
      copied.clear(offset);
    }
    return before - copied.count;
  }

  #work(id: RelationId, group: number, trackBudget: number): void {
    const progress = this.#relations.progress(id);
    const isByGroup = this.#relations.require(id).separation === 'redundancyGroup';
    const { duty } = progress;
    this.#isBlocked = false;
    while (this.#examined < trackBudget && !this.#isBlocked) {
      const front = duty.front;
      if (front === undefined) break;
      const { extent, delta } = this.#relations.locate(id, front.first);
      const left = Math.min(front.end - front.first, extent.targetCount - delta);
      const track = extent.targetFirst + delta;
      const target = extent.target;
      const empty = this.#directory.emptySpan(target, track);
      if (empty > 0) {
        this.#examined += 1;
        this.#advance(id, Math.min(empty, left));
        continue;
      }
      const leafLeft = this.#directory.leafLeft(track);
      const count = Math.min(left, leafLeft, trackBudget - this.#examined);
      const offset = front.first;
      const stretch = { relation: id, target, track, offset, count, group, isByGroup };
      this.#advance(id, this.#separate(stretch, progress));
    }
    this.#relations.settle(id);
  }

  #advance(id: RelationId, count: number): void {
    if (count === 0) return;
    this.#relations.advance(id, count);
    this.#hasMoved = true;
  }

  /** @returns Tracks dealt with; fewer than the stretch has only when space ran out. */
  #separate(stretch: Stretch, progress: RelationProgress): number {
    const { target, track, offset, count, group, isByGroup } = stretch;
    let isPathShared = this.#directory.isPathShared(target, track);
    // A leaf costs one even where nothing is mapped, so that a step stays bounded.
    this.#examined += 1;
    for (let at = 0; at < count; at += 1) {
      const entry = this.#directory.find(target, track + at);
      if (entry < RESERVED_ENTRY_COUNT) continue;
      this.#examined += 1;
      const isSeparate = isByGroup
        ? placeGroup(this.#instances.place(entry)) === group
        : progress.written.has(offset + at) ||
          (!isPathShared && this.#instances.count(entry) === 1);
      if (isSeparate) continue;
      const copy = this.#duplicate(entry, group);
      if (copy === NO_SPACE) return at;
      if (copy === DAMAGED) {
        this.#relations.noteFailed(stretch.relation);
        continue;
      }
      this.#directory.replace(target, track + at, copy);
      this.#instances.release(entry);
      isPathShared = false;
      progress.copied.set(offset + at);
      this.#copied += 1;
      this.#bytes += this.#instances.lengthBytes(copy);
    }
    return count;
  }

  /** A second instance in a group, when that leaves hosts enough; notes what it failed for. */
  #duplicate(entry: number, group: number): number {
    const { load, backEnd } = this.#parts;
    const hasHeadroom = load.hasHeadroom(group, this.#instances.sectors(entry));
    const copy = hasHeadroom ? this.#store.duplicate(entry, this.#birth, group) : NO_SPACE;
    if (copy !== NO_SPACE) return copy;
    this.#isBlocked = true;
    if (hasHeadroom && backEnd.shortage === 'nvs') this.#waitsForNvs = true;
    else this.#relations.fullGroups.add(group);
    return NO_SPACE;
  }
}
