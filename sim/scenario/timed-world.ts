/**
 * The things of a scenario with a clock, beside those of the laboratory: the engine, the subsystems
 * in time, the recorder, and waiting.
 *
 * @module
 */
import { type Device, invariant } from '../../src/index.ts';
import type { RequestTable } from '../device/request-table.ts';
import type { TimedSubsystem } from '../device/timed-subsystem.ts';
import type { Engine } from '../engine/engine.ts';
import type { Recorder } from '../record/recorder.ts';
import { FLAG_HELD, FLAG_HIT } from '../record/request-sink.ts';
import type { StrategyFigures } from '../record/strategy-figures.ts';
import { CopyEnvironment } from '../strategy/copy-environment.ts';
import type { CopyContext, CopyMethod, CopyRun } from '../strategy/copy-method.ts';
import type { Laboratory } from './laboratory.ts';
import type { LaboratorySubsystem, PlacedDevice } from './laboratory-subsystem.ts';
import type { EntryOf } from './scenario.ts';
import type { Timing } from './timing-schema.ts';
import type { WarmUpWatch } from './warm-up.ts';

/** Flags of requests that a recorder knows; they have the same bits. */
const RECORDED_FLAGS = FLAG_HIT | FLAG_HELD;

/** One subsystem in time, and what its copies share. */
interface TimedPart {
  readonly owner: LaboratorySubsystem;
  readonly timed: TimedSubsystem;
  readonly environment: CopyEnvironment;
}

/** Everything of a timed run that entries need. */
export class TimedWorld {
  readonly engine: Engine;
  readonly laboratory: Laboratory;
  readonly recorder: Recorder;
  readonly timing: Timing;
  /** Figures of copies that have ended. */
  readonly strategies: StrategyFigures[] = [];
  /** Copies under way. */
  readonly copies = new Set<CopyRun>();
  /** Copy methods by the line of their entry: a method keeps what its next copy builds on. */
  readonly methods = new Map<number, CopyMethod>();
  /** Class of requests that entries make by themselves. */
  readonly entryClass: number;
  /** Whether the run is over: nothing begins any more. */
  isOver = false;
  readonly #warmUp: WarmUpWatch;
  readonly #isVerified: boolean;
  readonly #parts: readonly TimedPart[];
  readonly #handler: number;
  /** What runs when a wait is over, by number; free numbers hold nothing. */
  readonly #waits: ((() => void) | undefined)[] = [];
  readonly #freeWaits: number[] = [];

  constructor(
    laboratory: Laboratory,
    given: {
      readonly engine: Engine;
      readonly recorder: Recorder;
      readonly timing: Timing;
      readonly timed: readonly TimedSubsystem[];
      readonly entryClass: number;
      readonly warmUp: WarmUpWatch;
    },
  ) {
    this.laboratory = laboratory;
    this.engine = given.engine;
    this.recorder = given.recorder;
    this.timing = given.timing;
    this.entryClass = given.entryClass;
    this.#warmUp = given.warmUp;
    this.#isVerified = laboratory.scenario.timeline
      .flatMap((entry) => (entry.kind === 'together' ? entry.entries : [entry]))
      .some(({ kind }) => kind === 'verify');
    this.#handler = given.engine.handler('wait of an entry', (at) => this.#run(at));
    this.#parts = laboratory.subsystems.map((owner, at) => {
      const timed = given.timed[at];
      invariant(timed !== undefined, 'every-subsystem-timed');
      const environment = new CopyEnvironment(timed, (kind, data) => {
        given.recorder.event(given.engine.now, kind, data);
      });
      return { owner, timed, environment };
    });
  }

  /** Every subsystem in time, in the order of the scenario. */
  get timed(): readonly TimedSubsystem[] {
    return this.#parts.map(({ timed }) => timed);
  }

  /** A subsystem in time. */
  timedOf(owner: LaboratorySubsystem): TimedSubsystem {
    return this.#partOf(owner).timed;
  }

  /** Number of a host among those of every subsystem in time; the first for none. */
  hostIndex(name: string | undefined): number {
    const at = this.laboratory.hosts.findIndex((host) => host.name === name);
    return Math.max(0, at);
  }

  /** Runs something after some nanoseconds of simulated time. */
  after(nanos: number, run: () => void): void {
    const at = this.#freeWaits.pop() ?? this.#waits.length;
    this.#waits[at] = run;
    this.engine.schedule(nanos, this.#handler, at);
  }

  /** Whether every cache is full. */
  get isCacheFull(): boolean {
    return this.timed.every(({ cache }) => cache.usedCount === cache.slotCount);
  }

  /** A request is done: it is recorded. Called by whoever has submitted it. */
  noteRequest({ requests }: TimedSubsystem, slot: number): void {
    const queue = requests.iosq[slot] as number;
    const pend = requests.pend[slot] as number;
    const disconnect = requests.disconnect[slot] as number;
    const connect = requests.connect[slot] as number;
    if (!this.#warmUp.isEnded) this.#warmUp.request(queue + pend + disconnect + connect);
    if (this.#isVerified && requests.operation[slot] === 1) this.#noteWrite(requests, slot);
    this.recorder.request(
      requests.loadClass[slot] as number,
      requests.operation[slot] as number,
      requests.device[slot] as number,
      requests.track[slot] as number,
      requests.bytes[slot] as number,
      requests.arrival[slot] as number,
      queue,
      pend,
      disconnect,
      connect,
      (requests.flags[slot] as number) & RECORDED_FLAGS,
    );
  }

  /** What a copy of an entry is of, to where, and on whose behalf. */
  copyContext(
    entry: EntryOf<'copy'>,
    source: PlacedDevice,
    target: PlacedDevice,
    name: string,
  ): CopyContext {
    const hostIndex = this.hostIndex(entry.fields.host);
    const host = this.laboratory.hosts[hostIndex];
    invariant(host !== undefined, 'copy-has-host');
    const { index, number } = source.device;
    return {
      environment: this.#partOf(source.owner).environment,
      host,
      hostIndex,
      source: { index, number },
      target: { index: target.device.index, number: target.device.number },
      name,
    };
  }

  /** A verification tells tracks that were written since from wrong ones. */
  #noteWrite(requests: RequestTable, slot: number): void {
    const { writes, subsystems } = this.laboratory;
    const [owner] = subsystems;
    invariant(owner !== undefined, 'timed-subsystem-there');
    const device = owner.subsystem.device(requests.device[slot] as Device['index']);
    writes.tick();
    writes.noteWrite({ owner, device }, requests.track[slot] as number);
  }

  #partOf(owner: LaboratorySubsystem): TimedPart {
    const part = this.#parts.find((one) => one.owner === owner);
    invariant(part !== undefined, 'subsystem-is-timed', owner.name);
    return part;
  }

  #run(at: number): void {
    const run = this.#waits[at];
    this.#waits[at] = undefined;
    this.#freeWaits.push(at);
    run?.();
  }
}
