/**
 * The digest of a volume: what it covers, and that the container does not matter.
 *
 * @module
 */
import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { digestTracks } from '../../../src/image/image-digest.ts';
import type { TrackSource } from '../../../src/image/track-source.ts';
import { writeImage } from '../../../src/image/write-image.ts';
import {
  buildCompressed,
  MemoryFile,
  openMemory,
  sampleGeometry,
  sampleTracks,
  sourceOf,
  trackBytes,
} from '../../support/sample-images.ts';

const GEOMETRY = sampleGeometry('3390-1', 18);
const TRACKS = sampleTracks(GEOMETRY, 9);

function digestOf(source: TrackSource): string {
  const hash = createHash('sha256');
  digestTracks(source, hash);
  return hash.digest('hex');
}

describe('digestTracks', () => {
  it('hashes all track images in order, null tracks spelled out', () => {
    const hash = createHash('sha256');
    for (const [track, content] of TRACKS.entries())
      hash.update(trackBytes(GEOMETRY, content, track));
    expect(digestOf(sourceOf(GEOMETRY, TRACKS))).toBe(hash.digest('hex'));
  });

  it('is the same for every container', () => {
    const plain = new MemoryFile('plain');
    writeImage('ckd', sourceOf(GEOMETRY, TRACKS), [plain]);
    const packed = new MemoryFile('packed');
    writeImage('cckd', sourceOf(GEOMETRY, TRACKS), [packed]);
    const files = [plain, packed, buildCompressed(GEOMETRY, TRACKS, { wide: true, nullFormat: 0 })];
    const digests = files.map((file) => digestOf(openMemory([file])));
    expect(new Set(digests)).toEqual(new Set([digestOf(sourceOf(GEOMETRY, TRACKS))]));
  });

  it('counts tracks and bytes on the way', () => {
    const seen: number[] = [];
    const summary = digestTracks(sourceOf(GEOMETRY, TRACKS), { update: () => undefined }, (done) =>
      seen.push(done),
    );
    const bytes = TRACKS.map((content, track) => trackBytes(GEOMETRY, content, track).length);
    expect(summary).toEqual({
      nullTracks: TRACKS.filter(({ kind }) => kind === 'null').length,
      byteTracks: TRACKS.filter(({ kind }) => kind === 'bytes').length,
      trackBytes: bytes.reduce((sum, length) => sum + length),
    });
    expect(seen).toEqual([256, 270]);
  });
});
