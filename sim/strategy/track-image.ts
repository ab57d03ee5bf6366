/**
 * One track on its way: taken from a device, held in a host's memory or a side file, put on another.
 *
 * @module
 */
import {
  type DeviceIndex,
  type NullFormat,
  type Subsystem,
  trackIndex,
  unreachable,
} from '../../src/index.ts';
import type { TimedSubsystem } from '../device/timed-subsystem.ts';

/** Content of a track. */
export interface TrackImage {
  readonly kind: 'neverWritten' | 'lost' | 'null' | 'signature' | 'bytes';
  /** Length as hosts see it; 0 for those that hold none. */
  readonly bytes: number;
  /** Signature, or checksum of the bytes; 0 for those that hold none. */
  readonly low: number;
  readonly high: number;
  /** Of a null track. */
  readonly format?: NullFormat;
  /** Of a track that was written as bytes. */
  readonly image?: Uint8Array;
}

const NOTHING = { bytes: 0, low: 0, high: 0 } as const;
const NEVER_WRITTEN: TrackImage = Object.freeze({ kind: 'neverWritten', ...NOTHING });
const LOST: TrackImage = Object.freeze({ kind: 'lost', ...NOTHING });

/** Takes a track as it is now. A track whose drives are lost is `lost`. */
export function takeTrack(subsystem: Subsystem, device: DeviceIndex, track: number): TrackImage {
  const at = trackIndex(track);
  const entry = subsystem.trackEntry(device, at);
  if (entry.kind === 'neverWritten') return NEVER_WRITTEN;
  if (entry.kind === 'null') return { kind: 'null', ...NOTHING, format: entry.format };
  if (!subsystem.readSignature(device, at)) return LOST;
  const { signatureLow: low, signatureHigh: high } = subsystem;
  const { bytes } = entry;
  if (!entry.hasBytes) return { kind: 'signature', bytes, low, high };
  const read = subsystem.readTrack(device, at);
  if (read.kind === 'refused') return LOST;
  return { kind: 'bytes', bytes, low, high, image: read.value };
}

/**
 * Puts a track on a device as part of work that is just done, with the room in nonvolatile storage that
 * the work has taken. What was never written, or is lost, leaves the device as it is.
 *
 * @returns `false` when the subsystem has no room for it now.
 */
export function putTrack(
  timed: TimedSubsystem,
  device: DeviceIndex,
  track: number,
  image: TrackImage,
): boolean {
  const { subsystem } = timed;
  const { recordBytesMax } = subsystem.device(device).model.type;
  // The timed subsystem writes full tracks only.
  const isFull = image.kind === 'signature' && image.bytes >= recordBytesMax;
  if (isFull) return timed.write(device, track, image.low, image.high);
  return putTrackInside(subsystem, device, track, image);
}

/** The same in the model alone; whoever calls it collects the drive work. */
export function putTrackInside(
  subsystem: Subsystem,
  device: DeviceIndex,
  track: number,
  image: TrackImage,
): boolean {
  const at = trackIndex(track);
  const { kind, low, high, bytes } = image;
  switch (kind) {
    case 'neverWritten':
    case 'lost':
      return true;
    case 'null':
      return subsystem.loadNullTrack(device, at, image.format as NullFormat).kind === 'done';
    case 'signature':
      return subsystem.writeSignature(device, at, low, high, bytes) !== 0;
    case 'bytes':
      return putBytes(subsystem, device, track, image.image as Uint8Array);
    default:
      return unreachable(kind, 'track-image-kind');
  }
}

function putBytes(
  subsystem: Subsystem,
  device: DeviceIndex,
  track: number,
  image: Uint8Array,
): boolean {
  for (;;) {
    const step = subsystem.writeTrack(device, trackIndex(track), image);
    if (step.kind !== 'again') return step.kind === 'done';
  }
}
