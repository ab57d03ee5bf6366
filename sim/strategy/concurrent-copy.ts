/**
 * Concurrent copy: the copy is logically complete once its session stands; then a host reads the
 * tracks over the channel and writes them to the target, while the control unit saves the old image
 * of every track that is changed before the host came to it. Only the first change of a track is
 * intercepted.
 *
 * Images go to a side file in the cache and from there to data spaces of the host. When both are
 * full, the session is ended and the job must be run again (`overflow: end`), or writers wait until
 * the copy has made room (`overflow: pace`). Before that, writers can be delayed from a fill of the
 * cache's part on. Writers wait in their hosts, as for a device that says it is busy: a program that
 * waited on the device would keep the copy from reading it.
 *
 * Source: docs/sources.md, S-06 and S-08.
 *
 * @module
 */
import type { HookAnswer } from '../device/copy-hook.ts';
import type { CopyContext, CopyEnd } from './copy-method.ts';
import { CopySession } from './copy-session.ts';
import { moverWidth, tracksOf, writePiece } from './host-channel.ts';
import { BUFFERS, TRACKS_PER_PROGRAM } from './host-options.ts';
import { defineMethod } from './method-entry.ts';
import type { OptionTable, OptionValues } from './method-options.ts';
import { type MovedTrack, moveTracks } from './piece-mover.ts';
import { SideFile } from './side-file.ts';
import { clearTarget } from './target-device.ts';
import { DeviceContents } from './track-contents.ts';
import { type TrackPiece, TrackQueue, trackBytes } from './track-queue.ts';

const NAME = 'concurrent-copy';

/** Messages that set a session up, one channel program each: define it, and ask how it stands. */
const SESSION_MESSAGES = 2;
/** Bytes of such a message, and of its answer (our choice). */
const MESSAGE_BYTES = 64;

const OPTIONS = {
  sideFile: {
    kind: 'bytes',
    fallback: 16_777_216,
    least: 65_536,
    says: 'room for before-images in the cache of the control unit',
  },
  dataSpace: {
    kind: 'bytes',
    fallback: 268_435_456,
    says: 'room for before-images in the host, to which the side file is emptied; 0 for none',
  },
  overflow: {
    kind: 'choice',
    values: ['end', 'pace'],
    fallback: 'end',
    says: 'when all room is taken: end the session in error, or let writers wait for room',
  },
  pacingAt: {
    kind: 'share',
    fallback: 1,
    least: 0,
    most: 1,
    says: 'fill of the side file from which first changes are delayed; 1 for never',
  },
  pacingDelay: {
    kind: 'duration',
    fallback: 20_000_000,
    says: 'how long such a change is delayed',
  },
  tracksPerProgram: TRACKS_PER_PROGRAM,
  buffers: BUFFERS,
} as const satisfies OptionTable;

/** Copy with a side file of before-images. */
export const CONCURRENT_COPY = defineMethod(
  {
    name: NAME,
    summary:
      'a host copies track by track; the control unit saves the old image of tracks that change first',
    options: OPTIONS,
  },
  (options) => ({
    start: (context, onEnd) => new ConcurrentCopy(context, options, onEnd).session,
  }),
);

class ConcurrentCopy {
  readonly session: CopySession;
  readonly #options: OptionValues<typeof OPTIONS>;
  readonly #sideFile: SideFile;
  /** 1 for tracks that the copy has come to. */
  readonly #processed: Uint8Array;
  /** Tracks whose old images are kept, and still to be read by the write that made it so. */
  readonly #unstaged = new Set<number>();
  #isEmptying = false;
  #isBroken = false;
  /** A writer waits for room. */
  #isAwaited = false;

  constructor(
    context: CopyContext,
    options: OptionValues<typeof OPTIONS>,
    onEnd: (end: CopyEnd) => void,
  ) {
    this.#options = options;
    this.#sideFile = new SideFile(options.sideFile, options.dataSpace);
    this.session = new CopySession(NAME, context, onEnd, {
      beforeStart: (track) => this.#beforeStart(track),
      beforeWrite: (track, slot) => this.#stage(track, slot),
      ended: () => {
        this.session.account.sideFilePeakBytes = this.#sideFile.peakBytes;
      },
    });
    this.session.account.overflowed = false;
    this.#processed = new Uint8Array(this.session.history.trackCount);
    clearTarget(context);
    this.session.hold(() => this.#establish());
  }

  #establish(): void {
    const { session } = this;
    const bytes = SESSION_MESSAGES * MESSAGE_BYTES;
    session.account.messages += SESSION_MESSAGES;
    session.perform(
      {
        programs: SESSION_MESSAGES,
        bytesIn: bytes,
        bytesOut: bytes,
        processorNanos: session.processorNanos(SESSION_MESSAGES, 2 * bytes),
      },
      () => {
        session.takeInstant();
        session.release();
        this.#move();
      },
    );
  }

