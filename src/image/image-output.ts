/**
 * What all image writers share: their options, what they report, and the last check of a track before
 * it goes out.
 *
 * @module
 */
import { invariant } from '../base/invariant.ts';
import type { ByteSink } from '../base/ports.ts';
import type { TrackIndex } from '../base/units.ts';
import { encodeCchh, formatAddress, toTrackAddress } from '../geometry/address.ts';
import { homeCchh } from '../track/track-image.ts';
import { imageFault } from './image-fault.ts';
import type { ImageGeometry } from './track-source.ts';

/** Formats that we write. */
export type OutputFormat = 'ckd' | 'cckd';

/** Options of a write; every one has a default. */
export interface OutputOptions {
  /** ckd: one file whatever its size, instead of parts below 2 GiB. Default false. */
  readonly largeFile?: boolean;
  /** cckd: how tracks are compressed. Default `zlib`. */
  readonly compression?: 'zlib' | 'none';
  /** cckd: zlib level from 1 (fastest, default) to 9 (smallest). */
  readonly level?: number;
  /** Called now and then with the number of tracks written so far. */
  readonly progress?: (tracksDone: number) => void;
}

/** What has been written. */
export interface WrittenImage {
  /** Bytes of each file, in order. */
  readonly partBytes: readonly number[];
  /** Tracks that are null, and tracks with bytes. */
  readonly nullTracks: number;
  readonly byteTracks: number;
}

/** Refuses a track that does not fit its slot; a track at a wrong place is a bug of the caller. */
export function checkOutputTrack(
  bytes: Uint8Array,
  track: TrackIndex,
  geometry: ImageGeometry,
  sink: ByteSink,
): void {
  const address = toTrackAddress(track, geometry.type.headCount);
  invariant(
    homeCchh(bytes) === encodeCchh(address.cylinder, address.head),
    'written-track-at-its-place',
    formatAddress(address),
  );
  if (bytes.length <= geometry.slotBytes) return;
  throw imageFault('IMAGE_TRACK', sink, 0, {
    what: `track ${formatAddress(address)} has ${bytes.length} bytes`,
    limit: `a track of a ${geometry.type.name} image takes at most ${geometry.slotBytes}`,
    fix: 'write records that fit the device before exporting it',
  });
}
