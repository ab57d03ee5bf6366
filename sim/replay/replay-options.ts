/**
 * Options of a replay, in the complete form, and what both levels share.
 *
 * @module
 */
import { InputError } from '../../src/index.ts';
import { FULL_TRACK_BYTES } from '../load/track-mapper.ts';

/** How long requests change state without being counted. */
export type WarmUp =
  | { readonly kind: 'none' }
  | { readonly kind: 'requests'; readonly count: number }
  | { readonly kind: 'time'; readonly nanos: number }
  /** Until the cache is full for the first time. */
  | { readonly kind: 'fill' };

/** When snapshots of all volumes are taken. */
export type SnapshotPace =
  | { readonly kind: 'never' }
  | { readonly kind: 'requests'; readonly count: number }
  /** Of trace time. A gap between two requests that spans several instants gets one snapshot. */
  | { readonly kind: 'time'; readonly nanos: number };

/** What both levels are told. */
export interface ReplayOptions {
  /** Bytes of a volume on each track. */
  readonly trackBytes: number;
  /** Usable space of the subsystem. */
  readonly capacityBytes: number;
  readonly warmUp: WarmUp;
  readonly snapshots: SnapshotPace;
  /** Snapshots of each volume that are kept; the oldest is replaced. */
  readonly snapshotsKept: number;
  /**
   * Whether a track that is read before it was ever written counts as written before the trace:
   * content is then made at its first read.
   */
  readonly isPreloaded: boolean;
}

/** Defaults of both levels (our choices). */
export const REPLAY_DEFAULTS: ReplayOptions = Object.freeze({
  trackBytes: FULL_TRACK_BYTES,
  capacityBytes: 4 * 2 ** 40,
  warmUp: Object.freeze({ kind: 'none' as const }),
  snapshots: Object.freeze({ kind: 'never' as const }),
  snapshotsKept: 1,
  isPreloaded: true,
});

/** Says when a warm-up is over. */
export class WarmUpWatch {
  isOver: boolean;
  readonly #warmUp: WarmUp;

  constructor(warmUp: WarmUp) {
    this.#warmUp = warmUp;
    this.isOver = warmUp.kind === 'none';
  }

  /** Asked before each request until it is over. @returns Whether it ended just now. */
  ends(requests: number, arrival: number, isCacheFull: boolean): boolean {
    const warmUp = this.#warmUp;
    switch (warmUp.kind) {
      case 'requests':
        this.isOver = requests >= warmUp.count;
        break;
      case 'time':
        this.isOver = arrival >= warmUp.nanos;
        break;
      case 'fill':
        this.isOver = isCacheFull;
        break;
      default:
        this.isOver = true;
    }
    return this.isOver;
  }

  /** @throws InputError USAGE when the whole trace was warm-up, so that nothing counts. */
  requireOver(requests: number): void {
    if (this.isOver) return;
    throw new InputError('USAGE', {
      what:
        this.#warmUp.kind === 'fill'
          ? `the cache was not full after all ${requests} requests`
          : `the warm-up was not over after all ${requests} requests`,
      limit: 'requests of the warm-up do not count, and there is no other',
      fix: 'choose a shorter --warm-up, or leave it out',
    });
  }
}
