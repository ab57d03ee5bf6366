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
import { done, formatRefusal, type Outcome, refuse } from '../base/refusal.ts';
import { type CommitSequence, formatDeviceNumber } from '../base/units.ts';
import { ControlUnit } from '../channel/control-unit.ts';
import type { RelationState } from '../copy/relation.ts';
import { Responder } from '../ecam/responder.ts';
import { deviceTracks } from '../host/device-volume.ts';
import { HostComplex } from '../host/host-complex.ts';
import { HostRecords, type JobRecord } from '../host/host-records.ts';
import type { Member } from '../host/partitioned.ts';
import type { Vtoc } from '../host/vtoc.ts';
import type { TrackSource } from '../image/track-source.ts';
import type { Device } from '../mapping/device-table.ts';
import type { Subsystem } from '../subsystem/subsystem.ts';
import { BackgroundTask, type WorkOptions, type WorkReport } from './background-task.ts';
import { type DataSetContent, listDataSets, listMembersOf, readDataSet } from './data-set-view.ts';
import { type HostRecord, HostTable } from './host-table.ts';
import { type ImportRequest, ImportTask } from './import-task.ts';
import { InstallationHost } from './installation-host.ts';
import type { InstallationStore } from './installation-store.ts';
import type { InstallationTask } from './installation-task.ts';
import { removeVolume } from './remove-volume.ts';
import { defineVolume, type VolumeDefinition } from './volume-definition.ts';
import type { ImportedVolume, VolumeReport, VolumeSummary } from './volume-report.ts';
import { findDevice, labelOf, reportVolume, summarise } from './volume-view.ts';

/** The host that commands speak for unless they name one. */
export const HOST_NAME_DEFAULT = 'VDASD';

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
  readonly subsystem: Subsystem;
  readonly records: HostRecords;
  readonly complex: HostComplex;
  readonly #store: InstallationStore;
  readonly #mode: 'read' | 'write';
  readonly #hosts: HostTable;
  readonly #faces = new Map<string, InstallationHost>();

  /**
   * Brings an installation up on a store.
   *
   * @param mode - `read`: nothing becomes durable, so whatever is done is tried in memory alone, and jobs
   * that a process which died has left open stay as they are.
   */
  constructor(store: InstallationStore, mode: 'read' | 'write' = 'write') {
    const { subsystem, journal } = store;
    this.subsystem = subsystem;
    this.#store = store;
    this.#mode = mode;
    const controlUnit = new ControlUnit(subsystem, new Responder(subsystem), subsystem.ports.meter);
    this.records = new HostRecords(journal, subsystem.commits);
    this.complex = new HostComplex({ clock: subsystem.ports.clock, records: this.records });
    this.#hosts = new HostTable(subsystem, controlUnit, this.complex, journal);
    if (mode === 'write') this.records.markInterrupted();
  }

  /**
   * The host of that name. It comes up when it is asked for, and has every volume in use that is fit.
   *
   * @throws InputError USAGE when the name is none.
   */
  host(name: string = HOST_NAME_DEFAULT): InstallationHost {
    let face = this.#faces.get(name);
    if (face === undefined) {
      face = new InstallationHost(this, this.#hosts.processor(name));
      this.#faces.set(name, face);
    }
    return face;
  }

  /** Hosts that were up when something became durable, in the order in which they came. */
  hosts(): readonly HostRecord[] {
    return this.#hosts.records();
  }

  /** Every job of every host, oldest first. */
  log(): readonly JobRecord[] {
    return this.records.all();
  }

  // Changing anything

  /** Makes everything that was done durable, unless the installation is there to be read. */
  commit(): CommitSequence {
    this.#hosts.note();
    return this.#mode === 'write' ? this.#store.commit() : this.subsystem.commits.last();
  }

  /** Does something to the subsystem and makes it durable, unless it is refused. */
  change<Value>(work: (subsystem: Subsystem) => Outcome<Value>): Outcome<Value> {
    const outcome = work(this.subsystem);
    if (outcome.kind === 'done') this.commit();
    return outcome;
  }

  /** Does work that moves much data; see {@link InstallationStore.bulk}. */
  bulk<Value>(work: () => Value): Value {
    return this.#store.bulk(work);
  }

  // Volumes

  /** Every device in the order of their numbers. */
  volumes(): readonly VolumeSummary[] {
    return this.subsystem
      .devices()
      .toSorted((one, other) => one.number - other.number)
      .map((device) => summarise(this, device));
  }

  /** One volume in full. Refused VOLUME_UNKNOWN or DEVICE_UNKNOWN. */
  volume(name: VolumeName): Outcome<VolumeReport> {
    const found = this.find(name);
    return found.kind === 'refused' ? found : done(reportVolume(this, found.value));
  }

  /** The device of that number, or the one that holds the volume: the one in use, if there are several. */
  find(name: VolumeName): Outcome<Device> {
    return findDevice(this, name);
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
    this.takeIntoUse(defined.value);
    this.commit();
    return done(summarise(this, defined.value));
  }

  /** Imports a volume from an image; it is there when it is complete. */
  import(image: TrackSource, request: ImportRequest = {}): InstallationTask<ImportedVolume> {
    return new ImportTask(this, image, request);
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
    const summary = summarise(this, found.value);
    const removed = removeVolume(this, found.value, evenBackup);
    if (removed.kind === 'refused') return removed;
    this.commit();
    return done(summary);
  }

  /**
   * Makes a new volume known to the default host and every other that is up, and has it taken into use
   * if it is fit.
   *
   * @returns Why the default host does not, if so.
   */
  takeIntoUse(device: Device): string | undefined {
    const place = { subsystem: this.subsystem.configuration.name, device: device.number };
    const first = this.host().processor;
    for (const processor of this.#hosts.processors()) {
      const recognised = processor.recognise(place);
      if (processor !== first || recognised.kind === 'done') continue;
      return recognised.kind === 'refused' ? formatRefusal(recognised) : 'it is reserved';
    }
    return undefined;
  }

  /** Every host that is up looks anew at devices whose volume is another than the one it has in use. */
  lookAgain(): void {
    const { name } = this.subsystem.configuration;
    for (const device of this.subsystem.devices()) {
      const volser = this.volserOf(device);
      for (const processor of this.#hosts.processors()) {
        if (processor.findDevice(device.number)?.volume?.volser === volser) continue;
        processor.recognise({ subsystem: name, device: device.number });
      }
    }
  }

  /** Hosts forget a device that is gone. */
  forgetDevice(device: Device): void {
    const { name } = this.subsystem.configuration;
    for (const processor of this.#hosts.processors()) {
      processor.forgetDevice({ subsystem: name, device: device.number });
    }
  }

  // Data sets

  /** The VTOC of a volume with its data sets. */
  dataSets(name: VolumeName): Outcome<Vtoc> {
    return listDataSets(this, name);
  }

  /** The members of a partitioned data set. */
  members(name: VolumeName, dataSet: string): Outcome<readonly Member[]> {
    return listMembersOf(this, name, dataSet);
  }

  /** The records of a data set, or of one member of it. */
  read(name: VolumeName, dataSet: string, member?: string): Outcome<DataSetContent> {
    return readDataSet(this, name, dataSet, member);
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
    return new BackgroundTask(this, options);
  }

  /** Verifies everything on the drives once, and heals what redundancy can. */
  scrub(options: WorkOptions = {}): InstallationTask<WorkReport> {
    this.subsystem.drives.requestScrub();
    return new BackgroundTask(this, { ...options, isScrub: true });
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
