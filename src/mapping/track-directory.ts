/**
 * The track directory (VTD): which instance each track of each device leads to.
 *
 * A radix tree per device over pages that devices, retained points and queued trees share. Reading
 * walks down; writing copies, on its way down, the pages that somebody else holds, and then changes
 * one slot. Sharing a whole tree is one more parent of its root.
 *
 * Entries beyond a device's image are never written: range operations rely on it.
 *
 * @module
 */
import { invariant } from '../base/invariant.ts';
import type { DeviceIndex } from '../base/units.ts';
import { RESERVED_ENTRY_COUNT } from '../track/null-track.ts';
import type { DeviceTable } from './device-table.ts';
import type { DirectoryPages } from './directory-pages.ts';
import type { ReleaseQueue } from './release-queue.ts';

/** A tree that is read: the root page and how many interior levels stand above its leaves. */
export interface DirectoryTree {
  readonly root: number;
  readonly levels: number;
}

/** The directories of all devices. */
export class TrackDirectory {
  readonly pages: DirectoryPages;
  readonly #devices: DeviceTable;
  // Roots and levels of all devices, by place in the device table.
  readonly #roots: Uint32Array;
  readonly #levels: Uint8Array;
  readonly #queue: ReleaseQueue;
  readonly #leafBits: number;
  readonly #leafMask: number;
  readonly #interiorBits: number;
  readonly #interiorMask: number;
  // The lookup reads the pages' words directly: calls on the way down cost it a third of its speed.
  readonly #leafWords: readonly Uint32Array[];
  readonly #leafShift: number;
  readonly #leafPageMask: number;
  readonly #interiorWords: readonly Uint32Array[];
  readonly #interiorShift: number;
  readonly #interiorPageMask: number;

  constructor(devices: DeviceTable, pages: DirectoryPages, queue: ReleaseQueue) {
    this.pages = pages;
    this.#devices = devices;
    this.#roots = devices.roots;
    this.#levels = devices.levels;
    this.#queue = queue;
    this.#leafBits = pages.leafBits;
    this.#leafMask = (1 << pages.leafBits) - 1;
    this.#interiorBits = pages.interiorBits;
    this.#interiorMask = (1 << pages.interiorBits) - 1;
    const leaves = pages.leaves.records;
    this.#leafWords = leaves.pages;
    this.#leafShift = leaves.pageShift;
    this.#leafPageMask = leaves.recordMask;
    const interiors = pages.interiors.records;
    this.#interiorWords = interiors.pages;
    this.#interiorShift = interiors.pageShift;
    this.#interiorPageMask = interiors.recordMask;
  }

