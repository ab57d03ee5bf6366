/**
 * Holds some stretches of a device's tree and nothing else of it, so that holding them keeps no other
 * track of the device alive.
 *
 * Subtrees that lie whole in a stretch get one more parent; ragged ends are copied entry by entry.
 *
 * @module
 */
import { RESERVED_ENTRY_COUNT } from '../track/null-track.ts';
import type { DirectoryPages } from './directory-pages.ts';
import type { DirectoryTree } from './track-directory.ts';
import type { TrackInstances } from './track-instances.ts';

/** Tracks from `first` up to `end`. */
export interface HeldRange {
  readonly first: number;
  readonly end: number;
}

/**
 * A tree with the same entries in the stretches and none elsewhere. The caller is its holder.
 *
 * @param ranges - Ascending, disjoint, none empty.
 */
export function holdRanges(
  pages: DirectoryPages,
  instances: TrackInstances,
  tree: DirectoryTree,
  ranges: readonly HeldRange[],
): DirectoryTree {
  const hold = new RangeHold(pages, instances);
  return { root: hold.subtree(tree.levels, tree.root, 0, ranges), levels: tree.levels };
}

class RangeHold {
  readonly #pages: DirectoryPages;
  readonly #instances: TrackInstances;

  constructor(pages: DirectoryPages, instances: TrackInstances) {
    this.#pages = pages;
    this.#instances = instances;
  }

  /** @returns The page that the caller holds now; 0 when nothing of the stretches is written. */
  subtree(level: number, page: number, base: number, ranges: readonly HeldRange[]): number {
    if (page === 0) return 0;
    const end = base + this.#pages.span(level);
    const within = ranges.filter((range) => range.first < end && base < range.end);
    const [only] = within;
    if (only === undefined) return 0;
    if (only.first <= base && end <= only.end) {
      this.#pages.arena(level).addParent(page);
      return page;
    }
    return level === 0 ? this.#leaf(page, base, within) : this.#interior(level, page, base, within);
  }

  #leaf(page: number, base: number, ranges: readonly HeldRange[]): number {
    const { leaves, leafBits } = this.#pages;
    const size = 1 << leafBits;
    let copy = 0;
    for (const { first, end } of ranges) {
      const stop = Math.min(size, end - base);
      for (let slot = Math.max(0, first - base); slot < stop; slot += 1) {
        const entry = leaves.words(page)[leaves.base(page) + slot] as number;
        if (entry === 0) continue;
        if (copy === 0) copy = leaves.allocateEmpty();
        leaves.words(copy)[leaves.base(copy) + slot] = entry;
        if (entry >= RESERVED_ENTRY_COUNT) this.#instances.retain(entry);
      }
    }
    return copy;
  }

  #interior(level: number, page: number, base: number, ranges: readonly HeldRange[]): number {
    const { interiors, interiorBits } = this.#pages;
    const span = this.#pages.span(level - 1);
    let copy = 0;
    for (let slot = 0; slot < 1 << interiorBits; slot += 1) {
      const child = interiors.words(page)[interiors.base(page) + slot] as number;
      const held = this.subtree(level - 1, child, base + slot * span, ranges);
      if (held === 0) continue;
      if (copy === 0) copy = interiors.allocateEmpty();
      interiors.words(copy)[interiors.base(copy) + slot] = held;
    }
    return copy;
  }
}
