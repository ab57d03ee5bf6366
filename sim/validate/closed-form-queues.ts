/**
 * Queues as they are simulated for the table of closed forms: through the engine and its stations, one
 * replication at a time.
 *
 * A service unit is a millisecond. Customers are counted from the first on; those of the warm-up are not
 * measured, and a run ends when the last of the others has left.
 *
 * @module
 */
import { Engine } from '../engine/engine.ts';
import { Station } from '../engine/station.ts';
import { quantileOf } from '../engine/statistics.ts';
import { Substream } from '../engine/substream.ts';

const UNIT = 1e6;

/** How long one replication is, and its chance. */
export interface QueueRun {
  readonly seed: number;
  readonly replication: number;
  /** Customers that come before anything is measured, and those that are. */
  readonly warmUp: number;
  readonly customers: number;
}

/** An open queue. Times in service units. */
export interface OpenQueue {
  readonly name: string;
  /** Poisson arrivals in a unit. */
  readonly rate: number;
  readonly servers: number;
  /** Customers that may be present; further ones are lost. */
  readonly room?: number;
  readonly service: (stream: Substream) => number;
}

/** What one replication measured; times in service units. */
export interface QueueFigures {
  readonly wait: number;
  readonly sojourn: number;
  /** Share of customers who were let in and had to wait. */
  readonly waited: number;
  /** Share of arrivals that were lost. */
  readonly lost: number;
  /** Mean number present, by time. */
  readonly present: number;
  /** Customers who left in a unit. */
  readonly throughput: number;
  readonly utilisation: number;
  /** Mean number present less arrivals in a unit times sojourn: Little says 0. */
  readonly littleGap: number;
  readonly quantile: (share: number) => number;
}

const nanos = (units: number): number => Math.floor(units * UNIT + 0.5);

/** Runs an open queue. @throws InvariantViolation `littles-law` */
export function runOpenQueue(queue: OpenQueue, run: QueueRun): QueueFigures {
  const { name, rate, room = Number.POSITIVE_INFINITY, servers } = queue;
  const { seed, replication, warmUp } = run;
  const engine = new Engine();
  const arrivals = new Substream(seed, replication, `${name}: arrivals`);
  const services = new Substream(seed, replication, `${name}: services`);
  const measured = new Measured(engine, run, () => engine.stop());
  const station: Station = new Station(engine, {
    name,
    servers,
    serviceOf: (customer) => {
      measured.begins(customer);
      return nanos(queue.service(services));
    },
    done: (customer) => measured.leaves(customer),
  });
  let next = 0;
  const handler = engine.handler(`${name}: arrival`, () => {
    if (next === warmUp) station.resetAccount();
    if (station.busy + station.queued < room) {
      measured.comes(next);
      station.enter(next);
      next += 1;
    } else {
      measured.isLost(next);
    }
    engine.schedule(arrivals.exponentialNanos(UNIT / rate), handler);
  });
  engine.schedule(arrivals.exponentialNanos(UNIT / rate), handler);
  engine.run();
  station.checkLittle();
  return measured.figures(station);
}

/** Runs users who think and ask one exponential server. @throws InvariantViolation `littles-law` */
export function runClosedQueue(
  queue: { readonly name: string; readonly users: number; readonly think: number },
  run: QueueRun,
): QueueFigures {
  const { name, users, think } = queue;
  const { seed, replication, warmUp } = run;
  const engine = new Engine();
  const thinking = new Substream(seed, replication, `${name}: thinking`);
  const services = new Substream(seed, replication, `${name}: services`);
  const measured = new Measured(engine, run, () => engine.stop());
  let next = 0;
  const station: Station = new Station(engine, {
    name,
    servers: 1,
    serviceOf: (customer) => {
      measured.begins(customer);
      return services.exponentialNanos(UNIT);
    },
    done: (customer) => {
      measured.leaves(customer);
      crowd.enter(0);
    },
  });
  const crowd: Station = new Station(engine, {
    name: `${name}: users`,
    servers: Number.POSITIVE_INFINITY,
    serviceOf: () => thinking.exponentialNanos(think * UNIT),
    done: () => {
      if (next === warmUp) station.resetAccount();
      measured.comes(next);
      station.enter(next);
      next += 1;
    },
  });
  for (let user = 0; user < users; user += 1) crowd.enter(user);
  engine.run();
  station.checkLittle();
  crowd.checkLittle();
  return measured.figures(station);
}

/** Keeps what happens to every customer that is measured. */
class Measured {
  readonly #engine: Engine;
  readonly #warmUp: number;
  readonly #end: number;
  readonly #allLeft: () => void;
  readonly #came: Float64Array;
  readonly #sojourns: Float64Array;
  #waits = 0;
  #waitedCount = 0;
  #lostCount = 0;
  #leftCount = 0;

  constructor(engine: Engine, { warmUp, customers }: QueueRun, allLeft: () => void) {
    this.#engine = engine;
    this.#warmUp = warmUp;
    this.#end = warmUp + customers;
    this.#allLeft = allLeft;
    this.#came = new Float64Array(customers);
    this.#sojourns = new Float64Array(customers);
  }

  comes(customer: number): void {
    if (this.#isMeasured(customer)) this.#came[customer - this.#warmUp] = this.#engine.now;
  }

  /** Lost while so many had been let in. */
  isLost(admitted: number): void {
    if (this.#isMeasured(admitted)) this.#lostCount += 1;
  }

  begins(customer: number): void {
    if (!this.#isMeasured(customer)) return;
    const wait = this.#engine.now - (this.#came[customer - this.#warmUp] as number);
    this.#waits += wait;
    if (wait > 0) this.#waitedCount += 1;
  }

  leaves(customer: number): void {
    if (!this.#isMeasured(customer)) return;
    const at = customer - this.#warmUp;
    this.#sojourns[at] = this.#engine.now - (this.#came[at] as number);
    this.#leftCount += 1;
    if (this.#leftCount === this.#sojourns.length) this.#allLeft();
  }

  figures(station: Station): QueueFigures {
    const account = station.account();
    const count = this.#sojourns.length;
    const units = (time: number): number => time / UNIT;
    const sojourn = units(this.#sojourns.reduce((sum, time) => sum + time, 0) / count);
    const elapsed = units(account.elapsedNanos);
    const sorted = this.#sojourns.toSorted();
    return {
      wait: units(this.#waits / count),
      sojourn,
      waited: this.#waitedCount / count,
      lost: this.#lostCount / (count + this.#lostCount),
      present: account.presentMean,
      throughput: account.completions / elapsed,
      utilisation: account.utilisation,
      littleGap:
        account.presentMean - (account.arrivals / elapsed) * units(account.sojournNanosMean),
      quantile: (share) => units(quantileOf(sorted, share)),
    };
  }

  #isMeasured(customer: number): boolean {
    return customer >= this.#warmUp && customer < this.#end;
  }
}
