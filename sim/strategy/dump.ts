/**
 * Dumps: a host reads tracks over the channel and sends them over a link to a dump target, from a
 * point-in-time copy made by pointers, or from the source itself.
 *
 * An incremental or differential dump carries the tracks that changed since the dump it builds on.
 * Which these are the subsystem tells by comparing two retained points, so no change bitmap is kept;
 * the retained point of the base holds space instead. Without a base the dump is a full one.
 *
 * Source: docs/sources.md, S-08 (dump of a point-in-time copy); the comparison of points is ours.
 *
 * @module
 */
import type { PointId } from '../../src/index.ts';
import type { CopyContext, CopyDevice, CopyEnd } from './copy-method.ts';
import { CopySession } from './copy-session.ts';
import { DumpCatalogue, type DumpKind, imageFrom } from './dump-catalogue.ts';
import { byteCount, moverWidth, readPiece } from './host-channel.ts';
import { BUFFERS, TRACKS_PER_PROGRAM } from './host-options.ts';
import { defineMethod, type MethodBehaviour } from './method-entry.ts';
import type { OptionTable, OptionValues } from './method-options.ts';
import { type MovedTrack, moveTracks } from './piece-mover.ts';
import { discardPointerCopy, runPointerCopy } from './pointer-copy.ts';
import { type PointerMachine, pointerMachine } from './pointer-machine.ts';
import { DeviceContents, HeldContents } from './track-contents.ts';
import { TrackQueue, type TrackSpan } from './track-queue.ts';

/** What goes over the link with each track: where it belongs and how long it is (our choice). */
const TRACK_HEADER_BYTES = 16;

const FULL_OPTIONS = {
  from: {
    kind: 'choice',
    values: ['snapshot', 'source'],
    fallback: 'snapshot',
    says: 'read a point-in-time copy that is dropped afterwards, or the source itself',
  },
  serialize: {
    kind: 'flag',
    fallback: true,
    says: 'hold the writers of the source: until the copy is acknowledged, or the dump is read',
  },
  pieces: {
    kind: 'count',
    fallback: 0,
    most: 4096,
    says: 'as for snapshot',
  },
  tracksPerProgram: TRACKS_PER_PROGRAM,
  buffers: BUFFERS,
} as const satisfies OptionTable;

const LATER_OPTIONS = {
  ...FULL_OPTIONS,
  base: {
    kind: 'flag',
    fallback: true,
    says: 'a full dump was made just before the load begins; otherwise the first dump is a full one',
  },
} as const satisfies OptionTable;

/** Options as the code below sees them. */
type DumpOptions = OptionValues<typeof FULL_OPTIONS> & { readonly base: boolean };

/** Everything. */
export const FULL_DUMP = defineMethod(
  {
    name: 'full-dump',
    summary: 'every track is read and sent over a link to a dump target',
    options: FULL_OPTIONS,
  },
  (options) => dumps('full', { ...options, base: false }),
);

/** What changed since the dump before. */
export const INCREMENTAL_DUMP = defineMethod(
  {
    name: 'incremental-dump',
    summary: 'tracks that changed since the dump before are sent over a link to a dump target',
    options: LATER_OPTIONS,
  },
  (options) => dumps('incremental', options),
);

/** What changed since the full dump. */
export const DIFFERENTIAL_DUMP = defineMethod(
  {
    name: 'differential-dump',
    summary: 'tracks that changed since the full dump are sent over a link to a dump target',
    options: LATER_OPTIONS,
  },
  (options) => dumps('differential', options),
);

/** The behaviour of one method; its catalogue lives as long as the method. */
function dumps(kind: DumpKind, options: DumpOptions): MethodBehaviour {
  let catalogue: DumpCatalogue | undefined;
  const catalogueOf = ({ environment }: CopyContext): DumpCatalogue => {
    catalogue ??= new DumpCatalogue(environment.subsystem);
    return catalogue;
  };
  return {
    prepare: (context) => {
      if (!options.base) return;
      const { environment, source, name } = context;
      const { subsystem } = environment;
      const image = HeldContents.of(new DeviceContents(subsystem, source.index));
      const point = subsystem.retain(source.index, `base of ${name}`);
      catalogueOf(context).add('full', { point, image });
    },
    start: (context, onEnd) =>
      new Dump(context, { kind, options, catalogue: catalogueOf(context) }, onEnd).session,
  };
}

