/**
 * The background copy: gives targets their own instances, a bounded number of tracks at a time.
 *
 * A step machine without memory of its own: what is left to do is the duty of the relations. Every
 * track is looked at again when its turn comes. Written by a host since: left alone, it is separate.
 * Nobody else reaches its instance any more (the source was written): left alone, it is separate.
 * Otherwise it gets a new instance with the same content. A track that cannot be read stays shared and
 * makes the result partial.
 *
 * @module
 */
import type { CommitOrder } from '../base/commit-order.ts';
import type { Meter } from '../base/ports.ts';
import type { DeviceIndex } from '../base/units.ts';
import type { TrackDirectory } from '../mapping/track-directory.ts';
import type { TrackInstances } from '../mapping/track-instances.ts';
import { DAMAGED, NO_SPACE, type TrackStore } from '../mapping/track-store.ts';
import { RESERVED_ENTRY_COUNT } from '../track/null-track.ts';
import type { RelationId } from './relation.ts';
import type { RelationProgress, RelationTable } from './relation-table.ts';

/** What a step did. */
export interface CopyStepReport {
  readonly examined: number;
  readonly copied: number;
  readonly bytes: number;
  /** The next track needs space that is not there. */
  readonly waitsForSpace: boolean;
}

/** A stretch of target tracks inside one leaf or one empty subtree. */
interface Stretch {
  readonly target: DeviceIndex;
  readonly track: number;
  /** Number of the first track in the relation. */
  readonly offset: number;
  readonly count: number;
}

/** Works off the duty of all relations, oldest first. */
export class BackgroundCopy {
  readonly #relations: RelationTable;
  readonly #directory: TrackDirectory;
  readonly #instances: TrackInstances;
  readonly #store: TrackStore;
  readonly #order: CommitOrder;
  readonly #meter: Meter;
  readonly #birth: () => number;
  #examined = 0;
  #copied = 0;
  #bytes = 0;
  #waitsForSpace = false;

  constructor(
    relations: RelationTable,
    directory: TrackDirectory,
    instances: TrackInstances,
    store: TrackStore,
    order: CommitOrder,
    meter: Meter,
  ) {
    this.#relations = relations;
    this.#directory = directory;
    this.#instances = instances;
    this.#store = store;
    this.#order = order;
    this.#meter = meter;
    this.#birth = () => this.#order.next();
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
    this.#waitsForSpace = false;
    for (const id of this.#relations.pending()) {
      this.#work(id, trackBudget);
      if (this.#examined >= trackBudget || this.#waitsForSpace) break;
    }
    this.#meter.add('backgroundTracksExamined', this.#examined);
    this.#meter.add('backgroundTracksCopied', this.#copied);
    this.#meter.add('backgroundBytesCopied', this.#bytes);
    return {
      examined: this.#examined,
      copied: this.#copied,
      bytes: this.#bytes,
      waitsForSpace: this.#waitsForSpace,
    };
  }

  /**
   * Takes a copy that is under way back, for its space: what was copied and not written since shares
   * the source's instance again, wherever that still holds the same content. Comparing content, not
   * ages, because a source may itself have been copied onto in between.
   *
   * @returns Tracks whose space came back.
   */
  giveBack(id: RelationId): number {
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
      if (shared < RESERVED_ENTRY_COUNT || shared === own) continue;
      if (!this.#store.holdsSame(shared, own)) continue;
      this.#instances.retain(shared);
      this.#directory.replace(target, track, shared);
      this.#instances.release(own);
      copied.clear(offset);
    }
    return before - copied.count;
  }

  #work(id: RelationId, trackBudget: number): void {
    const progress = this.#relations.progress(id);
    const { duty } = progress;
    while (this.#examined < trackBudget && !this.#waitsForSpace) {
      const front = duty.front;
      if (front === undefined) break;
      const { extent, delta } = this.#relations.locate(id, front.first);
      const left = Math.min(front.end - front.first, extent.targetCount - delta);
      const track = extent.targetFirst + delta;
      const target = extent.target;
      const empty = this.#directory.emptySpan(target, track);
      if (empty > 0) {
        this.#examined += 1;
        duty.advance(Math.min(empty, left));
        continue;
      }
      const leafLeft = this.#directory.leafLeft(track);
      const count = Math.min(left, leafLeft, trackBudget - this.#examined);
      const stretch = { target, track, offset: front.first, count };
      duty.advance(this.#separate(stretch, progress));
    }
    this.#relations.settle(id);
  }

  /** @returns Tracks dealt with; fewer than the stretch has only when space ran out. */
  #separate(stretch: Stretch, progress: RelationProgress): number {
    const { target, track, offset, count } = stretch;
    let isPathShared = this.#directory.isPathShared(target, track);
    // A leaf costs one even where nothing is mapped, so that a step stays bounded.
    this.#examined += 1;
    for (let at = 0; at < count; at += 1) {
      const entry = this.#directory.find(target, track + at);
      if (entry < RESERVED_ENTRY_COUNT) continue;
      this.#examined += 1;
      if (!isPathShared && this.#instances.count(entry) === 1) continue;
      if (progress.written.has(offset + at)) continue;
      const copy = this.#store.duplicate(entry, this.#birth);
      if (copy === NO_SPACE) {
        this.#waitsForSpace = true;
        return at;
      }
      if (copy === DAMAGED) {
        progress.failedTracks += 1;
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
}
