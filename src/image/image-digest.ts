/**
 * The digest of a volume: a hash over all track images in order, home address to end marker.
 *
 * It depends on nothing but the tracks: not on the container, its compression, slot tails, or how null
 * tracks are kept. The hash itself is a port, SHA-256 in the file store.
 *
 * @module
 */
import { contentBytes, type TrackSource } from './track-source.ts';

/** A hash that is fed bytes in order. */
export interface IncrementalHash {
  update(bytes: Uint8Array): void;
}

/** What was seen on the way. */
export interface TrackSummary {
  readonly nullTracks: number;
  readonly byteTracks: number;
  /** Bytes of all track images, null tracks included. */
  readonly trackBytes: number;
}

/** Tracks between two reports of progress. */
const PROGRESS_TRACKS = 256;

/**
 * Feeds every track image to `hash`.
 *
 * @param progress - Called now and then with the number of tracks done.
 * @throws InputError when a track is damaged.
 */
export function digestTracks(
  source: TrackSource,
  hash: IncrementalHash,
  progress?: (tracksDone: number) => void,
): TrackSummary {
  const { geometry } = source;
  let nullTracks = 0;
  let trackBytes = 0;
  for (let first = 0; first < geometry.trackCount; first += PROGRESS_TRACKS) {
    const count = Math.min(PROGRESS_TRACKS, geometry.trackCount - first);
    source.scan(first, count, (track, content) => {
      const bytes = contentBytes(content, track, geometry);
      hash.update(bytes);
      trackBytes += bytes.length;
      if (content.kind === 'null') nullTracks += 1;
    });
    progress?.(first + count);
  }
  const byteTracks = geometry.trackCount - nullTracks;
  return Object.freeze({ nullTracks, byteTracks, trackBytes });
}
