/**
 * Replay at the level of the mapping: every request goes to a real subsystem with signature content and
 * to a cache of tracks, and takes no time.
 *
 * A read looks for its tracks in the cache and, on a miss, in the mapping. A write makes a new instance
 * of each of its tracks, and leaves them in the cache. Whole tracks that are trimmed become null tracks
 * and give their space back. No time passes in which background work could be done at leisure: after
 * each batch there is a turn of it while replaced snapshots wait to be taken apart, and collection
 * works when space is needed.
 *
 * @module
 */
import { type Device, InputError, Subsystem, type TrackIndex } from '../../src/index.ts';
import { type MemoryReport, memoryReport } from '../../src/inspect.ts';
import { TrackCache } from '../device/track-cache.ts';
import { latestArrival, READ, type RequestBatch, TRIM, WRITE } from '../load/request-batch.ts';
import type { TrackMapper } from '../load/track-mapper.ts';
import { REPLAY_DEVICE_COUNT_MAX, ReplayDevices } from './replay-devices.ts';
import { type ReplayOptions, WarmUpWatch } from './replay-options.ts';
import { ReplaySnapshots, type SnapshotRow } from './replay-snapshots.ts';

/** Options of a replay at mapping level. */
export interface MappingOptions extends ReplayOptions {
  /** Room of the cache, in bytes; a track takes {@link ReplayOptions.trackBytes}. */
  readonly cacheBytes: number;
  /** Which track leaves a full cache: the one used, or the one brought, longest ago. */
  readonly policy: 'lru' | 'fifo';
}

/** Default room of the cache: that of a 3990 or RVA of the period (our choice). */
export const CACHE_BYTES_DEFAULT = 2 ** 30;

/** What was counted after the warm-up. Tracks are accesses to tracks: a request may have several. */
interface MappingCounts {
  readonly requests: number;
  readonly readRequests: number;
  readonly writeRequests: number;
  readonly trimRequests: number;
  readonly flushRequests: number;
  readonly readBytes: number;
  readonly writeBytes: number;
  readonly trackReads: number;
  readonly trackReadHits: number;
  readonly trackWrites: number;
  readonly trackWriteHits: number;
  readonly tracksTrimmed: number;
  /** Tracks that were read before they were ever written. */
  readonly unwrittenReads: number;
}

/** Space of one volume in the end. */
export interface VolumeSpace {
  /** Place of the volume in the trace. */
  readonly volume: number;
  readonly mapped: number;
  /** Of these: tracks that a snapshot reaches, too. */
  readonly shared: number;
  readonly uniqueBytes: number;
  readonly sharedBytes: number;
}

/** What a replay leaves. */
export interface MappingResult {
  readonly counts: MappingCounts;
  readonly warmUpRequests: number;
  /** Share of track accesses that the cache answered; null when there was none. */
  readonly readHitRatio: number | null;
  readonly hitRatio: number | null;
  readonly cacheTracks: number;
  /** Trace time of the latest request. */
  readonly lastNanos: number;
  readonly snapshotCount: number;
  readonly snapshots: readonly SnapshotRow[];
  readonly volumes: readonly VolumeSpace[];
  readonly liveBytes: number;
  readonly netCapacityLoadPercent: number;
  readonly memory: MemoryReport;
}

// Places of the counters.
const REQUESTS = 0;
const BY_OPERATION = 1;
const READ_BYTES = 5;
const WRITE_BYTES = 6;
const TRACK_READS = 7;
const READ_HITS = 8;
const TRACK_WRITES = 9;
const WRITE_HITS = 10;
const TRIMMED = 11;
const UNWRITTEN = 12;
const COUNTERS = 13;

/** Tracks that background work may look at after a batch. */
const BACKGROUND_TRACKS = 4_096;
/** Steps of background work before a full subsystem is given up. */
const SPACE_STEPS_MAX = 10_000;
const LRU = 'lru';

