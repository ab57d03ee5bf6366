/**
 * The read path: directory entry, instance, bytes, checksum, relocation.
 *
 * Reading shares nothing, copies nothing for others and marks nothing. A track that lies on something
 * damaged is healed on the way: it moves elsewhere, and nobody sees more of that than its place.
 *
 * @module
 */
import { invariant } from '../base/invariant.ts';
import type { Meter } from '../base/ports.ts';
import { done, type Outcome, type Refusal, refuse } from '../base/refusal.ts';
import {
  type CommitSequence,
  commitSequence,
  type DeviceIndex,
  formatDeviceNumber,
  type InstanceId,
  instanceId,
  trackIndex,
} from '../base/units.ts';
import { encodeCchh, toTrackAddress } from '../geometry/address.ts';
import type { Device, DeviceTable } from '../mapping/device-table.ts';
import type { DirectoryTree, TrackDirectory } from '../mapping/track-directory.ts';
import type { TrackInstances } from '../mapping/track-instances.ts';
import type { TrackStore } from '../mapping/track-store.ts';
import type { BackEnd } from '../media/back-end.ts';
import {
  buildNullTrack,
  NEVER_WRITTEN,
  type NullFormat,
  nullFormatOfEntry,
  RESERVED_ENTRY_COUNT,
  type ReservedEntry,
} from '../track/null-track.ts';
import { relocateTrack } from '../track/relocation.ts';
import type { SubsystemParts } from './parts.ts';
import { refuseTrack } from './write-path.ts';

/** What the directory says about a track. */
export type TrackEntry =
  | { readonly kind: 'neverWritten' }
  | { readonly kind: 'null'; readonly format: NullFormat }
  | {
      readonly kind: 'instance';
      readonly id: InstanceId;
      /** Stored length. */
      readonly bytes: number;
      /** The stored track is bytes; otherwise a signature. */
      readonly hasBytes: boolean;
      /** The change that made the instance. */
      readonly birth: CommitSequence;
      /** Some other device, retained point or queued tree reaches the same instance. */
      readonly shared: boolean;
    };

/** Reads tracks. */
export class ReadPath {
  /** Signatures read and not yet told to the meter. */
  signatureReadCount = 0;
  /** The track of the last signature read is lost. */
  isLost = false;
  readonly #backEnd: BackEnd;
  readonly #devices: DeviceTable;
  readonly #trackCounts: Uint32Array;
  readonly #directory: TrackDirectory;
  readonly #instances: TrackInstances;
  readonly #store: TrackStore;
  readonly #meter: Meter;

  constructor(parts: SubsystemParts, meter: Meter) {
    this.#backEnd = parts.backEnd;
    this.#devices = parts.devices;
    this.#trackCounts = parts.devices.trackCounts;
    this.#directory = parts.directory;
    this.#instances = parts.instances;
    this.#store = parts.store;
    this.#meter = meter;
  }

  /** The track as its device shows it, in bytes of the caller's own. */
  readTrack(device: DeviceIndex, track: number): Outcome<Uint8Array> {
    const definition = this.#devices.require(device);
    const refusal = refuseTrack(definition, track);
    if (refusal !== undefined) return refusal;
    return this.#read(definition, track, this.#directory.find(device, track));
  }

  /** The same from a tree that is held by a retained point. */
  readTrackIn(device: Device, tree: DirectoryTree, track: number): Outcome<Uint8Array> {
    const entry = this.#directory.findIn(tree.root, tree.levels, track);
    return this.#read(device, track, entry);
  }

  /**
   * Loads a signature; `false` for a track that holds no instance, and for one that is lost. The hot
   * path: numbers only.
   */
  readSignature(device: number, track: number): boolean {
    if (!(track < (this.#trackCounts[device] as number)) || track < 0) outside(track);
    this.signatureReadCount += 1;
    const instances = this.#instances;
    const entry = this.#directory.find(device, track);
    this.isLost = false;
    if (entry < RESERVED_ENTRY_COUNT) {
      instances.low = 0;
      instances.high = 0;
      return false;
    }
    if (this.#backEnd.hasFaults && !this.#store.readSignature(entry)) {
      this.isLost = true;
      instances.low = 0;
      instances.high = 0;
      return false;
    }
    instances.loadSignature(entry);
    return true;
  }

  entry(device: DeviceIndex, track: number): TrackEntry {
    const trackCount = this.#trackCounts[device] as number;
    invariant(track < trackCount, 'track-in-device', String(track));
    const instances = this.#instances;
    const entry = this.#directory.find(device, track);
    if (entry === NEVER_WRITTEN) return { kind: 'neverWritten' };
    if (entry < RESERVED_ENTRY_COUNT) {
      return { kind: 'null', format: nullFormatOfEntry(entry as ReservedEntry) };
    }
    return {
      kind: 'instance',
      id: instanceId(entry),
      bytes: instances.lengthBytes(entry),
      hasBytes: instances.hasBytes(entry),
      birth: commitSequence(instances.birth(entry)),
      shared: instances.count(entry) > 1 || this.#directory.isPathShared(device, track),
    };
  }

  #read(device: Device, track: number, entry: number): Outcome<Uint8Array> {
    const address = toTrackAddress(trackIndex(track), device.model.type.headCount);
    this.#meter.add('trackReads', 1);
    if (entry < RESERVED_ENTRY_COUNT) {
      return done(buildNullTrack(nullFormatOfEntry(entry as ReservedEntry), address));
    }
    if (!this.#instances.hasBytes(entry)) return refuseSignature(device, track);
    const stored = this.#store.read(entry);
    if (stored === undefined) {
      return this.#store.isReadable(entry)
        ? refuseDamaged(device, track)
        : refuseLost(device, track);
    }
    this.#meter.add('trackReadBytes', stored.length);
    const shown = relocateTrack(stored, encodeCchh(address.cylinder, address.head));
    return done(shown === stored ? stored.slice() : shown);
  }
}

function refuseSignature(device: Device, track: number): Refusal {
  return refuse('SIGNATURE_HAS_NO_BYTES', {
    what: `track ${track} of device ${formatDeviceNumber(device.number)}`,
    limit: 'it was written as a signature, which stands for content without bytes',
    fix: 'read its signature, or use content bytes',
  });
}

function refuseLost(device: Device, track: number): Refusal {
  return refuse('TRACK_LOST', {
    what: `track ${track} of device ${formatDeviceNumber(device.number)}`,
    limit: 'more drives of its redundancy group are lost than redundancy makes up for',
    fix: 'return a drive that still has it, or restore the track from a backup',
  });
}

function refuseDamaged(device: Device, track: number): Refusal {
  return refuse('CHECKSUM_MISMATCH', {
    what: `track ${track} of device ${formatDeviceNumber(device.number)}`,
    limit: 'its stored bytes do not match their checksum, and damaged bytes are never shown',
    fix: 'restore the track from a backup',
  });
}

function outside(track: number): never {
  invariant(false, 'track-in-device', String(track));
}
