/**
 * An installation: a subsystem that may outlive its process, with the hosts that use it. What the
 * commands of the command line do to a store, they do through this.
 *
 * Every change is executed in memory first and then made durable as one ({@link InstallationStore}): a
 * volume that is imported, a snapshot, a whole backup with its metadata and its record is there after a
 * crash, or nothing of it is. Work in the background becomes durable piece by piece, and goes on after a
 * crash where it was. Nothing is acknowledged before it is durable.
 *
 * @module
 */
import type { VolumeName } from '../backup/backup-request.ts';
import { done, type Outcome, refuse } from '../base/refusal.ts';
import { type CommitSequence, formatDeviceNumber } from '../base/units.ts';
import type { RelationState } from '../copy/relation.ts';
import { deviceTracks } from '../host/device-volume.ts';
import type { HostComplex } from '../host/host-complex.ts';
import type { HostRecords, JobRecord } from '../host/host-records.ts';
import type { Member } from '../host/partitioned.ts';
import type { Vtoc } from '../host/vtoc.ts';
import type { TrackSource } from '../image/track-source.ts';
import type { Device } from '../mapping/device-table.ts';
import type { Subsystem } from '../subsystem/subsystem.ts';
import { BackgroundTask, type WorkOptions, type WorkReport } from './background-task.ts';
import { type DataSetContent, listDataSets, listMembersOf, readDataSet } from './data-set-view.ts';
import { labelOf } from './device-label.ts';
import type { HostRecord } from './host-table.ts';
import { type ImportRequest, ImportTask } from './import-task.ts';
import { InstallationHost } from './installation-host.ts';
import type { InstallationStore } from './installation-store.ts';
import type { InstallationTask } from './installation-task.ts';
import { HOST_NAME_DEFAULT, MachineRoom } from './machine-room.ts';
import { removeVolume } from './remove-volume.ts';
import { defineVolume, type VolumeDefinition } from './volume-definition.ts';
import type { ImportedVolume, VolumeReport, VolumeSummary } from './volume-report.ts';
import { findDevice, reportVolume, summarise } from './volume-view.ts';

/** A relation with the names of its devices. */
export interface RelationReport {
  readonly id: number;
  /** Absent when the device was removed since. */
  readonly source?: Device;
  readonly target?: Device;
  readonly sequence: CommitSequence;
  readonly label: string;
  readonly state: RelationState;
}

/** A subsystem with its hosts. */
export class Installation {
  readonly #room: MachineRoom;
  readonly #faces = new Map<string, InstallationHost>();

  /**
   * Brings an installation up on a store.
   *
   * @param mode - `read`: nothing becomes durable, so whatever is done is tried in memory alone, and jobs
   * that a process which died has left open stay as they are.
   */
  constructor(store: InstallationStore, mode: 'read' | 'write' = 'write') {
    this.#room = new MachineRoom(store, mode);
  }

  get subsystem(): Subsystem {
    return this.#room.subsystem;
  }

  get records(): HostRecords {
    return this.#room.records;
  }

  get complex(): HostComplex {
    return this.#room.complex;
  }