  /** Directory entry of a track of the device's current content. */
  find(device: number, track: number): number {
    return this.findIn(this.#roots[device] as number, this.#levels[device] as number, track);
  }

  /** Directory entry of a track under a given root. */
  findIn(root: number, levels: number, track: number): number {
    const interiorBits = this.#interiorBits;
    let page = root;
    let shift = this.#leafBits + interiorBits * (levels - 1);
    // Page 0 is a page of zeros, so an empty subtree needs no test of its own.
    for (let level = levels; level > 0; level -= 1) {
      const words = this.#interiorWords[page >>> this.#interiorShift] as Uint32Array;
      const base = (page & this.#interiorPageMask) << interiorBits;
      page = words[base + ((track >>> shift) & this.#interiorMask)] as number;
      shift -= interiorBits;
    }
    const words = this.#leafWords[page >>> this.#leafShift] as Uint32Array;
    const base = (page & this.#leafPageMask) << this.#leafBits;
    return words[base + (track & this.#leafMask)] as number;
  }

  /**
   * Puts an entry into a slot, on pages that this device alone holds.
   *
   * @returns The entry that stood there. It is the caller's to release.
   */
  replace(device: number, track: number, entry: number): number {
    const leaf = this.ownPage(device, track, 0);
    const { leaves } = this.pages;
    const words = leaves.words(leaf);
    const at = leaves.base(leaf) + (track & this.#leafMask);
    const former = words[at] as number;
    words[at] = entry;
    if (leaves.records.touched !== undefined) leaves.touch(leaf, track & this.#leafMask);
    return former;
  }

  /** The page at `level` above a track, made this device's own together with the path to it. */
  ownPage(device: number, track: number, level: number): number {
    const { pages } = this;
    const { interiors } = pages;
    const roots = this.#roots;
    const levels = this.#levels[device] as number;
    const root = roots[device] as number;
    let page = root;
    if (root === 0 || pages.arena(levels).parents(root) !== 1) {
      page = pages.own(levels, root);
      this.#setRoot(device, page);
    }
    let shift = this.#leafBits + this.#interiorBits * (levels - 1);
    for (let at = levels; at > level; at -= 1) {
      const words = interiors.words(page);
      const slot = interiors.base(page) + ((track >>> shift) & this.#interiorMask);
      const parent = page;
      const child = words[slot] as number;
      page = child;
      if (child === 0 || pages.arena(at - 1).parents(child) !== 1) {
        page = pages.own(at - 1, child);
        words[slot] = page;
        interiors.touch(parent, (track >>> shift) & this.#interiorMask);
      }
      shift -= this.#interiorBits;
    }
    return page;
  }

  /** The subtree at `level` above a track; page 0 where it is empty. */
  subtreeAt(tree: DirectoryTree, track: number, level: number): number {
    const { interiors } = this.pages;
    let page = tree.root;
    for (let at = tree.levels; at > level && page !== 0; at -= 1) {
      const slot = this.slotAt(track, at);
      page = interiors.words(page)[interiors.base(page) + slot] as number;
    }
    return page;
  }

  /** Tracks from this one to the end of the empty subtree around it; 0 when its leaf exists. */
  emptySpan(device: number, track: number): number {
    const { interiors } = this.pages;
    let page = this.#roots[device] as number;
    for (let level = this.#levels[device] as number; level >= 0; level -= 1) {
      if (page === 0) {
        const span = this.pages.span(level);
        return span - (track % span);
      }
      if (level > 0) {
        page = interiors.words(page)[interiors.base(page) + this.slotAt(track, level)] as number;
      }
    }
    return 0;
  }

  /** Tracks from this one to the end of its leaf. */
  leafLeft(track: number): number {
    return (1 << this.#leafBits) - (track & this.#leafMask);
  }

  /** Tracks under a subtree that lead to an instance. Walks the whole subtree. */
  mappedCount(level: number, page: number): number {
    if (page === 0) return 0;
    const arena = this.pages.arena(level);
    const words = arena.words(page);
    const base = arena.base(page);
    let count = 0;
    for (let at = base; at < base + (1 << arena.pageBits); at += 1) {
      const entry = words[at] as number;
      if (level > 0) count += this.mappedCount(level - 1, entry);
      else if (entry >= RESERVED_ENTRY_COUNT) count += 1;
    }
    return count;
  }

  /** Whether somebody else holds any page on the way to a track. */
  isPathShared(device: number, track: number): boolean {
    const { interiors } = this.pages;
    let page = this.#roots[device] as number;
    for (let level = this.#levels[device] as number; page !== 0; level -= 1) {
      if (this.pages.arena(level).parents(page) > 1) return true;
      if (level === 0) break;
      page = interiors.words(page)[interiors.base(page) + this.slotAt(track, level)] as number;
    }
    return false;
  }

  /** Slot of an interior page at `level` under which a track lies. */
  slotAt(track: number, level: number): number {
    return (track >>> (this.#leafBits + this.#interiorBits * (level - 1))) & this.#interiorMask;
  }

  /** The device's current tree. */
  tree(device: DeviceIndex): DirectoryTree {
    return {
      root: this.#roots[device] as number,
      levels: this.#levels[device] as number,
    };
  }

  /** The whole tree of `source` becomes the tree of `target`. Both have the same levels. O(1). */
  shareRoot(source: number, target: number): void {
    const root = this.#roots[source] as number;
    const former = this.#roots[target] as number;
    const level = this.#levels[source] as number;
    if (root !== 0) this.pages.arena(level).addParent(root);
    this.#setRoot(target, root);
    this.#queue.drop(level, former);
  }

  /** The device's tracks were never written. O(1). */
  clear(device: number): void {
    const former = this.#roots[device] as number;
    this.#setRoot(device, 0);
    this.#queue.drop(this.#levels[device] as number, former);
  }

  /** One more holder of the device's current tree. */
  hold(device: number): DirectoryTree {
    const tree = this.tree(device as DeviceIndex);
    if (tree.root !== 0) this.pages.arena(tree.levels).addParent(tree.root);
    return tree;
  }

  /** The device shows a tree that somebody holds: one more holder. Its own must be empty. */
  show(device: number, tree: DirectoryTree): void {
    const isFit = this.#roots[device] === 0 && this.#levels[device] === tree.levels;
    invariant(isFit, 'directory-shown-fits', String(device));
    if (tree.root !== 0) this.pages.arena(tree.levels).addParent(tree.root);
    this.#setRoot(device, tree.root);
  }

  /** A holder lets go of a tree. */
  drop(tree: DirectoryTree): void {
    this.#queue.drop(tree.levels, tree.root);
  }

  /** A slot of an own interior page gets another subtree, which counts the slot as a parent. */
  setSubtree(device: number, track: number, level: number, subtree: number): void {
    if (level === this.#levels[device]) {
      const former = this.#roots[device] as number;
      this.#setRoot(device, subtree);
      this.#queue.drop(level, former);
      return;
    }
    const { interiors } = this.pages;
    const parent = this.ownPage(device, track, level + 1);
    const words = interiors.words(parent);
    const slot = this.slotAt(track, level + 1);
    const at = interiors.base(parent) + slot;
    const former = words[at] as number;
    words[at] = subtree;
    interiors.touch(parent, slot);
    this.#queue.drop(level, former);
  }

  #setRoot(device: number, root: number): void {
    this.#roots[device] = root;
    this.#devices.touchRoot(device);
  }
}
