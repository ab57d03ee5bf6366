/**
 * The way of a job's or a copy method's work through the same stations as hosts' requests: processor,
 * device, tracks into the cache, storage, paths, link.
 *
 * Work that moves data of a device over paths holds that device meanwhile, as any I/O does.
 *
 * @module
 */
import { type Device, invariant, type Subsystem } from '../../src/index.ts';
import type { Engine, EnginePart } from '../engine/engine.ts';
import type { Station } from '../engine/station.ts';
import type { ChannelSet } from './channel-set.ts';
import type { TrackRef, Work } from './copy-hook.ts';
import type { DeviceGates } from './device-gates.ts';
import { FOR_JOB } from './drive-bank.ts';
import type { DriveNotes } from './drive-notes.ts';
import type { NvsStore } from './nvs-store.ts';
import { PART_CONNECT, type RequestTable } from './request-table.ts';
import { STAGE_DEGRADED, STAGE_WAITS, type Staging } from './staging.ts';
import type { TrackCache } from './track-cache.ts';

/** Operation of a slot that is work. */
export const WORK = 2;

const JOB_PRIORITY = 1;
/** In place of a device: the work holds none. */
const NO_DEVICE = -1;

/** A piece of work under way. */
interface Running {
  readonly work: Work;
  readonly done: () => void;
  programs: number;
}

/** What work works with. */
export interface WorkPathParts {
  readonly engine: Engine;
  /** Before the names of parts. */
  readonly prefix: string;
  readonly subsystem: Subsystem;
  readonly requests: RequestTable;
  readonly processors: readonly Station[];
  readonly devices: DeviceGates;
  readonly channels: readonly ChannelSet[];
  readonly link: Station;
  readonly cache: TrackCache;
  readonly staging: Staging;
  readonly nvs: NvsStore;
  readonly notes: DriveNotes;
}

/** Work of jobs and copy methods. */
export class WorkPath implements EnginePart {
  readonly name: string;
  /** Bytes of nonvolatile storage of the work that is just done, for what it writes now. */
  prepaidBytes = 0;
  /** Bytes over paths and link so far, and processor time. */
  bytesIn = 0;
  bytesOut = 0;
  linkBytes = 0;
  processorNanos = 0;
  readonly #parts: WorkPathParts;
  readonly #running = new Map<number, Running>();
  #taking = 0;

  constructor(parts: WorkPathParts) {
    this.#parts = parts;
    this.name = `${parts.prefix}work path`;
    parts.engine.attach(this);
  }

  /** Work under way. */
  get runningCount(): number {
    return this.#running.size;
  }

  /** Begins work. */
  begin(work: Work, done: () => void): void {
    const { requests, engine, processors } = this.#parts;
    const slot = requests.take(engine.now);
    const host = work.host ?? 0;
    invariant(processors[host] !== undefined, 'work-of-a-host', String(host));
    const bytes = (work.bytesIn ?? 0) + (work.bytesOut ?? 0);
    const programs = work.programs ?? (bytes > 0 ? 1 : 0);
    this.#running.set(slot, { work, done, programs });
    requests.operation[slot] = WORK;
    requests.host[slot] = host;
    requests.bytes[slot] = programs === 0 ? 0 : Math.ceil(bytes / programs);
    requests.device[slot] = NO_DEVICE;
    this.bytesIn += work.bytesIn ?? 0;
    this.bytesOut += work.bytesOut ?? 0;
    this.linkBytes += work.linkBytes ?? 0;
    this.processorNanos += work.processorNanos ?? 0;
    if ((work.processorNanos ?? 0) > 0) processors[host].enter(slot);
    else this.processed(slot);
  }

