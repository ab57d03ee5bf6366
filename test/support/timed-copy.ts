/**
 * A subsystem in time with a labelled volume, a target and a load, for tests of copy methods: the same
 * volume, load and seed for every method.
 *
 * @module
 */

import type { DriveParameters } from '../../sim/device/drive/drive-parameters.ts';
import { DriveWorkLog } from '../../sim/device/drive-work-log.ts';
import type { SubsystemParameters } from '../../sim/device/subsystem-parameters.ts';
import { TimedSubsystem } from '../../sim/device/timed-subsystem.ts';
import { Engine } from '../../sim/engine/engine.ts';
import { Substream } from '../../sim/engine/substream.ts';
import { CopyEnvironment } from '../../sim/strategy/copy-environment.ts';
import type { CopyContext, CopyEnd, CopyMethod } from '../../sim/strategy/copy-method.ts';
import {
  ControlUnit,
  CountingMeter,
  DataProcessor,
  type Device,
  type DeviceModel,
  deviceNumber,
  findModel,
  HostComplex,
  initialiseVolume,
  nanos,
  Responder,
  SeededRandom,
  Subsystem,
  trackIndex,
} from '../../src/index.ts';
import { value } from './small-subsystem.ts';

export const SECOND = 1_000_000_000;

/** Figures of a small disk array; not those of any product. */
const PARAMETERS: SubsystemParameters = {
  name: 'small',
  description: 'for tests of copy methods',
  processor: { processors: 1, programNanos: 100_000, byteNanos: 2 },
  channels: {
    kind: 'escon',
    paths: 4,
    bytesPerSecond: 17_000_000,
    programNanos: 200_000,
    programsPerPath: 1,
    interleaveBytes: 0,
    reconnectsOnAnyPath: true,
    missedReconnectionNanos: 0,
  },
  controller: {
    processors: 4,
    commandNanos: 50_000,
    deviceConcurrency: 1,
    drivePieceSectors: 256,
  },
  cache: { bytes: 4_000_000, trackBytes: 56_664, readAheadTracks: 0, partialWriteMiss: 'never' },
  nvs: { bytes: 8_000_000, bytesPerByte: 1, destageAt: 0.5, urgentAt: 0.9 },
  drives: {
    sectorCount: 8_000_000,
    readNanos: 8_000_000,
    writeNanos: 8_000_000,
    bytesPerSecond: 8_000_000,
    concurrency: 1,
  },
  link: { bytesPerSecond: 10_000_000, programNanos: 500_000 },
  figures: [],
};

/** What a test may change. */
export interface CopyLaboratoryInput {
  readonly cylinders?: number;
  /** Requests a second; 0 for none. */
  readonly rate?: number;
  /** Part of the requests that write, 0 to 1. */
  readonly writeShare?: number;
  readonly seed?: number;
  readonly parameters?: Partial<SubsystemParameters>;
  /** Of the drives, where the parameters name some. */
  readonly drive?: DriveParameters;
  /** Default 1 GiB. */
  readonly capacityBytes?: number;
}

/** A request that is done. */
export interface DoneRequest {
  readonly track: number;
  readonly operation: number;
  readonly arrival: number;
  readonly response: number;
}

/** A volume, a target, a host and a load. */
export class CopyLaboratory {
  readonly engine = new Engine();
  readonly subsystem: Subsystem;
  readonly meter = new CountingMeter();
  readonly timed: TimedSubsystem;
  readonly environment: CopyEnvironment;
  readonly host: DataProcessor;
  readonly source: Device;
  readonly target: Device;
  readonly trackCount: number;
  readonly requests: DoneRequest[] = [];
  readonly events: { readonly kind: string; readonly at: number }[] = [];
  readonly #rate: number;
  readonly #writeShare: number;
  readonly #arrivals: Substream;
  readonly #places: Substream;
  readonly #done: number;
  readonly #arrive: number;
  #isLoaded = false;
  #copyCount = 0;

