/**
 * Copy on write, as FlashCopy does it: the relation stands at once; before a track of the source is
 * changed for the first time, its old content is copied to the target. That first change pays for a
 * drive read and room for the copy, later ones for nothing. A background copy may take the rest.
 *
 * The subsystem below redirects every write whoever asks, so what is modelled is the work that this
 * method adds, not another layout of the drives.
 *
 * Source: docs/sources.md, S-08.
 *
 * @module
 */
import type { HookAnswer } from '../device/copy-hook.ts';
import type { CopyContext, CopyEnd } from './copy-method.ts';
import { CopySession } from './copy-session.ts';
import { defineMethod } from './method-entry.ts';
import type { OptionTable, OptionValues } from './method-options.ts';
import { copyPaced } from './paced-copy.ts';
import { clearTarget } from './target-device.ts';
import { DeviceContents, type TrackContents } from './track-contents.ts';
import { putTrack, type TrackImage } from './track-image.ts';
import { TrackMarks } from './track-marks.ts';

const NAME = 'copy-on-write';

/** Of the copy that a host waits for: as its own reads. */
const FIRST_TOUCH_PRIORITY = 0;

/** Bytes of the message that establishes the relation, and of its answer (our choice). */
const MESSAGE_BYTES = 64;

const OPTIONS = {
  background: {
    kind: 'flag',
    fallback: true,
    says: 'copy the rest in the background until the copy stands alone',
  },
  pace: {
    kind: 'rate',
    fallback: 100,
    says: 'tracks a second of the background copy; 0 for as fast as the drives allow',
  },
  tracksPerStep: {
    kind: 'count',
    fallback: 15,
    least: 1,
    most: 150,
    says: 'tracks that the background copy takes at once',
  },
  keep: {
    kind: 'duration',
    fallback: 0,
    says: 'how long the relation stays after the method is done; 0 without background: to the end',
  },
} as const satisfies OptionTable;

/** Copy of the old track before its first change. */
export const COPY_ON_WRITE = defineMethod(
  {
    name: NAME,
    summary: 'the old track is copied to the target before its first change, the rest later',
    options: OPTIONS,
  },
  (options) => ({
    start: (context, onEnd) => new CopyOnWrite(context, options, onEnd).session,
  }),
);

class CopyOnWrite implements TrackContents {
  readonly session: CopySession;
  readonly trackCount: number;
  readonly #options: OptionValues<typeof OPTIONS>;
  readonly #source: DeviceContents;
  readonly #target: DeviceContents;
  /** Tracks whose old content the target does not have yet: they are read from the source. */
  readonly #pending: TrackMarks;
  /** Tracks whose first change waits for the copy of their old content. */
  readonly #copying = new Set<number>();
  #shown: TrackContents;
  #isFailed = false;

  constructor(
    context: CopyContext,
    options: OptionValues<typeof OPTIONS>,
    onEnd: (end: CopyEnd) => void,
  ) {
    const { environment, source, target } = context;
    this.#options = options;
    this.session = new CopySession(NAME, context, onEnd, {
      beforeWrite: (track) => this.#beforeWrite(track),
      ended: () => this.session.prove(this),
    });
    this.session.account.firstTouchCopies = 0;
    this.trackCount = this.session.history.trackCount;
    this.#source = new DeviceContents(environment.subsystem, source.index);
    this.#target = new DeviceContents(environment.subsystem, target.index);
    this.#shown = this.#source;
    this.#pending = new TrackMarks(this.trackCount);
    clearTarget(context);
    this.session.hold(() => this.#establish());
  }

  // What the target shows: the source where it has nothing of its own yet

  load(track: number): void {
    this.#shown = this.#pending.has(track) ? this.#source : this.#target;
    this.#shown.load(track);
  }

  get low(): number {
    return this.#shown.low;
  }

  get high(): number {
    return this.#shown.high;
  }

  #establish(): void {
    const { session } = this;
    session.account.messages += 1;
    session.perform(
      {
        programs: 1,
        bytesIn: MESSAGE_BYTES,
        bytesOut: MESSAGE_BYTES,
        processorNanos: session.processorNanos(1, 2 * MESSAGE_BYTES),
      },
      () => this.#begin(),
    );
  }

  #begin(): void {
    const { session } = this;
    const { background, keep } = this.#options;
    // What was never written the target shows by itself: it is cleared.
    this.#pending.setWritten(this.#source);
    session.takeInstant();
    session.becomeUsable(this);
    session.release();
    if (background) {
      this.#copyRest();
      return;
    }
    session.becomeDone();
    if (keep > 0) session.after(keep, () => session.end());
  }

  #copyRest(): void {
    const { session } = this;
    const { source, target } = session.context;
    copyPaced(session, { from: source, to: target }, this.#pending, this.#options, () => {
      session.becomeSeparate();
      session.becomeDone();
      session.after(this.#options.keep, () => session.end());
    });
  }

  /** The old content goes to the target before the new one comes; until it is there the write waits. */
  #beforeWrite(track: number): HookAnswer {
    if (this.#isFailed || !this.#pending.has(track)) return 'go';
    const { session } = this;
    const { environment, source, target } = session.context;
    const image = session.take(source, track);
    if (image.bytes === 0) {
      this.#put(track, image);
      return 'go';
    }
    // A second write to the track waits for the same copy.
    if (this.#copying.has(track)) return 'hold';
    this.#copying.add(track);
    let isHeld = false;
    session.perform(
      {
        reads: [{ device: source.index, track }],
        writes: [{ device: target.index, track }],
        priority: FIRST_TOUCH_PRIORITY,
      },
      () => {
        this.#copying.delete(track);
        // The background copy may have been faster.
        if (this.#pending.has(track)) this.#noteFirstTouch(track, image);
        if (isHeld) environment.timed.releaseHeld(source.index);
      },
    );
    // Done at once, with the old content in the cache and room for it, it holds nobody up.
    isHeld = this.#copying.has(track);
    return isHeld ? 'hold' : 'go';
  }

  #noteFirstTouch(track: number, image: TrackImage): void {
    const { session } = this;
    const { account } = session;
    account.firstTouchCopies = (account.firstTouchCopies ?? 0) + 1;
    account.copiedTracks += 1;
    this.#put(track, image);
    session.chargeWrite(session.context.target, track);
  }

  #put(track: number, image: TrackImage): void {
    const { session } = this;
    const { environment, target } = session.context;
    if (putTrack(environment.timed, target.index, track, image)) {
      this.#pending.clear(track);
      return;
    }
    this.#isFailed = true;
    session.after(0, () => session.end(`no room for the old content of track ${track}`));
  }
}