  /** Time of the data processor. */
  processorNanosOf(slot: number): number {
    return Math.round(this.#get(slot).work.processorNanos ?? 0);
  }

  /** Time on the link. */
  linkBytesOf(slot: number): number {
    return this.#get(slot).work.linkBytes ?? 0;
  }

  /** The processor is done with it. */
  processed(slot: number): void {
    const { work, programs } = this.#get(slot);
    const device = (work.reads?.[0] ?? work.writes?.[0])?.device;
    if (programs === 0 || device === undefined) {
      this.deviceGranted(slot);
      return;
    }
    this.#parts.requests.device[slot] = device;
    this.#parts.devices.acquire(device, slot);
  }

  /** It has its device. */
  deviceGranted(slot: number): void {
    const { requests, staging } = this.#parts;
    const { work } = this.#get(slot);
    const priority = work.priority ?? JOB_PRIORITY;
    // Held up by one, so that tracks that arrive at once do not end the wait.
    requests.pending[slot] = 1;
    for (const { device, track } of work.reads ?? []) {
      const met = staging.stage(device, track, priority, FOR_JOB, slot, work.cacheUse);
      if (met !== STAGE_WAITS && met !== STAGE_DEGRADED) continue;
      requests.pending[slot] += 1;
    }
    for (const { device, track } of work.ahead ?? []) {
      staging.stage(device, track, priority, FOR_JOB, 0, work.cacheUse);
    }
    this.arrived(slot);
  }

  /** One track that it waited for is there. */
  arrived(slot: number): void {
    const { requests } = this.#parts;
    const pending = (requests.pending[slot] as number) - 1;
    requests.pending[slot] = pending;
    if (pending === 0) this.#store(slot);
  }

  /** It has its room in nonvolatile storage. */
  stored(slot: number): void {
    if (this.#taking === slot) this.#taking = 0;
    else this.#nextProgram(slot);
  }

  /** It has a path; its commands have been handled. */
  commanded(slot: number): void {
    const { requests, channels } = this.#parts;
    const host = requests.host[slot] as number;
    (channels[host] as ChannelSet).transfer(slot, requests.bytes[slot] as number);
  }

  /** A program has moved its data. */
  transferred(slot: number): void {
    const { requests, channels } = this.#parts;
    (channels[requests.host[slot] as number] as ChannelSet).release(slot);
    this.#nextProgram(slot);
  }

  /** All of it is done. */
  finish(slot: number): void {
    const { requests, devices, nvs, engine, cache } = this.#parts;
    const { done, work } = this.#get(slot);
    this.#running.delete(slot);
    if (work.cacheUse === 'sequential') {
      for (const { device, track } of work.reads ?? []) cache.letGo(device, track);
    }
    requests.enterPart(slot, PART_CONNECT, engine.now);
    const device = requests.device[slot] as number;
    if (device !== NO_DEVICE) devices.release(device);
    // What is told of the end may end other work at once, with room of its own.
    const outerBytes = this.prepaidBytes;
    this.prepaidBytes = requests.nvsBytes[slot] as number;
    requests.release(slot);
    done();
    const restBytes = this.prepaidBytes;
    this.prepaidBytes = outerBytes;
    if (restBytes > 0) nvs.giveBack(restBytes);
  }

  /** @throws InvariantViolation `no-work-at-save`: what is told when work is done is no plain data. */
  save(): Float64Array {
    invariant(this.#running.size === 0, 'no-work-at-save', `${this.#running.size} under way`);
    return Float64Array.of(this.bytesIn, this.bytesOut, this.linkBytes, this.processorNanos);
  }

  restore([bytesIn = 0, bytesOut = 0, linkBytes = 0, processorNanos = 0]: Float64Array): void {
    this.#running.clear();
    this.bytesIn = bytesIn;
    this.bytesOut = bytesOut;
    this.linkBytes = linkBytes;
    this.processorNanos = processorNanos;
  }

  #store(slot: number): void {
    const { requests, nvs, notes } = this.#parts;
    const { work } = this.#get(slot);
    const writes = work.writes ?? [];
    if (writes.length > 0) {
      const bytes = nvs.bytesFor(work.bytesOut ?? this.#fullBytes(writes));
      requests.nvsBytes[slot] = bytes;
      this.#taking = slot;
      nvs.take(slot, bytes);
      if (this.#taking !== 0) {
        this.#taking = 0;
        if (nvs.shouldDestageOpen) {
          nvs.destageOpen();
          notes.drain(0);
        }
        return;
      }
    }
    this.#nextProgram(slot);
  }

  #nextProgram(slot: number): void {
    const { requests, channels, link } = this.#parts;
    const running = this.#get(slot);
    if (running.programs > 0) {
      running.programs -= 1;
      (channels[requests.host[slot] as number] as ChannelSet).start(slot);
    } else if ((running.work.linkBytes ?? 0) > 0) link.enter(slot);
    else this.finish(slot);
  }

  #fullBytes(tracks: readonly TrackRef[]): number {
    const { subsystem } = this.#parts;
    let bytes = 0;
    for (const { device } of tracks) {
      bytes += subsystem.device(device as Device['index']).model.type.recordBytesMax;
    }
    return bytes;
  }

  #get(slot: number): Running {
    const running = this.#running.get(slot);
    invariant(running !== undefined, 'work-running', String(slot));
    return running;
  }
}
