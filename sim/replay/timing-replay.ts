/**
 * Replay with timing: requests of a trace meet a subsystem in time.
 *
 * `open`: every request arrives when the trace says, however slow the subsystem is. `closed`: so many
 * are under way at once, the next begins when one is done, and arrivals of the trace do not count.
 * `dependency`: a request comes after the completion that it came after in the trace.
 *
 * The trace is pushed in batches and simulated time runs just behind it, so memory does not grow with
 * it. Trims and flushes take no time and are counted.
 *
 * @module
 */
import { InputError } from '../../src/index.ts';
import {
  checkTimedStations,
  type TimedStationRow,
  timedStations,
} from '../device/timed-stations.ts';
import type { TimedSubsystem } from '../device/timed-subsystem.ts';
import type { Engine } from '../engine/engine.ts';
import { latestArrival, READ, type RequestBatch, WRITE } from '../load/request-batch.ts';
import { OpenRequests } from './open-requests.ts';
import type { ReplayDevices } from './replay-devices.ts';
import { type ReplayOptions, WarmUpWatch } from './replay-options.ts';
import { ReplaySnapshots, type SnapshotRow } from './replay-snapshots.ts';
import {
  ReplayStatistics,
  type ResponseFigures,
  type ResponseParts,
  responseFigures,
} from './replay-statistics.ts';
import { TimedTarget, type TimedTargetParts } from './timed-target.ts';
import type { TouchedTracks } from './touched-tracks.ts';
import { TraceDependencies } from './trace-dependencies.ts';

/** Which clock a replay follows. */
export type ReplayMode =
  | { readonly kind: 'open' }
  | { readonly kind: 'closed'; readonly outstanding: number }
  | { readonly kind: 'dependency' };

/** Options of a replay with timing. */
export interface TimingOptions extends Omit<ReplayOptions, 'capacityBytes'> {
  readonly mode: ReplayMode;
  /** Usable space; default: whole redundancy groups, as many as the trace needs. */
  readonly capacityBytes: number | null;
}

/** What a replay leaves. */
export interface TimingResult {
  readonly requests: number;
  readonly trimRequests: number;
  readonly flushRequests: number;
  readonly warmUpRequests: number;
  readonly bytes: number;
  /** Tracks written before time began. */
  readonly preloadedTracks: number;
  readonly capacityBytes: number;
  readonly groups: number;
  /** Simulated time at the end, and trace time of the last request. */
  readonly simulatedNanos: number;
  readonly traceNanos: number;
  readonly requestsPerSecond: number | null;
  readonly all: ResponseFigures | null;
  readonly reads: ResponseFigures | null;
  readonly writes: ResponseFigures | null;
  /** What the trace itself measured for these requests. */
  readonly measured: ResponseFigures | null;
  readonly parts: ResponseParts | null;
  /** Share of pieces that the cache answered. */
  readonly hitRatio: number | null;
  /** Most requests under way at once. */
  readonly peakOutstanding: number;
  readonly snapshotCount: number;
  readonly snapshots: readonly SnapshotRow[];
  readonly stations: readonly TimedStationRow[];
  readonly eventCount: number;
  readonly witness: string;
}

/** Requests that may be under way: far more than any host starts, and little memory. */
const OUTSTANDING_MAX = 1_000_000;
const SPAN_NANOS_MIN = 1e6;
const NANOS_PER_SECOND = 1e9;
const LOAD_CLASS = 0;
/** Completions remembered for requests that may depend on them. */
const REMEMBERED = 1_048_576;

/** Replays batches. */
export class TimingReplay {
  readonly #options: TimingOptions;
  readonly #target: TimedTarget;
  readonly #engine: Engine;
  readonly #timed: TimedSubsystem;
  readonly #devices: ReplayDevices;
  readonly #snapshots: ReplaySnapshots;
  readonly #warmUp: WarmUpWatch;
  readonly #statistics = new ReplayStatistics();
  readonly #open = new OpenRequests();
  readonly #dependencies = new TraceDependencies();
  /** When each of the last requests was done; below zero while it is not. Dependency mode only. */
  readonly #doneAt: Float64Array;
  readonly #arrivalHandler: number;
  readonly #done: number;
  // The batch at hand.
  #batch: RequestBatch | undefined;
  #at = 0;
  #requests = 0;
  #warmUpRequests = 0;
  /** When the first request that counts arrived. */
  #countsFromNanos = 0;
  #trims = 0;
  #flushes = 0;
  #traceNanos = 0;
  #isEnding = false;
  /** In dependency mode: the request for which the batch waits, or -1. */
  #awaited = -1;