  /**
   * The host of that name. It comes up when it is asked for, and has every volume in use that is fit.
   *
   * @throws InputError USAGE when the name is none.
   */
  host(name: string = HOST_NAME_DEFAULT): InstallationHost {
    let face = this.#faces.get(name);
    if (face === undefined) {
      face = new InstallationHost(this.#room, this.#room.processor(name));
      this.#faces.set(name, face);
    }
    return face;
  }

  /** Hosts that were up when something became durable, in the order in which they came. */
  hosts(): readonly HostRecord[] {
    return this.#room.hosts();
  }

  /** Every job of every host, oldest first. */
  log(): readonly JobRecord[] {
    return this.records.all();
  }

  // Changing anything

  /** Makes everything that was done durable, unless the installation is there to be read. */
  commit(): CommitSequence {
    return this.#room.commit();
  }

  /** Does something to the subsystem and makes it durable, unless it is refused. */
  change<Value>(work: (subsystem: Subsystem) => Outcome<Value>): Outcome<Value> {
    const outcome = work(this.subsystem);
    if (outcome.kind === 'done') this.commit();
    return outcome;
  }

  /** Does work that moves much data; see {@link InstallationStore.bulk}. */
  bulk<Value>(work: () => Value): Value {
    return this.#room.bulk(work);
  }

  // Volumes

  /** Every device in the order of their numbers. */
  volumes(): readonly VolumeSummary[] {
    return this.subsystem
      .devices()
      .toSorted((one, other) => one.number - other.number)
      .map((device) => summarise(this.#room, device));
  }

  /** One volume in full. Refused VOLUME_UNKNOWN or DEVICE_UNKNOWN. */
  volume(name: VolumeName): Outcome<VolumeReport> {
    const found = this.find(name);
    return found.kind === 'refused' ? found : done(reportVolume(this.#room, found.value));
  }

  /** The device of that number, or the one that holds the volume: the one in use, if there are several. */
  find(name: VolumeName): Outcome<Device> {
    return findDevice(this.#room, name);
  }

  /**
   * What people write for a device or a volume: a serial where a volume bears it, otherwise a device
   * number of four hexadecimal digits.
   */
  findText(text: string): Outcome<Device> {
    const volser = text.toUpperCase();
    const found = this.find({ kind: 'volser', volser });
    if (found.kind === 'done' || !/^[0-9A-F]{4}$/.test(volser)) return found;
    return this.find({ kind: 'device', device: Number.parseInt(volser, 16) as Device['number'] });
  }

  /** Serial on a device's label. */
  volserOf(device: Device): string | undefined {
    return labelOf(this.subsystem, device)?.volser;
  }

  /** Defines a device, with an empty volume on it where a serial is given. */
  define(input: VolumeDefinition): Outcome<VolumeSummary> {
    const taken = input.volser === undefined ? undefined : this.#refuseTaken(input.volser);
    if (taken !== undefined) return taken;
    const defined = defineVolume(this.subsystem, input);
    if (defined.kind === 'refused') return defined;
    this.#room.takeIntoUse(defined.value);
    this.commit();
    return done(summarise(this.#room, defined.value));
  }

  /** Imports a volume from an image; it is there when it is complete. */
  import(image: TrackSource, request: ImportRequest = {}): InstallationTask<ImportedVolume> {
    return new ImportTask(this.#room, image, request);
  }

  /** The tracks of a volume as they are now, for an export or a digest. */
  export(name: VolumeName): Outcome<TrackSource> {
    const found = this.find(name);
    return found.kind === 'refused' ? found : done(deviceTracks(this.subsystem, found.value));
  }

  /**
   * Removes a device with the volume on it.
   *
   * @param evenBackup - Also when it holds a backup.
   */
  remove(name: VolumeName, evenBackup = false): Outcome<VolumeSummary> {
    const found = this.find(name);
    if (found.kind === 'refused') return found;
    const summary = summarise(this.#room, found.value);
    const removed = removeVolume(this.#room, found.value, evenBackup);
    if (removed.kind === 'refused') return removed;
    this.commit();
    return done(summary);
  }

  // Data sets

  /** The VTOC of a volume with its data sets. */
  dataSets(name: VolumeName): Outcome<Vtoc> {
    return listDataSets(this.#room, name);
  }

  /** The members of a partitioned data set. */
  members(name: VolumeName, dataSet: string): Outcome<readonly Member[]> {
    return listMembersOf(this.#room, name, dataSet);
  }

  /** The records of a data set, or of one member of it. */
  read(name: VolumeName, dataSet: string, member?: string): Outcome<DataSetContent> {
    return readDataSet(this.#room, name, dataSet, member);
  }

  // Copies and work in the background

  /** Relations that the subsystem remembers, oldest first. */
  relations(): readonly RelationReport[] {
    const { subsystem } = this;
    const devices = new Map(subsystem.devices().map((device) => [device.index, device]));
    return [...subsystem.relations()].map(({ id, source, target, sequence, label }) => {
      const [from, onto] = [devices.get(source), devices.get(target)];
      return {
        id,
        ...(from === undefined ? {} : { source: from }),
        ...(onto === undefined ? {} : { target: onto }),
        sequence,
        label,
        state: subsystem.relationState(id),
      };
    });
  }

  /** Works in the background until nothing is owed any more. Stopping between two steps loses nothing. */
  work(options: WorkOptions = {}): InstallationTask<WorkReport> {
    return new BackgroundTask(this.#room, options);
  }

  /** Verifies everything on the drives once, and heals what redundancy can. */
  scrub(options: WorkOptions = {}): InstallationTask<WorkReport> {
    this.subsystem.drives.requestScrub();
    return new BackgroundTask(this.#room, { ...options, isScrub: true });
  }

  #refuseTaken(volser: string): ReturnType<typeof refuse> | undefined {
    const found = this.find({ kind: 'volser', volser });
    if (found.kind === 'refused') return undefined;
    return refuse('DUPLICATE_VOLSER', {
      what: `a new volume ${volser}`,
      limit: `device ${formatDeviceNumber(found.value.number)} holds a volume of that serial`,
      fix: 'choose another serial',
    });
  }
}
