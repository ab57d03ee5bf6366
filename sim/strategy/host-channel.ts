/**
 * Tracks through a data processor: channel programs that read them into its memory and write them
 * from there, with the processor time, the bytes and the drive work that this takes.
 *
 * A program reads or writes its tracks at the instant at which it ends.
 *
 * @module
 */
import type { TrackRef } from '../device/copy-hook.ts';
import type { CopyDevice } from './copy-method.ts';
import type { CopySession } from './copy-session.ts';
import type { MovedTrack, MoverWidth } from './piece-mover.ts';
import { putTrack } from './track-image.ts';
import type { TrackPiece } from './track-queue.ts';

/** A write that finds no room is tried again after this time (our choice). */
export const RETRY_NANOS = 10_000_000;
/** Times that it is tried before the copy is given up. */
export const RETRIES_MAX = 1000;

/** Reads a piece of a device with one channel program. */
export function readPiece(
  session: CopySession,
  device: CopyDevice,
  piece: TrackPiece,
  fetched: (tracks: readonly MovedTrack[]) => void,
): void {
  const { bytes } = piece;
  session.perform(
    {
      programs: 1,
      bytesIn: bytes,
      processorNanos: session.processorNanos(1, bytes),
      reads: tracksOf(device, piece.tracks),
      ahead: tracksOf(device, piece.ahead),
      cacheUse: 'sequential',
    },
    () => {
      fetched(
        piece.tracks.map((track) => ({
          track,
          image: session.take(device, track),
        })),
      );
    },
  );
}

/** Tracks of a device, as work names them. */
export function tracksOf({ index }: CopyDevice, tracks: readonly number[]): readonly TrackRef[] {
  return tracks.map((track) => ({ device: index, track }));
}

/** How much is under way at once, of a copy with these options. */
export function moverWidth(
  { context }: CopySession,
  { tracksPerProgram, buffers }: Omit<MoverWidth, 'readAheadTracks'>,
): MoverWidth {
  const { readAheadTracks } = context.environment.timed.parameters.cache;
  return { tracksPerProgram, buffers, readAheadTracks };
}

/** Writes tracks to a device with one channel program; none for tracks that hold nothing. */
export function writePiece(
  session: CopySession,
  device: CopyDevice,
  tracks: readonly MovedTrack[],
  delivered: () => void,
): void {
  const written = tracks.filter(({ image }) => image.bytes > 0);
  const bytes = byteCount(written);
  const store = (): void => storeTracks(session, device, tracks, delivered);
  if (written.length === 0) {
    store();
    return;
  }
  session.perform(
    {
      programs: 1,
      bytesOut: bytes,
      processorNanos: session.processorNanos(1, bytes),
      writes: tracksOf(
        device,
        written.map(({ track }) => track),
      ),
    },
    store,
  );
}

/** Puts tracks on a device in the model, waiting while it has no room. */
function storeTracks(
  session: CopySession,
  device: CopyDevice,
  tracks: readonly MovedTrack[],
  stored: () => void,
): void {
  const { timed } = session.context.environment;
  let at = 0;
  let retries = 0;
  const proceed = (): void => {
    for (; at < tracks.length; at += 1) {
      const { track, image } = tracks[at] as MovedTrack;
      if (putTrack(timed, device.index, track, image)) {
        session.chargeWrite(device, track);
        continue;
      }
      retries += 1;
      if (retries > RETRIES_MAX) session.end(`no room for track ${track} of the copy`);
      else session.after(RETRY_NANOS, proceed);
      return;
    }
    session.account.copiedTracks += tracks.length;
    timed.collectDriveWork();
    stored();
  };
  proceed();
}

/** Bytes of tracks as hosts see them. */
export function byteCount(tracks: readonly MovedTrack[]): number {
  return tracks.reduce((sum, { image }) => sum + image.bytes, 0);
}