/** Replays batches. */
export class MappingReplay {
  readonly subsystem: Subsystem;
  readonly #options: MappingOptions;
  readonly #devices: ReplayDevices;
  readonly #mapper: TrackMapper;
  readonly #cache: TrackCache;
  readonly #snapshots: ReplaySnapshots;
  readonly #warmUp: WarmUpWatch;
  readonly #isLru: boolean;
  readonly #counts = new Float64Array(COUNTERS);
  /** Requests so far, warm-up included. */
  #requests = 0;
  #warmUpRequests = 0;
  #writes = 0;
  /** Trees of replaced snapshots wait to be taken apart. */
  #owesWork = false;
  #lastNanos = 0;

  constructor(options: MappingOptions) {
    this.#options = options;
    this.subsystem = Subsystem.create({
      name: 'REPLAY',
      content: 'signature',
      capacityBytes: options.capacityBytes,
      deviceCountMax: REPLAY_DEVICE_COUNT_MAX,
      outOfSpace: 'failWrite',
    });
    this.#devices = new ReplayDevices(this.subsystem, options.trackBytes, () => undefined);
    this.#mapper = this.#devices.mapper;
    this.#cache = new TrackCache(options.cacheBytes, options.trackBytes);
    const { snapshots, snapshotsKept } = options;
    this.#snapshots = new ReplaySnapshots(this.subsystem, this.#devices, snapshots, snapshotsKept);
    this.#warmUp = new WarmUpWatch(options.warmUp);
    this.#isLru = options.policy === LRU;
  }

