/**
 * The subsystem: the one object in which every request of a host, a tool or a test ends.
 *
 * It holds no logic of its own; each operation is one screen in the module it is named after.
 * Everything is executed at once and in the order of the calls, which is the commit order. What needs
 * time (background copy, release) is done in steps by {@link Subsystem.backgroundStep}.
 *
 * @module
 */
import type { CommitOrder } from '../base/commit-order.ts';
import { invariant } from '../base/invariant.ts';
import { done, type Outcome, type Refusal, refuse } from '../base/refusal.ts';
import type { Step, StepWaiting } from '../base/step.ts';
import type { CommitSequence, DeviceIndex, DeviceNumber, TrackIndex } from '../base/units.ts';
import type { CopyExtent, TrackRange } from '../copy/extent.ts';
import type {
  Relation,
  RelationId,
  RelationState,
  RelationTracks,
  SeriesConflict,
  SeriesMembership,
} from '../copy/relation.ts';
import { deriveRelationTracks } from '../copy/relation-tracks.ts';
import type { SnapshotRequest, SnapshotResult } from '../copy/snapshot-request.ts';
import type { Device } from '../mapping/device-table.ts';
import { type ChangedRange, changedRanges } from '../mapping/difference.ts';
import type { PointId } from '../mapping/retained-point.ts';
import type { RetainedPoint } from '../mapping/retained-points.ts';
import type { NullFormat } from '../track/null-track.ts';
import type { BackgroundReport } from './background-report.ts';
import { BackgroundWork } from './background-work.ts';
import type { CapacityReport, CheckReport, DeviceSpaceReport } from './capacity-report.ts';
import { checkSubsystem } from './check.ts';
import {
  completeConfiguration,
  defaultPorts,
  type SubsystemConfiguration,
  type SubsystemInput,
  type SubsystemPorts,
} from './configuration.ts';
import { DeletedSpace } from './deleted-space.ts';
import {
  clearDevice,
  type DeviceInput,
  defineDevice,
  removeDevice,
  setCylinders,
} from './device-definition.ts';
import { DriveControl } from './drive-control.ts';
import { discardRelation, MeterFeed, withdrawRelation } from './housekeeping.ts';
import { assembleParts, type SubsystemParts } from './parts.ts';
import { ReadPath, type TrackEntry } from './read-path.ts';
import { Retention } from './retention.ts';
import { SpacePolicy } from './space-policy.ts';
import { SpaceReports } from './space-report.ts';
import { TrackPlaces } from './track-places.ts';
import { fullTrackBytes, type WriteOptions, WritePath } from './write-path.ts';

export type { DeviceInput } from './device-definition.ts';
export type { TrackEntry } from './read-path.ts';
export type { WriteOptions } from './write-path.ts';

/** A dynamically mapped virtual DASD subsystem in memory. */
export class Subsystem {
  readonly configuration: SubsystemConfiguration;
  readonly ports: SubsystemPorts;
  /** The order of all changes. */
  readonly commits: CommitOrder;
  /** For the doors `inspect` and `testing` only. */
  readonly parts: SubsystemParts;
  /** Drives: failing and replacing them, scrub, collection, and what is lost. */
  readonly drives: DriveControl;
  /** Where tracks lie, for whoever times the drives. */
  readonly places: TrackPlaces;
  /** Reports about space, by group, device and retained point, and when it will be full. */
  readonly space: SpaceReports;
  /** Release of deleted space, and undoing it. */
  readonly deletedSpace: DeletedSpace;
  /** Retained points by rule and name, and devices that show them. */
  readonly retention: Retention;
  readonly #reads: ReadPath;
  readonly #writes: WritePath;
  readonly #feed: MeterFeed;
  readonly #background: BackgroundWork;
  readonly #isSignatureContent: boolean;
  /** Length of a full track of each device, for signatures written without a length. */
  readonly #fullTrackBytes: Uint32Array;

