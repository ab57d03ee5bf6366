/**
 * Moves tracks piece by piece: one is fetched while others are delivered, with so many pieces of a
 * host's memory under way.
 *
 * @module
 */
import type { TrackImage } from './track-image.ts';
import type { TrackPiece, TrackQueue } from './track-queue.ts';

/** A track with its content. */
export interface MovedTrack {
  readonly track: number;
  readonly image: TrackImage;
}

/** Where tracks come from and go to. Each calls back when its simulated time is over. */
export interface MoverEnds {
  readonly fetch: (piece: TrackPiece, fetched: (tracks: readonly MovedTrack[]) => void) => void;
  readonly deliver: (tracks: readonly MovedTrack[], delivered: () => void) => void;
  /** Everything is delivered. */
  readonly ended: () => void;
}

/** How much is under way at once. */
export interface MoverWidth {
  readonly tracksPerProgram: number;
  readonly buffers: number;
  /** Tracks that the control unit reads ahead of a program. */
  readonly readAheadTracks: number;
}

/** Begins to move everything that `queue` has. */
export function moveTracks(queue: TrackQueue, width: MoverWidth, ends: MoverEnds): void {
  let underWay = 0;
  let isEnded = false;
  const proceed = (): void => {
    while (underWay < width.buffers) {
      const piece = queue.take(width.tracksPerProgram, width.readAheadTracks);
      if (piece === undefined) break;
      underWay += 1;
      ends.fetch(piece, (tracks) => {
        ends.deliver(tracks, () => {
          underWay -= 1;
          proceed();
        });
      });
    }
    if (underWay > 0 || isEnded) return;
    isEnded = true;
    ends.ended();
  };
  proceed();
}
