/**
 * Staging: tracks that are not in the cache come from where they lie.
 *
 * | track | takes |
 * | --- | --- |
 * | without content, or still in nonvolatile storage | nothing |
 * | on its drive | one read |
 * | on a drive that failed or misses it | a read of as many other members as hold data |
 *
 * Whoever wants a track that is on its way waits for the same stage. A reader who goes through a device
 * track by track gets the next ones read ahead; a few such readers are followed on each device at once.
 *
 * Tracks that a copy goes over once come as guests and do not stay; those that were there already do not
 * count as used (docs/timing.md, Cache).
 *
 * @module
 */
import type { Device, Subsystem } from '../../src/index.ts';
import type { Engine, EnginePart } from '../engine/engine.ts';
import type { CacheUse } from './copy-hook.ts';
import { type DriveBank, FOR_READ_AHEAD } from './drive-bank.ts';
import { type DriveTasks, TASK_STAGE } from './drive-tasks.ts';
import { NOT_CACHED, type TrackCache } from './track-cache.ts';

/** What a request for a track met. */
export const STAGE_THERE = 0;
/** The caller waits and is told. */
export const STAGE_WAITS = 1;
/** The caller waits, and the redundancy has to help. */
export const STAGE_DEGRADED = 2;
/** The track is lost: there is nothing to wait for. */
export const STAGE_LOST = 3;

/** Readers that are followed on each device. */
const STREAMS = 4;
const READ_AHEAD_PRIORITY = 1;
/** Of a place: the track that a stream reads next, and up to where it was read ahead. */
const NEXT = 0;
const AHEAD = 1;
const STREAM_WORDS = 2;

/** What staging works with. */
export interface StagingParts {
  readonly engine: Engine;
  /** Before the names of parts. */
  readonly prefix: string;
  readonly subsystem: Subsystem;
  readonly cache: TrackCache;
  readonly tasks: DriveTasks;
  readonly bank: DriveBank;
  readonly readAheadTracks: number;
}

/** Brings tracks into the cache. */
export class Staging implements EnginePart {
  readonly name: string;
  /** Tracks that were read ahead. */
  readAheadCount = 0;
  readonly #parts: StagingParts;
  readonly #survivors: Int32Array;
  /** Streams of each device, and which is taken next for a new one. */
  #streams = new Int32Array(0);
  #turns = new Int32Array(0);

  constructor(parts: StagingParts) {
    this.#parts = parts;
    this.name = `${parts.prefix}staging`;
    const { shapes } = parts.subsystem.places;
    const most = Math.max(...shapes.map(({ dataDrives }) => dataDrives));
    this.#survivors = new Int32Array(most);
    parts.engine.attach(this);
  }

  /** Whether a track is there, as far as it has to be for a whole or partial write or a read. */
  isThere(device: number, track: number): boolean {
    const slot = this.#parts.cache.find(device, track);
    return slot !== NOT_CACHED && this.#parts.cache.stageOf(slot) === 0;
  }

  /** Whether a track is there, and not only because a copy has had it read ahead. */
  isKept(device: number, track: number): boolean {
    const { cache } = this.#parts;
    const slot = cache.find(device, track);
    return slot !== NOT_CACHED && cache.stageOf(slot) === 0 && !cache.isGuest(slot);
  }

  /**
   * Asks for a track.
   *
   * @param priority - Of the drive.
   * @param purpose - On whose behalf: drive-bank.ts.
   * @param waiter - The slot that waits when it is not there; 0 for nobody.
   * @param use - Default `normal`.
   * @returns `STAGE_…`.
   */
  stage(
    device: number,
    track: number,
    priority: number,
    purpose: number,
    waiter: number,
    use: CacheUse = 'normal',
  ): number {
    const { cache, tasks, subsystem } = this.#parts;
    const isGuest = use === 'sequential';
    const slot = cache.find(device, track);
    if (slot !== NOT_CACHED) {
      if (!isGuest) cache.touch(slot);
      const task = cache.stageOf(slot);
      if (task === 0) return STAGE_THERE;
      if (waiter !== 0) tasks.addWaiter(task, waiter);
      return STAGE_WAITS;
    }
    const kind = subsystem.places.find(device, track);
    if (kind === 'none') return STAGE_THERE;
    if (kind === 'nvs') {
      if (!isGuest) cache.insert(device, track, 0);
      return STAGE_THERE;
    }
    const task = tasks.take(TASK_STAGE, device, track, 0);
    const pieces =
      kind === 'drive'
        ? this.#readOne(task, priority, purpose)
        : this.#readMany(task, priority, purpose);
    if (pieces === 0) {
      tasks.release(task);
      return STAGE_LOST;
    }
    cache.insert(device, track, task, isGuest);
    if (waiter !== 0) tasks.addWaiter(task, waiter);
    return kind === 'drive' ? STAGE_WAITS : STAGE_DEGRADED;
  }

