/**
 * A load that replays a trace: every request arrives when the trace says, however slow the subsystem is.
 *
 * The n-th volume of the trace goes to the n-th volume of the load, and around again; addresses fill the
 * free tracks one after the other and wrap at their end. A request that crosses tracks becomes one
 * request for each of them, measured apart. Trims and flushes take no time. The file is read in chunks
 * just ahead of simulated time, so memory does not grow with it.
 *
 * @module
 */
import { invariant } from '../../src/index.ts';
import { READ, type RequestBatch, WRITE } from '../load/request-batch.ts';
import { TraceFeed } from '../load/trace-feed.ts';
import { WHOLE_TRACE } from '../load/trace-selection.ts';
import { FULL_TRACK_BYTES } from '../load/track-mapper.ts';
import { type TrackExtent, TrackSpace } from '../load/track-space.ts';
import type { LoadForm } from './load-schema.ts';
import type { FileRecord } from './run-record.ts';
import type { TimedWorld } from './timed-world.ts';

/** What such a load is made of. */
interface TraceLoadInput {
  readonly form: LoadForm;
  readonly loadClass: number;
  /** Free tracks of each of its volumes. */
  readonly spaces: readonly (readonly TrackExtent[])[];
  readonly ear: (slot: number) => void;
  readonly outside: (work: Promise<unknown>) => void;
}

/** Ends the reading of a trace of which nothing more is wanted. */
class NothingMoreWanted extends Error {}

/** A load that replays a trace. */
export class TraceLoad {
  readonly #world: TimedWorld;
  readonly #form: LoadForm;
  readonly #loadClass: number;
  readonly #spaces: readonly TrackSpace[];
  readonly #outside: TraceLoadInput['outside'];
  readonly #handler: number;
  readonly #done: number;
  /** Requests that were read and have not arrived: four numbers each. */
  #ahead: number[] = [];
  #at = 0;
  #isRead = false;
  #isStopped = false;
  /** Lets the reading go on. */
  #readOn: (() => void) | undefined;
  /** Called when something was read. */
  #arrived: (() => void) | undefined;
  /** What went wrong while reading; met by whoever waits for more. */
  #fault: unknown;

  constructor(world: TimedWorld, input: TraceLoadInput) {
    const { form, loadClass, spaces, ear, outside } = input;
    this.#world = world;
    this.#form = form;
    this.#loadClass = loadClass;
    this.#spaces = spaces.map((extents) => new TrackSpace(extents));
    this.#outside = outside;
    this.#handler = world.engine.handler(`load ${form.name}`, () => this.#arrive());
    this.#done = world.timed[0]?.onDone(ear) ?? 0;
  }

  /** The file that was read. */
  get input(): FileRecord | undefined {
    const file = this.#form.trace?.file;
    return file === undefined ? undefined : this.#world.laboratory.files.digestInput(file);
  }

  start(): void {
    this.#outside(this.#open());
  }

  stop(): void {
    this.#isStopped = true;
    this.#readOn?.();
  }

  /** Begins to read; answers when the first requests are there. */
  async #open(): Promise<void> {
    const { trace } = this.#form;
    invariant(trace !== undefined, 'trace-load-has-trace');
    const feed = new TraceFeed(
      {
        file: trace.file,
        ...(trace.format === undefined ? {} : { format: trace.format }),
        spread: 'auto',
        rejectLimit: 0,
        selection: {
          ...WHOLE_TRACE,
          timeScale: trace.timeScale,
          ...(trace.from === undefined ? {} : { fromNanos: trace.from }),
          ...(trace.until === undefined ? {} : { untilNanos: trace.until }),
        },
      },
      () => (batch) => this.#take(batch),
    );
    const arrived = this.#whenArrived();
    this.#world.laboratory.files
      .readTrace(trace.file, feed, () => this.#pause())
      .catch((error: unknown) => {
        if (!(error instanceof NothingMoreWanted)) this.#fault = error;
      })
      .finally(() => {
        this.#isRead = true;
        this.#arrived?.();
      });
    await arrived;
    if (this.#fault !== undefined) throw this.#fault;
    this.#scheduleNext();
  }

  /** Between chunks: waits until simulated time has caught up. */
  #pause(): Promise<void> | undefined {
    if (this.#isStopped) throw new NothingMoreWanted();
    if (this.#at >= this.#ahead.length) return undefined;
    this.#arrived?.();
    return new Promise((resolve, reject) => {
      this.#readOn = () => {
        if (this.#isStopped) reject(new NothingMoreWanted());
        else resolve();
      };
    });
  }

  #whenArrived(): Promise<void> {
    return new Promise((resolve) => {
      this.#arrived = resolve;
    });
  }

  #take(batch: RequestBatch): void {
    for (let at = 0; at < batch.count; at += 1) {
      const operation = batch.operation[at] as number;
      if (operation !== READ && operation !== WRITE) continue;
      this.#ahead.push(
        batch.arrival[at] as number,
        ((batch.volume[at] as number) % this.#spaces.length) * 2 + operation,
        batch.offset[at] as number,
        batch.length[at] as number,
      );
    }
  }

  #scheduleNext(): void {
    if (this.#isStopped) return;
    if (this.#at < this.#ahead.length) {
      const arrival = Math.round(this.#ahead[this.#at] as number);
      const { engine } = this.#world;
      engine.schedule(Math.max(0, arrival - engine.now), this.#handler);
      return;
    }
    this.#ahead = [];
    this.#at = 0;
    if (this.#isRead) return;
    this.#outside(this.#readMore());
  }

  async #readMore(): Promise<void> {
    const arrived = this.#whenArrived();
    this.#readOn?.();
    await arrived;
    if (this.#fault !== undefined) throw this.#fault;
    this.#scheduleNext();
  }

  #arrive(): void {
    if (this.#isStopped) return;
    const [, kind = 0, offset = 0, length = 0] = this.#ahead.slice(this.#at, this.#at + 4);
    this.#at += 4;
    const space = this.#spaces[kind >> 1];
    if (space !== undefined) this.#submit(space, (kind & 1) as 0 | 1, offset, length);
    this.#scheduleNext();
  }

  /** Submits a request, one piece for each track that it touches. */
  #submit(space: TrackSpace, operation: 0 | 1, offset: number, length: number): void {
    const [timed] = this.#world.timed;
    let track = Math.floor(offset / FULL_TRACK_BYTES);
    let within = offset - track * FULL_TRACK_BYTES;
    for (let left = Math.max(1, length); left > 0; ) {
      const bytes = Math.min(left, FULL_TRACK_BYTES - within);
      space.locate(track % space.count);
      timed?.submit(space.device, space.track, bytes, operation, this.#loadClass, this.#done, 0);
      left -= bytes;
      track += 1;
      within = 0;
    }
  }
}
