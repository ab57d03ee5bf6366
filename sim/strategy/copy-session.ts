/**
 * A copy under way, in what all methods share: its twin, its hold on the source, its milestones, its
 * account, and its end.
 *
 * Milestones: the *point in time* is what the copy claims to show; it is *usable* when somebody
 * could restore from it; it is *separate* when the loss of the drives of the source leaves it whole.
 * The proof runs when the copy becomes usable, over all its tracks.
 *
 * @module
 */
import { invariant } from '../../src/index.ts';
import type { HookAnswer, Work } from '../device/copy-hook.ts';
import type { CopyConsistency, StrategyFigures } from '../record/strategy-figures.ts';
import { type ConsistencyProof, proveConsistency } from './consistency-proof.ts';
import { CopyAccount } from './copy-account.ts';
import type { CopyContext, CopyDevice, CopyEnd, CopyPhase, CopyRun } from './copy-method.ts';
import { DeviceContents, type TrackContents } from './track-contents.ts';
import { type TrackImage, takeTrack } from './track-image.ts';
import { VersionHistory } from './version-history.ts';
import type { WriteListener } from './write-watch.ts';

/** What a method wants to know of its source's writes. */
export interface SourceEvents {
  readonly beforeStart?: (track: number) => HookAnswer;
  readonly beforeWrite?: (track: number, slot: number) => HookAnswer;
  readonly afterWrite?: (track: number) => void;
  /** The copy ends, for whatever reason. */
  readonly ended?: () => void;
}

/** A point in time. */
export interface CopyInstant {
  /** Moment of the twin. */
  readonly moment: number;
  readonly nanos: number;
}

/** What all methods share. */
export class CopySession implements WriteListener, CopyRun {
  readonly context: CopyContext;
  readonly account = new CopyAccount();
  readonly history: VersionHistory;
  readonly startedAt: number;
  readonly #method: string;
  readonly #events: SourceEvents;
  readonly #onEnd: (end: CopyEnd) => void;
  #phase: CopyPhase = 'starting';
  #isHolding = false;
  #heldSince = 0;
  #lostTracks = 0;
  #whenDrained: (() => void) | undefined;
  #instant: CopyInstant | undefined;
  #isClaimed = false;
  #proof: ConsistencyProof | undefined;
  #doneAt: number | undefined;
  #usableAt: number | undefined;
  #separateAt: number | undefined;

  constructor(
    method: string,
    context: CopyContext,
    onEnd: (end: CopyEnd) => void,
    events: SourceEvents = {},
  ) {
    const { environment, source } = context;
    this.context = context;
    this.startedAt = environment.now;
    const contents = new DeviceContents(environment.subsystem, source.index);
    this.history = new VersionHistory(contents, this.startedAt);
    this.#method = method;
    this.#events = events;
    this.#onEnd = onEnd;
    environment.watch.listen(source.index, this);
    this.#note('begin', {});
  }

  get phase(): CopyPhase {
    return this.#phase;
  }

  get isEnded(): boolean {
    return this.#phase === 'ended';
  }

  /** The point in time, once it is behind. */
  get instant(): CopyInstant | undefined {
    return this.#instant;
  }

  // The source's writes

