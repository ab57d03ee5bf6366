/**
 * A mirror of a volume: while it is in step, every write is made twice; while it is split, what the
 * source changes is marked; resynchronising copies the marked tracks.
 *
 * A write waits for nonvolatile storage once: its data stands there for both, and the drives write it
 * twice. The mirror lives as long as the method does, over any number of splits.
 *
 * @module
 */
import type { HookAnswer } from '../device/copy-hook.ts';
import type { CopyContext } from './copy-method.ts';
import { DeviceContents } from './track-contents.ts';
import { putTrackInside, takeTrack } from './track-image.ts';
import { TrackMarks } from './track-marks.ts';
import type { WriteListener } from './write-watch.ts';

/** A mirror of one source on one target. */
export class Mirror implements WriteListener {
  /** Tracks that differ from the source's. */
  readonly behind: TrackMarks;
  readonly #context: CopyContext;
  /** Writes are made twice, but for tracks that are behind. */
  #isJoined = false;
  #doubledBytes = 0;
  #failure: string | undefined;

  /** Everything on the source is behind, and writes are made once. The target is cleared. */
  constructor(context: CopyContext) {
    const { environment, source } = context;
    const contents = new DeviceContents(environment.subsystem, source.index);
    this.#context = context;
    this.behind = new TrackMarks(contents.trackCount);
    this.behind.setWritten(contents);
    environment.watch.listen(source.index, this);
  }

  /** Why the mirror is of no use any more. */
  get failure(): string | undefined {
    return this.#failure;
  }

  get isInStep(): boolean {
    return this.#isJoined && this.behind.count === 0;
  }

  /** Bytes that were written a second time since this was last asked. */
  takeDoubledBytes(): number {
    const bytes = this.#doubledBytes;
    this.#doubledBytes = 0;
    return bytes;
  }

  /** From now on writes are made twice; what is behind has still to be copied. */
  join(): void {
    this.#isJoined = true;
  }

  /** From now on the mirror stays as it is. */
  split(): void {
    this.#isJoined = false;
  }

  /** Copies everything at once, without work of drives: a mirror that was made before the run began. */
  copyAtOnce(): void {
    for (let track = 0; this.behind.count > 0 && this.#failure === undefined; track += 1) {
      if (this.behind.has(track)) this.#copy(track);
      this.behind.clear(track);
    }
    const { subsystem, timed } = this.#context.environment;
    subsystem.drives.closeOpen();
    timed.notes.forget();
  }

  beforeStart(): HookAnswer {
    return 'go';
  }

  beforeWrite(): HookAnswer {
    return 'go';
  }

  afterWrite(track: number): void {
    if (!this.#isJoined || this.behind.has(track)) this.behind.set(track);
    else {
      this.#doubledBytes += this.#copy(track);
      this.#context.environment.timed.collectDriveWork();
    }
  }

  writeEnded(): void {
    // Splitting needs no write to end: the model makes both writes at once.
  }

  /** @returns Bytes for the drives of the mirror. */
  #copy(track: number): number {
    const { environment, source, target } = this.#context;
    const { subsystem, look } = environment;
    const image = takeTrack(subsystem, source.index, track);
    if (!putTrackInside(subsystem, target.index, track, image)) {
      this.#failure = `no room for track ${track} of the mirror`;
    }
    look.look(target.index, track);
    return look.storedBytes;
  }
}
