/**
 * What changes while a relation lives: bitmaps, background duty, and figures.
 *
 * @module
 */
import { SparseBitmap } from '../base/bitmap.ts';
import type { Plain } from '../base/kept-state.ts';
import type { ConflictWindow } from './conflict-window.ts';
import type { CopyExtent } from './extent.ts';
import { type Interval, IntervalList } from './interval-list.ts';

/** Progress of one relation. Its tracks are numbered from 0, all extents in order. */
export interface RelationProgress {
  readonly tracksTotal: number;
  /** Number of the first track of each extent. */
  readonly starts: readonly number[];
  /** Target tracks written since the copy. */
  readonly written: SparseBitmap;
  /** Target tracks that the background copy separated. */
  readonly copied: SparseBitmap;
  /** Tracks to which the background copy has still to come. */
  readonly duty: IntervalList;
  /** Generation of the source device: a later device in its place is another one. */
  readonly sourceGeneration: number;
  readonly window: ConflictWindow | null;
  /** Target tracks that no later copy has taken over. */
  claimedTracks: number;
  withdrawnTracks: number;
  failedTracks: number;
  isPhysicallyComplete: boolean;
  /** Which of all relations it was to lose its background duty, 1 up; 0 while it has some. */
  endedAs: number;
}

/**
 * Progress of a relation that is made now.
 *
 * @param hasDuty - Every track is to be copied in the background.
 */
export function startProgress(
  extents: readonly CopyExtent[],
  hasDuty: boolean,
  sourceGeneration: number,
  window: ConflictWindow | null,
): RelationProgress {
  const starts: number[] = [];
  let tracksTotal = 0;
  for (const { targetCount } of extents) {
    starts.push(tracksTotal);
    tracksTotal += targetCount;
  }
  return {
    tracksTotal,
    starts,
    written: new SparseBitmap(tracksTotal),
    copied: new SparseBitmap(tracksTotal),
    duty: new IntervalList(0, hasDuty ? tracksTotal : 0),
    sourceGeneration,
    window,
    claimedTracks: tracksTotal,
    withdrawnTracks: 0,
    failedTracks: 0,
    isPhysicallyComplete: false,
    endedAs: 0,
  };
}

/** What is kept of it: all but its bitmaps, and what the record of the relation tells. */
interface SavedProgress {
  readonly generation: number;
  /** Number of the window. */
  readonly window: number | null;
  /** First and end of each stretch of duty. */
  readonly duty: readonly number[];
  readonly withdrawn: number;
  readonly failed: number;
  readonly complete: boolean;
  readonly ended: number;
}

/** As plain data. */
export function saveProgress(progress: RelationProgress): Plain {
  const saved: SavedProgress = {
    generation: progress.sourceGeneration,
    window: progress.window?.number ?? null,
    duty: progress.duty.bounds(),
    withdrawn: progress.withdrawnTracks,
    failed: progress.failedTracks,
    complete: progress.isPhysicallyComplete,
    ended: progress.endedAs,
  };
  return { ...saved };
}

/** Progress as it was saved, its bitmaps empty and everything claimed. */
export function restoreProgress(
  extents: readonly CopyExtent[],
  saved: Plain,
  windowNumbered: (window: number) => ConflictWindow,
): RelationProgress {
  const { generation, window, duty, withdrawn, failed, complete, ended } =
    saved as unknown as SavedProgress;
  const held = window === null ? null : windowNumbered(window);
  const progress = startProgress(extents, false, generation, held);
  progress.duty.keepOnly(duty);
  progress.withdrawnTracks = withdrawn;
  progress.failedTracks = failed;
  progress.isPhysicallyComplete = complete;
  progress.endedAs = ended;
  return progress;
}

/** Tracks of these stretches that no host has written: the others are separate already. */
export function unwrittenTracks(
  { written }: RelationProgress,
  stretches: readonly Interval[],
): number {
  let count = 0;
  for (const { first, end } of stretches)
    count += end - first - written.countIn(first, end - first);
  return count;
}
