/**
 * The subsystem: the one object that hosts' requests end in.
 *
 * @module
 */
import { CommitOrder } from '../base/commit-order.ts';
import { InvariantViolation } from '../base/invariant.ts';
import type { Outcome, Refusal } from '../base/refusal.ts';
import type { Step } from '../base/step.ts';
import type {
  CommitSequence,
  DeviceIndex,
  DeviceNumber,
  InstanceId,
  TrackIndex,
} from '../base/units.ts';
import type { BackgroundReport } from '../copy/background-report.ts';
import type { CopyExtent, TrackRange } from '../copy/extent.ts';
import type {
  Relation,
  RelationId,
  RelationState,
  RelationTracks,
  SeriesConflict,
  SeriesMembership,
} from '../copy/relation.ts';
import type { SnapshotRequest, SnapshotResult } from '../copy/snapshot-request.ts';
import type { DeviceModel } from '../geometry/device-model.ts';
import type { Device, OutOfSpacePolicy } from '../mapping/device-table.ts';
import type { PointId } from '../mapping/retained-point.ts';
import type { NullFormat } from '../track/null-track.ts';
import type { CapacityReport, CheckReport, DeviceSpaceReport } from './capacity-report.ts';
import {
  completeConfiguration,
  defaultPorts,
  type SubsystemConfiguration,
  type SubsystemInput,
  type SubsystemPorts,
} from './configuration.ts';

/** What a device is defined with. */
export interface DeviceInput {
  readonly number: DeviceNumber;
  readonly model: DeviceModel;
  /** Cylinders of the image; default the model's primary cylinders. */
  readonly cylinders?: number;
  /** Redundancy group for its instances; default 0. */
  readonly homeGroup?: number;
  /** Default: the subsystem's. */
  readonly outOfSpace?: OutOfSpacePolicy;
}

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
      /** Some other device, retained point or queued tree reaches the same instance. */
      readonly shared: boolean;
    };

/** Options of a host write. */
export interface WriteOptions {
  /** May use the space kept back for the metadata of running backups. */
  readonly reserve?: boolean;
}

/** A subsystem in memory. */
export class Subsystem {
  readonly configuration: SubsystemConfiguration;
  readonly ports: SubsystemPorts;
  readonly commits: CommitOrder;
  /** Low half of the signature that {@link readSignature} found. */
  signatureLow = 0;
  /** High half of the signature that {@link readSignature} found. */
  signatureHigh = 0;

  private constructor(configuration: SubsystemConfiguration, ports: SubsystemPorts) {
    this.configuration = configuration;
    this.ports = ports;
    this.commits = new CommitOrder();
  }

  /** @throws InputError CONFIGURATION_INVALID */
  static create(input: SubsystemInput, ports: Partial<SubsystemPorts> = {}): Subsystem {
    return new Subsystem(completeConfiguration(input), defaultPorts(ports));
  }

  /** Defines a device whose tracks were never written. */
  defineDevice(_input: DeviceInput): Outcome<Device> {
    return unbuilt();
  }
  removeDevice(_number: DeviceNumber): Outcome<null> {
    return unbuilt();
  }
  findDevice(_number: DeviceNumber): Device | undefined {
    return unbuilt();
  }
  device(_index: DeviceIndex): Device {
    return unbuilt();
  }
  devices(): readonly Device[] {
    return unbuilt();
  }
  setCylinders(_device: DeviceIndex, _cylinders: number): Outcome<CommitSequence> {
    return unbuilt();
  }
  readTrack(_device: DeviceIndex, _track: TrackIndex): Outcome<Uint8Array> {
    return unbuilt();
  }
  writeTrack(
    _device: DeviceIndex,
    _track: TrackIndex,
    _image: Uint8Array,
    _options?: WriteOptions,
  ): Step<CommitSequence> {
    return unbuilt();
  }
  trackEntry(_device: DeviceIndex, _track: TrackIndex): TrackEntry {
    return unbuilt();
  }
  loadNullTrack(
    _device: DeviceIndex,
    _track: TrackIndex,
    _format: NullFormat,
  ): Step<CommitSequence> {
    return unbuilt();
  }
  clearDevice(_device: DeviceIndex): CommitSequence {
    return unbuilt();
  }
  writeSignature(
    _device: DeviceIndex,
    _track: TrackIndex,
    _low: number,
    _high: number,
    _lengthBytes?: number,
  ): CommitSequence | 0 {
    return unbuilt();
  }
  readSignature(_device: DeviceIndex, _track: TrackIndex): boolean {
    return unbuilt();
  }
  validateSnapshot(_request: SnapshotRequest): Refusal | undefined {
    return unbuilt();
  }
  snapshot(_request: SnapshotRequest): Outcome<SnapshotResult> {
    return unbuilt();
  }
  /** Announces one part of a serial series, so that writes to its extents are seen in the window. */
  defineSeriesPart(
    _series: SeriesMembership,
    _extents: readonly CopyExtent[],
  ): Refusal | undefined {
    return unbuilt();
  }
  seriesConflict(_seriesId: string): SeriesConflict {
    return unbuilt();
  }
  withdraw(_relation: RelationId, _targetRange?: TrackRange): Outcome<{ withdrawn: number }> {
    return unbuilt();
  }
  discard(_relation: RelationId): Outcome<CommitSequence> {
    return unbuilt();
  }
  /** Forgets a relation that is no longer pending; its tracks stay. */
  forgetRelation(_relation: RelationId): Outcome<null> {
    return unbuilt();
  }
  relation(_id: RelationId): Relation | undefined {
    return unbuilt();
  }
  relations(): IterableIterator<Relation> {
    return unbuilt();
  }
  relationState(_id: RelationId): RelationState {
    return unbuilt();
  }
  relationTracks(_id: RelationId): RelationTracks {
    return unbuilt();
  }
  retain(_device: DeviceIndex, _name: string): PointId {
    return unbuilt();
  }
  releasePoint(_point: PointId): Outcome<null> {
    return unbuilt();
  }
  changedTracks(_from: PointId, _to: PointId | 'current'): Iterable<TrackRange> {
    return unbuilt();
  }
  backgroundStep(_budget: { readonly tracks: number }): BackgroundReport {
    return unbuilt();
  }
  capacity(): CapacityReport {
    return unbuilt();
  }
  deviceSpace(_device: DeviceIndex): DeviceSpaceReport {
    return unbuilt();
  }
  check(): CheckReport {
    return unbuilt();
  }
}

function unbuilt(): never {
  throw new InvariantViolation('built', 'this part of the subsystem is not built yet');
}
