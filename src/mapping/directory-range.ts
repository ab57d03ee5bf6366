/**
 * Copying and clearing stretches of track directories.
 *
 * Where source and target stand at the same offset of a page, the whole subtree is shared: one more
 * parent, whatever lies below. Ragged ends, and stretches that are shifted against each other, go
 * entry by entry. What the target held before goes to the release queue, or entry by entry as well.
 *
 * @module
 */
import type { DeviceIndex } from '../base/units.ts';
import { RESERVED_ENTRY_COUNT } from '../track/null-track.ts';
import type { DeviceTable } from './device-table.ts';
import type { DirectoryTree, TrackDirectory } from './track-directory.ts';
import type { TrackInstances } from './track-instances.ts';

/** A stretch to be copied between devices, or within one when the two parts do not overlap. */
export interface RangeCopy {
  readonly source: DeviceIndex;
  readonly sourceFirst: number;
  readonly target: DeviceIndex;
  readonly targetFirst: number;
  readonly count: number;
}

/** A stretch to be filled: from a device as it is at each moment, or from a tree that stands still. */
interface Filling {
  readonly source: DeviceIndex | DirectoryTree;
  readonly sourceFirst: number;
  readonly target: DeviceIndex;
  readonly targetFirst: number;
  readonly count: number;
}

/** The source of a stretch that is cleared. */
const EMPTY_TREE: DirectoryTree = Object.freeze({ root: 0, levels: 0 });

/** Copies and clears stretches. */
export class DirectoryRanges {
  readonly #directory: TrackDirectory;
  readonly #devices: DeviceTable;
  readonly #instances: TrackInstances;

  constructor(directory: TrackDirectory, devices: DeviceTable, instances: TrackInstances) {
    this.#directory = directory;
    this.#devices = devices;
    this.#instances = instances;
  }

  /**
   * Points the target's stretch at the instances of the source's.
   *
   * @returns Subtrees that were shared whole.
   */
  copy(range: RangeCopy): number {
    const { source, sourceFirst, target, targetFirst, count } = range;
    const { trackCounts, levels } = this.#devices;
    const endsBothImages =
      sourceFirst + count === trackCounts[source] && targetFirst + count === trackCounts[target];
    const isSameHeight = levels[source] === levels[target];
    if (endsBothImages && isSameHeight && sourceFirst === 0 && targetFirst === 0) {
      this.#directory.shareRoot(source, target);
      return 1;
    }
    const levelMax = Math.min(levels[source] as number, levels[target] as number);
    return this.#copy(range, levelMax, endsBothImages);
  }

  /** Tracks of a stretch were never written. */
  clear(device: DeviceIndex, first: number, count: number): void {
    const { trackCounts, levels } = this.#devices;
    this.#copy(
      { source: EMPTY_TREE, sourceFirst: first, target: device, targetFirst: first, count },
      levels[device] as number,
      first + count === trackCounts[device],
    );
  }

  /** Tracks of a stretch become what they are in a tree of the same device that somebody holds. */
  restore(tree: DirectoryTree, device: DeviceIndex, first: number, count: number): void {
    this.#copy(
      { source: tree, sourceFirst: first, target: device, targetFirst: first, count },
      tree.levels,
      false,
    );
  }

  /**
   * @param endsBothImages - Behind the stretch nothing is mapped on either side, so that a page that
   * reaches beyond its end may be shared all the same.
   */
  #copy(range: Filling, levelMax: number, endsBothImages: boolean): number {
    const { pages } = this.#directory;
    let sharedCount = 0;
    for (let done = 0; done < range.count; ) {
      const from = range.sourceFirst + done;
      const to = range.targetFirst + done;
      const left = range.count - done;
      let level = levelMax;
      while (level >= 0) {
        const span = pages.span(level);
        if (from % span === 0 && to % span === 0 && (endsBothImages || left >= span)) break;
        level -= 1;
      }
      if (level >= 0) {
        this.#shareSubtree(range, from, to, level);
        sharedCount += 1;
        done += Math.min(left, pages.span(level));
      } else {
        done += this.#copyEntries(range, from, to, left);
      }
    }
    return sharedCount;
  }

  #shareSubtree(range: Filling, from: number, to: number, level: number): void {
    const directory = this.#directory;
    const former = directory.subtreeAt(directory.tree(range.target), to, level);
    if (this.#sourceSubtree(range.source, from, level) === former) return;
    if (level < (this.#devices.levels[range.target] as number)) {
      directory.ownPage(range.target, to, level + 1);
    }
    // Looked up only now: within one device, owning the target's path may have copied the source's.
    const subtree = this.#sourceSubtree(range.source, from, level);
    if (subtree !== 0) directory.pages.arena(level).addParent(subtree);
    directory.setSubtree(range.target, to, level, subtree);
  }

  /** @returns Entries dealt with: up to the next end of a leaf on either side. */
  #copyEntries(range: Filling, from: number, to: number, left: number): number {
    const directory = this.#directory;
    const instances = this.#instances;
    const { leaves, leafBits } = directory.pages;
    const size = 1 << leafBits;
    const run = Math.min(left, size - (from % size), size - (to % size));
    const former = directory.subtreeAt(directory.tree(range.target), to, 0);
    if (former === 0 && this.#sourceSubtree(range.source, from, 0) === 0) return run;
    const targetLeaf = directory.ownPage(range.target, to, 0);
    const sourceLeaf = this.#sourceSubtree(range.source, from, 0);
    const sourceWords = leaves.words(sourceLeaf);
    const sourceBase = leaves.base(sourceLeaf) + (from % size);
    const targetWords = leaves.words(targetLeaf);
    const targetBase = leaves.base(targetLeaf) + (to % size);
    leaves.touchPage(targetLeaf);
    for (let at = 0; at < run; at += 1) {
      const entry = sourceWords[sourceBase + at] as number;
      const old = targetWords[targetBase + at] as number;
      if (entry === old) continue;
      if (entry >= RESERVED_ENTRY_COUNT) instances.retain(entry);
      targetWords[targetBase + at] = entry;
      if (old >= RESERVED_ENTRY_COUNT) instances.release(old);
    }
    return run;
  }

  #sourceSubtree(source: Filling['source'], track: number, level: number): number {
    const tree = typeof source === 'object' ? source : this.#directory.tree(source);
    return this.#directory.subtreeAt(tree, track, level);
  }
}
