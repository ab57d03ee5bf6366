/**
 * A data processor: a host with path groups to subsystems, a device table, and a meter for what its
 * channel work costs.
 *
 * Devices become known when a subsystem is attached, by the numbers of the host's configuration, and
 * are asked what they are; they come into use when they are varied online, by device recognition.
 * Everything that reaches a subsystem goes through a path group as a channel program.
 *
 * @module
 */
import { JOB_COUNT_MAX } from '../base/limits.ts';
import { done, type Outcome, type Refusal, refuse } from '../base/refusal.ts';
import type { Step, StepAgain, StepDone, StepWaiting } from '../base/step.ts';
import { type DeviceNumber, formatDeviceNumber, type TrackIndex } from '../base/units.ts';
import type { ChannelProgram } from '../channel/channel-program.ts';
import type { ChannelResult, ControlUnit } from '../channel/control-unit.ts';
import { parseDeviceCharacteristics } from '../channel/device-characteristics.ts';
import { PathGroup } from '../channel/path-group.ts';
import type { EcamAnswer, EcamRequest, Refused } from '../ecam/messages.ts';
import { type PathGroupId, pathGroupIdOfHost } from '../ecam/path-group-id.ts';
import { DEVICE_MODELS, type DeviceType } from '../geometry/device-model.ts';
import { recogniseVolume } from './device-recognition.ts';
import { type ComplexMember, HostComplex } from './host-complex.ts';
import type { DeviceName, HostRecords } from './host-records.ts';
import type { SerializationManager } from './serialization.ts';
import { describeDevice, type MountedVolume, type UnitControlBlock } from './unit-control-block.ts';
import {
  type ChannelVolume,
  onChannelVolume,
  readTrackProgram,
  trackRead,
  writeTrackProgram,
} from './volume-access.ts';
import { readVolumeLabel } from './volume-label.ts';
import { ChargingMeter } from './work-account.ts';

/** A subsystem as a host's configuration names it. */
export interface SubsystemAttachment {
  /** Name of the subsystem, unique among those of the host. */
  readonly subsystem: string;
  /** Channel paths, 1 to 8. */
  readonly paths: number;
  /** Device numbers by which the host knows its devices. Unique over all its subsystems. */
  readonly devices: readonly DeviceNumber[];
  /** Name under which the paths are grouped; default that of the host's name. */
  readonly pathGroup?: PathGroupId;
}

/** An answer to an ECAM message, or why there is none (yet). */
export type ExchangeAnswer =
  | StepAgain
  | StepWaiting
  | StepDone<Exclude<EcamAnswer, Refusal>>
  | Refused;

/** A host. */
export class DataProcessor implements ComplexMember {
  readonly name: string;
  readonly complex: HostComplex;
  /** Channel programs, bytes and processor time of this host. */
  readonly meter = new ChargingMeter();
  readonly #groups = new Map<string, PathGroup>();
  readonly #blocks = new Map<DeviceNumber, UnitControlBlock>();
  #requestCount: number;

  /**
   * @param complex - What the host shares with others; default: nothing, a complex of its own.
   * @param requestCount - Requests that the host has named before, in another life of its.
   */
  constructor(name: string, complex: HostComplex = new HostComplex(), requestCount = 0) {
    this.name = name;
    this.complex = complex;
    this.#requestCount = requestCount;
    complex.join(this);
  }

  get serialization(): SerializationManager {
    return this.complex.serialization;
  }

  get records(): HostRecords {
    return this.complex.records;
  }

