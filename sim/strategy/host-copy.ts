/**
 * The copy of former times: a data processor reads every track over the channel and writes it back.
 *
 * With serialization the writers of the source wait until the last track is written, and the copy
 * shows the instant at which they began to. Without it they go on, and every change that overtakes
 * the copy or is overtaken by it may tear it.
 *
 * Source: docs/sources.md, S-01 (what the patent sets out to replace).
 *
 * @module
 */
import { CopySession } from './copy-session.ts';
import { moverWidth, readPiece, writePiece } from './host-channel.ts';
import { BUFFERS, TRACKS_PER_PROGRAM } from './host-options.ts';
import { defineMethod } from './method-entry.ts';
import { moveTracks } from './piece-mover.ts';
import { clearTarget } from './target-device.ts';
import { DeviceContents } from './track-contents.ts';
import { TrackQueue } from './track-queue.ts';

const NAME = 'host-copy';

/** Copy through host memory. */
export const HOST_COPY = defineMethod(
  {
    name: NAME,
    summary: 'a data processor reads every track over the channel and writes it to the target',
    options: {
      serialize: {
        kind: 'flag',
        fallback: true,
        says: 'hold the writers of the source until the last track is written',
      },
      tracksPerProgram: TRACKS_PER_PROGRAM,
      buffers: BUFFERS,
    },
  },
  (options) => ({
    start: (context, onEnd) => {
      const { source, target, environment } = context;
      const { subsystem } = environment;
      const session = new CopySession(NAME, context, onEnd);
      const move = (): void => {
        const whole = [{ first: 0, count: session.history.trackCount }];
        const queue = new TrackQueue(subsystem, source.index, whole);
        moveTracks(queue, moverWidth(session, options), {
          fetch: (piece, fetched) => readPiece(session, source, piece, fetched),
          deliver: (tracks, delivered) => writePiece(session, target, tracks, delivered),
          ended: () => {
            session.becomeUsable(new DeviceContents(subsystem, target.index));
            session.becomeSeparate();
            session.end();
          },
        });
      };
      clearTarget(context);
      if (options.serialize) {
        session.hold(() => {
          session.takeInstant();
          move();
        });
      } else {
        session.begin(move);
      }
      return session;
    },
  }),
);
