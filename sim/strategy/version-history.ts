/**
 * The twin of a volume over time: what every track held after every change, since the twin began to
 * look.
 *
 * Changes are numbered from 1; *moment* k is the time between change k and change k + 1, and moment
 * 0 is the beginning. A version of a track lasts from the moment of the change that made it up to,
 * not including, the moment of the next change of that track. Typed arrays that double: a change
 * costs 28 bytes, and nothing is allocated for it otherwise.
 *
 * @module
 */
import { invariant } from '../../src/index.ts';
import { HeldContents, type TrackContents } from './track-contents.ts';

const FIRST_CAPACITY = 4096;

/** Everything that a volume held since a time. */
export class VersionHistory {
  readonly trackCount: number;
  readonly #contents: TrackContents;
  readonly #base: HeldContents;
  /** Number of the latest change of each track; 0 for none. */
  readonly #latest: Uint32Array;
  /** Of each change, by its number; place 0 is the beginning. */
  #previous = new Uint32Array(FIRST_CAPACITY);
  #low = new Uint32Array(FIRST_CAPACITY);
  #high = new Uint32Array(FIRST_CAPACITY);
  #time = new Float64Array(FIRST_CAPACITY);
  #changes = 0;

  /**
   * Looks at every track.
   *
   * @param contents - The volume; read again at each change.
   * @param nowNanos - Simulated time of moment 0.
   */
  constructor(contents: TrackContents, nowNanos: number) {
    this.trackCount = contents.trackCount;
    this.#contents = contents;
    this.#base = HeldContents.of(contents);
    this.#latest = new Uint32Array(contents.trackCount);
    this.#time[0] = nowNanos;
  }

  /** The present moment: the number of changes so far. */
  get moment(): number {
    return this.#changes;
  }

  /** Tells that a track has just been changed. */
  noteChange(track: number, nowNanos: number): void {
    invariant(track >= 0 && track < this.trackCount, 'history-track-in-volume');
    const change = this.#changes + 1;
    if (change === this.#low.length) this.#grow();
    this.#contents.load(track);
    this.#previous[change] = this.#latest[track] as number;
    this.#low[change] = this.#contents.low;
    this.#high[change] = this.#contents.high;
    this.#time[change] = nowNanos;
    this.#latest[track] = change;
    this.#changes = change;
  }

  /** Simulated time at which a moment began. */
  timeOf(moment: number): number {
    invariant(moment >= 0 && moment <= this.#changes, 'history-moment-known');
    return this.#time[moment] as number;
  }

  /**
   * Adds 1 at the beginning and takes 1 at the end of every stretch of moments at which the track
   * held that content.
   *
   * @param steps - Holds a place for every moment and one more.
   * @returns Whether there was such a stretch.
   */
  markStretches(track: number, low: number, high: number, steps: Int32Array): boolean {
    let end = this.#changes + 1;
    let isKnown = false;
    let change = this.#latest[track] as number;
    while (change > 0) {
      if (this.#low[change] === low && this.#high[change] === high) {
        mark(steps, change, end);
        isKnown = true;
      }
      end = change;
      change = this.#previous[change] as number;
    }
    this.#base.load(track);
    if (this.#base.low !== low || this.#base.high !== high) return isKnown;
    mark(steps, 0, end);
    return true;
  }

  #grow(): void {
    const capacity = this.#low.length * 2;
    this.#previous = grown(this.#previous, new Uint32Array(capacity));
    this.#low = grown(this.#low, new Uint32Array(capacity));
    this.#high = grown(this.#high, new Uint32Array(capacity));
    this.#time = grown(this.#time, new Float64Array(capacity));
  }
}

function mark(steps: Int32Array, from: number, end: number): void {
  steps[from] = (steps[from] as number) + 1;
  steps[end] = (steps[end] as number) - 1;
}

function grown<Words extends Uint32Array | Float64Array>(words: Words, into: Words): Words {
  into.set(words);
  return into;
}
