/**
 * A subsystem in time: what hosts and jobs ask of it takes as long as the parts that it needs are busy.
 *
 * The model acts at once; here stand the stations that its work goes through. The ways are in
 * request-path.ts and work-path.ts, what the model tells of the drives in drive-notes.ts. Every part is a
 * part of the engine: saved and restored with it, named in its accounts.
 *
 * @module
 */
import { type Device, formatDeviceNumber, invariant, type Subsystem } from '../../src/index.ts';
import type { Engine } from '../engine/engine.ts';
import type { Station } from '../engine/station.ts';
import { type BackgroundPace, BackgroundPacer, PACER } from './background-pacer.ts';
import type { ChannelSet } from './channel-set.ts';
import type { CopyHook, Work } from './copy-hook.ts';
import { DeviceGates } from './device-gates.ts';
import type { DriveParameters } from './drive/drive-parameters.ts';
import type { DriveBank } from './drive-bank.ts';
import { DriveNotes } from './drive-notes.ts';
import { DriveTasks, TASK_BACKGROUND, TASK_DESTAGE, TASK_STAGE } from './drive-tasks.ts';
import type { DriveWorkLog } from './drive-work-log.ts';
import { NvsStore } from './nvs-store.ts';
import { RequestPath } from './request-path.ts';
import { RequestTable } from './request-table.ts';
import { Staging } from './staging.ts';
import type { SubsystemParameters } from './subsystem-parameters.ts';
import {
  makeBank,
  makeChannels,
  makeController,
  makeLink,
  makeProcessors,
} from './timed-assembly.ts';
import { TrackCache } from './track-cache.ts';
import { WORK, WorkPath } from './work-path.ts';

/** Settings of a timed subsystem beside its parameter set. */
export interface TimedOptions {
  /** Before the names of its parts and stations: needed where an engine has several subsystems. */
  readonly name?: string;
  /** Parameters of the drives, where the set names some. */
  readonly drive?: DriveParameters;
  /** Hosts, each with its own data processor and paths; default 1. */
  readonly hosts?: number;
  /** Host of each load class; default 0 for all. */
  readonly hostOfClass?: readonly number[];
}

const TWO_32 = 2 ** 32;

/** A subsystem in time. */
export class TimedSubsystem {
  readonly engine: Engine;
  readonly subsystem: Subsystem;
  readonly parameters: SubsystemParameters;
  /** Requests under way. Who is told of a completed one may read its slot until it returns. */
  readonly requests: RequestTable;
  readonly cache: TrackCache;
  readonly nvs: NvsStore;
  readonly bank: DriveBank;
  readonly staging: Staging;
  readonly devices: DeviceGates;
  readonly channels: readonly ChannelSet[];
  readonly processors: readonly Station[];
  readonly controller: Station;
  readonly link: Station;
  /** Work of jobs and copy methods: its bytes so far. */
  readonly works: WorkPath;
  readonly background: BackgroundPacer;
  readonly notes: DriveNotes;
  /** Who stands in the way of hosts. */
  copyHook: CopyHook | undefined;
  /** Writes of hosts that the model has executed, and number of the last one. */
  hostWriteCount = 0;
  /** Requests completed so far, and what they moved. */
  completedCount = 0;
  hitCount = 0;
  bytesIn = 0;
  bytesOut = 0;
  readonly #tasks: DriveTasks;
  readonly #path: RequestPath;
  readonly #hostOfClass: readonly number[];
  readonly #listeners: ((slot: number, tag: number) => void)[] = [];
  /** Who waits for drive work that was collected, by number from 1. */
  readonly #collectors = new Map<number, () => void>();
  #lastCollector = PACER;

