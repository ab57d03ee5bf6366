/**
 * A copy inside the subsystem at a pace: so many tracks, then a pause that makes the rate.
 *
 * @module
 */
import type { CopyDevice } from './copy-method.ts';
import type { CopySession } from './copy-session.ts';
import { RETRIES_MAX, RETRY_NANOS } from './host-channel.ts';
import { copyInside } from './internal-copy.ts';
import type { TrackMarks } from './track-marks.ts';

const NANOS_PER_SECOND = 1_000_000_000;
/** The least that a step takes, whatever it finds in the cache (our choice): time never stands still. */
const STEP_NANOS = 1_000_000;

/** How fast. */
export interface CopyPace {
  /** Tracks a second; 0 for as fast as the drives allow. */
  readonly pace: number;
  readonly tracksPerStep: number;
}

/** Copies until nothing is left. Ends the session when there is no room for too long. */
export function copyPaced(
  session: CopySession,
  devices: { readonly from: CopyDevice; readonly to: CopyDevice },
  left: TrackMarks,
  { pace, tracksPerStep }: CopyPace,
  ended: () => void,
): void {
  const { environment } = session.context;
  let retries = 0;
  const proceed = (): void => {
    const tracks = left.take(tracksPerStep);
    const [first] = tracks;
    if (first === undefined) {
      ended();
      return;
    }
    const dueAt = environment.now + (pace > 0 ? (tracks.length / pace) * NANOS_PER_SECOND : 0);
    copyInside(session, devices, tracks, left, (copied) => {
      retries = copied > 0 ? 0 : retries + 1;
      if (retries > RETRIES_MAX) {
        session.end(`no room for track ${first} of the copy`);
        return;
      }
      const wait = retries > 0 ? RETRY_NANOS : STEP_NANOS;
      session.after(Math.max(wait, dueAt - environment.now), proceed);
    });
  };
  proceed();
}