  private constructor(configuration: SubsystemConfiguration, ports: SubsystemPorts) {
    this.configuration = configuration;
    this.ports = ports;
    this.parts = assembleParts(configuration, ports);
    this.commits = this.parts.commits;
    const { clock, journal } = ports;
    this.deletedSpace = new DeletedSpace(this.parts, clock, journal);
    this.retention = new Retention(this.parts, { clock, journal }, this.deletedSpace);
    this.space = new SpaceReports(this.parts, clock, journal);
    this.drives = new DriveControl(this.parts, ports.trace);
    this.places = new TrackPlaces(this.parts);
    this.#background = new BackgroundWork(this.parts);
    this.#background.keep(journal);
    this.#isSignatureContent = configuration.content === 'signature';
    this.#reads = new ReadPath(this.parts, ports.meter);
    this.#writes = new WritePath(this.parts, new SpacePolicy(this.parts, ports.trace), ports.meter);
    this.#feed = new MeterFeed(this.parts, this.#reads, this.#writes, ports.meter);
    this.#fullTrackBytes = new Uint32Array(configuration.deviceCountMax);
    journal.keep({
      kind: 'figures',
      name: 'subsystem',
      save: () => null,
      restore: () => this.#derive(),
    });
  }

  /** Makes an empty subsystem. @throws InputError CONFIGURATION_INVALID */
  static create(input: SubsystemInput, ports: Partial<SubsystemPorts> = {}): Subsystem {
    return new Subsystem(completeConfiguration(input), defaultPorts(ports));
  }

  // Devices

  /** Defines a device whose tracks were never written. */
  defineDevice(input: DeviceInput): Outcome<Device> {
    const outcome = defineDevice(this.parts, input, this.configuration.outOfSpace);
    if (outcome.kind === 'done') this.#noteFullTrack(outcome.value);
    return outcome;
  }

  /** Removes a device. Refused while a copy that is not complete has it as source or target. */
  removeDevice(number: DeviceNumber): Outcome<null> {
    return removeDevice(this.parts, number);
  }

  findDevice(number: DeviceNumber): Device | undefined {
    return this.parts.devices.find(number);
  }

  /** The device at a place of the table that is in use. */
  device(index: DeviceIndex): Device {
    return this.parts.devices.require(index);
  }

  /** All devices, in order of definition. */
  devices(): readonly Device[] {
    return [...this.parts.devices.values()];
  }

  /** Changes the size of an image, from 1 cylinder to all of the model. Tracks beyond are cleared. */
  setCylinders(device: DeviceIndex, cylinders: number): Outcome<CommitSequence> {
    return setCylinders(this.parts, device, cylinders);
  }

  /** No track of the device was ever written. Costs O(1); space comes back in slices. */
  clearDevice(device: DeviceIndex): CommitSequence {
    return clearDevice(this.parts, device);
  }

  // Content

  /**
   * The track as the device shows it: relocated to its address, in bytes of the caller's own. Refused
   * with SIGNATURE_HAS_NO_BYTES for generated load, with CHECKSUM_MISMATCH for damaged bytes.
   */
  readTrack(device: DeviceIndex, track: TrackIndex): Outcome<Uint8Array> {
    return this.#reads.readTrack(device, track);
  }

  /** The track as it was at a retained point. Refused DEVICE_UNKNOWN when the device was removed since. */
  readTrackAt(point: PointId, track: TrackIndex): Outcome<Uint8Array> {
    const record = this.parts.points.get(point);
    if (record === undefined) return refusePoint(point);
    const device = this.parts.devices.get(record.device);
    if (device?.generation !== record.generation) return refuseGone(record);
    invariant(track < record.trackCount, 'track-in-point', String(track));
    return this.#reads.readTrackIn(device, record.tree, track);
  }

  /**
   * Writes a whole track image, which must carry its own address and end in the end marker. Null
   * tracks are recognised and take no space. Waits for `space` or is refused by the device's policy.
   */
  writeTrack(
    device: DeviceIndex,
    track: TrackIndex,
    image: Uint8Array,
    options: WriteOptions = {},
  ): Step<CommitSequence> {
    return this.#writes.writeTrack(device, track, image, options);
  }

  /** Makes a track one of the null tracks of compressed images. Needs no space. */
  loadNullTrack(device: DeviceIndex, track: TrackIndex, format: NullFormat): Step<CommitSequence> {
    return this.#writes.loadNullTrack(device, track, format);
  }