  /**
   * @param log - The port `driveWork` of the subsystem.
   * @throws InputError CONFIGURATION_INVALID when a group does not fit its drives.
   */
  constructor(
    engine: Engine,
    subsystem: Subsystem,
    log: DriveWorkLog,
    parameters: SubsystemParameters,
    options: TimedOptions = {},
  ) {
    this.engine = engine;
    this.subsystem = subsystem;
    this.parameters = parameters;
    this.#hostOfClass = options.hostOfClass ?? [];
    const prefix = options.name === undefined ? '' : `${options.name}: `;
    const hosts = options.hosts ?? 1;
    this.requests = new RequestTable(prefix);
    this.#tasks = new DriveTasks(prefix);
    this.cache = new TrackCache(parameters.cache.bytes, parameters.cache.trackBytes, prefix);
    for (const part of [this.requests, this.#tasks, this.cache]) engine.attach(part);
    const { requests, cache } = this;
    const tasks = this.#tasks;
    const input = { engine, prefix, parameters, requests };
    const pieceDone = (task: number): void => this.#pieceDone(task);
    this.bank = makeBank(input, subsystem, options.drive, pieceDone);
    const { bank } = this;
    this.nvs = new NvsStore(engine, prefix, subsystem, parameters.nvs, (slot) =>
      this.#of(slot).stored(slot),
    );
    const { nvs } = this;
    const ended = (task: number): void => this.#ended(task);
    this.notes = new DriveNotes({ subsystem, log, bank, tasks, nvs, ended });
    const { readAheadTracks } = parameters.cache;
    this.staging = new Staging({ engine, prefix, subsystem, cache, tasks, bank, readAheadTracks });
    this.devices = new DeviceGates(
      engine,
      parameters.controller.deviceConcurrency,
      (device) => `${prefix}device ${this.#deviceName(device)}`,
      (slot) => this.#of(slot).deviceGranted(slot),
    );
    for (const { index } of subsystem.devices()) this.devices.add(index);
    this.controller = makeController(input, (slot) => this.#of(slot).commanded(slot));
    this.channels = makeChannels(input, hosts, {
      started: (slot) => this.controller.enter(slot),
      reconnected: (slot) => this.#path.reconnected(slot),
      transferred: (slot) => this.#of(slot).transferred(slot),
    });
    this.processors = makeProcessors(input, hosts, () => this.works);
    this.link = makeLink(input, () => this.works);
    const { devices, channels, staging, notes, processors, link } = this;
    const shared = { engine, prefix, subsystem, requests, devices, channels, staging, nvs, notes };
    this.works = new WorkPath({ ...shared, processors, link, cache });
    this.#path = new RequestPath({
      ...shared,
      cache: parameters.cache,
      hook: () => this.copyHook,
      execute: (slot) => this.#execute(slot),
      completed: (slot) => this.#completed(slot),
    });
    this.background = new BackgroundPacer({ engine, prefix, subsystem, tasks, notes, pieceDone });
    engine.attach({
      name: `${prefix}timed subsystem`,
      save: () => this.#save(),
      restore: (values) => this.#restore(values),
    });
  }

  /**
   * Who is told of completed requests.
   *
   * @returns The number by which {@link submit} names it.
   */
  onDone(run: (slot: number, tag: number) => void): number {
    return this.#listeners.push(run) - 1;
  }

  /**
   * A host's request arrives.
   *
   * @param device - Index in the device table.
   * @param operation - 0 reads, 1 writes.
   * @param done - From {@link onDone}.
   * @param tag - Handed back with the completion.
   * @returns Its slot in {@link requests}.
   */
  submit(
    device: number,
    track: number,
    bytes: number,
    operation: 0 | 1,
    loadClass: number,
    done: number,
    tag: number,
  ): number {
    const { requests } = this;
    const slot = requests.take(this.engine.now);
    requests.device[slot] = device;
    requests.track[slot] = track;
    requests.bytes[slot] = bytes;
    requests.operation[slot] = operation;
    requests.loadClass[slot] = loadClass;
    requests.host[slot] = this.#hostOfClass[loadClass] ?? 0;
    requests.done[slot] = done;
    requests.tag[slot] = tag;
    this.#path.arrive(slot);
    return slot;
  }

  /** Work of a job or a copy method. `done` is called when its last part is. */
  perform(work: Work, done: () => void): void {
    this.works.begin(work, done);
  }

  /** Adds work to a request that the hook is being asked about: it goes on when that is done. */
  addStage(slot: number, work: Work): void {
    const { pending } = this.requests;
    pending[slot] = (pending[slot] as number) + 1;
    this.works.begin(work, () => this.#path.arrived(slot));
  }

  /**
   * Lets held requests ask the hook again, in the order in which they were held.
   *
   * @param device - Only those of this device; default all.
   */
  releaseHeld(device?: number): void {
    this.#path.releaseHeld(device);
  }

  /** Requests that a copy method holds. */
  get heldCount(): number {
    return this.#path.heldCount;
  }

  /**
   * A copy method or job writes a track, with the room in nonvolatile storage that its {@link Work} has
   * taken. To be called when that work is done. The cache does not keep the track, as for a program that
   * is sequential.
   *
   * @returns Whether the model had space; `shortageAnswer` says why not.
   */
  write(device: Device['index'], track: number, low: number, high: number): boolean {
    const { recordBytesMax } = this.subsystem.device(device).model.type;
    const bytes = Math.min(this.works.prepaidBytes, this.nvs.bytesFor(recordBytesMax));
    if (!this.#write(device, track, low, high, bytes)) return false;
    this.works.prepaidBytes -= bytes;
    return true;
  }

  /**
   * Drops tracks of a device from the cache, because a snapshot, a discard or a restore has changed
   * what it shows.
   */
  purge(device: number, first = 0, count: number = Number.POSITIVE_INFINITY): void {
    this.cache.dropRange(device, first, first + count);
  }

  /**
   * Turns what the model has told of drives, after operations that the caller has executed itself, into
   * their work.
   *
   * @param done - Called when it is done.
   */
  collectDriveWork(done?: () => void): void {
    if (done === undefined) {
      this.notes.drain(0);
      return;
    }
    this.#lastCollector += 1;
    this.#collectors.set(this.#lastCollector, done);
    const task = this.#tasks.take(TASK_BACKGROUND, this.#lastCollector, 0, 0);
    this.#tasks.pending[task] = 1;
    this.notes.drain(task);
    this.#pieceDone(task);
  }

  startBackground(pace: BackgroundPace = {}): void {
    this.background.start(pace);
  }

  stopBackground(): void {
    this.background.stop();
  }

  /** A request's way, or work's. */
  #of(slot: number): RequestPath | WorkPath {
    return this.requests.operation[slot] === WORK ? this.works : this.#path;
  }

  #execute(slot: number): number {
    const { requests } = this;
    const number = this.hostWriteCount + 1;
    const isDone = this.#write(
      requests.device[slot] as Device['index'],
      requests.track[slot] as number,
      number >>> 0,
      Math.floor(number / TWO_32),
      requests.nvsBytes[slot] as number,
    );
    if (!isDone) return 0;
    this.staging.put(requests.device[slot] as number, requests.track[slot] as number);
    this.hostWriteCount = number;
    return number;
  }

