/**
 * Where requests go: laws of place over a row of tracks.
 *
 * @module
 */
import { invariant, unreachable } from '../../src/index.ts';
import { Scatter } from '../engine/scatter.ts';
import type { Substream } from '../engine/substream.ts';
import { Zipf } from '../engine/zipf.ts';

/** A law of place. */
export type PlaceLaw =
  | { readonly kind: 'uniform' }
  /** Streams that each read or write on, track after track, and begin again at their start. */
  | { readonly kind: 'sequential'; readonly streams: number }
  /** Popularity falls with the rank to the power of theta; ranks are scattered. */
  | { readonly kind: 'zipf'; readonly theta: number }
  /** A share of the tracks, scattered, gets a share of the requests. */
  | { readonly kind: 'hotCold'; readonly hotTracks: number; readonly hotRequests: number };

/** Gives places, one after the other. */
export interface Places {
  /** A place from 0 to the number of places - 1. */
  next(): number;
  /** State besides that of the substream. */
  save(): readonly number[];
  restore(values: readonly number[]): void;
}

/** Picks the permutation that scatters ranks; the same for all loads, so that they share hot tracks. */
const SCATTER = 1;

/** Makes a law out of its description, over `count` places. */
export function createPlaces(law: PlaceLaw, count: number, stream: Substream): Places {
  switch (law.kind) {
    case 'uniform':
      return withoutState(() => stream.below(count));
    case 'sequential':
      return new SequentialPlaces(count, law.streams);
    case 'zipf': {
      const zipf = new Zipf(count, law.theta, SCATTER);
      return withoutState(() => zipf.address(stream));
    }
    case 'hotCold':
      return hotColdPlaces(law.hotTracks, law.hotRequests, count, stream);
    default:
      return unreachable(law, 'place-law-known');
  }
}

function withoutState(next: () => number): Places {
  return { next, save: () => [], restore: () => undefined };
}

/** The row is cut into equal parts, one for each stream; the streams take turns. */
class SequentialPlaces implements Places {
  readonly #count: number;
  readonly #streams: number;
  readonly #offsets: Float64Array;
  #turn = 0;

  constructor(count: number, streams: number) {
    invariant(streams >= 1 && streams <= count, 'streams-fit', `${streams} over ${count}`);
    this.#count = count;
    this.#streams = streams;
    this.#offsets = new Float64Array(streams);
  }

  next(): number {
    const turn = this.#turn;
    const start = Math.floor((turn * this.#count) / this.#streams);
    const end = Math.floor(((turn + 1) * this.#count) / this.#streams);
    const offset = this.#offsets[turn] as number;
    this.#offsets[turn] = start + offset + 1 < end ? offset + 1 : 0;
    this.#turn = (turn + 1) % this.#streams;
    return start + offset;
  }

  save(): readonly number[] {
    return [this.#turn, ...this.#offsets];
  }

  restore(values: readonly number[]): void {
    this.#turn = values[0] ?? 0;
    this.#offsets.set(values.slice(1));
  }
}

function hotColdPlaces(
  hotTracks: number,
  hotRequests: number,
  count: number,
  stream: Substream,
): Places {
  invariant(
    hotTracks > 0 && hotTracks < 1 && hotRequests >= 0 && hotRequests <= 1,
    'hot-shares-between-0-and-1',
    `${hotTracks} of the tracks, ${hotRequests} of the requests`,
  );
  const hot = Math.min(Math.max(1, Math.round(hotTracks * count)), count);
  const scatter = new Scatter(count, SCATTER);
  return withoutState(() => {
    const isHot = hot === count || stream.chance(hotRequests);
    const rank = isHot ? stream.below(hot) : hot + stream.below(count - hot);
    return scatter.addressOf(rank);
  });
}
