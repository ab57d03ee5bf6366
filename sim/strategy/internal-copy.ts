/**
 * Tracks copied inside the subsystem, from drive to drive, without host and channel, and behind
 * everything else that drives have to do. Nonvolatile storage is not needed for what the drives still
 * have, so none is taken; the copy goes on when the drives have done what it caused.
 *
 * @module
 */
import type { CopyDevice } from './copy-method.ts';
import type { CopySession } from './copy-session.ts';
import { putTrackInside, takeTrack } from './track-image.ts';

/** Behind everything else. */
const BACKGROUND_PRIORITY = 2;

/**
 * Copies tracks of one device to another.
 *
 * @param stillWanted - Asked when the time of the copy is over: what a host was faster with is left.
 * @param copied - Told which tracks need nothing any more; fewer than asked when there is no room.
 */
export function copyInside(
  session: CopySession,
  devices: { readonly from: CopyDevice; readonly to: CopyDevice },
  tracks: readonly number[],
  stillWanted: (track: number) => boolean,
  copied: (tracks: readonly number[]) => void,
): void {
  const { from, to } = devices;
  const { subsystem, timed } = session.context.environment;
  const { account } = session;
  const reads = tracks.map((track) => ({ device: from.index, track }));
  session.perform({ reads, priority: BACKGROUND_PRIORITY }, () => {
    const done: number[] = [];
    for (const track of tracks) {
      if (stillWanted(track)) {
        const image = takeTrack(subsystem, from.index, track);
        if (!putTrackInside(subsystem, to.index, track, image)) break;
        account.driveWriteBytes += image.bytes;
        account.copiedTracks += 1;
      }
      done.push(track);
    }
    timed.collectDriveWork(() => {
      if (!session.isEnded) copied(done);
    });
  });
}
