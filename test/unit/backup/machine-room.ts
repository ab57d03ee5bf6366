/**
 * A machine room for tests: real subsystems, control units and hosts, and volumes with data sets.
 *
 * Images are small (ten cylinders unless said otherwise), so that whole volumes can be compared
 * track by track.
 */
import { createHash } from 'node:crypto';
import type { CopyJob } from '../../../src/backup/copy-job.ts';
import { CountingMeter, ManualClock } from '../../../src/base/default-ports.ts';
import { SeededRandom } from '../../../src/base/random.ts';
import { formatRefusal, type Outcome } from '../../../src/base/refusal.ts';
import type { Step } from '../../../src/base/step.ts';
import {
  type DeviceIndex,
  deviceNumber,
  type TrackIndex,
  trackIndex,
} from '../../../src/base/units.ts';
import { ControlUnit } from '../../../src/channel/control-unit.ts';
import { Responder } from '../../../src/ecam/responder.ts';
import { type DeviceModel, findModel } from '../../../src/geometry/device-model.ts';
import { DataProcessor } from '../../../src/host/data-processor.ts';
import { textToEbcdic } from '../../../src/host/ebcdic.ts';
import { HostComplex } from '../../../src/host/host-complex.ts';
import type { JobRecord } from '../../../src/host/host-records.ts';
import { type InitialiseOptions, initialiseVolume } from '../../../src/host/initialise-volume.ts';
import { VolumeBuilder } from '../../../src/host/volume-builder.ts';
import { addressOf, type VolumeTracks } from '../../../src/host/volume-tracks.ts';
import type { SubsystemInput } from '../../../src/subsystem/configuration.ts';
import { Subsystem } from '../../../src/subsystem/subsystem.ts';
import { buildTrack } from '../../../src/track/track-image.ts';

/** The answer of something that must succeed. */
export function must<Value>(answer: Outcome<Value> | Step<Value>): Value {
  if (answer.kind === 'done') return answer.value;
  throw new Error(answer.kind === 'refused' ? formatRefusal(answer) : JSON.stringify(answer));
}

function model(name: string): DeviceModel {
  const found = findModel(name);
  if (found === undefined) throw new Error(name);
  return found;
}

/** A volume straight on a subsystem, without channel: for setting up and for looking. */
class DeviceVolume implements VolumeTracks {
  readonly type;
  readonly cylinders: number;
  readonly #subsystem: Subsystem;
  readonly #index: DeviceIndex;

  constructor(subsystem: Subsystem, device: number) {
    const defined = subsystem.findDevice(deviceNumber(device));
    if (defined === undefined) throw new Error(`no device ${device}`);
    this.type = defined.model.type;
    this.cylinders = defined.cylinders;
    this.#subsystem = subsystem;
    this.#index = defined.index;
  }

