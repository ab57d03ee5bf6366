/**
 * Tracks copied inside the subsystem, from drive to drive, without host and channel, and behind
 * everything else that drives have to do. Nonvolatile storage is not needed for what the drives still
 * have, so none is taken; the copy goes on when the drives have done what it caused.
 *
 * @module
 */
import type { CopyDevice } from './copy-method.ts';
import type { CopySession } from './copy-session.ts';
import { putTrackInside } from './track-image.ts';

/** Behind everything else. */
const BACKGROUND_PRIORITY = 2;

/** Tracks that are still to be copied; asked for each when its turn is over. */
export interface WantedTracks {
  /** Whether nobody was faster. */
  has(track: number): boolean;
  /** The track is copied. */
  clear(track: number): void;
}

/**
 * Copies tracks of one device to another, those that are still wanted when they have been read.
 *
 * @param copied - Told how many of them need nothing any more; fewer than asked when there is no room.
 */
export function copyInside(
  session: CopySession,
  devices: { readonly from: CopyDevice; readonly to: CopyDevice },
  tracks: readonly number[],
  wanted: WantedTracks,
  copied: (trackCount: number) => void,
): void {
  const { from, to } = devices;
  const { subsystem, timed } = session.context.environment;
  const { account } = session;
  const reads = tracks.map((track) => ({ device: from.index, track }));
  session.perform({ reads, cacheUse: 'sequential', priority: BACKGROUND_PRIORITY }, () => {
    let done = 0;
    for (const track of tracks) {
      if (wanted.has(track)) {
        const image = session.take(from, track);
        if (!putTrackInside(subsystem, to.index, track, image)) break;
        session.chargeWrite(to, track);
        account.copiedTracks += 1;
        wanted.clear(track);
      }
      done += 1;
    }
    timed.collectDriveWork(() => {
      if (!session.isEnded) copied(done);
    });
  });
}