  #move(): void {
    const { session } = this;
    const { environment, source, target } = session.context;
    const { subsystem } = environment;
    const whole = [{ first: 0, count: session.history.trackCount }];
    const queue = new TrackQueue(subsystem, source.index, whole);
    moveTracks(queue, moverWidth(session, this.#options), {
      fetch: (piece, fetched) => this.#fetch(piece, fetched),
      deliver: (tracks, delivered) => writePiece(session, target, tracks, delivered),
      ended: () => {
        session.becomeUsable(new DeviceContents(subsystem, target.index));
        session.becomeSeparate();
        session.end();
      },
    });
  }

  /** Reads what lies on the device or in the cache; what is in the host already costs nothing. */
  #fetch(piece: TrackPiece, fetched: (tracks: readonly MovedTrack[]) => void): void {
    const { session } = this;
    const side = this.#sideFile;
    const { environment, source } = session.context;
    const inHost = piece.tracks.filter((track) => side.isInHost(track));
    const rest = piece.tracks.filter((track) => !side.isInHost(track));
    const staged = rest.filter((track) => !side.has(track));
    const finish = (): void => {
      const tracks = [...fromHost, ...rest.map((track) => this.#process(track))];
      this.#wakeWriters();
      fetched(tracks);
    };
    const fromHost = inHost.map((track) => this.#process(track));
    if (rest.length === 0) {
      session.after(0, finish);
      return;
    }
    const driveBytes = trackBytes(environment.subsystem, source.index, staged);
    const sideBytes = rest.reduce((sum, track) => sum + (side.bytesOf(track) ?? 0), 0);
    const bytesIn = driveBytes + sideBytes;
    session.perform(
      {
        programs: 1,
        bytesIn,
        processorNanos: session.processorNanos(1, bytesIn),
        reads: tracksOf(source, staged),
        ahead: tracksOf(
          source,
          piece.ahead.filter((track) => !side.has(track)),
        ),
        cacheUse: 'sequential',
      },
      finish,
    );
  }

  /** The copy has come to a track: its old image where it was changed since, else what it holds. */
  #process(track: number): MovedTrack {
    const { session } = this;
    this.#processed[track] = 1;
    const image = this.#sideFile.drop(track);
    return { track, image: image ?? session.take(session.context.source, track) };
  }

  /** Keeps the old image of a track that is about to be changed for the first time. */
  #beforeStart(track: number): HookAnswer {
    const { session } = this;
    const isPassed = session.instant === undefined || this.#processed[track] === 1;
    if (this.#isBroken || isPassed || this.#sideFile.has(track)) return 'go';
    const { source } = session.context;
    const image = session.take(source, track);
    if (!this.#sideFile.keep(track, image)) return this.#overflow();
    if (image.bytes > 0) this.#unstaged.add(track);
    this.#empty();
    return this.#pace();
  }

  /** The old image has to be in the cache before the data comes: from the drives if it is not. */
  #stage(track: number, slot: number): HookAnswer {
    if (!this.#unstaged.delete(track)) return 'go';
    const { environment, source, hostIndex } = this.session.context;
    const { timed } = environment;
    if (timed.staging.isThere(source.index, track)) return 'go';
    const reads = [{ device: source.index, track }];
    this.session.chargeReads({ reads });
    timed.addStage(slot, { reads, host: hostIndex });
    return 'go';
  }

  #overflow(): HookAnswer {
    const { session } = this;
    session.account.overflowed = true;
    if (this.#options.overflow === 'pace') {
      this.#isAwaited = true;
      return 'hold';
    }
    this.#isBroken = true;
    session.after(0, () => session.end('the side file was full: run the job again'));
    return 'go';
  }

  /** Delays a first change while the side file is fuller than it should be. */
  #pace(): HookAnswer {
    const { pacingAt, pacingDelay } = this.#options;
    if (pacingAt >= 1 || this.#sideFile.cacheFill < pacingAt) return 'go';
    // Asked again it goes: its image is in the side file then.
    this.session.after(pacingDelay, () => this.#releaseWriters());
    return 'hold';
  }

  /** Moves images from the cache to the host, one program at a time. */
  #empty(): void {
    if (this.#isEmptying) return;
    const { session } = this;
    const { tracks, bytes } = this.#sideFile.takeMoving(this.#options.tracksPerProgram);
    if (tracks.length === 0) return;
    this.#isEmptying = true;
    const processorNanos = session.processorNanos(1, bytes);
    session.after(0, () => {
      session.perform({ programs: 1, bytesIn: bytes, processorNanos }, () => {
        this.#sideFile.moved(tracks);
        this.#isEmptying = false;
        this.#wakeWriters();
        this.#empty();
      });
    });
  }

  #wakeWriters(): void {
    if (!this.#isAwaited) return;
    this.#isAwaited = false;
    this.#releaseWriters();
  }

  #releaseWriters(): void {
    const { environment, source } = this.session.context;
    environment.timed.releaseHeld(source.index);
  }
}
