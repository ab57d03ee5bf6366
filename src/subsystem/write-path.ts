/**
 * The write path: a host's track becomes a new instance, and the directory entry leads to it.
 *
 * Nothing is overwritten. Whoever else held the former instance keeps it; when nobody does, its space
 * is free at once. The order is always: space, content, watchers, directory, release.
 *
 * @module
 */

import type { CommitOrder } from '../base/commit-order.ts';
import { invariant } from '../base/invariant.ts';
import type { Meter } from '../base/ports.ts';
import { type Refusal, refuse } from '../base/refusal.ts';
import type { Step, StepWaiting } from '../base/step.ts';
import {
  type CommitSequence,
  type DeviceIndex,
  formatDeviceNumber,
  trackIndex,
} from '../base/units.ts';
import type { RelationTable } from '../copy/relation-table.ts';
import { encodeCchh, toTrackAddress } from '../geometry/address.ts';
import { type DeviceType, slotBytes } from '../geometry/device-model.ts';
import { type Device, type DeviceTable, refuseReadOnly } from '../mapping/device-table.ts';
import type { TrackDirectory } from '../mapping/track-directory.ts';
import type { TrackInstances } from '../mapping/track-instances.ts';
import type { TrackStore } from '../mapping/track-store.ts';
import { HOST_RIGHT, METADATA, METADATA_RIGHT, SEQUENTIAL, UPDATE } from '../media/placement.ts';
import {
  entryOfNullFormat,
  type NullFormat,
  RESERVED_ENTRY_COUNT,
  recogniseNullTrack,
} from '../track/null-track.ts';
import { validateTrack } from '../track/track-image.ts';
import type { SubsystemParts } from './parts.ts';
import type { SpacePolicy } from './space-policy.ts';

/** Options of a host write. */
export interface WriteOptions {
  /** May use the space kept back for the metadata of running backups. */
  readonly reserve?: boolean;
}

/** Writes tracks. */
export class WritePath {
  /** Signatures written and not yet told to the meter. */
  signatureWriteCount = 0;
  readonly #devices: DeviceTable;
  readonly #writableCounts: Uint32Array;
  readonly #homeGroups: Int16Array;
  readonly #lastTracks: Int32Array;
  readonly #watches: Uint8Array;
  readonly #directory: TrackDirectory;
  readonly #instances: TrackInstances;
  readonly #store: TrackStore;
  readonly #relations: RelationTable;
  readonly #commits: CommitOrder;
  readonly #policy: SpacePolicy;
  readonly #meter: Meter;

  constructor(parts: SubsystemParts, policy: SpacePolicy, meter: Meter) {
    this.#devices = parts.devices;
    this.#writableCounts = parts.devices.writableCounts;
    this.#homeGroups = parts.devices.homeGroups;
    this.#lastTracks = parts.devices.lastTracks;
    this.#watches = parts.devices.watches;
    this.#directory = parts.directory;
    this.#instances = parts.instances;
    this.#store = parts.store;
    this.#relations = parts.relations;
    this.#commits = parts.commits;
    this.#policy = policy;
    this.#meter = meter;
  }

  /** Writes a whole track image. The bytes are copied; the caller may change its own afterwards. */
  writeTrack(
    device: DeviceIndex,
    track: number,
    image: Uint8Array,
    options: WriteOptions,
  ): Step<CommitSequence> {
    const definition = this.#devices.require(device);
    const refusal =
      refuseReadOnly(definition) ??
      refuseTrack(definition, track) ??
      refuseImage(definition, track, image);
    if (refusal !== undefined) return refusal;
    const address = toTrackAddress(trackIndex(track), definition.model.type.headCount);
    const format = recogniseNullTrack(image, address);
    if (format !== undefined) return this.loadNullTrack(device, track, format);
    this.#store.stage(image);
    const isMetadata = options.reserve === true;
    const kind = isMetadata ? METADATA : this.#kindOf(device, track);
    const right = isMetadata ? METADATA_RIGHT : HOST_RIGHT;
    const lengthBytes = image.length;
    if (
      !this.#store.take(lengthBytes, this.#homeGroups[device] as number, kind, right) &&
      !this.#policy.takeWithEffort({ device, lengthBytes, kind, right })
    ) {
      return this.#policy.answer(device, lengthBytes);
    }
    this.#devices.noteLastTrack(device, track);
    const sequence = this.#commits.next();
    this.#point(device, track, this.#store.storeBytes(image, sequence));
    this.#meter.add('trackWrites', 1);
    this.#meter.add('trackWriteBytes', image.length);
    return { kind: 'done', value: sequence };
  }

