/**
 * The things of a scenario while it runs: subsystems with their control units, hosts, one clock, and
 * what the laboratory keeps outside of them.
 *
 * @module
 */
import {
  type Clock,
  ControlUnit,
  DataProcessor,
  type DeviceNumber,
  deviceNumber,
  deviceTracks,
  deviceVolume,
  formatDeviceNumber,
  HostComplex,
  HostRecords,
  InputError,
  invariant,
  ManualClock,
  type MeterCounter,
  nanos,
  type Refusal,
  Responder,
  readVolumeLabel,
  refuse,
  SeededRandom,
  Subsystem,
  trackIndex,
  VolumeStopped,
} from '../../src/index.ts';
import { DriveWorkLog } from '../device/drive-work-log.ts';
import { EventLog } from './event-log.ts';
import type { DeviceOrVolume } from './field.ts';
import type { OpenScenarioImage, ScenarioFiles } from './files.ts';
import {
  LaboratoryMeter,
  type LaboratorySubsystem,
  type PlacedDevice,
} from './laboratory-subsystem.ts';
import { ScenarioInvalid } from './problems.ts';
import { addFigures, type EntryCost, type Figures } from './run-record.ts';
import { problemAt, type Scenario } from './scenario.ts';
import type { SubsystemForm } from './schema.ts';
import { subsystemInput } from './subsystem-input.ts';
import { WriteLog } from './write-log.ts';

const LABEL_TRACK = trackIndex(0);

/** What one step of background work of all subsystems did. */
export interface BackgroundWork {
  readonly figures: Figures;
  /** Whether anything was done; otherwise nothing will be, as long as nothing else happens. */
  readonly isMoved: boolean;
  /** Whether no duty is left. */
  readonly isIdle: boolean;
}

/** Time that an engine gives. */
export interface EngineTime {
  readonly clock: Clock;
  /** Which replication runs, from 0: each draws other random numbers. */
  readonly replication: number;
}

/** Everything that a running scenario is made of. */
export class Laboratory {
  readonly scenario: Scenario;
  readonly seed: number;
  readonly files: ScenarioFiles;
  /** Model time; moved by hand, or that of an engine. */
  readonly clock: Clock;
  readonly replication: number;
  readonly complex: HostComplex;
  readonly subsystems: readonly LaboratorySubsystem[];
  readonly hosts: readonly DataProcessor[];
  readonly writes = new WriteLog();
  readonly events = new EventLog();
  /** Names of files that were written. */
  readonly outputs: string[] = [];
  /** Inputs, open until the run ends, by name. */
  readonly images = new Map<string, OpenScenarioImage>();
  readonly #manualClock = new ManualClock();
  readonly #isTimed: boolean;

