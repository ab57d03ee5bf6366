/**
 * The pages of all track directories: one arena of leaves, one of interior pages, and what it means
 * to copy or to let go of one.
 *
 * Levels count from the leaves: level 0 holds directory entries, level 1 holds leaves, and so on.
 *
 * @module
 */
import type { StateKeeping } from '../base/kept-state.ts';
import { RESERVED_ENTRY_COUNT } from '../track/null-track.ts';
import { PageArena } from './page-arena.ts';
import type { TrackInstances } from './track-instances.ts';

/** Entries of a leaf and of an interior page, as powers of two (docs/decisions/0002). */
export interface DirectoryShape {
  readonly leafBits: number;
  readonly interiorBits: number;
}

/** Both arenas, and the operations that keep counts right across levels. */
export class DirectoryPages {
  readonly leafBits: number;
  readonly interiorBits: number;
  readonly leaves: PageArena;
  readonly interiors: PageArena;
  /** Pages copied so far because somebody else held them, too. */
  copiedCount = 0;
  readonly #instances: TrackInstances;

  /** @param memoryBits - Words taken from memory at a time, as a power of two. */
  constructor(shape: DirectoryShape, instances: TrackInstances, memoryBits: number) {
    this.leafBits = shape.leafBits;
    this.interiorBits = shape.interiorBits;
    this.leaves = new PageArena('leaves', shape.leafBits, memoryBits);
    this.interiors = new PageArena('interiors', shape.interiorBits, memoryBits);
    this.#instances = instances;
  }

  /** All pages outlive the process. How many were copied is for the meter, which begins anew. */
  keep(keeping: StateKeeping): void {
    this.leaves.keep(keeping);
    this.interiors.keep(keeping);
  }

  arena(level: number): PageArena {
    return level === 0 ? this.leaves : this.interiors;
  }

  /** Interior levels that a directory of so many tracks needs. */
  levelsFor(trackCapacity: number): number {
    let levels = 0;
    while (this.span(levels) < trackCapacity) levels += 1;
    return levels;
  }

  /** Tracks under one page of a level. */
  span(level: number): number {
    return 2 ** (this.leafBits + level * this.interiorBits);
  }

  /**
   * A page that the caller alone holds, with the content of `page`, in whose place it is put: the page
   * itself when nobody else holds it, a fresh one for the empty subtree, otherwise a copy.
   */
  own(level: number, page: number): number {
    const arena = level === 0 ? this.leaves : this.interiors;
    if (page === 0) return arena.allocateEmpty();
    if (arena.parents(page) === 1) return page;
    this.copiedCount += 1;
    return level === 0 ? this.#copyLeaf(page) : this.#copyInterior(level, page);
  }

  /** Every instance in the leaf is held by one more slot now. */
  #copyLeaf(page: number): number {
    const arena = this.leaves;
    const copy = arena.allocate();
    arena.dropParent(page);
    const from = arena.words(page);
    const to = arena.words(copy);
    const fromBase = arena.base(page);
    const toBase = arena.base(copy);
    const instances = this.#instances;
    for (let at = (1 << this.leafBits) - 1; at >= 0; at -= 1) {
      const entry = from[fromBase + at] as number;
      to[toBase + at] = entry;
      if (entry >= RESERVED_ENTRY_COUNT) instances.retain(entry);
    }
    return copy;
  }

  /** Every child has one more parent now. */
  #copyInterior(level: number, page: number): number {
    const arena = this.interiors;
    const children = level === 1 ? this.leaves : arena;
    const copy = arena.allocate();
    arena.dropParent(page);
    const from = arena.words(page);
    const to = arena.words(copy);
    const fromBase = arena.base(page);
    const toBase = arena.base(copy);
    for (let at = (1 << this.interiorBits) - 1; at >= 0; at -= 1) {
      const child = from[fromBase + at] as number;
      to[toBase + at] = child;
      if (child !== 0) children.addParent(child);
    }
    return copy;
  }
}
