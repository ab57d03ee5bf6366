/**
 * A copy inside the subsystem at a pace: so many tracks, then a pause that makes the rate.
 *
 * @module
 */
import type { CopyDevice } from './copy-method.ts';
import type { CopySession } from './copy-session.ts';
import { copyInside } from './internal-copy.ts';

const NANOS_PER_SECOND = 1_000_000_000;

/** What is left to copy: taken in order, asked again when a track's turn is over. */
export interface TracksLeft {
  /** The next tracks, at most so many; none when nothing is left. */
  take(trackCountMax: number): readonly number[];
  has(track: number): boolean;
  /** The tracks are copied, or were by somebody faster. */
  finish(tracks: readonly number[]): void;
}

/** How fast. */
export interface CopyPace {
  /** Tracks a second; 0 for as fast as the drives allow. */
  readonly pace: number;
  readonly tracksPerStep: number;
}

/** Copies until nothing is left. */
export function copyPaced(
  session: CopySession,
  devices: { readonly from: CopyDevice; readonly to: CopyDevice },
  left: TracksLeft,
  { pace, tracksPerStep }: CopyPace,
  ended: () => void,
): void {
  const { environment } = session.context;
  const proceed = (): void => {
    const tracks = left.take(tracksPerStep);
    if (tracks.length === 0) {
      ended();
      return;
    }
    const dueAt = environment.now + (pace > 0 ? (tracks.length / pace) * NANOS_PER_SECOND : 0);
    copyInside(
      session,
      devices,
      tracks,
      (track) => left.has(track),
      () => {
        left.finish(tracks);
        session.after(Math.max(0, dueAt - environment.now), proceed);
      },
    );
  };
  proceed();
}
