/**
 * A subsystem's device as a volume and as a source of tracks, seen from the laboratory: straight, not
 * through a channel.
 *
 * @module
 */

import {
  imageGeometry,
  type TrackContent,
  type TrackSource,
  trackSource,
} from '../../src/image.ts';
import {
  type Device,
  formatRefusal,
  InvariantViolation,
  type Refusal,
  refuse,
  type Subsystem,
  trackIndex,
  type VolumeTracks,
} from '../../src/index.ts';

/** The null format that a track never written reads like. */
const NEVER_WRITTEN_FORMAT = 1;

/**
 * The volume on a device. A write that has to wait or is refused throws {@link VolumeStopped}.
 */
export function deviceVolume(subsystem: Subsystem, device: Device): VolumeTracks {
  return {
    type: device.model.type,
    cylinders: device.cylinders,
    readTrack: (track) => {
      const read = subsystem.readTrack(device.index, track);
      if (read.kind === 'refused') throw new VolumeStopped(read);
      return read.value;
    },
    writeTrack: (track, image) => {
      for (;;) {
        const step = subsystem.writeTrack(device.index, track, image);
        if (step.kind === 'again') continue;
        if (step.kind === 'done') return;
        if (step.kind === 'waiting') throw new VolumeStopped(noSpace(step.detail));
        throw new VolumeStopped(step);
      }
    },
  };
}

/** A read or write of {@link deviceVolume} that could not be done. */
export class VolumeStopped extends Error {
  readonly refusal: Refusal;

  constructor(refusal: Refusal) {
    super(formatRefusal(refusal));
    this.name = 'VolumeStopped';
    this.refusal = refusal;
  }
}

/** Nobody frees space while the laboratory itself writes. */
function noSpace(what: string): Refusal {
  return refuse('OUT_OF_SPACE', {
    what,
    limit: 'the subsystem has no space for it',
    fix: 'give the subsystem more capacity',
  });
}

/** The tracks of a device in order, null tracks as such: for exports and digests. */
export function deviceTracks(subsystem: Subsystem, device: Device): TrackSource {
  return trackSource(imageGeometry(device.model.type, device.cylinders), (track): TrackContent => {
    const entry = subsystem.trackEntry(device.index, track);
    if (entry.kind === 'neverWritten') return { kind: 'null', format: NEVER_WRITTEN_FORMAT };
    if (entry.kind === 'null') return { kind: 'null', format: entry.format };
    const read = subsystem.readTrack(device.index, track);
    if (read.kind === 'refused') throw new VolumeStopped(read);
    return { kind: 'bytes', bytes: read.value };
  });
}

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
