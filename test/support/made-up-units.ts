/**
 * Units of a timed run that never ran: drawn from a seed and taken down by the real recorder, so that
 * files, summaries and plots can be looked at without waiting for a simulation.
 *
 * @module
 */
import { Recorder } from '../../sim/record/recorder.ts';
import { FLAG_HELD, FLAG_HIT, type RequestSink } from '../../sim/record/request-sink.ts';
import type { StrategyFigures } from '../../sim/record/strategy-figures.ts';
import { AFTER, BEFORE, DURING, SPACE_COLUMNS } from '../../sim/record/unit-measures.ts';
import type { UnitRecord } from '../../sim/record/unit-record.ts';
import { TIMED_MANIFEST, type TimedManifest } from '../../sim/report/run-folder.ts';
import { SeededRandom } from '../../src/index.ts';

const SECOND = 1e9;
const GIBIBYTE = 2 ** 30;
const TRACKS = 50_085;

/** How a method differs from the others. */
interface Temper {
  readonly elapsedSeconds: number;
  readonly heldSeconds: number;
  /** What it does to response times while it runs. */
  readonly slowdown: number;
  readonly hostBytes: number;
  readonly peakBytes: number;
  readonly torn: number;
}

/** The methods, each with the shape that it is known for. */
const TEMPERS: Readonly<Record<string, Temper>> = {
  'host-copy': temper(1260, 1260, 3.4, 2.8 * GIBIBYTE, 2.8 * GIBIBYTE, 0),
  'host-copy-unserialized': temper(1180, 0, 3.1, 2.8 * GIBIBYTE, 2.8 * GIBIBYTE, 4211),
  'concurrent-copy': temper(1420, 0.4, 2.2, 1.4 * GIBIBYTE, 3.1 * GIBIBYTE, 0),
  snapshot: temper(0.21, 0.02, 1.02, 81_920, 0.3 * GIBIBYTE, 0),
  'snapshot-background': temper(890, 0.02, 1.5, 81_920, 2.9 * GIBIBYTE, 0),
  'copy-on-write': temper(940, 0.05, 2.7, 90_112, 2.9 * GIBIBYTE, 0),
  'split-mirror': temper(0.6, 0.6, 1.05, 65_536, 2.8 * GIBIBYTE, 0),
};

/** What to make up. */
export interface MadeUp {
  readonly methods?: readonly string[];
  readonly replications?: number;
  /** Requests of every unit. */
  readonly requests?: number;
  readonly seconds?: number;
  readonly point?: UnitRecord['point'];
  /** Takes every request of every unit. */
  readonly sink?: RequestSink;
}

/** Units of every method and replication. */
export function madeUpUnits(options: MadeUp = {}): readonly UnitRecord[] {
  const { methods = Object.keys(TEMPERS), replications = 3 } = options;
  return methods.flatMap((method) =>
    Array.from({ length: replications }, (_, replication) =>
      madeUpUnit(method, replication, options),
    ),
  );
}

/** A manifest that fits. */
export function madeUpManifest(units: readonly UnitRecord[]): TimedManifest {
  return {
    schema: TIMED_MANIFEST,
    command: 'vdasd run sim/scenarios/point-in-time.yaml --out results',
    scenario: {
      name: 'Point in time under OLTP load',
      description:
        'One 3390-3 volume under 400 transactions a second is copied by every method, with the same ' +
        'load and the same random numbers, and the copy is proved against the twin.',
      file: 'point-in-time.yaml',
      sha256: '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
    },
    inputs: [],
    seed: 7,
    replications: 3,
    units: units.map(({ id }) => id),
    versions: { vdasd: '0.1.0', node: 'v24.21.0' },
    platform: { os: 'linux', cpu: 'x64', workers: 2 },
    started: '2026-01-01T00:00:00.000Z',
    ended: '2026-01-01T00:01:00.000Z',
  };
}

