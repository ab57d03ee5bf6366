/**
 * The way of a host's request through a subsystem (docs/timing.md shows it as a drawing).
 *
 * Read: device, path, commands; in the cache or not: disconnect, stage, reconnect; data; done.
 * Write: device, path, commands; the copy method is asked; what has to be staged is; room in
 * nonvolatile storage; data; the model executes the write; done.
 *
 * The model acts at one instant: reads need nothing of it but the place of the track, writes are executed
 * when their data has come.
 *
 * @module
 */
import type { Device, Subsystem } from '../../src/index.ts';
import type { Engine, EnginePart } from '../engine/engine.ts';
import type { ChannelSet } from './channel-set.ts';
import type { CopyHook } from './copy-hook.ts';
import type { DeviceGates } from './device-gates.ts';
import { FOR_HOST } from './drive-bank.ts';
import type { DriveNotes } from './drive-notes.ts';
import type { NvsStore } from './nvs-store.ts';
import {
  PART_CONNECT,
  PART_DISCONNECT,
  PART_PEND,
  REQUEST_DEGRADED,
  REQUEST_FAILED,
  REQUEST_HELD,
  REQUEST_HIT,
  REQUEST_WAITED_FOR_NVS,
  type RequestTable,
} from './request-table.ts';
import { STAGE_DEGRADED, STAGE_LOST, STAGE_THERE, type Staging } from './staging.ts';
import type { CacheParameters } from './subsystem-parameters.ts';

/** Steps of a write after its commands. */
const ASK = 0;
const FETCH = 1;
const STORE = 2;
const SEND = 3;
/** Its data has come, and the model had no room for it. */
const SHORT = 4;

const HOST_PRIORITY = 0;
const LATER_PRIORITY = 1;
/** How long a write that found no space waits before it tries again. */
const SHORTAGE_NANOS = 10_000_000;
/** Tracks of background work that are done in between, so that there may be space. */
const SHORTAGE_TRACKS = 64;

/** What requests work with. */
export interface RequestPathParts {
  readonly engine: Engine;
  /** Before the names of parts. */
  readonly prefix: string;
  readonly subsystem: Subsystem;
  readonly requests: RequestTable;
  readonly devices: DeviceGates;
  readonly channels: readonly ChannelSet[];
  readonly staging: Staging;
  readonly nvs: NvsStore;
  readonly notes: DriveNotes;
  readonly cache: CacheParameters;
  readonly hook: () => CopyHook | undefined;
  /** Executes a write in the model, numbered. @returns Its number; 0 when there was no room. */
  readonly execute: (slot: number) => number;
  readonly completed: (slot: number) => void;
}

/** Requests of hosts. */
export class RequestPath implements EnginePart {
  readonly name: string;
  readonly #parts: RequestPathParts;
  readonly #retry: number;
  #heldAtStart: number[] = [];
  #heldAtWrite: number[] = [];
  #short: number[] = [];
  /** Writes that wait for space will be tried again. */
  #isRetryDue = false;
  /** The slot that is taking storage; 0 once it has got it. */
  #taking = 0;

  constructor(parts: RequestPathParts) {
    const { engine, prefix } = parts;
    this.#parts = parts;
    this.name = `${prefix}request path`;
    this.#retry = engine.handler(`${prefix}shortage`, () => this.#retryShort());
    engine.attach(this);
  }

  /** Requests that a copy method holds. */
  get heldCount(): number {
    return this.#heldAtStart.length + this.#heldAtWrite.length;
  }

  /** Writes that wait for space. */
  get shortCount(): number {
    return this.#short.length;
  }

  /** A request arrives. */
  arrive(slot: number): void {
    const { requests, devices, hook } = this.#parts;
    const device = requests.device[slot] as number;
    const asked = hook();
    if (asked?.beforeStart !== undefined) {
      const track = requests.track[slot] as number;
      const operation = requests.operation[slot] as 0 | 1;
      if (asked.beforeStart(device, track, operation, slot) === 'hold') {
        this.#flag(slot, REQUEST_HELD);
        this.#heldAtStart.push(slot);
        return;
      }
    }
    devices.acquire(device, slot);
  }

  /** The device takes it. */
  deviceGranted(slot: number): void {
    const { requests, engine, channels } = this.#parts;
    requests.enterPart(slot, PART_PEND, engine.now);
    (channels[requests.host[slot] as number] as ChannelSet).start(slot);
  }

