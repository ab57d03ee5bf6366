/**
 * Loads that ask by themselves: open ones, whose requests come whatever became of the earlier ones, and
 * closed ones, whose users wait for an answer and think before they ask again.
 *
 * A source draws from two substreams of its own, named after it: one for when, one for what. So the
 * requests of an open load are the same for every method and every subsystem under it.
 *
 * @module
 */
import { invariant } from '../../src/index.ts';
import type { Engine, EnginePart } from '../engine/engine.ts';
import { Substream } from '../engine/substream.ts';
import { type ArrivalLaw, type Arrivals, createArrivals } from './arrivals.ts';
import type { IoSink } from './io-sink.ts';
import { createMix, type MixLaw, type RequestMix } from './request-mix.ts';
import { type TrackExtent, TrackSpace } from './track-space.ts';

/** A load. */
export interface LoadInput {
  /** Unique within the engine. */
  readonly name: string;
  /** Number under which its requests are measured. */
  readonly loadClass: number;
  /** Tracks that it uses. */
  readonly extents: readonly TrackExtent[];
  readonly arrival:
    | ArrivalLaw
    /** `users` of them, each with one request under way or thinking, exponential with this mean. */
    | { readonly kind: 'closed'; readonly users: number; readonly thinkNanos: number };
  readonly mix: MixLaw;
  readonly seed: number;
  readonly replication: number;
}

/** A load that can be started and stopped. */
export interface LoadSource extends EnginePart {
  /** Requests that were submitted, and those of them that are done. */
  readonly issuedCount: number;
  readonly doneCount: number;
  /** Lets requests come from now on. */
  start(): void;
  /** No new requests; those under way go on. */
  stop(): void;
}

/** What is told of a completed request, besides the source's own account: the slot in the sink. */
export type RequestEar = (slot: number) => void;

/** Makes a load. */
export function createLoadSource(
  engine: Engine,
  sink: IoSink,
  input: LoadInput,
  ear: RequestEar,
): LoadSource {
  const { arrival } = input;
  const supply = new RequestSupply(engine, input);
  if (arrival.kind === 'closed') return new ClosedSource(engine, sink, input, supply, arrival, ear);
  return new OpenSource(engine, sink, input, supply, createArrivals(arrival, supply.when), ear);
}

/** Draws requests and hands them to the sink. */
class RequestSupply {
  readonly when: Substream;
  readonly mix: RequestMix;
  readonly #space: TrackSpace;

  constructor(engine: Engine, { name, extents, mix, seed, replication }: LoadInput) {
    const what = new Substream(seed, replication, `${name} requests`);
    this.when = new Substream(seed, replication, `${name} arrivals`);
    this.#space = new TrackSpace(extents);
    this.mix = createMix(mix, this.#space.count, what);
    engine.attach(what);
    engine.attach(this.when);
  }

  submit(sink: IoSink, loadClass: number, done: number, tag: number): void {
    const { mix } = this;
    const space = this.#space;
    mix.draw();
    space.locate(mix.place);
    sink.submit(space.device, space.track, mix.bytes, mix.operation, loadClass, done, tag);
  }
}

class OpenSource implements LoadSource {
  readonly name: string;
  issuedCount = 0;
  doneCount = 0;
  readonly #engine: Engine;
  readonly #sink: IoSink;
  readonly #supply: RequestSupply;
  readonly #arrivals: Arrivals;
  readonly #loadClass: number;
  readonly #handler: number;
  readonly #done: number;
  /** Counts starts, so that an arrival scheduled before a stop is known as stale. */
  #round = 0;
  #isRunning = false;