function madeUpUnit(method: string, replication: number, options: MadeUp): UnitRecord {
  const { requests = 40_000, seconds = 7200, point = {}, sink } = options;
  const own = TEMPERS[method];
  if (own === undefined) throw new Error(`no made-up method ${method}`);
  const random = new SeededRandom(7 + replication, method);
  const recorder = new Recorder({
    classes: ['oltp', 'batch'],
    sampleNanos: (seconds / 240) * SECOND,
    phase: BEFORE,
    keepRequests: sink === undefined ? 'none' : 'all',
    ...(sink === undefined ? {} : { sink }),
  });
  const copyStart = (0.25 * seconds + 7 * replication) * SECOND;
  const copyEnd = copyStart + ((own.elapsedSeconds * seconds) / 7200) * SECOND;
  const now = addGauges(recorder, own, { start: copyStart, end: copyEnd, seconds, random });
  drive(recorder, { requests, seconds, own, random, copyStart, copyEnd, now });
  const measures = recorder.finish(seconds * SECOND);
  return {
    id: [
      ...Object.entries(point).map(([name, value]) => `${name}=${value}`),
      method,
      `r${replication}`,
    ].join('_'),
    method,
    replication,
    seed: 7,
    point,
    measures,
    strategies: [figuresOf(method, own, random)],
    entries: [
      {
        line: 42,
        kind: 'copy',
        title: `copy VOL001 by ${method}`,
        outcome: 'done',
        startNanos: copyStart,
        endNanos: copyEnd,
        result: { tracks: TRACKS },
      },
    ],
    stations: ['processor', 'channel', 'drive'].map((kind, at) => ({
      name: `${kind} 0`,
      kind,
      servers: 1,
      utilisation: 0.2 + 0.1 * at,
      arrivals: requests,
      completions: requests,
      meanQueue: 0.1 * at,
      meanStayNanos: 2e6 * (at + 1),
    })),
    assumptions: [
      { name: 'channel', value: 17, unit: 'MB/s', source: 'S-21, ESCON data rate' },
      { name: 'processor per channel program', value: 60, unit: 'µs', source: 'our choice' },
    ],
    witness: `${random
      .below(2 ** 32)
      .toString(16)
      .padStart(8, '0')}${'0'.repeat(8)}`,
    simulatedNanos: seconds * SECOND,
    eventCount: 9 * requests,
  };
}

interface Window {
  readonly start: number;
  readonly end: number;
  readonly seconds: number;
  readonly random: SeededRandom;
}

/** Gauges that follow the window; what comes back tells them the time. */
function addGauges(recorder: Recorder, own: Temper, window: Window): (nanos: number) => void {
  const { start, end, seconds, random } = window;
  let now = 0;
  const isBusy = (): boolean => now > start && now <= end;
  const noise = (size: number): number => size * (fraction(random) - 0.5);
  const ratio = (rest: number, busy: number) => (): number =>
    Math.min(1, Math.max(0, (isBusy() ? busy : rest) + noise(0.06)));
  const share = Math.min(0.4, own.hostBytes / (7 * GIBIBYTE));
  const last = { unit: 'ratio', kind: 'last' } as const;
  recorder.gauge({
    ...last,
    name: 'processor.host',
    family: 'processor',
    read: ratio(0.12, 0.12 + share),
  });
  for (const path of [0, 1]) {
    const read = ratio(0.22, 0.22 + 1.4 * share);
    recorder.gauge({ ...last, name: `channel.${path}`, family: 'channel', read });
  }
  recorder.gauge({
    ...last,
    name: 'drive.mean',
    family: 'drive',
    read: ratio(0.31, 0.2 + 0.17 * own.slowdown),
  });
  recorder.gauge({
    ...last,
    name: 'nvs.fill',
    family: 'nvs',
    read: ratio(0.15, 0.12 * own.slowdown),
  });
  const grown = (): number => Math.min(1, Math.max(0, (now - start) / Math.max(1, end - start)));
  const done = (): number => (now <= start ? 0 : own.elapsedSeconds < 10 ? 1 : grown());
  const drift = (): number => (now / (seconds * SECOND)) * 0.9 * GIBIBYTE;
  const space = { family: 'space', kind: 'last' } as const;
  recorder.gauge({
    ...space,
    name: SPACE_COLUMNS.netCapacityLoad,
    unit: 'ratio',
    read: () => 0.46 + (0.31 * (done() * own.peakBytes + drift())) / (5 * GIBIBYTE),
  });
  const shares = own.hostBytes < 1e6;
  recorder.gauge({
    ...space,
    name: SPACE_COLUMNS.sharedBytes,
    unit: 'B',
    read: () => (shares && now > start ? (2.6 - 1.6 * grown()) * GIBIBYTE : 0),
  });
  recorder.gauge({
    ...space,
    name: SPACE_COLUMNS.uniqueBytes,
    unit: 'B',
    read: () =>
      2.8 * GIBIBYTE +
      drift() +
      done() * own.peakBytes -
      (shares && now > start ? 2.6 * GIBIBYTE : 0),
  });
  return (nanos) => {
    now = nanos;
  };
}