  /** @param note - Told of every event of a copy, when it happens. */
  constructor(input: CopyLaboratoryInput = {}, note: (kind: string) => void = () => undefined) {
    const { cylinders = 20, rate = 0, writeShare = 0.3, seed = 1 } = input;
    const log = new DriveWorkLog();
    const clock = { now: () => nanos(this.engine.now) };
    this.subsystem = Subsystem.create(
      { name: 'RVA1', content: 'signature', capacityBytes: input.capacityBytes ?? 1_073_741_824 },
      { clock, meter: this.meter, driveWork: log, random: new SeededRandom(seed, 'tokens') },
    );
    const model = findModel('3390-1') as DeviceModel;
    const define = (number: number): Device =>
      value(this.subsystem.defineDevice({ number: deviceNumber(number), model, cylinders }));
    this.source = define(0xa80);
    this.target = define(0xa81);
    this.trackCount = cylinders * model.type.headCount;
    this.host = new DataProcessor('SYSA', new HostComplex({ clock }));
    const unit = new ControlUnit(this.subsystem, new Responder(this.subsystem), this.meter);
    const devices = [this.source.number, this.target.number];
    value(this.host.attach(unit, { subsystem: 'RVA1', paths: 4, devices }));
    this.#fill();
    // The volume was loaded before time began.
    this.subsystem.drives.closeOpen();
    log.count = 0;
    const parameters = { ...PARAMETERS, ...input.parameters };
    const { drive } = input;
    const options = drive === undefined ? {} : { drive };
    this.timed = new TimedSubsystem(this.engine, this.subsystem, log, parameters, options);
    this.environment = new CopyEnvironment(this.timed, (kind) => {
      this.events.push({ kind, at: this.engine.now });
      note(kind);
    });
    this.#rate = rate;
    this.#writeShare = writeShare;
    this.#arrivals = new Substream(seed, 0, 'arrivals');
    this.#places = new Substream(seed, 0, 'places');
    this.#arrive = this.engine.handler('arrive', () => this.#request());
    this.#done = this.timed.onDone((slot) => this.#note(slot));
    this.timed.startBackground();
    if (rate > 0) this.engine.schedule(this.#gap(), this.#arrive);
  }

  context(): CopyContext {
    this.#copyCount += 1;
    return {
      environment: this.environment,
      host: this.host,
      hostIndex: 0,
      source: this.source,
      target: this.target,
      name: `COPY${this.#copyCount}`,
    };
  }

  /** Starts a copy at once and runs until it has ended. */
  copy(method: CopyMethod, isPrepared = true): CopyEnd {
    const context = this.context();
    if (isPrepared && !this.#isLoaded) method.prepare(context);
    return this.run(method, context);
  }

  /** The same with a context of the caller's. */
  run(method: CopyMethod, context: CopyContext, limitNanos = 3600 * SECOND): CopyEnd {
    let end: CopyEnd | undefined;
    method.start(context, (how) => {
      end = how;
      this.engine.stop();
    });
    this.engine.runUntil(this.engine.now + limitNanos);
    if (end === undefined) throw new Error(`${method.name} has not ended after ${limitNanos} ns`);
    return end;
  }

  /** Requests that arrived from one instant up to another. */
  between(from: number, until: number): readonly DoneRequest[] {
    return this.requests.filter(({ arrival }) => arrival >= from && arrival < until);
  }

  /** Every track written once, label and VTOC as bytes, and the volume online. */
  #fill(): void {
    const { subsystem, source } = this;
    const volume = new ByteVolume(subsystem, source);
    value(initialiseVolume(volume, { volser: 'PAY001' }));
    for (let track = source.model.type.headCount; track < this.trackCount; track += 1) {
      subsystem.writeSignature(source.index, trackIndex(track), track, 0xffff_0000);
    }
    const online = this.host.varyOnline(source.number);
    if (online.kind !== 'done') throw new Error(`source is ${online.kind}`);
  }

  #gap(): number {
    return Math.round(this.#arrivals.exponential(SECOND / this.#rate));
  }

  #request(): void {
    this.#isLoaded = true;
    const { headCount } = this.source.model.type;
    const track = headCount + this.#places.below(this.trackCount - headCount);
    const operation = this.#places.fraction() < this.#writeShare ? 1 : 0;
    this.timed.submit(this.source.index, track, 4096, operation, 0, this.#done, 0);
    this.engine.schedule(this.#gap(), this.#arrive);
  }

  #note(slot: number): void {
    const { requests } = this.timed;
    const arrival = requests.arrival[slot] as number;
    this.requests.push({
      track: requests.track[slot] as number,
      operation: requests.operation[slot] as number,
      arrival,
      response: this.engine.now - arrival,
    });
  }
}

/** The tracks of a device as bytes, for initialising it. */
class ByteVolume {
  readonly type: DeviceModel['type'];
  readonly cylinders: number;
  readonly #subsystem: Subsystem;
  readonly #device: Device;

  constructor(subsystem: Subsystem, device: Device) {
    this.type = device.model.type;
    this.cylinders = device.cylinders;
    this.#subsystem = subsystem;
    this.#device = device;
  }

  readTrack(track: number): Uint8Array {
    return value(this.#subsystem.readTrack(this.#device.index, trackIndex(track)));
  }

  writeTrack(track: number, image: Uint8Array): void {
    const step = this.#subsystem.writeTrack(this.#device.index, trackIndex(track), image);
    if (step.kind !== 'done') throw new Error(`writing track ${track}: ${step.kind}`);
  }
}