  constructor(
    engine: Engine,
    sink: IoSink,
    input: LoadInput,
    supply: RequestSupply,
    arrivals: Arrivals,
    ear: RequestEar,
  ) {
    this.name = input.name;
    this.#engine = engine;
    this.#sink = sink;
    this.#supply = supply;
    this.#arrivals = arrivals;
    this.#loadClass = input.loadClass;
    this.#handler = engine.handler(`${input.name} arrives`, (round) => this.#arrive(round));
    this.#done = sink.onDone((slot) => {
      this.doneCount += 1;
      ear(slot);
    });
    engine.attach(this);
  }

  start(): void {
    if (this.#isRunning) return;
    this.#isRunning = true;
    this.#round += 1;
    this.#scheduleNext();
  }

  stop(): void {
    this.#isRunning = false;
  }

  save(): Float64Array {
    const { issuedCount, doneCount } = this;
    const arrivals = this.#arrivals.save();
    const own = [issuedCount, doneCount, this.#round, this.#isRunning ? 1 : 0, arrivals.length];
    return Float64Array.from([...own, ...arrivals, ...this.#supply.mix.save()]);
  }

  restore(values: Float64Array): void {
    const [issued = 0, done = 0, round = 0, isRunning = 0, count = 0, ...rest] = values;
    this.issuedCount = issued;
    this.doneCount = done;
    this.#round = round;
    this.#isRunning = isRunning === 1;
    this.#arrivals.restore(rest.slice(0, count));
    this.#supply.mix.restore(rest.slice(count));
  }

  #arrive(round: number): void {
    if (!this.#isRunning || round !== this.#round) return;
    this.issuedCount += 1;
    this.#scheduleNext();
    this.#supply.submit(this.#sink, this.#loadClass, this.#done, 0);
  }

  #scheduleNext(): void {
    const delay = this.#arrivals.nextDelay(this.#engine.now);
    this.#engine.schedule(delay, this.#handler, this.#round);
  }
}

class ClosedSource implements LoadSource {
  readonly name: string;
  issuedCount = 0;
  doneCount = 0;
  readonly #engine: Engine;
  readonly #sink: IoSink;
  readonly #supply: RequestSupply;
  readonly #loadClass: number;
  readonly #users: number;
  readonly #thinkNanos: number;
  readonly #handler: number;
  readonly #done: number;
  #isRunning = false;
  /** 1 for every user who has a request under way or thinks. */
  readonly #active: Uint8Array;

  constructor(
    engine: Engine,
    sink: IoSink,
    input: LoadInput,
    supply: RequestSupply,
    { users, thinkNanos }: { readonly users: number; readonly thinkNanos: number },
    ear: RequestEar,
  ) {
    invariant(users >= 1 && thinkNanos >= 0, 'closed-load-has-users', `${users} users`);
    this.name = input.name;
    this.#engine = engine;
    this.#sink = sink;
    this.#supply = supply;
    this.#loadClass = input.loadClass;
    this.#users = users;
    this.#thinkNanos = thinkNanos;
    this.#active = new Uint8Array(users);
    this.#handler = engine.handler(`${input.name} asks`, (user) => this.#ask(user));
    this.#done = sink.onDone((slot, user) => {
      this.doneCount += 1;
      ear(slot);
      this.#think(user);
    });
    engine.attach(this);
  }

  start(): void {
    if (this.#isRunning) return;
    this.#isRunning = true;
    // Whoever still waits for an answer from before goes on with that.
    for (let user = 0; user < this.#users; user += 1) {
      if (this.#active[user] === 0) this.#think(user);
    }
  }

  stop(): void {
    this.#isRunning = false;
  }

  save(): Float64Array {
    const { issuedCount, doneCount } = this;
    const own = [issuedCount, doneCount, this.#isRunning ? 1 : 0, ...this.#active];
    return Float64Array.from([...own, ...this.#supply.mix.save()]);
  }

  restore(values: Float64Array): void {
    const [issued = 0, done = 0, isRunning = 0, ...rest] = values;
    this.issuedCount = issued;
    this.doneCount = done;
    this.#isRunning = isRunning === 1;
    this.#active.set(rest.slice(0, this.#users));
    this.#supply.mix.restore(rest.slice(this.#users));
  }

  #think(user: number): void {
    if (!this.#isRunning) {
      this.#active[user] = 0;
      return;
    }
    this.#active[user] = 1;
    this.#engine.schedule(
      this.#supply.when.exponentialNanos(this.#thinkNanos),
      this.#handler,
      user,
    );
  }

  #ask(user: number): void {
    if (!this.#isRunning) {
      this.#active[user] = 0;
      return;
    }
    this.issuedCount += 1;
    this.#supply.submit(this.#sink, this.#loadClass, this.#done, user);
  }
}