  trackEntry(device: DeviceIndex, track: TrackIndex): TrackEntry {
    return this.#reads.entry(device, track);
  }

  /**
   * Writes a 64-bit signature that stands for a track of so many bytes. Content `signature` only.
   *
   * @param lengthBytes - Default: a full track of the device.
   * @returns The commit sequence, or 0 when there is no room; {@link shortageAnswer} says why.
   */
  writeSignature(
    device: DeviceIndex,
    track: TrackIndex,
    low: number,
    high: number,
    lengthBytes: number = this.#fullTrackBytes[device] as number,
  ): CommitSequence | 0 {
    if (!this.#isSignatureContent) bytesOnly();
    return this.#writes.writeSignature(device, track, low, high, lengthBytes);
  }

  /**
   * What {@link writeSignature} has to tell when it has just answered 0: the answer that a write of
   * bytes would have got, by the device's policy.
   */
  shortageAnswer(
    device: DeviceIndex,
    lengthBytes: number = this.#fullTrackBytes[device] as number,
  ): StepWaiting | Refusal {
    return this.#writes.shortageAnswer(device, lengthBytes);
  }

  /**
   * Loads the signature of a track into {@link signatureLow} and {@link signatureHigh}; for a track
   * that was written as bytes, their checksum.
   *
   * @returns Whether the track holds an instance that can be read; otherwise both halves are 0.
   *   {@link isSignatureLost} tells the two apart.
   */
  readSignature(device: DeviceIndex, track: TrackIndex): boolean {
    return this.#reads.readSignature(device, track);
  }

  /** Whether the track of the last {@link readSignature} is lost: its drives are, past redundancy. */
  get isSignatureLost(): boolean {
    return this.#reads.isLost;
  }

  get signatureLow(): number {
    return this.parts.instances.low;
  }

  get signatureHigh(): number {
    return this.parts.instances.high;
  }

  // Copy

  /** Why a snapshot would be refused now, if so. Changes nothing. */
  validateSnapshot(request: SnapshotRequest): Refusal | undefined {
    return this.parts.snapshots.validate(request);
  }

  /** Pointer copy of everything in the request at one instant: this call. */
  snapshot(request: SnapshotRequest): Outcome<SnapshotResult> {
    return this.parts.snapshots.execute(request);
  }

  /** Announces one part of a serial series, so that its tracks are watched while the window is open. */
  defineSeriesPart(series: SeriesMembership, extents: readonly CopyExtent[]): Refusal | undefined {
    const { windows } = this.parts;
    const refusal = windows.validate(series);
    if (refusal === undefined) windows.define(series, extents);
    return refusal;
  }

  /** What the conflict window of a series has seen. */
  seriesConflict(seriesId: string): SeriesConflict {
    return this.parts.windows.report(seriesId);
  }

  /** Forgets a series and closes its window. @returns Whether it was known. */
  forgetSeries(seriesId: string): boolean {
    return this.parts.windows.forget(seriesId);
  }

  /**
   * Drops the background duty of a relation, or of some target tracks of it. The target stays a full,
   * valid copy. Nothing to withdraw is a success with 0.
   */
  withdraw(
    relation: RelationId,
    targetRange?: TrackRange,
  ): Outcome<{ readonly withdrawn: number }> {
    return withdrawRelation(this.parts, relation, targetRange);
  }

  /** Drops the copy itself: target tracks that the relation still holds were never written. */
  discard(relation: RelationId): Outcome<CommitSequence> {
    return discardRelation(this.parts, relation);
  }

  /** Forgets a relation without background duty; its tracks stay. */
  forgetRelation(relation: RelationId): Outcome<null> {
    const { relations } = this.parts;
    const record = relations.get(relation);
    if (record === undefined) return refuseRelation(relation);
    if (record.phase === 'copying') {
      return refuse('RELATION_STILL_PENDING', {
        what: `relation ${relation}`,
        limit: 'a relation with background duty is not forgotten',
        fix: 'wait until it is physically complete, or withdraw it',
      });
    }
    relations.forget(relation);
    return done(null);
  }

  /** A relation that is still remembered. */
  relation(id: RelationId): Relation | undefined {
    return this.parts.relations.get(id);
  }

  relations(): IterableIterator<Relation> {
    return this.parts.relations.values();
  }

  /** Figures of a remembered relation. Costs O(1). */
  relationState(id: RelationId): RelationState {
    return this.parts.relations.state(id);
  }

  /** What became of each track of a remembered relation; costs a comparison of what is not shared. */
  relationTracks(id: RelationId): RelationTracks {
    const { relations, devices, directory } = this.parts;
    return deriveRelationTracks(id, relations, devices, directory);
  }

  // Retained points

  /** Holds the device's content as it is now. Costs nothing until the device is written. */
  retain(device: DeviceIndex, name: string): PointId {
    return this.retention.retain(device, name).id;
  }

  points(): IterableIterator<RetainedPoint> {
    return this.parts.points.values();
  }

  releasePoint(point: PointId): Outcome<null> {
    return this.retention.drop(point);
  }

  /**
   * Tracks that changed between a point and a later point of the same device, or its content now.
   * Costs what changed, not what is there.
   */
  changedTracks(from: PointId, to: PointId | 'current'): Iterable<ChangedRange> {
    const { points, directory, pages } = this.parts;
    const one = points.require(from);
    const device = this.#deviceOf(one);
    if (to === 'current') return changedRanges(pages, one.tree, directory.tree(device.index));
    const other = points.require(to);
    const isSame = one.device === other.device && one.generation === other.generation;
    invariant(isSame, 'difference-of-one-device', `${from} and ${to}`);
    return changedRanges(pages, one.tree, other.tree);
  }

  // Background work and space

  /** One step of background work: every duty that has work gets its share (background-work.ts). */
  backgroundStep(budget: { readonly tracks: number }): BackgroundReport {
    this.flushMeter();
    this.retention.step(this.ports.clock.now());
    const report = this.#background.step(budget.tracks);
    this.space.sample();
    return report;
  }

  capacity(): CapacityReport {
    return this.space.capacity();
  }

  /** Space of one device. Walks its whole directory. */
  deviceSpace(device: DeviceIndex): DeviceSpaceReport {
    return this.space.device(device);
  }

  /** Makes and touches memory for so many bytes of tracks ahead of need. Content `bytes` only. */
  prepareSpace(bytes: number): void {
    this.parts.backEnd.prepare(bytes);
  }

  /** Tells the meter what was counted on the hot paths since the last time. */
  flushMeter(): void {
    this.#feed.flush();
  }

  /** Walks the whole state and compares it with what is kept. */
  check(): CheckReport {
    return checkSubsystem(this.parts);
  }

  #noteFullTrack({ index, model }: Device): void {
    this.#fullTrackBytes[index] = fullTrackBytes(model.type);
  }

  /** What follows from what was restored. Counts for the meter begin anew. */
  #derive(): void {
    for (const device of this.parts.devices.values()) this.#noteFullTrack(device);
    this.#feed.skip();
  }

  #deviceOf(point: RetainedPoint): Device {
    const device = this.parts.devices.get(point.device);
    invariant(device?.generation === point.generation, 'point-of-living-device', String(point.id));
    return device;
  }
}

function refuseRelation(relation: RelationId): Refusal {
  return refuse('RELATION_UNKNOWN', {
    what: `relation ${relation}`,
    limit: 'it was never made, or is forgotten',
    fix: 'check the relation',
  });
}

function refuseGone({ id, name }: RetainedPoint): Refusal {
  return refuse('DEVICE_UNKNOWN', {
    what: `device of retained point ${id} (${name})`,
    limit: 'the device was removed; its point only holds space any more',
    fix: 'release the point',
  });
}

function refusePoint(point: PointId): Refusal {
  return refuse('POINT_UNKNOWN', {
    what: `retained point ${point}`,
    limit: 'it was never made, or is released',
    fix: 'check the point',
  });
}

function bytesOnly(): never {
  invariant(false, 'content-is-signature');
}