  /** @param touched - Tracks that are there before time begins; nothing is when it is undefined. */
  constructor(options: TimingOptions, parts: TimedTargetParts, touched: TouchedTracks | undefined) {
    this.#options = options;
    this.#target = new TimedTarget(options, parts, touched);
    this.#engine = this.#target.engine;
    this.#timed = this.#target.timed;
    this.#devices = this.#target.devices;
    const { subsystem } = this.#timed;
    const { snapshots, snapshotsKept } = options;
    this.#snapshots = new ReplaySnapshots(subsystem, this.#devices, snapshots, snapshotsKept);
    this.#warmUp = new WarmUpWatch(options.warmUp);
    this.#doneAt = new Float64Array(options.mode.kind === 'dependency' ? REMEMBERED : 0);
    this.#arrivalHandler = this.#engine.handler('arrival of the trace', () => {
      this.#arrive();
    });
    this.#done = this.#timed.onDone((slot, place) => {
      this.#pieceDone(slot, place);
    });
    this.#timed.startBackground();
  }

  /** Replays a batch: time stands at its last arrival afterwards. */
  take(batch: RequestBatch): void {
    if (batch.count === 0) return;
    this.#batch = batch;
    this.#at = 0;
    this.#traceNanos = Math.max(this.#traceNanos, latestArrival(batch));
    if (this.#options.mode.kind === 'closed') this.#takeClosed(this.#options.mode.outstanding);
    else this.#takeTimed();
    this.#batch = undefined;
  }

  /** Waits until everything is done. @throws InputError USAGE when the whole trace was warm-up. */
  end(): TimingResult {
    this.#warmUp.requireOver(this.#requests);
    this.#isEnding = true;
    while (this.#open.count > 0) this.#engine.run();
    checkTimedStations(this.#timed);
    return this.#result();
  }

  #takeTimed(): void {
    this.#scheduleNext();
    while (this.#batch !== undefined && this.#at < this.#batch.count) this.#engine.run();
  }

  #takeClosed(outstanding: number): void {
    const batch = this.#batch as RequestBatch;
    while (this.#at < batch.count) {
      while (this.#at < batch.count && this.#open.count < outstanding) this.#issue();
      if (this.#at < batch.count) this.#engine.run();
    }
  }

  /** Schedules the request at hand, or notes for which completion it waits. */
  #scheduleNext(): void {
    const batch = this.#batch as RequestBatch;
    const { now } = this.#engine;
    const arrival = batch.arrival[this.#at] as number;
    let due = arrival;
    if (this.#options.mode.kind === 'dependency') {
      const response = batch.response[this.#at] as number;
      this.#dependencies.next(this.#requests, arrival, response);
      const { parent, thinkNanos } = this.#dependencies;
      if (parent >= 0) {
        const doneAt = this.#doneAt[parent % REMEMBERED] as number;
        if (doneAt < 0) {
          this.#awaited = parent;
          return;
        }
        due = doneAt + thinkNanos;
      }
    }
    this.#engine.schedule(Math.max(0, due - now), this.#arrivalHandler);
  }

  #arrive(): void {
    const batch = this.#batch as RequestBatch;
    this.#issue();
    if (this.#at < batch.count) this.#scheduleNext();
    else this.#engine.stop();
  }

  /** Begins the request at hand. */
  #issue(): void {
    const batch = this.#batch as RequestBatch;
    const at = this.#at;
    this.#at = at + 1;
    const number = this.#requests;
    const { now } = this.#engine;
    if (now >= this.#snapshots.nextNanos || number >= this.#snapshots.nextRequests) {
      this.#snapshots.take(number, now);
      this.#timed.collectDriveWork();
    }
    if (number === 0) this.#countsFromNanos = now;
    if (!this.#warmUp.isOver) this.#warm(number, now);
    this.#requests = number + 1;
    const operation = batch.operation[at] as number;
    if (this.#doneAt.length > 0) this.#doneAt[number % REMEMBERED] = -1;
    if (operation > WRITE) {
      this.#countOnly(operation, number);
      return;
    }
    if (this.#open.count === OUTSTANDING_MAX) tooMany(number);
    const response = batch.response[at] as number;
    if (response >= 0 && this.#warmUp.isOver) this.#statistics.measured.record(response);
    this.#submit(batch, at, operation as typeof READ | typeof WRITE, number);
  }

  #submit(
    batch: RequestBatch,
    at: number,
    operation: typeof READ | typeof WRITE,
    number: number,
  ): void {
    const open = this.#open;
    const place = open.take();
    open.arrival[place] = this.#engine.now;
    open.operation[place] = operation;
    open.isCounted[place] = this.#warmUp.isOver ? 1 : 0;
    open.number[place] = number;
    // One more than there are, until all are submitted: a piece may be done at once.
    open.pieces[place] = 1;
    const { mapper } = this.#devices;
    mapper.begin(
      batch.volume[at] as number,
      batch.offset[at] as number,
      batch.length[at] as number,
    );
    while (mapper.next()) {
      open.pieces[place] += 1;
      const { device, track, bytes } = mapper;
      this.#timed.submit(device, track, bytes, operation, LOAD_CLASS, this.#done, place);
    }
    this.#pieceGone(place);
  }

  #countOnly(operation: number, number: number): void {
    if (operation === WRITE + 1) this.#trims += 1;
    else this.#flushes += 1;
    if (this.#doneAt.length > 0) this.#doneAt[number % REMEMBERED] = this.#engine.now;
  }

  #pieceDone(slot: number, place: number): void {
    if (this.#open.isCounted[place] === 1) {
      const statistics = this.#statistics;
      const { requests } = this.#timed;
      statistics.pieces += 1;
      statistics.hits += (requests.flags[slot] as number) & 1;
      statistics.bytes += requests.bytes[slot] as number;
      statistics.iosq += requests.iosq[slot] as number;
      statistics.pend += requests.pend[slot] as number;
      statistics.disconnect += requests.disconnect[slot] as number;
      statistics.connect += requests.connect[slot] as number;
    }
    this.#pieceGone(place);
  }

  #pieceGone(place: number): void {
    const open = this.#open;
    const left = (open.pieces[place] as number) - 1;
    open.pieces[place] = left;
    if (left === 0) this.#requestDone(place);
  }

  #requestDone(place: number): void {
    const open = this.#open;
    const { now } = this.#engine;
    const number = open.number[place] as number;
    if (open.isCounted[place] === 1) {
      const operation = open.operation[place] as number;
      this.#statistics.request(operation, now - (open.arrival[place] as number));
    }
    open.release(place);
    if (this.#isEnding) {
      if (open.count === 0) this.#engine.stop();
      return;
    }
    const { mode } = this.#options;
    // A place is free: the batch goes on between two events.
    if (mode.kind === 'closed') this.#engine.stop();
    if (mode.kind !== 'dependency') return;
    this.#doneAt[number % REMEMBERED] = now;
    if (number !== this.#awaited) return;
    this.#awaited = -1;
    this.#engine.schedule(this.#dependencies.thinkNanos, this.#arrivalHandler);
  }

  #warm(requests: number, now: number): void {
    const { cache } = this.#timed;
    const isFull = cache.usedCount === cache.slotCount;
    if (!this.#warmUp.ends(requests, now, isFull)) return;
    this.#warmUpRequests = requests;
    this.#countsFromNanos = now;
  }

  #result(): TimingResult {
    const statistics = this.#statistics;
    const all = statistics.all();
    const span = this.#engine.now - this.#countsFromNanos;
    return {
      requests: this.#requests - this.#warmUpRequests,
      trimRequests: this.#trims,
      flushRequests: this.#flushes,
      warmUpRequests: this.#warmUpRequests,
      bytes: statistics.bytes,
      preloadedTracks: this.#target.preloadedTracks,
      capacityBytes: this.#timed.subsystem.capacity().capacityBytes,
      groups: this.#target.groupCount,
      simulatedNanos: this.#engine.now,
      traceNanos: this.#traceNanos,
      requestsPerSecond: span < SPAN_NANOS_MIN ? null : (all.count * NANOS_PER_SECOND) / span,
      all: responseFigures(all),
      reads: responseFigures(statistics.reads),
      writes: responseFigures(statistics.writes),
      measured: responseFigures(statistics.measured),
      parts: statistics.parts(),
      hitRatio: statistics.pieces === 0 ? null : statistics.hits / statistics.pieces,
      peakOutstanding: this.#open.peak,
      snapshotCount: this.#snapshots.count,
      snapshots: this.#snapshots.rows,
      stations: timedStations(this.#timed)
        .map(({ row }) => row())
        .filter(({ arrivals }) => arrivals > 0),
      eventCount: this.#engine.eventCount,
      witness: this.#engine.witness,
    };
  }
}

function tooMany(number: number): never {
  throw new InputError('CAPACITY_EXCEEDED', {
    what: `${OUTSTANDING_MAX} requests are under way at request ${number}`,
    limit: 'the subsystem is slower than the trace, and an open replay does not wait',
    fix: 'replay it closed (--mode closed --outstanding 32), slower (--time-scale 2), or on more drives',
  });
}
