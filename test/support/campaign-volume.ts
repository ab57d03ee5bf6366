/**
 * The volume that a kill campaign imports: label, VTOC and data sets, as tracks in memory.
 *
 * @module
 */
import { SeededRandom } from '../../src/base/random.ts';
import { trackIndex } from '../../src/base/units.ts';
import { findModel } from '../../src/geometry/device-model.ts';
import { buildSampleVolume } from '../../src/host/sample-volume.ts';
import { MemoryVolume } from '../../src/host/volume-tracks.ts';

/** Tracks of a sample volume on a short 3390. */
export function sampleTracks(cylinders: number): readonly Uint8Array[] {
  const type = findModel('3390-1')?.type;
  if (type === undefined) throw new Error('no 3390-1');
  const volume = new MemoryVolume(type, cylinders);
  const built = buildSampleVolume(volume, new SeededRandom(1, 'campaign volume'), {
    volser: 'CAMP01',
    scale: 0.05,
  });
  if (built.kind === 'refused') throw new Error(built.what);
  return Array.from({ length: cylinders * type.headCount }, (_, track) =>
    volume.readTrack(trackIndex(track)),
  );
}