class Dump {
  readonly session: CopySession;
  readonly #kind: DumpKind;
  readonly #options: DumpOptions;
  readonly #catalogue: DumpCatalogue;
  /** The point-in-time copy, where one is read. */
  readonly #machine: PointerMachine | undefined;
  #point: PointId | undefined;

  constructor(
    context: CopyContext,
    job: {
      readonly kind: DumpKind;
      readonly options: DumpOptions;
      readonly catalogue: DumpCatalogue;
    },
    onEnd: (end: CopyEnd) => void,
  ) {
    const { kind, options, catalogue } = job;
    this.#kind = kind;
    this.#options = options;
    this.#catalogue = catalogue;
    this.session = new CopySession(`${kind}-dump`, context, onEnd, { ended: () => this.#giveUp() });
    const isSnapped = options.from === 'snapshot';
    this.#machine = isSnapped
      ? pointerMachine(context, { atomic: 'group', background: false, pieces: options.pieces })
      : undefined;
    if (options.serialize) this.session.hold(() => this.#begin());
    else this.session.begin(() => this.#begin());
  }

  #begin(): void {
    const { session } = this;
    const { source, target } = session.context;
    if (this.#machine === undefined) {
      if (this.#options.serialize) session.takeInstant();
      this.#retain();
      this.#send(source);
      return;
    }
    const pace = { isClaimed: true, inquiryNanos: 0 };
    runPointerCopy(session, this.#machine, pace, {
      taken: () => this.#retain(),
      acknowledged: () => undefined,
      ended: () => this.#send(target),
    });
  }

  /** Holds what the source is at this instant, for later dumps to be compared with. */
  #retain(): void {
    const { environment, source, name } = this.session.context;
    this.#point = environment.subsystem.retain(source.index, name);
  }

  #send(from: CopyDevice): void {
    const { session } = this;
    const { subsystem } = session.context.environment;
    const { trackCount } = session.history;
    const base = this.#catalogue.base(this.#kind);
    const ranges: readonly TrackSpan[] =
      base === undefined || this.#point === undefined
        ? [{ first: 0, count: trackCount }]
        : [...subsystem.changedTracks(base.point, this.#point)];
    const image = imageFrom(base, trackCount);
    const queue = new TrackQueue(subsystem, from.index, ranges, base === undefined);
    moveTracks(queue, moverWidth(session, this.#options), {
      fetch: (piece, fetched) => readPiece(session, from, piece, fetched),
      deliver: (tracks, delivered) => this.#deliver(tracks, image, delivered),
      ended: () => this.#arrived(image),
    });
  }

  /** Sends tracks over the link; they belong to the dump when the last byte is there. */
  #deliver(tracks: readonly MovedTrack[], image: HeldContents, delivered: () => void): void {
    const { session } = this;
    const linkBytes = byteCount(tracks) + tracks.length * TRACK_HEADER_BYTES;
    session.account.copiedTracks += tracks.length;
    session.perform({ linkBytes, processorNanos: session.processorNanos(1, linkBytes) }, () => {
      for (const { track, image: moved } of tracks) image.put(track, moved.low, moved.high);
      delivered();
    });
  }

  #arrived(image: HeldContents): void {
    const { session } = this;
    session.release();
    session.becomeUsable(image);
    session.becomeSeparate();
    session.noteSpace(this.#baseBytes());
    if (this.#point !== undefined) {
      this.#catalogue.add(this.#kind, { point: this.#point, image });
      this.#point = undefined;
    }
    if (this.#machine === undefined) session.end();
    else discardPointerCopy(session, this.#machine, () => session.end());
  }

  /** Bytes that only the point of the base holds. */
  #baseBytes(): number {
    const base = this.#catalogue.base(this.#kind);
    const { retention } = this.session.context.environment.subsystem;
    return base === undefined ? 0 : retention.held(base.point).uniqueBytes;
  }

  /** A dump that did not arrive leaves no point behind. */
  #giveUp(): void {
    if (this.#point !== undefined) this.#catalogue.release(this.#point);
    this.#point = undefined;
  }
}
