/**
 * SHA-256 for the digests of volumes.
 *
 * @module
 */
import { createHash } from 'node:crypto';
import { digestTracks, type TrackSummary } from '../image/image-digest.ts';
import type { TrackSource } from '../image/track-source.ts';

/** Digest of a volume and what was counted on the way. */
export interface VolumeDigest extends TrackSummary {
  /** SHA-256 over all track images in order, 64 lower-case hexadecimal digits. */
  readonly digest: string;
}

/**
 * Digest of any volume: an image, or the tracks of a device.
 *
 * @throws InputError when a track is damaged.
 */
export function digestVolume(
  source: TrackSource,
  progress?: (tracksDone: number) => void,
): VolumeDigest {
  const hash = createHash('sha256');
  const summary = digestTracks(source, hash, progress);
  return Object.freeze({ ...summary, digest: hash.digest('hex') });
}
