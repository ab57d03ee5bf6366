/**
 * What requests are: place, operation and size, drawn together.
 *
 * @module
 */
import { invariant, unreachable } from '../../src/index.ts';
import type { Substream } from '../engine/substream.ts';
import { createPlaces, type PlaceLaw, type Places } from './places.ts';

/** A size and how often it comes beside the others. */
interface WeightedSize {
  readonly bytes: number;
  readonly weight: number;
}

/** What a load asks for. */
export type MixLaw =
  /** Independent requests: `reads` of them read, sizes by weight. */
  | {
      readonly kind: 'plain';
      readonly places: PlaceLaw;
      readonly reads: number;
      readonly sizes: readonly WeightedSize[];
    }
  /**
   * Like a transaction system: reads with skewed popularity, updates of tracks that were read lately, and a
   * log that is written in sequence at the end of the space.
   */
  | {
      readonly kind: 'oltp';
      readonly reads: number;
      readonly bytes: number;
      readonly theta: number;
      /** Share of all requests that write the log. */
      readonly logWrites: number;
    };

/** Draws requests. What {@link draw} drew stands in the fields. */
export interface RequestMix {
  readonly place: number;
  readonly operation: 0 | 1;
  readonly bytes: number;
  draw(): void;
  save(): readonly number[];
  restore(values: readonly number[]): void;
}

/** Part of the space that an OLTP load keeps for its log. Source: our choice. */
const LOG_SPACE = 0.02;
/** Tracks read lately that updates go to. Source: our choice. */
const LATELY = 256;

/** Makes a mix out of its description, over `count` places. */
export function createMix(law: MixLaw, count: number, stream: Substream): RequestMix {
  invariant(law.reads >= 0 && law.reads <= 1, 'reads-share', String(law.reads));
  switch (law.kind) {
    case 'plain':
      return new PlainMix(law, createPlaces(law.places, count, stream), stream);
    case 'oltp':
      return new OltpMix(law, count, stream);
    default:
      return unreachable(law, 'mix-law-known');
  }
}

class PlainMix implements RequestMix {
  place = 0;
  operation: 0 | 1 = 0;
  bytes = 0;
  readonly #places: Places;
  readonly #stream: Substream;
  readonly #reads: number;
  readonly #sizes: Float64Array;
  /** Sums of weights up to and with each size, as shares of all. */
  readonly #bounds: Float64Array;

  constructor(law: MixLaw & { kind: 'plain' }, places: Places, stream: Substream) {
    const all = law.sizes.reduce((sum, { weight }) => sum + weight, 0);
    invariant(all > 0 && law.sizes.every(({ weight }) => weight >= 0), 'sizes-weigh');
    this.#places = places;
    this.#stream = stream;
    this.#reads = law.reads;
    this.#sizes = Float64Array.from(law.sizes, ({ bytes }) => bytes);
    let sum = 0;
    this.#bounds = Float64Array.from(law.sizes, ({ weight }) => (sum += weight) / all);
    this.bytes = this.#sizes[0] as number;
  }

  draw(): void {
    this.place = this.#places.next();
    this.operation = this.#stream.chance(this.#reads) ? 0 : 1;
    if (this.#sizes.length === 1) return;
    const share = this.#stream.fraction();
    let at = 0;
    while (at < this.#sizes.length - 1 && share >= (this.#bounds[at] as number)) at += 1;
    this.bytes = this.#sizes[at] as number;
  }

  save(): readonly number[] {
    return this.#places.save();
  }

  restore(values: readonly number[]): void {
    this.#places.restore(values);
  }
}

class OltpMix implements RequestMix {
  place = 0;
  operation: 0 | 1 = 0;
  readonly bytes: number;
  readonly #stream: Substream;
  readonly #data: Places;
  readonly #logStart: number;
  readonly #logCount: number;
  readonly #logShare: number;
  readonly #readShare: number;
  readonly #lately = new Float64Array(LATELY);
  #latelyCount = 0;
  #logAt = 0;

  constructor(law: MixLaw & { kind: 'oltp' }, count: number, stream: Substream) {
    const { reads, logWrites, theta } = law;
    invariant(logWrites >= 0 && reads + logWrites <= 1, 'log-within-writes', String(logWrites));
    invariant(count >= 2, 'oltp-space', String(count));
    this.bytes = law.bytes;
    this.#stream = stream;
    this.#logCount = Math.max(1, Math.floor(count * LOG_SPACE));
    this.#logStart = count - this.#logCount;
    this.#data = createPlaces({ kind: 'zipf', theta }, this.#logStart, stream);
    this.#logShare = logWrites;
    this.#readShare = reads;
  }

  draw(): void {
    const share = this.#stream.fraction();
    if (share < this.#logShare) {
      this.operation = 1;
      this.place = this.#logStart + this.#logAt;
      this.#logAt = (this.#logAt + 1) % this.#logCount;
    } else if (share < this.#logShare + this.#readShare || this.#latelyCount === 0) {
      this.operation = 0;
      this.place = this.#data.next();
      this.#lately[this.#latelyCount % LATELY] = this.place;
      this.#latelyCount += 1;
    } else {
      this.operation = 1;
      const known = Math.min(this.#latelyCount, LATELY);
      this.place = this.#lately[this.#stream.below(known)] as number;
    }
  }

  save(): readonly number[] {
    return [this.#logAt, this.#latelyCount, ...this.#lately];
  }

  restore(values: readonly number[]): void {
    this.#logAt = values[0] ?? 0;
    this.#latelyCount = values[1] ?? 0;
    this.#lately.set(values.slice(2));
  }
}