  /** Replays a batch. @throws InputError CAPACITY_EXCEEDED when the subsystem is full. */
  take(batch: RequestBatch): void {
    const counts = this.#counts;
    const mapper = this.#mapper;
    const snapshots = this.#snapshots;
    const { count } = batch;
    for (let at = 0; at < count; at += 1) {
      const arrival = batch.arrival[at] as number;
      if (arrival >= snapshots.nextNanos || this.#requests >= snapshots.nextRequests) {
        snapshots.take(this.#requests, arrival);
        this.#owesWork = true;
      }
      if (!this.#warmUp.isOver) this.#warm(arrival);
      this.#requests += 1;
      const operation = batch.operation[at] as number;
      const length = batch.length[at] as number;
      counts[REQUESTS] = (counts[REQUESTS] as number) + 1;
      const place = BY_OPERATION + operation;
      counts[place] = (counts[place] as number) + 1;
      mapper.begin(batch.volume[at] as number, batch.offset[at] as number, length);
      if (operation === READ) {
        counts[READ_BYTES] = (counts[READ_BYTES] as number) + length;
        while (mapper.next()) this.#read(mapper.device, mapper.track);
      } else if (operation === WRITE) {
        counts[WRITE_BYTES] = (counts[WRITE_BYTES] as number) + length;
        while (mapper.next()) this.#write(mapper.device, mapper.track);
      } else if (operation === TRIM) {
        while (mapper.next()) this.#trim();
      }
    }
    this.#lastNanos = Math.max(this.#lastNanos, latestArrival(batch));
    if (!this.#owesWork) return;
    const { idle } = this.subsystem.backgroundStep({ tracks: BACKGROUND_TRACKS });
    this.#owesWork = !idle;
  }

  /**
   * What was counted, and how the space is shared. Walks the directories of all volumes.
   *
   * @throws InputError USAGE when the warm-up lasted longer than the trace.
   */
  result(): MappingResult {
    this.#warmUp.requireOver(this.#requests);
    const count = (place: number): number => this.#counts[place] as number;
    const hits = count(READ_HITS) + count(WRITE_HITS);
    const tracks = count(TRACK_READS) + count(TRACK_WRITES);
    const capacity = this.subsystem.capacity();
    return {
      counts: {
        requests: count(REQUESTS),
        readRequests: count(BY_OPERATION),
        writeRequests: count(BY_OPERATION + 1),
        trimRequests: count(BY_OPERATION + 2),
        flushRequests: count(BY_OPERATION + 3),
        readBytes: count(READ_BYTES),
        writeBytes: count(WRITE_BYTES),
        trackReads: count(TRACK_READS),
        trackReadHits: count(READ_HITS),
        trackWrites: count(TRACK_WRITES),
        trackWriteHits: count(WRITE_HITS),
        tracksTrimmed: count(TRIMMED),
        unwrittenReads: count(UNWRITTEN),
      },
      warmUpRequests: this.#warmUpRequests,
      readHitRatio: count(TRACK_READS) === 0 ? null : count(READ_HITS) / count(TRACK_READS),
      hitRatio: tracks === 0 ? null : hits / tracks,
      cacheTracks: this.#cache.slotCount,
      lastNanos: this.#lastNanos,
      snapshotCount: this.#snapshots.count,
      snapshots: this.#snapshots.rows,
      volumes: this.#devices.sources.map((device, at) => this.#space(device, at)),
      liveBytes: capacity.liveBytes,
      netCapacityLoadPercent: capacity.netCapacityLoadPercent,
      memory: memoryReport(this.subsystem),
    };
  }

  #space(device: Device, at: number): VolumeSpace {
    const space = this.subsystem.deviceSpace(device.index);
    return {
      volume: this.#devices.volumes[at] as number,
      mapped: space.mapped,
      shared: space.shared,
      uniqueBytes: space.uniqueBytes,
      sharedBytes: space.sharedBytes,
    };
  }

  #warm(arrival: number): void {
    const isFull = this.#cache.usedCount === this.#cache.slotCount;
    if (!this.#warmUp.ends(this.#requests, arrival, isFull)) return;
    this.#warmUpRequests = this.#requests;
    this.#counts.fill(0);
  }

  #read(device: number, track: number): void {
    const counts = this.#counts;
    counts[TRACK_READS] = (counts[TRACK_READS] as number) + 1;
    const cache = this.#cache;
    const slot = cache.find(device, track);
    if (slot !== 0) {
      counts[READ_HITS] = (counts[READ_HITS] as number) + 1;
      if (this.#isLru) cache.touch(slot);
      return;
    }
    const isThere = this.subsystem.readSignature(device as Device['index'], track as TrackIndex);
    if (!isThere) {
      counts[UNWRITTEN] = (counts[UNWRITTEN] as number) + 1;
      if (this.#options.isPreloaded) this.#store(device, track);
    }
    cache.insert(device, track, 0);
  }

  #write(device: number, track: number): void {
    const counts = this.#counts;
    counts[TRACK_WRITES] = (counts[TRACK_WRITES] as number) + 1;
    this.#store(device, track);
    const cache = this.#cache;
    const slot = cache.find(device, track);
    if (slot === 0) {
      cache.insert(device, track, 0);
      return;
    }
    counts[WRITE_HITS] = (counts[WRITE_HITS] as number) + 1;
    if (this.#isLru) cache.touch(slot);
  }

  /** A track that is trimmed as a whole is let go; a part of one stays. */
  #trim(): void {
    const { device, track, start, bytes, trackBytes } = this.#mapper;
    if (start !== 0 || bytes !== trackBytes) return;
    this.subsystem.loadNullTrack(device as Device['index'], track as TrackIndex, 1);
    const slot = this.#cache.find(device, track);
    if (slot !== 0) this.#cache.drop(slot);
    this.#counts[TRIMMED] = (this.#counts[TRIMMED] as number) + 1;
  }

  #store(device: number, track: number): void {
    const number = this.#writes + 1;
    this.#writes = number;
    const low = number >>> 0;
    const index = device as Device['index'];
    if (this.subsystem.writeSignature(index, track as TrackIndex, low, device) !== 0) return;
    this.#makeRoom(index, track as TrackIndex, low);
  }

  /** There was no space: background work gets it back, or the subsystem is full. */
  #makeRoom(device: Device['index'], track: TrackIndex, low: number): void {
    for (let step = 0; step < SPACE_STEPS_MAX; step += 1) {
      const report = this.subsystem.backgroundStep({ tracks: BACKGROUND_TRACKS });
      if (this.subsystem.writeSignature(device, track, low, device) !== 0) return;
      if (report.idle) break;
    }
    const capacity = this.subsystem.capacity();
    throw new InputError('CAPACITY_EXCEEDED', {
      what: `the subsystem is full after ${this.#requests} requests, with ${capacity.liveBytes} live bytes`,
      limit: `its capacity is ${capacity.capacityBytes} bytes`,
      fix: 'give it more (--capacity), keep fewer snapshots, or pick a part of the trace',
    });
  }
}