  readTrack(track: TrackIndex): Uint8Array {
    return must(this.#subsystem.readTrack(this.#index, track));
  }

  writeTrack(track: TrackIndex, image: Uint8Array): void {
    must(this.#subsystem.writeTrack(this.#index, track, image));
  }
}

/** One subsystem with its control unit. */
export interface Store {
  readonly name: string;
  readonly subsystem: Subsystem;
  readonly controlUnit: ControlUnit;
  readonly responder: Responder;
}

/** Makers of the parts in which a test wants a fault. */
export interface StoreParts {
  readonly responder?: (subsystem: Subsystem) => Responder;
  readonly controlUnit?: (subsystem: Subsystem, responder: Responder) => ControlUnit;
}

const METER = new CountingMeter();

/** Subsystems and hosts with one clock. */
export class MachineRoom {
  readonly clock = new ManualClock();
  readonly complex = new HostComplex({ clock: this.clock });
  readonly stores = new Map<string, Store>();
  readonly hosts = new Map<string, DataProcessor>();

  /** Adds a subsystem. Tests of faults pass a control unit or responder with a fault in it. */
  addStore(name: string, input: Partial<SubsystemInput> = {}, parts: StoreParts = {}): Store {
    const subsystem = Subsystem.create(
      { name, capacityBytes: 256 * 1024 * 1024, ...input },
      { clock: this.clock },
    );
    const responder = (parts.responder ?? ((of) => new Responder(of)))(subsystem);
    const controlUnit = (parts.controlUnit ?? ((of, by) => new ControlUnit(of, by, METER)))(
      subsystem,
      responder,
    );
    const store = { name, subsystem, controlUnit, responder };
    this.stores.set(name, store);
    return store;
  }

  store(name = 'DSS3'): Store {
    const store = this.stores.get(name);
    if (store === undefined) throw new Error(name);
    return store;
  }

  model(name: string): DeviceModel {
    return model(name);
  }

  define(device: number, cylinders = 10, modelName = '3390-1', store = 'DSS3'): void {
    const number = deviceNumber(device);
    must(this.store(store).subsystem.defineDevice({ number, model: model(modelName), cylinders }));
  }

  /** Attaches a host to the stores as they are now; all devices start offline. */
  addHost(name = 'SYSA', stores = [...this.stores.keys()], paths = 4): DataProcessor {
    const host = new DataProcessor(name, this.complex);
    for (const store of stores) {
      const { subsystem, controlUnit } = this.store(store);
      const devices = subsystem.devices().map(({ number }) => number);
      must(host.attach(controlUnit, { subsystem: store, paths, devices }));
    }
    this.hosts.set(name, host);
    return host;
  }

  volume(device: number, store = 'DSS3'): VolumeTracks {
    return new DeviceVolume(this.store(store).subsystem, device);
  }

  initialise(device: number, options: InitialiseOptions, store = 'DSS3'): void {
    must(initialiseVolume(this.volume(device, store), options));
  }

  /** Initialises a volume with index and VVDS and puts some data sets on it. */
  build(device: number, volser: string, store = 'DSS3'): void {
    this.initialise(
      device,
      { volser, vtoc: { first: trackIndex(1), count: 4 }, index: true, vvds: true },
      store,
    );
    const builder = must(VolumeBuilder.open(this.volume(device, store)));
    must(
      builder.addSequential({
        name: `${volser}.PAYROLL.MASTER`,
        recordFormat: 'FB',
        recordLength: 80,
        blockLength: 3200,
        space: { tracks: 6 },
        records: cards(`${volser} PAYROLL`, 400),
      }),
    );
    must(
      builder.addPartitioned({
        name: `${volser}.SOURCE.LIBRARY`,
        recordFormat: 'FB',
        recordLength: 80,
        blockLength: 3120,
        directoryBlocks: 5,
        space: {
          ranges: [
            { first: trackIndex(45), count: 4 },
            { first: trackIndex(52), count: 2 },
          ],
        },
        members: ['ALPHA', 'BETA', 'GAMMA'].map((name) => ({ name, records: cards(name, 60) })),
      }),
    );
    must(builder.finish());
  }

  /** Digest of every track of an image, in order. */
  digest(device: number, store = 'DSS3', cylinders?: number): string {
    const volume = this.volume(device, store);
    const hash = createHash('sha256');
    const tracks = (cylinders ?? volume.cylinders) * volume.type.headCount;
    for (let at = 0; at < tracks; at += 1) hash.update(volume.readTrack(trackIndex(at)));
    return hash.digest('hex');
  }

  /** Tracks in which two images differ. */
  differences(one: number, other: number, store = 'DSS3', otherStore = store): number[] {
    const left = this.volume(one, store);
    const right = this.volume(other, otherStore);
    const different: number[] = [];
    const count = Math.min(left.cylinders, right.cylinders) * left.type.headCount;
    for (let at = 0; at < count; at += 1) {
      const track = trackIndex(at);
      if (!Buffer.from(left.readTrack(track)).equals(right.readTrack(track))) different.push(at);
    }
    return different;
  }

  /** Writes a track with one record of text, as an application would. */
  scribble(host: DataProcessor, device: number, track: number, text: string): void {
    const block = host.findDevice(deviceNumber(device));
    if (block === undefined) throw new Error(`no device ${device}`);
    const at = trackIndex(track);
    const data = textToEbcdic(text);
    must(host.writeTrack(block, at, buildTrack(addressOf(block.type, at), [{ number: 1, data }])));
  }

  /** A full track of bytes that follow from the seed. */
  randomTrack(device: number, track: TrackIndex, seed: number): Uint8Array {
    const { type } = this.volume(device);
    const data = new SeededRandom(seed, 'track').bytes(type.recordBytesMax);
    return buildTrack(addressOf(type, track), [{ number: 1, data }]);
  }

  /** Steps a job to its end, giving the subsystems background time whenever it waits for that. */
  drive(job: CopyJob, tracksPerInquiry = 50): Step<JobRecord> {
    for (let steps = 0; steps < 100_000; steps += 1) {
      const step = job.step();
      if (step.kind === 'done' || step.kind === 'refused') return step;
      if (step.kind !== 'waiting') continue;
      if (step.for !== 'background') throw new Error(`stuck: ${step.for}, ${step.detail}`);
      this.background(tracksPerInquiry);
    }
    throw new Error('a job without end');
  }

  /** Steps a job until it has entered a state; answers whether it got there. */
  driveTo(job: CopyJob, phase: CopyJob['phase']): boolean {
    for (let steps = 0; steps < 100_000; steps += 1) {
      if (job.phase === phase) return true;
      const step = job.step();
      if (step.kind === 'done' || step.kind === 'refused') return false;
      if (step.kind === 'waiting' && step.for === 'background') this.background(50);
      else if (step.kind === 'waiting') return false;
    }
    throw new Error('a job without end');
  }

  background(tracks: number): void {
    for (const { subsystem } of this.stores.values()) subsystem.backgroundStep({ tracks });
  }

  /** No lock held, no request waiting, and every invariant of every subsystem holds. */
  violations(): readonly string[] {
    const found = [...this.stores.values()].flatMap(({ subsystem }) =>
      subsystem.check().violations.map(({ invariant, detail }) => `${invariant}: ${detail}`),
    );
    const { serialization } = this.complex;
    if (serialization.heldCount() > 0) found.push(`${serialization.heldCount()} resources held`);
    if (serialization.waitingCount() > 0) found.push('requests waiting');
    return found;
  }
}

function cards(text: string, count: number): Uint8Array[] {
  return Array.from({ length: count }, (_, at) => textToEbcdic(`${text} ${at}`, 80));
}

/** Lists what a job did at each step, for comparison. */
export function stepsOf(job: JobRecord): readonly number[] {
  return job.steps.map(({ step }) => step);
}

/** A small room for many runs: PROD01 on 0A80 and BACK01 on 0A81, of four cylinders each. */
export function smallRoom(
  parts: StoreParts = {},
  input: Partial<SubsystemInput> = {},
): { room: MachineRoom; host: DataProcessor } {
  const room = new MachineRoom();
  room.addStore('DSS3', input, parts);
  for (const number of [0x0a80, 0x0a81]) room.define(number, 4);
  room.build(0x0a80, 'PROD01');
  room.initialise(0x0a81, { volser: 'BACK01', vtoc: { first: trackIndex(1), count: 2 } });
  const host = room.addHost();
  for (const number of [0x0a80, 0x0a81]) must(host.varyOnline(deviceNumber(number)));
  return { room, host };
}

/**
 * The usual room: PROD01 on 0A80 and PROD02 on 0A82 with data sets, BACK01 on 0A81 empty, 0A83 and
 * 0A84 without label, in DSS3; one host.
 */
export function usualRoom(
  parts: StoreParts = {},
  input: Partial<SubsystemInput> = {},
): { room: MachineRoom; host: DataProcessor } {
  const room = new MachineRoom();
  room.addStore('DSS3', input, parts);
  for (const number of [0x0a80, 0x0a81, 0x0a82, 0x0a83, 0x0a84]) room.define(number);
  room.build(0x0a80, 'PROD01');
  room.build(0x0a82, 'PROD02');
  room.initialise(0x0a81, { volser: 'BACK01' });
  const host = room.addHost();
  for (const number of [0x0a80, 0x0a81, 0x0a82]) must(host.varyOnline(deviceNumber(number)));
  return { room, host };
}