  /** A stage has all its pieces: its track is there, unless it was dropped or changed meanwhile. */
  arrive(task: number): void {
    const { cache, tasks } = this.#parts;
    const slot = cache.find(tasks.a[task] as number, tasks.b[task] as number);
    if (slot !== NOT_CACHED && cache.stageOf(slot) === task) cache.arrive(slot);
  }

  /** A host wrote a track: it is there, whatever was on its way. */
  put(device: number, track: number): void {
    const { cache } = this.#parts;
    const slot = cache.find(device, track);
    if (slot === NOT_CACHED) cache.insert(device, track, 0);
    else cache.touch(slot);
  }

  /** A host reads a track: reads ahead when it goes on where a reader was. */
  follow(device: number, track: number): void {
    const { readAheadTracks } = this.#parts;
    if (readAheadTracks === 0) return;
    if (device >= this.#turns.length) this.#growStreams(device + 1);
    const first = device * STREAMS * STREAM_WORDS;
    const streams = this.#streams;
    for (let at = first; at < first + STREAMS * STREAM_WORDS; at += STREAM_WORDS) {
      const next = streams[at + NEXT] as number;
      if (next === track) {
        streams[at + NEXT] = track + 1;
        streams[at + AHEAD] = this.readAhead(device, track, streams[at + AHEAD] as number);
        return;
      }
      // The same track again, record after record.
      if (next === track + 1) return;
    }
    const turn = this.#turns[device] as number;
    this.#turns[device] = (turn + 1) % STREAMS;
    const at = first + turn * STREAM_WORDS;
    streams[at + NEXT] = track + 1;
    streams[at + AHEAD] = 0;
  }

  /**
   * Reads ahead of a track.
   *
   * @param until - Up to where that was done already.
   * @returns Up to where it is done now.
   */
  readAhead(device: number, track: number, until: number): number {
    const { subsystem, readAheadTracks } = this.#parts;
    const { trackCount } = subsystem.device(device as Device['index']);
    const end = Math.min(track + 1 + readAheadTracks, trackCount);
    for (let ahead = Math.max(track + 1, until); ahead < end; ahead += 1) {
      if (this.stage(device, ahead, READ_AHEAD_PRIORITY, FOR_READ_AHEAD, 0) !== STAGE_WAITS)
        continue;
      this.readAheadCount += 1;
    }
    return Math.max(end, until);
  }

  save(): Float64Array {
    return Float64Array.from([this.readAheadCount, ...this.#turns, ...this.#streams]);
  }

  restore(values: Float64Array): void {
    const devices = (values.length - 1) / (1 + STREAMS * STREAM_WORDS);
    this.readAheadCount = values[0] as number;
    this.#turns = Int32Array.from(values.subarray(1, 1 + devices));
    this.#streams = Int32Array.from(values.subarray(1 + devices));
  }

  #readOne(task: number, priority: number, purpose: number): number {
    const { bank, tasks, subsystem } = this.#parts;
    const { group, cylinder, member, sector, sectors } = subsystem.places;
    tasks.pending[task] = 1;
    bank.enter(group, cylinder, member, sector, sectors, 0, priority, purpose, task);
    return 1;
  }

  #readMany(task: number, priority: number, purpose: number): number {
    const { bank, tasks, subsystem } = this.#parts;
    const { places } = subsystem;
    const { group, cylinder, sector, sectors } = places;
    const survivors = this.#survivors;
    const count = places.survivors(group, cylinder, sector, sectors, survivors);
    if (count < (places.shapes[group]?.dataDrives ?? 0)) return 0;
    tasks.pending[task] = count;
    for (let at = 0; at < count; at += 1) {
      const member = survivors[at] as number;
      bank.enter(group, cylinder, member, sector, sectors, 0, priority, purpose, task);
    }
    return count;
  }

  #growStreams(devices: number): void {
    const turns = new Int32Array(devices);
    turns.set(this.#turns);
    const streams = new Int32Array(devices * STREAMS * STREAM_WORDS).fill(-1);
    streams.set(this.#streams);
    this.#turns = turns;
    this.#streams = streams;
  }
}
