/**
 * What changed between two trees of one device: tracks whose entries differ.
 *
 * A page that both trees share is skipped with everything below, so the cost follows the changes and
 * not the size of the device. No change bitmap is kept anywhere.
 *
 * Only for two points of one device. Between source and target of a copy it would say "changed" for
 * every track that the background copy gave an instance of its own.
 *
 * @module
 */
import { invariant } from '../base/invariant.ts';
import type { DirectoryPages } from './directory-pages.ts';
import type { DirectoryTree } from './track-directory.ts';

/** A stretch of tracks that differ. */
export interface ChangedRange {
  readonly first: number;
  readonly count: number;
}

/** Two different pages at the same place. */
interface PagePair {
  readonly level: number;
  readonly one: number;
  readonly other: number;
  readonly firstTrack: number;
}

/** Stretches of tracks that differ, ascending, with gaps between them. */
export function* changedRanges(
  pages: DirectoryPages,
  one: DirectoryTree,
  other: DirectoryTree,
): Generator<ChangedRange> {
  invariant(one.levels === other.levels, 'difference-of-one-device');
  const bounds: number[] = [];
  let first = 0;
  let end = 0;
  const pair = { level: one.levels, one: one.root, other: other.root, firstTrack: 0 };
  for (const { level, one: left, other: right, firstTrack } of differingPairs(pages, pair)) {
    bounds.length = 0;
    if (level === 0) compareLeaves(pages, left, right, firstTrack, bounds);
    else compareLeafParents(pages, left, right, firstTrack, bounds);
    for (let at = 0; at < bounds.length; at += 2) {
      const nextFirst = bounds[at] as number;
      if (nextFirst !== end) {
        if (end > first) yield { first, count: end - first };
        first = nextFirst;
      }
      end = bounds[at + 1] as number;
    }
  }
  if (end > first) yield { first, count: end - first };
}

/** Pairs of different pages at level 1, or at level 0 of a tree that has no more. */
function* differingPairs(pages: DirectoryPages, pair: PagePair): Generator<PagePair> {
  const { level, one, other, firstTrack } = pair;
  if (one === other) return;
  if (level <= 1) {
    yield pair;
    return;
  }
  const { interiors, interiorBits } = pages;
  const span = pages.span(level - 1);
  for (let slot = 0; slot < 1 << interiorBits; slot += 1) {
    yield* differingPairs(pages, {
      level: level - 1,
      one: interiors.words(one)[interiors.base(one) + slot] as number,
      other: interiors.words(other)[interiors.base(other) + slot] as number,
      firstTrack: firstTrack + slot * span,
    });
  }
}

function compareLeafParents(
  pages: DirectoryPages,
  one: number,
  other: number,
  firstTrack: number,
  bounds: number[],
): void {
  const { interiors, interiorBits, leafBits } = pages;
  const oneWords = interiors.words(one);
  const otherWords = interiors.words(other);
  const oneBase = interiors.base(one);
  const otherBase = interiors.base(other);
  for (let slot = 0; slot < 1 << interiorBits; slot += 1) {
    const left = oneWords[oneBase + slot] as number;
    const right = otherWords[otherBase + slot] as number;
    if (left !== right) {
      compareLeaves(pages, left, right, firstTrack + slot * 2 ** leafBits, bounds);
    }
  }
}

/** Adds first and end of each stretch of different entries. */
function compareLeaves(
  pages: DirectoryPages,
  one: number,
  other: number,
  firstTrack: number,
  bounds: number[],
): void {
  const { leaves, leafBits } = pages;
  const oneWords = leaves.words(one);
  const otherWords = leaves.words(other);
  const oneBase = leaves.base(one);
  const otherBase = leaves.base(other);
  const size = 1 << leafBits;
  for (let at = 0; at < size; at += 1) {
    if (oneWords[oneBase + at] === otherWords[otherBase + at]) continue;
    const first = at;
    do at += 1;
    while (at < size && oneWords[oneBase + at] !== otherWords[otherBase + at]);
    bounds.push(firstTrack + first, firstTrack + at);
  }
}