  /** @param engine - Gives the laboratory its time, where the scenario has a clock. */
  constructor(scenario: Scenario, seed: number, files: ScenarioFiles, engine?: EngineTime) {
    this.scenario = scenario;
    this.seed = seed;
    this.files = files;
    this.replication = engine?.replication ?? 0;
    this.clock = engine?.clock ?? this.#manualClock;
    this.#isTimed = engine !== undefined;
    this.subsystems = scenario.subsystems.map((form, at) =>
      this.#placed(at, () => this.#makeSubsystem(form)),
    );
    this.complex = new HostComplex({ clock: this.clock, ...this.#hostRecords() });
    this.hosts = scenario.hosts.map((form) => new DataProcessor(form.name, this.complex));
  }

  /** Whether an engine gives the time: work then takes time, and the background goes on by itself. */
  get isTimed(): boolean {
    return this.#isTimed;
  }

  /** Moves the clock on; not where an engine does. */
  advance(duration: number): void {
    invariant(!this.#isTimed, 'clock-is-moved-by-hand');
    this.#manualClock.advance(nanos(duration));
  }

  /** A stream of random numbers of its own for each purpose and replication. */
  random(purpose: string): SeededRandom {
    const { replication } = this;
    return new SeededRandom(this.seed, replication === 0 ? purpose : `${purpose} ${replication}`);
  }

  /** The subsystem of that name, which the scenario was checked to have. */
  subsystem(name: string): LaboratorySubsystem {
    const found = this.subsystems.find((one) => one.name === name);
    if (found === undefined) throw new RangeError(`no subsystem ${name}`);
    return found;
  }

  /** The host of that name, which the scenario was checked to have. */
  host(name: string): DataProcessor {
    const found = this.hosts.find((one) => one.name === name);
    if (found === undefined) throw new RangeError(`no host ${name}`);
    return found;
  }

  /** The device of that number in a subsystem. */
  device(subsystem: string, number: DeviceNumber): PlacedDevice | undefined {
    const owner = this.subsystem(subsystem);
    const device = owner.subsystem.findDevice(number);
    return device === undefined ? undefined : { owner, device };
  }

  /** The first device of that number in any subsystem. */
  findDevice(number: number): PlacedDevice | undefined {
    for (const { name } of this.subsystems) {
      const found = this.device(name, deviceNumber(number));
      if (found !== undefined) return found;
    }
    return undefined;
  }

  /** A device by its number, or the one that holds a volume. */
  find(name: DeviceOrVolume): PlacedDevice | undefined {
    return name.kind === 'device' ? this.findDevice(name.number) : this.findVolume(name.volser);
  }

  /** Nobody has a device or volume that an entry names. */
  refuseUnknown(name: DeviceOrVolume): Refusal {
    return refuse(name.kind === 'device' ? 'DEVICE_UNKNOWN' : 'VOLUME_UNKNOWN', {
      what:
        name.kind === 'device'
          ? `device ${formatDeviceNumber(deviceNumber(name.number))}`
          : `volume ${name.volser}`,
      limit: 'no subsystem has it',
      fix: 'name a device or volume that is there',
    });
  }

  /** Every device, in the order of the scenario. */
  *devices(): Iterable<PlacedDevice> {
    for (const owner of this.subsystems) {
      for (const device of owner.subsystem.devices()) yield { owner, device };
    }
  }

  /** Serial on a device's label; looking is not counted. */
  volserOf({ owner, device }: PlacedDevice): string | undefined {
    return owner.meter.unseen(() => {
      const entry = owner.subsystem.trackEntry(device.index, LABEL_TRACK);
      if (entry.kind !== 'instance' || !entry.hasBytes) return undefined;
      try {
        const label = readVolumeLabel(deviceVolume(owner.subsystem, device));
        return label.kind === 'done' ? label.value.volser : undefined;
      } catch (error) {
        // A label on drives that are lost is none.
        if (error instanceof VolumeStopped) return undefined;
        throw error;
      }
    });
  }

  /**
   * The device that holds the volume of that serial: the one that a host has online, otherwise the
   * first whose label bears it.
   */
  findVolume(volser: string, subsystem?: string): PlacedDevice | undefined {
    for (const host of this.hosts) {
      const block = host.findVolume(volser);
      if (block === undefined || (subsystem ?? block.subsystem) !== block.subsystem) continue;
      return this.device(block.subsystem, block.device);
    }
    for (const placed of this.devices()) {
      if (subsystem !== undefined && placed.owner.name !== subsystem) continue;
      if (this.volserOf(placed) === volser) return placed;
    }
    return undefined;
  }

  /** A host has changed tracks of a volume: written or, for copies just as much a change, released. */
  noteWrites(volser: string, ranges: readonly { first: number; count: number }[]): void {
    const placed = this.findVolume(volser);
    if (placed === undefined) return;
    for (const { first, count } of ranges) {
      for (let track = first; track < first + count; track += 1) {
        this.writes.noteWrite(placed, track);
      }
    }
  }

  /** SHA-256 over all tracks of a device; looking is not counted. */
  digest({ owner, device }: PlacedDevice): string {
    const current = owner.subsystem.device(device.index);
    return owner.meter.unseen(() => this.files.digest(deviceTracks(owner.subsystem, current)));
  }

  /** Serials that some host has online now, in the order of their devices. */
  onlineVolsers(): readonly string[] {
    return this.hosts.flatMap((host) =>
      host.devices().flatMap((block) => (block.volume === undefined ? [] : [block.volume.volser])),
    );
  }

  /**
   * Gives every subsystem one budget of background work. Answers whether anything was done; a copy
   * that only looked at a track and found no space for it has not moved.
   *
   * Where an engine gives the time, background work goes on by itself, and whoever would help it along
   * only waits.
   */
  pump(tracks: number): boolean {
    return this.#isTimed || this.work(tracks).isMoved;
  }

  /** The same, with what was done. */
  work(tracks: number): BackgroundWork {
    let figures: Figures = {};
    let isMoved = false;
    let isIdle = true;
    for (const { subsystem } of this.subsystems) {
      const { waitsForSpace, idle, examined, ...done } = subsystem.backgroundStep({ tracks });
      figures = addFigures(figures, { examined, ...done });
      isMoved ||=
        (examined > 0 && !waitsForSpace) || Object.values(done).some((figure) => figure > 0);
      isIdle &&= idle;
    }
    return { figures, isMoved, isIdle };
  }

  /** Whether some working drive is to be written with what it misses. */
  isRebuilding(): boolean {
    return this.subsystems.some(({ subsystem }) => subsystem.drives.isRebuilding());
  }

  /** What everything has cost so far. */
  cost(): EntryCost {
    const sum = (counter: MeterCounter): number =>
      this.subsystems.reduce((total, { meter }) => total + meter.total(counter), 0);
    return {
      messages: sum('ecamMessages'),
      channelPrograms: sum('channelPrograms'),
      channelBytesIn: sum('channelBytesIn'),
      channelBytesOut: sum('channelBytesOut'),
      processorNanos: sum('processorNanos'),
      tracksCopied: sum('backgroundTracksCopied'),
      bytesCopied: sum('backgroundBytesCopied'),
    };
  }

  /** Makes what was done durable, where a subsystem lives in a store. */
  commit(): void {
    for (const { store } of this.subsystems) store?.commit();
  }

  /** Closes every input and every store. */
  close(): void {
    for (const image of this.images.values()) image.close();
    this.images.clear();
    for (const { store } of this.subsystems) store?.close();
  }

  /** What hosts know outlives the run with the first subsystem that does. */
  #hostRecords(): { readonly records?: HostRecords } {
    for (const { store, subsystem } of this.subsystems) {
      if (store !== undefined)
        return { records: new HostRecords(store.journal, subsystem.commits) };
    }
    return {};
  }

  /** What the subsystem has against its configuration is said at its part of the scenario. */
  #placed<Value>(at: number, make: () => Value): Value {
    try {
      return make();
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      const { what, limit } = error;
      const text = { what, limit, fix: 'correct this subsystem' };
      throw new ScenarioInvalid([problemAt(this.scenario.document, ['subsystems', at], text)]);
    }
  }

  #makeSubsystem(form: SubsystemForm): LaboratorySubsystem {
    const meter = new LaboratoryMeter();
    const driveWork = new DriveWorkLog();
    const ports = {
      clock: this.clock,
      meter,
      random: this.random(`tokens of ${form.name}`),
      trace: this.events.traceOf(form.name),
    };
    const input = subsystemInput(form);
    const store =
      form.store === undefined ? undefined : this.files.makeStore(form.store, input, ports);
    if (form.store !== undefined) this.outputs.push(form.store);
    const subsystem =
      store?.subsystem ??
      Subsystem.create(input, {
        ...ports,
        compress: this.files.compress,
        ...(this.#isTimed ? { driveWork } : {}),
      });
    const controlUnit = new ControlUnit(subsystem, new Responder(subsystem), meter);
    return {
      name: form.name,
      form,
      subsystem,
      meter,
      controlUnit,
      driveWork,
      ...(store === undefined ? {} : { store }),
    };
  }
}