  /** The commands have been handled. */
  commanded(slot: number): void {
    if (this.#parts.requests.operation[slot] === 0) this.#read(slot);
    else {
      this.#parts.requests.step[slot] = ASK;
      this.#write(slot);
    }
  }

  /** One thing that the request waited for is there. */
  arrived(slot: number): void {
    const { requests, subsystem, notes } = this.#parts;
    const pending = (requests.pending[slot] as number) - 1;
    requests.pending[slot] = pending;
    if (pending > 0) return;
    if (((requests.flags[slot] as number) & REQUEST_DEGRADED) !== 0) {
      // Reading with the help of the redundancy heals: the model moves the track.
      const device = requests.device[slot] as Device['index'];
      subsystem.readSignature(device, requests.track[slot] as never);
      notes.drain(0);
    }
    if (requests.operation[slot] === 0) this.#goOn(slot);
    // A write that is held is asked again when it is let go.
    else if (requests.step[slot] !== ASK) this.#write(slot);
  }

  /** There is room in nonvolatile storage. */
  stored(slot: number): void {
    if (this.#taking === slot) this.#taking = 0;
    else this.#write(slot);
  }

  /** It has a path again. */
  reconnected(slot: number): void {
    const { requests, engine } = this.#parts;
    requests.enterPart(slot, PART_CONNECT, engine.now);
    this.#transfer(slot);
  }

  /** Its data has crossed. */
  transferred(slot: number): void {
    const { requests } = this.#parts;
    const isWrite = requests.operation[slot] === 1;
    if (isWrite && requests.step[slot] === SEND && !this.#execute(slot)) return;
    this.#complete(slot);
  }

  /** Lets held requests ask again. @param device - Only those of this one. */
  releaseHeld(device: number | undefined): void {
    const { requests } = this.#parts;
    const isMeant = (slot: number): boolean =>
      device === undefined || requests.device[slot] === device;
    const starting = this.#heldAtStart.filter(isMeant);
    this.#heldAtStart = this.#heldAtStart.filter((slot) => !isMeant(slot));
    const writing = this.#heldAtWrite.filter(isMeant);
    this.#heldAtWrite = this.#heldAtWrite.filter((slot) => !isMeant(slot));
    for (const slot of starting) this.arrive(slot);
    for (const slot of writing) this.#write(slot);
  }

  save(): Float64Array {
    const lists = [this.#heldAtStart, this.#heldAtWrite, this.#short];
    return Float64Array.from(lists.flatMap((list) => [list.length, ...list]));
  }

  restore(values: Float64Array): void {
    let at = 0;
    const list = (): number[] => {
      const count = values[at] as number;
      at += 1 + count;
      return [...values.subarray(at - count, at)];
    };
    this.#heldAtStart = list();
    this.#heldAtWrite = list();
    this.#short = list();
    this.#isRetryDue = this.#short.length > 0;
  }

  #read(slot: number): void {
    const { requests, staging } = this.#parts;
    const device = requests.device[slot] as number;
    const track = requests.track[slot] as number;
    const met = staging.stage(device, track, this.#readPriority(), FOR_HOST, slot);
    staging.follow(device, track);
    if (met === STAGE_THERE) {
      this.#flag(slot, REQUEST_HIT);
      this.#transfer(slot);
      return;
    }
    if (met === STAGE_LOST) {
      this.#flag(slot, REQUEST_FAILED);
      this.#transfer(slot);
      return;
    }
    if (met === STAGE_DEGRADED) this.#flag(slot, REQUEST_DEGRADED);
    requests.pending[slot] = 1;
    this.#disconnect(slot);
  }

  /** Goes on with a write from the step where it is. */
  #write(slot: number): void {
    const { requests } = this.#parts;
    const step = requests.step[slot] as number;
    if (step === ASK && !this.#ask(slot)) return;
    if (requests.step[slot] === FETCH && !this.#fetch(slot)) return;
    if (requests.step[slot] === STORE && !this.#store(slot)) return;
    if (requests.part[slot] === PART_CONNECT) this.#flag(slot, REQUEST_HIT);
    this.#goOn(slot);
  }

  /** @returns Whether the write goes on now; so the other steps. */
  #ask(slot: number): boolean {
    const { requests, hook } = this.#parts;
    const asked = hook();
    // Held up by one, so that work that is done at once does not end the wait.
    requests.pending[slot] = (requests.pending[slot] as number) + 1;
    if (asked?.beforeWrite !== undefined) {
      const device = requests.device[slot] as number;
      if (asked.beforeWrite(device, requests.track[slot] as number, slot) === 'hold') {
        requests.pending[slot] -= 1;
        this.#flag(slot, REQUEST_HELD);
        this.#heldAtWrite.push(slot);
        this.#disconnect(slot);
        return false;
      }
    }
    requests.step[slot] = FETCH;
    requests.pending[slot] -= 1;
    if (requests.pending[slot] === 0) return true;
    this.#disconnect(slot);
    return false;
  }

  #fetch(slot: number): boolean {
    const { requests, staging, cache, subsystem } = this.#parts;
    requests.step[slot] = STORE;
    if (cache.partialWriteMiss === 'never') return true;
    const device = requests.device[slot] as number;
    const track = requests.track[slot] as number;
    const { recordBytesMax } = subsystem.device(device as Device['index']).model.type;
    if ((requests.bytes[slot] as number) >= recordBytesMax) return true;
    if (cache.partialWriteMiss === 'stageLater') {
      staging.stage(device, track, LATER_PRIORITY, FOR_HOST, 0);
      return true;
    }
    const met = staging.stage(device, track, this.#readPriority(), FOR_HOST, slot);
    if (met === STAGE_THERE || met === STAGE_LOST) return true;
    if (met === STAGE_DEGRADED) this.#flag(slot, REQUEST_DEGRADED);
    requests.pending[slot] = 1;
    this.#disconnect(slot);
    return false;
  }

  /** Before destage; behind what waits of it when storage is nearly full, or writers might wait for ever. */
  #readPriority(): number {
    return this.#parts.nvs.isUrgent ? LATER_PRIORITY : HOST_PRIORITY;
  }

  #store(slot: number): boolean {
    const { requests, nvs, notes } = this.#parts;
    requests.step[slot] = SEND;
    const bytes = nvs.bytesFor(requests.bytes[slot] as number);
    requests.nvsBytes[slot] = bytes;
    this.#taking = slot;
    nvs.take(slot, bytes);
    if (this.#taking === 0) return true;
    this.#taking = 0;
    this.#flag(slot, REQUEST_WAITED_FOR_NVS);
    this.#disconnect(slot);
    if (nvs.shouldDestageOpen) {
      nvs.destageOpen();
      notes.drain(0);
    }
    return false;
  }

  /** @returns Whether the write was executed, or refused for good. */
  #execute(slot: number): boolean {
    const { requests, subsystem, nvs, hook, engine } = this.#parts;
    const device = requests.device[slot] as Device['index'];
    const number = this.#parts.execute(slot);
    if (number > 0) {
      const track = requests.track[slot] as number;
      hook()?.afterWrite?.(device, track, number, slot);
      return true;
    }
    if (subsystem.shortageAnswer(device).kind === 'refused') {
      this.#flag(slot, REQUEST_FAILED);
      nvs.giveBack(requests.nvsBytes[slot] as number);
      hook()?.writeRefused?.(slot);
      return true;
    }
    requests.step[slot] = SHORT;
    this.#disconnect(slot);
    if (!this.#isRetryDue) engine.schedule(SHORTAGE_NANOS, this.#retry);
    this.#isRetryDue = true;
    this.#short.push(slot);
    return false;
  }

  #retryShort(): void {
    const { subsystem, notes } = this.#parts;
    this.#isRetryDue = false;
    subsystem.backgroundStep({ tracks: SHORTAGE_TRACKS });
    notes.drain(0);
    const waiting = this.#short;
    this.#short = [];
    waiting.forEach((slot) => {
      // Nobody passes anybody.
      if (this.#short.length > 0) {
        this.#short.push(slot);
        return;
      }
      if (!this.#execute(slot)) return;
      this.#goOn(slot);
    });
  }

  /** Data may move: over the path that is held, or over the next one. */
  #goOn(slot: number): void {
    const { requests, channels } = this.#parts;
    if (requests.part[slot] === PART_CONNECT) this.#transfer(slot);
    else (channels[requests.host[slot] as number] as ChannelSet).reconnect(slot);
  }

  #transfer(slot: number): void {
    const { requests, channels } = this.#parts;
    const host = requests.host[slot] as number;
    const isFailed = ((requests.flags[slot] as number) & REQUEST_FAILED) !== 0;
    // What has crossed already does not cross again.
    const bytes = isFailed || requests.step[slot] === SHORT ? 0 : (requests.bytes[slot] as number);
    (channels[host] as ChannelSet).transfer(slot, bytes);
  }

  /** Gives the path back, if it is held, while something is waited for. */
  #disconnect(slot: number): void {
    const { requests, channels, engine } = this.#parts;
    if (requests.part[slot] !== PART_CONNECT) return;
    requests.enterPart(slot, PART_DISCONNECT, engine.now);
    (channels[requests.host[slot] as number] as ChannelSet).disconnect(slot);
  }

  #complete(slot: number): void {
    const { requests, engine, channels, devices, completed } = this.#parts;
    requests.finish(slot, engine.now);
    (channels[requests.host[slot] as number] as ChannelSet).release(slot);
    devices.release(requests.device[slot] as number);
    completed(slot);
    requests.release(slot);
  }

  #flag(slot: number, flag: number): void {
    const { flags } = this.#parts.requests;
    flags[slot] = (flags[slot] as number) | flag;
  }
}
