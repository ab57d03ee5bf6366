/**
 * Runs one unit: a scenario with a clock, with one copy method and one replication, from set-up to its
 * record.
 *
 * Loads run from the start until the duration is over and every entry has ended; then what is under way
 * is finished, and entries `at: end` run. A run that takes longer than its limit has failed.
 *
 * @module
 */
import { nanos } from '../../src/index.ts';
import { checkTimedStations, timedStations } from '../device/timed-stations.ts';
import { TimedSubsystem } from '../device/timed-subsystem.ts';
import { Engine } from '../engine/engine.ts';
import { Recorder } from '../record/recorder.ts';
import type { RequestSink } from '../record/request-sink.ts';
import { AFTER, BEFORE, DURING, WARM_UP } from '../record/unit-measures.ts';
import type { TimedEntry, UnitRecord } from '../record/unit-record.ts';
import { CopyWitnesses, digestNames } from './copy-witnesses.ts';
import type { MadeRelation } from './entry-machine.ts';
import type { EntryFailure } from './entry-outcome.ts';
import type { ScenarioFiles } from './files.ts';
import { Laboratory } from './laboratory.ts';
import { type Occurrence, occurrencesOf } from './occurrences.ts';
import { formatCount, formatDuration } from './quantity.ts';
import type { FileRecord, RunFailure } from './run-record.ts';
import type { InnerEntry, Scenario } from './scenario.ts';
import { setUp } from './setup.ts';
import { SnapshotNames } from './snapshot-entry.ts';
import { prepareCopies } from './timed-copies.ts';
import { SubsystemGauges } from './timed-gauges.ts';
import { requestClasses, TimedLoads } from './timed-loads.ts';
import { loadParameters, type TimedParameters } from './timed-parameters.ts';
import { type ProcessContext, runChain } from './timed-process.ts';
import { TimedWorld } from './timed-world.ts';
import type { Timing } from './timing-schema.ts';
import { pointNames, type Unit } from './units.ts';
import { WarmUpWatch } from './warm-up.ts';

/** Events between two looks at the outside. */
const SLICE_EVENTS = 65_536;
/** Interval at which a run that ends looks whether all requests are done. */
const DRAIN_NANOS = 1_000_000;

/** How to run a unit. */
export interface UnitOptions {
  readonly unit: Unit;
  readonly seed: number;
  /** Takes kept requests, given the names of the classes; needed when the scenario keeps any. */
  readonly openSink?: (classes: readonly string[]) => RequestSink;
  /** Told now and then: simulated nanoseconds, of about so many, and events so far. */
  readonly progress?: (now: number, until: number, events: number) => void;
}

/** What a unit leaves. */
export interface UnitResult {
  readonly record: UnitRecord;
  readonly failure: RunFailure | null;
  /** Files that were read. */
  readonly inputs: readonly FileRecord[];
}

/**
 * Runs a unit.
 *
 * @param scenario - Loaded with the point of the unit.
 * @throws ScenarioInvalid, InputError; everything else that can go wrong is in the result.
 */
export async function runUnit(
  scenario: Scenario,
  timing: Timing,
  files: ScenarioFiles,
  options: UnitOptions,
): Promise<UnitResult> {
  const engine = new Engine();
  const { replication } = options.unit;
  const clock = { now: () => nanos(engine.now) };
  const laboratory = new Laboratory(scenario, options.seed, files, { clock, replication });
  try {
    await setUp(laboratory, () => undefined);
    laboratory.events.take();
    const run = new TimedRun(laboratory, timing, engine, options);
    return await run.toEnd();
  } finally {
    laboratory.close();
  }
}

/** A unit in progress. */
class TimedRun {
  readonly #laboratory: Laboratory;
  readonly #timing: Timing;
  readonly #engine: Engine;
  readonly #options: UnitOptions;
  readonly #world: TimedWorld;
  readonly #loads: TimedLoads;
  readonly #gauges: readonly SubsystemGauges[];
  readonly #warmUp: WarmUpWatch;
  readonly #parameters: TimedParameters;
  readonly #context: ProcessContext;
  readonly #entries: TimedEntry[] = [];
  readonly #sampleHandler: number;
  readonly #drainHandler: number;
  readonly #chainHandler: number;
  readonly #occurrences: readonly Occurrence[];
  #outside: Promise<unknown>[] = [];
  #failure: RunFailure | null = null;
  /** Chains that run now, and those whose time has not come. */
  #chainsRunning = 0;
  #chainsWaiting = 0;
  #endChainsLeft: number;
  #copying = 0;
  #isWarm = false;
  #isDurationOver = false;
  #isOver = false;
  #hasCopied = false;