  #write(
    device: Device['index'],
    track: number,
    low: number,
    high: number,
    nvsBytes: number,
  ): boolean {
    const { subsystem, nvs, notes } = this;
    const { places } = subsystem;
    const sequence = subsystem.writeSignature(device, track as never, low, high);
    notes.drain(0);
    if (sequence === 0) return false;
    const kind = places.find(device, track);
    if (kind === 'nvs') nvs.noteWritten(nvsBytes, places.group, places.cylinder);
    else nvs.giveBack(nvsBytes);
    if (nvs.shouldDestageOpen) {
      nvs.destageOpen();
      notes.drain(0);
    }
    return true;
  }

  #completed(slot: number): void {
    const { requests } = this;
    this.completedCount += 1;
    this.hitCount += (requests.flags[slot] as number) & 1;
    const bytes = requests.bytes[slot] as number;
    if (requests.operation[slot] === 0) this.bytesIn += bytes;
    else this.bytesOut += bytes;
    // The host's processor takes the interrupt; what it was for goes on, or not, by its own measure.
    (this.processors[requests.host[slot] as number] as Station).enter(-1 - bytes);
    const listener = this.#listeners[requests.done[slot] as number];
    listener?.(slot, requests.tag[slot] as number);
  }

  #pieceDone(task: number): void {
    const { pending } = this.#tasks;
    const rest = (pending[task] as number) - 1;
    pending[task] = rest;
    if (rest === 0) this.#ended(task);
  }

  #ended(task: number): void {
    const tasks = this.#tasks;
    const kind = tasks.kind[task] as number;
    if (kind === TASK_STAGE) {
      this.staging.arrive(task);
      for (let slot = tasks.takeWaiter(task); slot !== 0; slot = tasks.takeWaiter(task)) {
        this.#of(slot).arrived(slot);
      }
    } else if (kind === TASK_DESTAGE) {
      this.nvs.giveWritten(tasks.amount[task] as number);
      if (this.nvs.shouldDestageOpen) {
        this.nvs.destageOpen();
        this.notes.drain(0);
      }
      const background = tasks.a[task] as number;
      if (background !== 0) this.#pieceDone(background);
    } else {
      const collector = tasks.a[task] as number;
      const done = this.#collectors.get(collector);
      this.#collectors.delete(collector);
      if (collector === PACER) this.background.ended();
      done?.();
    }
    tasks.release(task);
  }

  #deviceName(device: number): string {
    return formatDeviceNumber(this.subsystem.device(device as Device['index']).number);
  }

  #save(): Float64Array {
    const { hostWriteCount, completedCount, hitCount, bytesIn, bytesOut } = this;
    invariant(this.#collectors.size === 0, 'no-work-at-save');
    return Float64Array.of(hostWriteCount, completedCount, hitCount, bytesIn, bytesOut);
  }

  #restore([writes = 0, completed = 0, hits = 0, bytesIn = 0, bytesOut = 0]: Float64Array): void {
    this.hostWriteCount = writes;
    this.completedCount = completed;
    this.hitCount = hits;
    this.bytesIn = bytesIn;
    this.bytesOut = bytesOut;
  }
}
