/**
 * A subsystem's device as a volume and as a source of tracks, seen straight and not through a channel:
 * what an operator sees who stands beside the subsystem.
 *
 * @module
 */
import { formatRefusal, type Refusal, refuse } from '../base/refusal.ts';
import {
  imageGeometry,
  type TrackContent,
  type TrackSource,
  trackSource,
} from '../image/track-source.ts';
import type { Device } from '../mapping/device-table.ts';
import type { Subsystem } from '../subsystem/subsystem.ts';
import type { VolumeTracks } from './volume-tracks.ts';

/** The null format that a track never written reads like. */
const NEVER_WRITTEN_FORMAT = 1;

/** A read or write of a {@link deviceVolume} that could not be done. */
export class VolumeStopped extends Error {
  readonly refusal: Refusal;

  constructor(refusal: Refusal) {
    super(formatRefusal(refusal));
    this.name = 'VolumeStopped';
    this.refusal = refusal;
  }
}

/** The volume on a device. A read or write that has to wait or is refused throws {@link VolumeStopped}. */
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
        throw new VolumeStopped(step.kind === 'waiting' ? refuseSpace(step.detail) : step);
      }
    },
  };
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

/** The refusal of somebody who cannot wait for space. */
export function refuseSpace(what: string): Refusal {
  return refuse('OUT_OF_SPACE', {
    what,
    limit: 'the subsystem has no space for it',
    fix: 'release or remove what is not needed, or give the subsystem more capacity',
  });
}
