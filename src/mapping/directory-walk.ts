/**
 * A walk over the written tracks of a tree: what stands in each, and whether the page in which it
 * stands has other holders.
 *
 * Empty subtrees cost one look each, so the cost follows what was written.
 *
 * @module
 */
import type { DirectoryPages } from './directory-pages.ts';
import type { DirectoryTree } from './track-directory.ts';

/**
 * Hears of one track that is not never-written.
 *
 * @param entry - An instance, or a null track.
 * @param isPathShared - Some page on the way to the entry has further holders, so that the entry
 * stays reachable when the walker's holder lets go.
 */
export type EntryVisitor = (track: number, entry: number, isPathShared: boolean) => void;

/** Visits the written tracks from `first` up to `end`, ascending. The visitor changes nothing. */
export function visitEntries(
  pages: DirectoryPages,
  tree: DirectoryTree,
  first: number,
  end: number,
  visit: EntryVisitor,
): void {
  walk(pages, { level: tree.levels, page: tree.root, base: 0 }, { first, end }, false, visit);
}

interface Place {
  readonly level: number;
  readonly page: number;
  /** Track of its first slot. */
  readonly base: number;
}

function walk(
  pages: DirectoryPages,
  { level, page, base }: Place,
  range: { readonly first: number; readonly end: number },
  isShared: boolean,
  visit: EntryVisitor,
): void {
  if (page === 0) return;
  const arena = pages.arena(level);
  const words = arena.words(page);
  const at = arena.base(page);
  const isPathShared = isShared || arena.parents(page) > 1;
  const span = level === 0 ? 1 : pages.span(level - 1);
  const slotFirst = Math.max(0, Math.floor((range.first - base) / span));
  const slotEnd = Math.min(1 << arena.pageBits, Math.ceil((range.end - base) / span));
  for (let slot = slotFirst; slot < slotEnd; slot += 1) {
    const entry = words[at + slot] as number;
    if (entry === 0) continue;
    const track = base + slot * span;
    if (level === 0) visit(track, entry, isPathShared);
    else walk(pages, { level: level - 1, page: entry, base: track }, range, isPathShared, visit);
  }
}
