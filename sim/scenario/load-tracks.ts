/**
 * Loading the tracks of an image onto a device: straight, not through a channel.
 *
 * @module
 */
import type { TrackSource } from '../../src/image.ts';
import {
  type Device,
  deviceVolume,
  InvariantViolation,
  type Subsystem,
  trackIndex,
} from '../../src/index.ts';

/** Loads the tracks of an image onto a device; `visit` hears how many are done. */
export function loadTracks(
  subsystem: Subsystem,
  device: Device,
  source: TrackSource,
  visit: (done: number) => void,
): void {
  const volume = deviceVolume(subsystem, device);
  const total = source.geometry.trackCount;
  const slice = 512;
  for (let first = 0; first < total; first += slice) {
    source.scan(first, Math.min(slice, total - first), (track, content) => {
      if (content.kind === 'bytes') {
        volume.writeTrack(track, content.bytes);
        return;
      }
      const step = subsystem.loadNullTrack(device.index, track, content.format);
      if (step.kind !== 'done') {
        throw new InvariantViolation('null-track-takes-no-space', String(trackIndex(track)));
      }
    });
    visit(Math.min(total, first + slice));
  }
}