interface Course {
  readonly requests: number;
  readonly seconds: number;
  readonly own: Temper;
  readonly random: SeededRandom;
  readonly copyStart: number;
  readonly copyEnd: number;
  readonly now: (nanos: number) => void;
}

/** Requests, samples and phases in order of time. */
function drive(recorder: Recorder, course: Course): void {
  const { requests, seconds, own, random, copyStart, copyEnd } = course;
  const step = (seconds * SECOND) / requests;
  const sampleNanos = (seconds / 240) * SECOND;
  let nextSample = sampleNanos;
  for (let at = 0; at < requests; at += 1) {
    const arrival = Math.round(at * step);
    while (nextSample <= arrival) {
      course.now(nextSample);
      recorder.sample(nextSample);
      nextSample += sampleNanos;
    }
    if (arrival >= copyEnd) recorder.setPhase(AFTER, arrival);
    else if (arrival >= copyStart && recorder.phase === BEFORE) {
      recorder.setPhase(DURING, arrival);
      recorder.event(arrival, 'copyStart', { tracks: TRACKS });
    }
    const isDuring = arrival >= copyStart && arrival < copyEnd;
    const slow = isDuring ? own.slowdown : 1;
    const isHit = fraction(random) < 0.85;
    const isHeld = isDuring && own.heldSeconds > 100 && fraction(random) < 0.01;
    const queue = Math.round(exponential(random) * 0.3e6 * slow * slow) + (isHeld ? 3e9 : 0);
    const disconnect = isHit ? 0 : Math.round((4e6 + exponential(random) * 6e6) * slow);
    const loadClass = at % 10 === 0 ? 1 : 0;
    recorder.request(
      loadClass,
      fraction(random) < 0.3 ? 1 : 0,
      0x0a80,
      random.below(TRACKS),
      loadClass === 1 ? 56_664 : 4096,
      arrival,
      queue,
      Math.round(2e5 + exponential(random) * 1e5 * slow),
      disconnect,
      loadClass === 1 ? 3_400_000 : 480_000,
      (isHit ? FLAG_HIT : 0) | (isHeld ? FLAG_HELD : 0),
    );
  }
}

function figuresOf(method: string, own: Temper, random: SeededRandom): StrategyFigures {
  const around = (value: number): number => Math.round(value * (0.97 + 0.06 * fraction(random)));
  const isPointer = own.hostBytes < 1e6;
  const elapsedNanos = around(own.elapsedSeconds * SECOND);
  return {
    method,
    elapsedNanos,
    sourceHeldNanos: around(own.heldSeconds * SECOND),
    processorNanos: around(isPointer ? 4e6 : 38 * SECOND),
    messages: isPointer ? 6 : 0,
    channelPrograms: isPointer ? 14 : 2 * TRACKS,
    channelBytesIn: around(own.hostBytes / 2),
    channelBytesOut: around(own.hostBytes / 2),
    driveReadBytes: own.elapsedSeconds > 10 ? around(2.7 * GIBIBYTE) : 0,
    driveWriteBytes: own.elapsedSeconds > 10 ? around(2.7 * GIBIBYTE) : 0,
    linkBytes: 0,
    peakSpaceBytes: around(own.peakBytes),
    copiedTracks: own.elapsedSeconds > 10 ? TRACKS : 0,
    consistency:
      own.torn > 0
        ? { kind: 'torn', tracks: TRACKS, tornTracks: around(own.torn) }
        : { kind: 'consistent', tracks: TRACKS, instantNanos: 1800 * SECOND },
    exposureNanos: method === 'snapshot' ? null : elapsedNanos,
    lostDataNanos: around(isPointer ? 0.2 * SECOND : own.elapsedSeconds * SECOND),
    sideFilePeakBytes: method === 'concurrent-copy' ? around(0.2 * GIBIBYTE) : null,
    overflowed: method === 'concurrent-copy' ? false : null,
    firstTouchCopies: method === 'copy-on-write' ? around(9_400) : null,
  };
}

function temper(
  elapsedSeconds: number,
  heldSeconds: number,
  slowdown: number,
  hostBytes: number,
  peakBytes: number,
  torn: number,
): Temper {
  return { elapsedSeconds, heldSeconds, slowdown, hostBytes, peakBytes, torn };
}

function fraction(random: SeededRandom): number {
  return random.below(2 ** 32) / 2 ** 32;
}

function exponential(random: SeededRandom): number {
  return -Math.log(1 - fraction(random));
}
