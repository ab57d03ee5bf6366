/**
 * Tracks copied inside the subsystem, from drive to drive, without host and channel.
 *
 * @module
 */
import type { CopyDevice } from './copy-method.ts';
import type { CopySession } from './copy-session.ts';
import { byteCount, storeTracks } from './host-channel.ts';
import { takeTrack } from './track-image.ts';

/** Of background copies: behind everything else that drives have to do. */
const BACKGROUND_PRIORITY = 2;

/**
 * Copies tracks of one device to another behind everything else.
 *
 * @param stillWanted - Asked when the time of the copy is over: what a host was faster with is left.
 */
export function copyInside(
  session: CopySession,
  devices: { readonly from: CopyDevice; readonly to: CopyDevice },
  tracks: readonly number[],
  stillWanted: (track: number) => boolean,
  copied: () => void,
): void {
  const { from, to } = devices;
  const { subsystem } = session.context.environment;
  session.perform(
    {
      reads: tracks.map((track) => ({ device: from.index, track })),
      writes: tracks.map((track) => ({ device: to.index, track })),
      priority: BACKGROUND_PRIORITY,
    },
    () => {
      const moved = tracks
        .filter((track) => stillWanted(track))
        .map((track) => ({ track, image: takeTrack(subsystem, from.index, track) }));
      session.account.driveWriteBytes += byteCount(moved);
      storeTracks(session, to, moved, copied);
    },
  );
}
