/**
 * What became of each track of a relation, found by comparing source and target now.
 *
 * | target track | counts as |
 * | --- | --- |
 * | written by a host since the copy, cleared, or taken over by a later copy | separated by target write |
 * | given its own instance by the background copy | separated by background |
 * | other entry than the source's | separated by source write |
 * | same entry, an instance | shared; of a relation that is physically complete by instance: separated by source write, and made equal again since by a copy back |
 * | same entry, no instance | empty |
 *
 * Subtrees that both sides share are not compared; their mapped tracks are only counted.
 *
 * @module
 */
import type { DeviceTable } from '../mapping/device-table.ts';
import type { DirectoryTree, TrackDirectory } from '../mapping/track-directory.ts';
import { RESERVED_ENTRY_COUNT } from '../track/null-track.ts';
import type { RelationId, RelationTracks } from './relation.ts';
import type { RelationProgress } from './relation-progress.ts';
import type { RelationTable } from './relation-table.ts';

/** Derives the table above. The five figures add up to the tracks of the relation. */
export function deriveRelationTracks(
  id: RelationId,
  relations: RelationTable,
  devices: DeviceTable,
  directory: TrackDirectory,
): RelationTracks {
  const relation = relations.require(id);
  const progress = relations.progress(id);
  const isSourceThere = devices.get(relation.source)?.generation === progress.sourceGeneration;
  // A source that was removed shares nothing any more.
  const source = isSourceThere ? directory.tree(relation.source) : { root: 0, levels: 0 };
  const walk = new ComparisonWalk(directory, source, directory.tree(relation.target), progress, {
    // Separation by group does not end sharing where the instance lies in the target's group.
    standsAlone: progress.isPhysicallyComplete && relation.separation === 'instance',
  });
  for (const claim of relations.claimsOf(relation)) {
    for (let track = claim.first; track < claim.end; ) {
      const offset = claim.offset + (track - claim.first);
      const { extent, delta } = relations.locate(id, offset);
      const count = Math.min(claim.end - track, extent.targetCount - delta);
      walk.compare(extent.sourceFirst + delta, track, offset, count);
      track += count;
    }
  }
  return walk.result();
}

class ComparisonWalk {
  readonly #directory: TrackDirectory;
  readonly #source: DirectoryTree;
  readonly #target: DirectoryTree;
  readonly #progress: RelationProgress;
  readonly #standsAlone: boolean;
  #shared = 0;
  #byBackground = 0;
  #bySourceWrite = 0;
  #byTargetWrite: number;
  #empty = 0;

  constructor(
    directory: TrackDirectory,
    source: DirectoryTree,
    target: DirectoryTree,
    progress: RelationProgress,
    { standsAlone }: { readonly standsAlone: boolean },
  ) {
    this.#standsAlone = standsAlone;
    this.#directory = directory;
    this.#source = source;
    this.#target = target;
    this.#progress = progress;
    this.#byTargetWrite = progress.tracksTotal - progress.claimedTracks;
  }

  result(): RelationTracks {
    return {
      shared: this.#shared,
      separatedByBackground: this.#byBackground,
      separatedBySourceWrite: this.#bySourceWrite,
      separatedByTargetWrite: this.#byTargetWrite,
      empty: this.#empty,
    };
  }

  compare(from: number, to: number, offset: number, count: number): void {
    for (let done = 0; done < count; ) {
      const span = this.#sharedSpan(from + done, to + done, offset + done, count - done);
      if (span === 0) {
        this.#classify(from + done, to + done, offset + done);
        done += 1;
      } else {
        done += span;
      }
    }
  }

  /** Counts a whole shared subtree that begins here. @returns Its tracks, or 0 when there is none. */
  #sharedSpan(from: number, to: number, offset: number, left: number): number {
    const { pages } = this.#directory;
    for (let level = Math.min(this.#source.levels, this.#target.levels); level >= 0; level -= 1) {
      const span = pages.span(level);
      if (from % span !== 0 || to % span !== 0) continue;
      const subtree = this.#directory.subtreeAt(this.#target, to, level);
      if (subtree !== this.#directory.subtreeAt(this.#source, from, level)) continue;
      const count = Math.min(span, left);
      // Only a whole subtree is counted without looking; a shorter one has no mapped tracks behind
      // the image, but the extent may end before the image does.
      if (count < span && subtree !== 0) continue;
      const { written, copied } = this.#progress;
      if (written.countIn(offset, count) + copied.countIn(offset, count) > 0) continue;
      const mapped = this.#directory.mappedCount(level, subtree);
      this.#addEqual(mapped);
      this.#empty += count - mapped;
      return count;
    }
    return 0;
  }

  #classify(from: number, to: number, offset: number): void {
    const directory = this.#directory;
    const target = directory.findIn(this.#target.root, this.#target.levels, to);
    if (this.#progress.written.has(offset)) this.#byTargetWrite += 1;
    else if (this.#progress.copied.has(offset)) this.#byBackground += 1;
    else if (directory.findIn(this.#source.root, this.#source.levels, from) !== target) {
      this.#bySourceWrite += 1;
    } else if (target >= RESERVED_ENTRY_COUNT) this.#addEqual(1);
    else this.#empty += 1;
  }

  #addEqual(mapped: number): void {
    if (this.#standsAlone) this.#bySourceWrite += mapped;
    else this.#shared += mapped;
  }
}
