/**
 * The small port through which host structures read and write a volume, whatever holds it: an image
 * file, a device of the subsystem, a path group with channel programs, or memory.
 *
 * Reading is lazy: structure code asks for the tracks that it needs, one by one. A port answers with
 * bytes that the caller must not change.
 *
 * @module
 */
import { invariant } from '../base/invariant.ts';
import { type TrackIndex, trackIndex } from '../base/units.ts';
import { type TrackAddress, toTrackAddress } from '../geometry/address.ts';
import type { DeviceType } from '../geometry/device-model.ts';
import { buildNullTrack } from '../track/null-track.ts';
import { parseTrack, type TrackRecord, validateTrack } from '../track/track-image.ts';

/** A volume as a row of tracks. */
export interface VolumeTracks {
  readonly type: DeviceType;
  /** Cylinders that the volume's device holds, alternates included. */
  readonly cylinders: number;
  readTrack(track: TrackIndex): Uint8Array;
  writeTrack(track: TrackIndex, image: Uint8Array): void;
}

/** A run of tracks. */
export interface TrackRange {
  readonly first: TrackIndex;
  readonly count: number;
}

/** A track with its records, or why it is none. */
export type ReadRecords =
  | { readonly kind: 'valid'; readonly image: Uint8Array; readonly records: readonly TrackRecord[] }
  | { readonly kind: 'damaged'; readonly what: string };

/** Tracks of the volume. */
export function trackCount(volume: VolumeTracks): number {
  return volume.cylinders * volume.type.headCount;
}

/** Cylinder and head of a track of this volume. */
export function addressOf(type: DeviceType, track: TrackIndex): TrackAddress {
  return toTrackAddress(track, type.headCount);
}

/** `track 17 (1/2)` for people. */
export function describeTrack(type: DeviceType, track: TrackIndex): string {
  const { cylinder, head } = addressOf(type, track);
  return `track ${track} (${cylinder}/${head})`;
}

/** Reads a track and its records; damaged content is told, not thrown. */
export function readRecords(volume: VolumeTracks, track: TrackIndex): ReadRecords {
  if (track >= trackCount(volume)) {
    return { kind: 'damaged', what: `track ${track} is outside the volume` };
  }
  const image = volume.readTrack(track);
  const fault = validateTrack(image);
  if (fault !== undefined) {
    const where = describeTrack(volume.type, track);
    return { kind: 'damaged', what: `${where} is no valid track: ${fault.what}` };
  }
  return { kind: 'valid', image, records: parseTrack(image) };
}

/** Each track of a range, in order. */
export function* tracksOf(range: TrackRange): Iterable<TrackIndex> {
  for (let at = 0; at < range.count; at += 1) yield trackIndex(range.first + at);
}

/**
 * Changes on top of a volume that is only read: what an update would write, before it does.
 *
 * Reads show the changes; the volume below stays as it is.
 */
export class TrackOverlay implements VolumeTracks {
  readonly type: DeviceType;
  readonly cylinders: number;
  readonly #below: VolumeTracks;
  readonly #changed = new Map<TrackIndex, Uint8Array>();

  constructor(below: VolumeTracks) {
    this.type = below.type;
    this.cylinders = below.cylinders;
    this.#below = below;
  }

  readTrack(track: TrackIndex): Uint8Array {
    return this.#changed.get(track) ?? this.#below.readTrack(track);
  }

  writeTrack(track: TrackIndex, image: Uint8Array): void {
    this.#changed.set(track, image);
  }

  /** The changed tracks, in track order. */
  changes(): readonly { readonly track: TrackIndex; readonly image: Uint8Array }[] {
    return [...this.#changed]
      .map(([track, image]) => ({ track, image }))
      .toSorted((one, other) => one.track - other.track);
  }
}

/** A volume in memory. Only written tracks take space; others read as home address and record 0. */
export class MemoryVolume implements VolumeTracks {
  readonly type: DeviceType;
  readonly cylinders: number;
  readonly #tracks = new Map<TrackIndex, Uint8Array>();

  constructor(type: DeviceType, cylinders: number) {
    this.type = type;
    this.cylinders = cylinders;
  }

  readTrack(track: TrackIndex): Uint8Array {
    invariant(track < trackCount(this), 'memory-volume-track', String(track));
    return this.#tracks.get(track) ?? buildNullTrack(1, addressOf(this.type, track));
  }

  writeTrack(track: TrackIndex, image: Uint8Array): void {
    invariant(track < trackCount(this), 'memory-volume-track', String(track));
    this.#tracks.set(track, image.slice());
  }

  /** Tracks that have been written, in track order. */
  writtenTracks(): readonly TrackIndex[] {
    return [...this.#tracks.keys()].toSorted((one, other) => one - other);
  }
}
