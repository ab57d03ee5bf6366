/**
 * How commands choose devices and tracks: a command is drawn before anybody knows what will be there
 * when it runs, so it carries picks, numbers that are resolved against the session's state.
 *
 * @module
 */
import fc from 'fast-check';
import { invariant } from '../base/invariant.ts';
import type { ModelSession } from './model-session.ts';
import type { TwinDevice } from './twin-device.ts';

/** Largest pick; more than any device of a model test has tracks. */
const PICK_MAX = 0xffff;

/** Tracks by which aligned extents are aligned: a power of two at which engines may cut pages. */
const ALIGNMENTS = [4, 32, 128] as const;

/** A number that stands for one of however many there will be. */
export const pick: fc.Arbitrary<number> = fc.nat(PICK_MAX);

/** A place on a device. */
export interface TrackPick {
  /** Anywhere, near the border of a recent extent, at an aligned track, or at the device's end. */
  readonly where: 'any' | 'border' | 'aligned' | 'end';
  readonly value: number;
}

/** A number of tracks. */
export interface CountPick {
  readonly size: 'few' | 'some' | 'aligned' | 'nearlyAligned' | 'toEnd';
  readonly value: number;
}

/** Picks tracks, with a taste for the borders of pages and the end of the device. */
export const trackPick: fc.Arbitrary<TrackPick> = fc.record({
  where: fc.constantFrom('any', 'border', 'border', 'aligned', 'end'),
  value: pick,
});

/** Picks lengths, with a taste for short ones and whole pages. */
export const countPick: fc.Arbitrary<CountPick> = fc.record({
  size: fc.constantFrom('few', 'few', 'some', 'aligned', 'nearlyAligned', 'toEnd'),
  value: pick,
});

/** One of the devices that are there. */
export function pickDevice(session: ModelSession, value: number): TwinDevice | undefined {
  return pickOf(session.twin.devices(), value);
}

/** One of a list; nothing of an empty one. */
export function pickOf<Item>(items: readonly Item[], value: number): Item | undefined {
  return items[value % Math.max(items.length, 1)];
}

/** A track of the device. */
export function pickTrack(session: ModelSession, device: TwinDevice, picked: TrackPick): number {
  const { where, value } = picked;
  const { trackCount } = device;
  switch (where) {
    case 'border': {
      const border = pickOf(session.recent.borders(device.name), value);
      return border === undefined ? value % trackCount : Math.min(border, trackCount - 1);
    }
    case 'aligned':
      return (Math.floor(value / ALIGNMENTS.length) * alignment(value)) % trackCount;
    case 'end':
      return Math.max(trackCount - 1 - (value % 3), 0);
    default:
      return value % trackCount;
  }
}

/**
 * A count from 1 to `most`.
 *
 * @param unit - Tracks of a page, where the count is to fill pages or to miss that by one.
 */
export function pickCount(picked: CountPick, most: number, unit: number): number {
  invariant(most >= 1, 'pick-count-room', String(most));
  const { size, value } = picked;
  const pages = unit * (1 + (value % 2));
  switch (size) {
    case 'some':
      return 1 + (value % most);
    case 'aligned':
      return Math.min(pages, most);
    case 'nearlyAligned':
      return Math.min(pages + (value % 4 < 2 ? -1 : 1), most);
    case 'toEnd':
      return most;
    default:
      return 1 + (value % Math.min(most, 12));
  }
}

/** One of the alignments. */
export function alignment(value: number): number {
  return ALIGNMENTS[value % ALIGNMENTS.length] ?? 1;
}