  constructor(laboratory: Laboratory, timing: Timing, engine: Engine, options: UnitOptions) {
    const { scenario } = laboratory;
    this.#laboratory = laboratory;
    this.#timing = timing;
    this.#engine = engine;
    this.#options = options;
    this.#parameters = loadParameters(scenario, timing, laboratory.files);
    const classes = requestClasses(scenario);
    const timed = this.#makeTimed();
    const recorder = new Recorder({
      classes,
      sampleNanos: timing.sample,
      phase: hasWarmUp(timing) ? WARM_UP : BEFORE,
      keepRequests: timing.keepRequests,
      ...(timing.keepRequests === 'none' || options.openSink === undefined
        ? {}
        : { sink: options.openSink(classes) }),
    });
    this.#warmUp = new WarmUpWatch(timing.warmUp);
    this.#world = new TimedWorld(laboratory, {
      engine,
      recorder,
      timing,
      timed,
      entryClass: scenario.loads.length,
      warmUp: this.#warmUp,
    });
    this.#gauges = laboratory.subsystems.map(
      (owner) => new SubsystemGauges(recorder, owner, this.#world.timedOf(owner), timing.duration),
    );
    this.#loads = new TimedLoads(
      this.#world,
      { seed: options.seed, replication: options.unit.replication },
      this.#waitOutside,
    );
    this.#occurrences = occurrencesOf(scenario, timing);
    this.#endChainsLeft = this.#occurrences.filter(({ atNanos }) => atNanos === undefined).length;
    this.#sampleHandler = engine.handler('sample', () => this.#sample());
    this.#drainHandler = engine.handler('end of the run', () => this.#drain());
    this.#chainHandler = engine.handler('chain of entries', (at) => this.#beginChain(at));
    this.#context = this.#makeContext();
  }

  async toEnd(): Promise<UnitResult> {
    const { duration, limit = 2 * duration } = this.#timing;
    prepareCopies(this.#world, this.#occurrences, this.#options.unit);
    this.#begin();
    while (!this.#isOver) {
      for (let work = this.#outside.shift(); work !== undefined; work = this.#outside.shift()) {
        await work;
      }
      const ran = this.#engine.run(SLICE_EVENTS);
      this.#options.progress?.(this.#engine.now, duration, this.#engine.eventCount);
      if (this.#engine.now > limit && !this.#isOver) this.#overLimit(limit);
      if (ran === 0 && this.#outside.length === 0 && !this.#isOver) {
        this.#overLimit(this.#engine.now);
      }
    }
    return this.#result();
  }

  #makeTimed(): readonly TimedSubsystem[] {
    const { subsystems, scenario } = this.#laboratory;
    const hostOfClass = [...scenario.loads, undefined].map((load) =>
      Math.max(
        0,
        scenario.hosts.findIndex(({ name }) => name === load?.host),
      ),
    );
    const { parameters, drive } = this.#parameters;
    return subsystems.map(({ subsystem, driveWork }) => {
      // Volumes were loaded before time began.
      subsystem.drives.closeOpen();
      driveWork.count = 0;
      return new TimedSubsystem(this.#engine, subsystem, driveWork, parameters, {
        hosts: Math.max(1, scenario.hosts.length),
        hostOfClass,
        ...(drive === undefined ? {} : { drive }),
        // Parts of an engine have names of their own.
        ...(subsystems.length > 1 ? { name: subsystem.configuration.name } : {}),
      });
    });
  }

  #makeContext(): ProcessContext {
    const laboratory = this.#laboratory;
    const relations = new Map<string, MadeRelation[]>();
    const witnesses = new CopyWitnesses(laboratory, digestNames(laboratory.scenario));
    return {
      world: this.#world,
      laboratory,
      witnesses,
      relations,
      machines: {
        laboratory,
        witnesses,
        snapshots: new SnapshotNames(),
        points: new Map(),
        releases: new Map(),
        remembered: new Map(),
        relationsOf: (name) => relations.get(name) ?? [],
        writing: () => undefined,
      },
      ears: {
        copying: (change) => this.#noteCopying(change),
        entry: (record) => this.#noteEntry(record),
        outside: this.#waitOutside,
        failed: (entry, failure) => this.#fail(entry, failure),
        ended: () => this.#endChain(),
      },
    };
  }

  #begin(): void {
    const engine = this.#engine;
    for (const timed of this.#world.timed) timed.startBackground(this.#backgroundPace());
    this.#loads.start();
    for (const [at, { atNanos }] of this.#occurrences.entries()) {
      if (atNanos === undefined) continue;
      this.#chainsWaiting += 1;
      engine.schedule(atNanos, this.#chainHandler, at);
    }
    engine.schedule(this.#timing.sample, this.#sampleHandler);
    engine.schedule(this.#timing.duration, this.#drainHandler);
    if (this.#warmUp.isOver(0, () => false)) this.#endWarmUp();
  }

  /** Time stands until work outside of the model is done. */
  readonly #waitOutside = (work: Promise<unknown>): void => {
    this.#outside.push(work);
    this.#engine.stop();
  };

  #backgroundPace(): { tracksPerSecond?: number } {
    const { background } = this.#timing;
    return background === undefined ? {} : { tracksPerSecond: background };
  }

  #beginChain(at: number): void {
    const occurrence = this.#occurrences[at];
    if (occurrence === undefined || this.#isOver) return;
    if (occurrence.atNanos !== undefined) this.#chainsWaiting -= 1;
    this.#chainsRunning += 1;
    runChain(this.#context, occurrence);
  }

  #endChain(): void {
    this.#chainsRunning -= 1;
  }

  /** Whether loads may stop, and whether everything is over; looked at from the duration on. */
  #drain(): void {
    if (this.#isOver) return;
    this.#isDurationOver = true;
    if (!this.#isWarm) {
      this.#failInTime({
        what: 'the warm-up is not over',
        limit: `the loads have run for ${formatDuration(this.#engine.now)}`,
        fix: 'run longer, or choose another warmUp',
      });
      return;
    }
    if (this.#chainsRunning === 0 && this.#chainsWaiting === 0) {
      this.#loads.stop();
      const isQuiet = this.#world.timed.every(({ requests }) => requests.usedCount === 0);
      if (isQuiet && this.#endChainsLeft === 0) {
        this.#finish();
        return;
      }
      if (isQuiet) this.#beginEndChain();
    }
    this.#engine.schedule(DRAIN_NANOS, this.#drainHandler);
  }

  /** Entries at the end run one chain after the other. */
  #beginEndChain(): void {
    const left = this.#endChainsLeft;
    const places = [...this.#occurrences.keys()].filter(
      (at) => this.#occurrences[at]?.atNanos === undefined,
    );
    this.#endChainsLeft -= 1;
    const at = places.at(-left);
    if (at !== undefined) this.#beginChain(at);
  }

  #finish(): void {
    this.#isOver = true;
    this.#world.isOver = true;
    for (const run of this.#world.copies) run.stop();
    this.#engine.stop();
  }

  #sample(): void {
    const { now } = this.#engine;
    if (this.#isOver) return;
    this.#world.recorder.sample(now);
    for (const { subsystem } of this.#laboratory.subsystems) subsystem.space.sample();
    if (!this.#isWarm && this.#warmUp.isOver(now, () => this.#world.isCacheFull)) this.#endWarmUp();
    this.#engine.schedule(this.#timing.sample, this.#sampleHandler);
  }

  #endWarmUp(): void {
    this.#isWarm = true;
    for (const gauge of this.#gauges) gauge.reset();
    const { recorder } = this.#world;
    if (this.#engine.now > 0) recorder.event(this.#engine.now, 'warmUpOver', {});
    this.#setPhase();
  }

  #noteCopying(change: 1 | -1): void {
    this.#copying += change;
    this.#hasCopied = true;
    this.#setPhase();
  }

  #setPhase(): void {
    if (!this.#isWarm) return;
    const idle = this.#hasCopied ? AFTER : BEFORE;
    this.#world.recorder.setPhase(this.#copying > 0 ? DURING : idle, this.#engine.now);
  }

  #noteEntry(record: TimedEntry): void {
    this.#entries.push(record);
    const { kind, title, outcome, line } = record;
    this.#world.recorder.event(this.#engine.now, 'entry', { line, kind, title, outcome });
  }

  #fail(entry: InnerEntry, failure: EntryFailure): void {
    this.#failure ??= { ...failure, file: this.#laboratory.scenario.document.name, ...entry.place };
    this.#finish();
  }

  #overLimit(limit: number): void {
    const left = this.#chainsRunning + this.#chainsWaiting;
    this.#failInTime({
      what: this.#isDurationOver
        ? `${formatCount(left, 'chain')} of entries still running`
        : 'time does not reach the end of the duration',
      limit: `the run has taken ${formatDuration(limit)}`,
      fix: 'raise limit of timing, or ask for less',
    });
  }

  #failInTime(text: { readonly what: string; readonly limit: string; readonly fix: string }): void {
    const { document } = this.#laboratory.scenario;
    const place = { file: document.name, ...document.placeOf(['timing']) };
    this.#failure ??= { kind: 'timeout', ...text, ...place };
    this.#finish();
  }

  #result(): UnitResult {
    const { unit, seed } = this.#options;
    const engine = this.#engine;
    for (const timed of this.#world.timed) checkTimedStations(timed);
    const { images } = this.#laboratory;
    const record: UnitRecord = {
      id: unit.id,
      method: unit.method,
      replication: unit.replication,
      seed,
      point: pointNames(unit),
      measures: this.#world.recorder.finish(engine.now),
      strategies: this.#world.strategies,
      entries: this.#entries,
      stations: this.#world.timed.flatMap((timed) => timedStations(timed).map((one) => one.row())),
      assumptions: this.#parameters.assumptions,
      witness: engine.witness,
      simulatedNanos: engine.now,
      eventCount: engine.eventCount,
    };
    const inputs = [...images].map(([file, { sha256 }]) => ({ file, sha256 }));
    return { record, failure: this.#failure, inputs: [...inputs, ...this.#loads.inputs] };
  }
}

/** Whether anything has to be over before requests count. */
function hasWarmUp({ warmUp }: Timing): boolean {
  return warmUp.kind !== 'time' || warmUp.nanos > 0;
}