  /**
   * Forms a path group to a subsystem and asks each device what it is. All devices start offline.
   *
   * @returns Refused DEVICE_EXISTS when a number or the subsystem's name is known already.
   */
  attach(controlUnit: ControlUnit, attachment: SubsystemAttachment): Outcome<PathGroup> {
    const { subsystem, paths, devices } = attachment;
    const known = devices.find((device) => this.#blocks.has(device));
    if (known !== undefined || this.#groups.has(subsystem)) {
      return refuse('DEVICE_EXISTS', {
        what: known === undefined ? subsystem : `device ${formatDeviceNumber(known)}`,
        limit: `${this.name} knows each subsystem and each device number once`,
        fix: 'attach a subsystem once, with device numbers of its own',
      });
    }
    const id = attachment.pathGroup ?? pathGroupIdOfHost(this.name);
    const group = PathGroup.form(id, controlUnit, paths, this.meter);
    this.#groups.set(subsystem, group);
    for (const device of devices) {
      const sensed = this.senseDevice({ subsystem, device });
      if (sensed.kind !== 'refused') continue;
      for (const added of devices) this.#blocks.delete(added);
      this.#groups.delete(subsystem);
      group.resign();
      return sensed;
    }
    return done(group);
  }

  /** Adds a device that the configuration of an attached subsystem got later, or senses it anew. */
  senseDevice(place: DeviceName): Step<UnitControlBlock> {
    const { subsystem, device } = place;
    const program = this.execute(place, [{ kind: 'readDeviceCharacteristics' }]);
    if (program.kind !== 'done') return program;
    const told = parseDeviceCharacteristics(program.value.data[0] ?? new Uint8Array(0));
    // The copies that the device takes part in are not asked for: the list starts behind its end.
    const answer = this.exchange(subsystem, { kind: 'queryDevice', device, from: JOB_COUNT_MAX });
    if (answer.kind !== 'done') return answer;
    const { value } = answer;
    const type = findType(told.typeCode, told.modelCode);
    if (value.kind !== 'device' || type === undefined) return unknownType(place, told.typeCode);
    const before = this.#blocks.get(device);
    const block: UnitControlBlock = {
      subsystem,
      device,
      type,
      cylinders: told.cylinders,
      capacityCylinders: Math.floor(value.trackCapacity / type.headCount),
      readOnly: value.readOnly,
      ...(before?.volume === undefined ? {} : { volume: before.volume }),
    };
    this.#blocks.set(device, block);
    return done(block);
  }

  /** The device table, by device number. */
  devices(): readonly UnitControlBlock[] {
    return [...this.#blocks.values()].toSorted((one, other) => one.device - other.device);
  }

  /** A device by its number. */
  findDevice(device: DeviceNumber): UnitControlBlock | undefined {
    return this.#blocks.get(device);
  }

  /** The online device with the volume of that serial. */
  findVolume(volser: string): UnitControlBlock | undefined {
    return this.devices().find((block) => block.volume?.volser === volser);
  }

  /** The path group to an attached subsystem. */
  pathGroup(subsystem: string): PathGroup | undefined {
    return this.#groups.get(subsystem);
  }

  /** Runs a channel program against a device. */
  execute(place: DeviceName, program: ChannelProgram): Step<ChannelResult> {
    const group = this.#groups.get(place.subsystem);
    if (group === undefined) return this.#notAttached(place.subsystem);
    return group.execute(place.device, program);
  }

  /** Sends an ECAM message to a subsystem. A refusal of the subsystem comes back as refused. */
  exchange(subsystem: string, request: EcamRequest): ExchangeAnswer {
    const group = this.#groups.get(subsystem);
    if (group === undefined) return this.#notAttached(subsystem);
    const step = group.exchange(request);
    if (step.kind !== 'done') return step;
    const { value } = step;
    return value.kind === 'refused' ? value : done(value);
  }

  /** Requests named so far. */
  get requestCount(): number {
    return this.#requestCount;
  }

  /** A name for a request that is to be done once; never the same again. */
  nextRequestName(): string {
    this.#requestCount += 1;
    return `${this.name}.${this.complex.clock.now()}.${this.#requestCount}`;
  }

  /** Reads one track, with one channel program. */
  readTrack(place: DeviceName, track: TrackIndex): Step<Uint8Array> {
    return trackRead(this.execute(place, readTrackProgram(track)));
  }

  /**
   * Writes one track, with one channel program.
   *
   * @param reserve - May use the space kept back for the metadata of running backups.
   */
  writeTrack(
    place: DeviceName,
    track: TrackIndex,
    image: Uint8Array,
    reserve = false,
  ): Step<ChannelResult> {
    return this.execute(place, writeTrackProgram(track, image, reserve));
  }

  /** Does a piece of structure work on the volume of a device; see {@link onChannelVolume}. */
  onVolume<Value>(
    block: UnitControlBlock,
    work: (volume: ChannelVolume) => Outcome<Value>,
  ): Step<Value> {
    return onChannelVolume(block, (program) => this.execute(block, program), work);
  }

  /** Reserves a device to this host. Waits while another host has it. */
  reserve(place: DeviceName): Step<ChannelResult> {
    return this.execute(place, [{ kind: 'reserve' }]);
  }

  /** Gives a reserved device back. */
  release(place: DeviceName): Step<ChannelResult> {
    return this.execute(place, [{ kind: 'release' }]);
  }

  /** Vary online: takes a device into use by recognition. Refused while a job overwrites it. */
  varyOnline(device: DeviceNumber): Step<UnitControlBlock> {
    const block = this.#blocks.get(device);
    if (block === undefined) return this.#unknownDevice(device);
    return this.#checkNotInUse(block) ?? this.recognise(block);
  }

  /** Vary offline: takes a device out of use. Refused while a job uses it. */
  varyOffline(device: DeviceNumber): Outcome<UnitControlBlock> {
    const block = this.#blocks.get(device);
    if (block === undefined) return this.#unknownDevice(device);
    const inUse = this.#checkNotInUse(block);
    if (inUse !== undefined) return inUse;
    this.markOffline(block);
    return done(this.#blocks.get(device) ?? block);
  }

  /** Device recognition: looks at the volume and takes the device into use. */
  recognise(place: DeviceName): Step<UnitControlBlock> {
    const sensed = this.senseDevice(place);
    if (sensed.kind !== 'done') return sensed;
    this.markOffline(place);
    const { volume: _, ...block } = sensed.value;
    const recognised = this.onVolume(block, (volume) =>
      recogniseVolume(volume, block, this.#blocks.values()),
    );
    if (recognised.kind !== 'done') return recognised;
    const online = { ...block, volume: recognised.value.volume };
    this.#blocks.set(place.device, online);
    return done(online);
  }

  /**
   * Takes a volume back into use that this host had in use before, in another life of its: its label is
   * looked at, and nothing else when that is as it was. Recognition otherwise.
   */
  takeBack(place: DeviceName, volume: MountedVolume): Step<UnitControlBlock> {
    const block = this.#own(place);
    const label = block && this.onVolume(block, readVolumeLabel);
    const isSame =
      label?.kind === 'done' &&
      label.value.volser === volume.volser &&
      label.value.vtoc?.track === volume.vtoc.track &&
      label.value.vtoc.record === volume.vtoc.record &&
      this.findVolume(volume.volser) === undefined;
    if (block === undefined || !isSame) return this.recognise(place);
    const online = { ...block, volume };
    this.#blocks.set(place.device, online);
    return done(online);
  }

  hasOnline(place: DeviceName): boolean {
    return this.#own(place)?.volume !== undefined;
  }

  markOffline(place: DeviceName): void {
    const block = this.#own(place);
    if (block === undefined) return;
    const { volume: _, ...offline } = block;
    this.#blocks.set(block.device, offline);
  }

  /** Forgets a device that its subsystem does not have any more. */
  forgetDevice(place: DeviceName): void {
    if (this.#own(place) !== undefined) this.#blocks.delete(place.device);
  }

  recogniseAgain(place: DeviceName): boolean {
    return this.#own(place) !== undefined && this.recognise(place).kind === 'done';
  }

  /** The block of a device, if it is this host's device of that number in that subsystem. */
  #own(place: DeviceName): UnitControlBlock | undefined {
    const block = this.#blocks.get(place.device);
    return block?.subsystem === place.subsystem ? block : undefined;
  }

  #checkNotInUse(block: UnitControlBlock): Refusal | undefined {
    const minor = `${block.subsystem}.${formatDeviceNumber(block.device)}`;
    const [holder] = this.serialization.holders('DEVICE', minor);
    if (holder === undefined) return undefined;
    return refuse('VOLUME_BUSY', {
      what: describeDevice(block),
      limit: `held by ${holder}`,
      fix: 'wait until the job has ended',
    });
  }

  #notAttached(subsystem: string): Refusal {
    return refuse('DEVICE_UNKNOWN', {
      what: `subsystem ${subsystem}`,
      limit: `${this.name} has no path to it`,
      fix: 'attach the subsystem to the host',
    });
  }

  #unknownDevice(device: DeviceNumber): Refusal {
    return refuse('DEVICE_UNKNOWN', {
      what: `device ${formatDeviceNumber(device)}`,
      limit: `${this.name} has no such device`,
      fix: 'attach the subsystem, or correct the device number',
    });
  }
}

/** The device type of the codes that read device characteristics tell. */
function findType(typeCode: number, modelCode: number): DeviceType | undefined {
  const sameType = DEVICE_MODELS.filter(({ type }) => type.code === typeCode);
  return (sameType.find((model) => model.modelCode === modelCode) ?? sameType[0])?.type;
}

function unknownType(place: DeviceName, typeCode: number): Refusal {
  return refuse('GEOMETRY_MISMATCH', {
    what: describeDevice(place),
    limit: `device type ${typeCode.toString(16)} is not known`,
    fix: 'define the device as one of the known models',
  });
}
