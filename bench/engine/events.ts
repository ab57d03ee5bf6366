/**
 * Events a second: one server with its station, and the hold model (take an event, enter another) at
 * several numbers of pending events, beside peers in the same run.
 *
 * Figures are processor time, not the clock on the wall: an engine waits for nothing, and what else the
 * machine does should not show. Peers: the same server as a plain loop with two variables in place of a
 * queue, which is the least that the draws and the accounts cost; and a binary heap in typed arrays with
 * the same handlers, for what the calendar is worth.
 *
 * @module
 */
import { Engine } from '../../sim/engine/engine.ts';
import { LogHistogram } from '../../sim/engine/log-histogram.ts';
import { Station } from '../../sim/engine/station.ts';
import { Substream } from '../../sim/engine/substream.ts';
import { Zipf } from '../../sim/engine/zipf.ts';
import type { BenchRow } from '../report.ts';
import { BinaryHeapEngine } from './binary-heap-engine.ts';

/** One line of the table. */
export interface EventsRow extends BenchRow {
  readonly nanosMedian: number;
  readonly nanosBest: number;
  readonly perSecond: number;
}

const ROUNDS = 7;
const EVENTS = 4_000_000;
const LOAD = 0.8;
const SERVICE_NANOS = 1e6;
/** Delays drawn beforehand, so that a hold is the queue's work alone. */
const DELAYS = 65_536;

/** Runs everything; about half a minute. */
export async function run(): Promise<readonly EventsRow[]> {
  return [
    row('M/M/1 with its station', EVENTS, singleServer()),
    row('peer: M/M/1 as a plain loop', EVENTS, plainServer()),
    ...[1_000, 100_000, 1_000_000].flatMap((pending) => [
      row(`hold, ${pending} pending`, EVENTS, hold(new Engine(), pending)),
      row(`peer: hold in a binary heap, ${pending}`, EVENTS, hold(new BinaryHeapEngine(), pending)),
    ]),
    row(
      'hold, 1000 pending, all at one instant',
      EVENTS,
      hold(new Engine(), 1_000, () => 1_000),
    ),
    row('exponential draw', EVENTS, draws()),
    row('zipf draw over 17.7 M addresses', EVENTS, popularDraws()),
    row('record in a histogram', EVENTS, records()),
  ];
}

/** Processor time of a round, after one that warms up. */
function row(name: string, operations: number, round: () => void): EventsRow {
  round();
  const nanos = Array.from({ length: ROUNDS }, () => {
    const before = process.cpuUsage();
    round();
    const { user, system } = process.cpuUsage(before);
    return ((user + system) * 1_000) / operations;
  }).toSorted((one, other) => one - other);
  const nanosMedian = nanos[Math.floor(ROUNDS / 2)] ?? Number.NaN;
  return { name, nanosMedian, nanosBest: nanos[0] ?? Number.NaN, perSecond: 1e9 / nanosMedian };
}

function singleServer(): () => void {
  const engine = new Engine();
  const arrivals = new Substream(1, 0, 'arrivals');
  const services = new Substream(1, 0, 'services');
  const station = new Station(engine, {
    name: 'server',
    servers: 1,
    serviceOf: () => services.exponentialNanos(SERVICE_NANOS),
    done: () => undefined,
  });
  const arrive = engine.handler('arrival', () => {
    station.enter(0);
    engine.schedule(arrivals.exponentialNanos(SERVICE_NANOS / LOAD), arrive);
  });
  engine.schedule(0, arrive);
  return () => {
    engine.run(EVENTS);
    station.checkLittle();
  };
}

/** The same draws and sums without a queue of events: whichever of two times comes first. */
function plainServer(): () => void {
  const arrivals = new Substream(1, 0, 'arrivals');
  const services = new Substream(1, 0, 'services');
  let [now, arrival, departure, present, area] = [0, 0, Number.POSITIVE_INFINITY, 0, 0];
  return () => {
    for (let event = 0; event < EVENTS; event += 1) {
      const isArrival = arrival < departure;
      const next = isArrival ? arrival : departure;
      area += present * (next - now);
      now = next;
      if (isArrival) {
        present += 1;
        if (present === 1) departure = now + services.exponentialNanos(SERVICE_NANOS);
        arrival = now + arrivals.exponentialNanos(SERVICE_NANOS / LOAD);
      } else {
        present -= 1;
        departure =
          present > 0 ? now + services.exponentialNanos(SERVICE_NANOS) : Number.POSITIVE_INFINITY;
      }
    }
    if (!(area > 0)) throw new Error('nobody was there');
  };
}

/** What the hold model needs of an engine. */
interface HoldEngine {
  handler(name: string, run: (a: number, b: number) => void): number;
  schedule(delayNanos: number, handler: number, a: number, b: number): void;
  run(maxEvents: number): number;
}

function hold(engine: HoldEngine, pending: number, delayOf?: () => number): () => void {
  const stream = new Substream(2, 0, 'delays');
  const delays = Int32Array.from(
    { length: DELAYS },
    delayOf ?? (() => stream.exponentialNanos(SERVICE_NANOS)),
  );
  let at = 0;
  const again = engine.handler('again', (a, b) => {
    at = (at + 1) & (DELAYS - 1);
    engine.schedule(delays[at] as number, again, a, b);
  });
  for (let event = 0; event < pending; event += 1) {
    engine.schedule(delays[event & (DELAYS - 1)] as number, again, event, 0);
  }
  return () => engine.run(EVENTS);
}

function draws(): () => void {
  const stream = new Substream(3, 0, 'draws');
  let sum = 0;
  return () => {
    for (let draw = 0; draw < EVENTS; draw += 1) sum += stream.exponentialNanos(SERVICE_NANOS);
    if (!(sum > 0)) throw new Error('nothing was drawn');
  };
}

function popularDraws(): () => void {
  const stream = new Substream(3, 0, 'popular');
  const zipf = new Zipf(17_730_090, 0.99);
  let sum = 0;
  return () => {
    for (let draw = 0; draw < EVENTS; draw += 1) sum += zipf.address(stream);
    if (!(sum > 0)) throw new Error('nothing was drawn');
  };
}

function records(): () => void {
  const stream = new Substream(3, 0, 'records');
  const values = Float64Array.from({ length: DELAYS }, () => stream.exponentialNanos(1e7));
  const histogram = new LogHistogram();
  return () => {
    for (let record = 0; record < EVENTS; record += 1) {
      histogram.record(values[record & (DELAYS - 1)] as number);
    }
  };
}