  beforeStart(track: number): HookAnswer {
    if (this.#isHolding) return 'hold';
    return this.#events.beforeStart?.(track) ?? 'go';
  }

  beforeWrite(track: number, slot: number): HookAnswer {
    return this.#events.beforeWrite?.(track, slot) ?? 'go';
  }

  afterWrite(track: number): void {
    this.history.noteChange(track, this.context.environment.now);
    this.#events.afterWrite?.(track);
  }

  writeEnded(): void {
    this.#tellDrained();
  }

  // Work

  /**
   * Charges work and has it done. `done` is not called any more once the copy has ended.
   */
  perform(work: Work, done: () => void): void {
    const { environment, hostIndex } = this.context;
    this.account.add(work);
    this.chargeReads(work);
    environment.timed.perform({ ...work, host: hostIndex }, () => {
      if (!this.isEnded) done();
    });
  }

  /** Charges the tracks of a piece of work that have to come from drives now. */
  chargeReads({ reads = [] }: Work): void {
    const { timed, look } = this.context.environment;
    for (const { device, track } of reads) {
      if (timed.staging.isKept(device, track)) continue;
      look.look(device, track);
      this.account.driveReadBytes += look.storedBytes;
    }
  }

  /** Charges a track that was just put on a device, and will go to its drives. */
  chargeWrite(device: CopyDevice, track: number): void {
    const { look } = this.context.environment;
    look.look(device.index, track);
    this.account.driveWriteBytes += look.storedBytes;
  }

  /** Waits; `run` is not called any more once the copy has ended. */
  after(nanos: number, run: () => void): void {
    this.context.environment.after(nanos, () => {
      if (!this.isEnded) run();
    });
  }

  /** Processor time of channel programs that carry so many bytes either way. */
  processorNanos(programs: number, bytes: number): number {
    const { programNanos, byteNanos } = this.context.environment.timed.parameters.processor;
    return Math.round(programs * programNanos + bytes * byteNanos);
  }

  /** Takes a track as it is now. Tracks that are lost make the copy one that failed. */
  take(device: CopyDevice, track: number): TrackImage {
    const image = takeTrack(this.context.environment.subsystem, device.index, track);
    if (image.kind === 'lost') this.#lostTracks += 1;
    return image;
  }

  // Serialization

  /**
   * Serializes the source: new writes wait in their hosts. `held` is called when those that were
   * under way are executed.
   */
  hold(held: () => void): void {
    invariant(!this.#isHolding, 'copy-holds-once');
    const { environment } = this.context;
    this.#isHolding = true;
    this.#heldSince = environment.now;
    this.#phase = 'holding';
    this.#note('hold', {});
    this.#whenDrained = held;
    this.#tellDrained();
  }

  /** Lets the hosts go on. Nothing without a hold. */
  release(): void {
    if (!this.#isHolding) return;
    const { environment, source } = this.context;
    this.#isHolding = false;
    this.account.sourceHeldNanos += environment.now - this.#heldSince;
    this.#note('release', {});
    environment.timed.releaseHeld(source.index);
  }

  // Milestones

  /** Begins to copy without a point in time to claim, from an event of its own. */
  begin(run: () => void): void {
    this.#phase = 'copying';
    this.after(0, run);
  }

  /**
   * Now is the point in time.
   *
   * @param isClaimed - Whether the whole copy is meant to show it; `false` where parts of it follow.
   */
  takeInstant(isClaimed = true): CopyInstant {
    const { now } = this.context.environment;
    this.#instant = { moment: this.history.moment, nanos: now };
    this.#isClaimed = isClaimed;
    this.#phase = 'copying';
    this.#note('instant', { moment: this.history.moment });
    return this.#instant;
  }

  /**
   * The copy can be used from now on: proves whether it shows one instant.
   *
   * @param except - Tracks that were not copied, or rewritten on purpose.
   */
  becomeUsable(copy: TrackContents, except?: ReadonlySet<number>): ConsistencyProof {
    const proof = this.prove(copy, except);
    this.#usableAt = this.context.environment.now;
    this.#phase = 'usable';
    this.#note('usable', { tracks: proof.tracks, tornTracks: proof.tornTracks });
    return proof;
  }

  /** Proves once more: a copy that goes on depending on its source must stay what it was. */
  prove(copy: TrackContents, except?: ReadonlySet<number>): ConsistencyProof {
    const claim = this.#isClaimed ? this.#instant?.moment : undefined;
    this.#proof = proveConsistency(this.history, copy, {
      ...(claim === undefined ? {} : { claim }),
      ...(except === undefined ? {} : { except }),
    });
    return this.#proof;
  }

  /** The method is done; what follows until the end only keeps up what it made. */
  becomeDone(): void {
    this.#doneAt = this.context.environment.now;
    this.#note('done', {});
  }

  /** The copy shares nothing with its source any more. */
  becomeSeparate(): void {
    this.#separateAt = this.context.environment.now;
    this.#note('separate', {});
  }

  /**
   * Notes what the copy takes now: stored bytes of the target's tracks that the source does not share.
   *
   * @param extraBytes - Held for the copy elsewhere.
   */
  noteSpace(extraBytes = 0): void {
    const { environment, source, target } = this.context;
    const { look } = environment;
    let bytes = extraBytes;
    for (let track = 0; track < this.history.trackCount; track += 1) {
      look.look(target.index, track);
      if (look.storedBytes === 0) continue;
      const { entry, storedBytes } = look;
      look.look(source.index, track);
      if (look.entry !== entry) bytes += storedBytes;
    }
    this.account.notePeakSpace(bytes);
  }

  // The end

  /** Ends the copy as it is. One that is usable by now has not failed. */
  stop(): void {
    this.end(this.#usableAt === undefined ? 'stopped before it was usable' : undefined);
  }

  /** Ends the copy and tells its figures. */
  end(reason?: string): void {
    if (this.isEnded) return;
    const failure =
      reason ?? (this.#lostTracks > 0 ? `${this.#lostTracks} tracks are lost` : undefined);
    const { environment, source } = this.context;
    this.release();
    this.noteSpace();
    this.#phase = 'ended';
    environment.watch.leave(source.index, this);
    this.#events.ended?.();
    // Hosts that the method held for reasons of its own go on without it.
    environment.timed.releaseHeld(source.index);
    this.#note('end', failure === undefined ? {} : { failure });
    this.#onEnd({ figures: this.#figures(), failure });
  }

  #figures(): StrategyFigures {
    const { now } = this.context.environment;
    const {
      environment: { subsystem },
      target,
    } = this.context;
    // A copy that never became usable is compared as far as it got.
    const proof = this.#proof ?? this.prove(new DeviceContents(subsystem, target.index));
    const shownAt = this.#instant?.nanos ?? proof.momentNanos;
    return {
      method: this.#method,
      elapsedNanos: (this.#doneAt ?? now) - this.startedAt,
      ...this.account.figures(),
      consistency: this.#consistency(proof),
      exposureNanos: this.#separateAt === undefined ? null : this.#separateAt - this.startedAt,
      lostDataNanos: (this.#usableAt ?? now) - shownAt,
    };
  }

  #consistency(proof: ConsistencyProof): CopyConsistency {
    const { tracks, tornTracks } = proof;
    if (tornTracks > 0) return { kind: 'torn', tracks, tornTracks };
    const claimed = this.#instant;
    const instantNanos =
      claimed !== undefined && this.#isClaimed && proof.claimHolds
        ? claimed.nanos
        : proof.momentNanos;
    return { kind: 'consistent', tracks, instantNanos };
  }

  #tellDrained(): void {
    const { environment, source } = this.context;
    const held = this.#whenDrained;
    if (held === undefined || environment.watch.underWayCount(source.index) > 0) return;
    this.#whenDrained = undefined;
    // From an event of its own: a request may be in the middle of its way.
    this.after(0, held);
  }

  #note(kind: string, data: { readonly [key: string]: string | number }): void {
    const { environment, name } = this.context;
    environment.note(`copy.${kind}`, { copy: name, method: this.#method, ...data });
  }
}