  /** Makes a track one of the null tracks. Needs no space. */
  loadNullTrack(device: DeviceIndex, track: number, format: NullFormat): Step<CommitSequence> {
    const definition = this.#devices.require(device);
    const refusal = refuseReadOnly(definition) ?? refuseTrack(definition, track);
    if (refusal !== undefined) return refusal;
    const sequence = this.#commits.next();
    this.#point(device, track, entryOfNullFormat(format));
    this.#meter.add('trackWrites', 1);
    return { kind: 'done', value: sequence };
  }

  /** What a write that has just found no room is to be told. */
  shortageAnswer(device: DeviceIndex, lengthBytes: number): StepWaiting | Refusal {
    return this.#policy.answer(device, lengthBytes);
  }

  /** Writes a signature. The hot path: numbers only. @returns 0 when there is no room. */
  writeSignature(
    device: number,
    track: number,
    low: number,
    high: number,
    lengthBytes: number,
  ): CommitSequence | 0 {
    const instances = this.#instances;
    if (!(track < (this.#writableCounts[device] as number)) || track < 0) outside(track);
    const kind = this.#kindOf(device, track);
    if (
      !this.#store.take(lengthBytes, this.#homeGroups[device] as number, kind, HOST_RIGHT) &&
      !this.#policy.takeWithEffort({
        device: device as DeviceIndex,
        lengthBytes,
        kind,
        right: HOST_RIGHT,
      })
    ) {
      return 0;
    }
    this.#devices.noteLastTrack(device, track);
    const sequence = this.#commits.next();
    const id = instances.create(lengthBytes, false, low, high, sequence);
    if (this.#watches[device] !== 0) this.#relations.noteWrite(device as DeviceIndex, track);
    const former = this.#directory.replace(device, track, id);
    if (former >= RESERVED_ENTRY_COUNT) instances.release(former);
    this.signatureWriteCount += 1;
    return sequence;
  }

  /** Whether the host goes on where it wrote last, and what follows is likely to die together. */
  #kindOf(device: number, track: number): typeof SEQUENTIAL | typeof UPDATE {
    return track === (this.#lastTracks[device] as number) + 1 ? SEQUENTIAL : UPDATE;
  }

  #point(device: DeviceIndex, track: number, entry: number): void {
    if (this.#watches[device] !== 0) this.#relations.noteWrite(device, track);
    const former = this.#directory.replace(device, track, entry);
    if (former >= RESERVED_ENTRY_COUNT) this.#instances.release(former);
  }
}

/** Why a track is not there, if so. */
export function refuseTrack(device: Device, track: number): Refusal | undefined {
  if (Number.isSafeInteger(track) && track >= 0 && track < device.trackCount) return undefined;
  return refuse('TRACK_OUT_OF_DEVICE', {
    what: `track ${track} of device ${formatDeviceNumber(device.number)}`,
    limit: `the device has tracks 0 to ${device.trackCount - 1}`,
    fix: 'address a track of the device',
  });
}

/** Bytes of a full track of a device type: home address to end marker with the largest record. */
export function fullTrackBytes(type: DeviceType): number {
  return type.recordBytesMax + FULL_TRACK_OVERHEAD;
}

/** Home address, record 0, one count, end marker. */
const FULL_TRACK_OVERHEAD = 37;

function refuseImage(device: Device, track: number, image: Uint8Array): Refusal | undefined {
  const { type } = device.model;
  const name = formatDeviceNumber(device.number);
  const lengthMax = slotBytes(type);
  if (image.length > lengthMax) {
    return refuse('TRACK_INVALID', {
      what: `track ${track} of device ${name} with ${image.length} bytes`,
      limit: `a track of a ${type.name} has at most ${lengthMax} bytes`,
      fix: 'write fewer or shorter records',
    });
  }
  const { cylinder, head } = toTrackAddress(trackIndex(track), type.headCount);
  const fault = validateTrack(image, encodeCchh(cylinder, head));
  if (fault === undefined) return undefined;
  return refuse('TRACK_INVALID', {
    what: `track ${track} of device ${name}: ${fault.what} at byte ${fault.offset}`,
    limit: 'a track runs from its own home address through whole records to the end marker',
    fix: 'build the track with its own address',
  });
}

function outside(track: number): never {
  invariant(false, 'track-in-device', String(track));
}
