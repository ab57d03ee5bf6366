/**
 * A chain of entries in simulated time: each entry runs as it does without a clock, and every step of
 * it takes the time that its cost takes on processor, paths and drives.
 *
 * The model acts at once and the waiting follows, so what a step did is there from the beginning of
 * its wait. A step that has to wait for somebody else is tried again after a while.
 *
 * @module
 */
import { invariant, VolumeStopped } from '../../src/index.ts';
import type { Plain } from '../record/plain.ts';
import type { TimedEntry } from '../record/unit-record.ts';
import { copyNameOf, copySources } from './copy-entry.ts';
import type { CopyWitnesses } from './copy-witnesses.ts';
import type { EntryMachine, EntryResult, EntryStep, MadeRelation } from './entry-machine.ts';
import { type EntryFailure, expectedRefusal, judge } from './entry-outcome.ts';
import type { Laboratory } from './laboratory.ts';
import type { LaboratorySubsystem } from './laboratory-subsystem.ts';
import { type MachineContext, makeMachine } from './machines.ts';
import type { Occurrence } from './occurrences.ts';
import type { InnerEntry, TimelineEntry } from './scenario.ts';
import type { MachineEnd } from './scheduler.ts';
import { type TimedMachine, timedMachine } from './timed-entries.ts';
import type { TimedWorld } from './timed-world.ts';

/** Wait before a step is tried again that waits for somebody else. Source: our choice. */
const RETRY_NANOS = 10_000_000;

/** What a process tells of. */
interface ProcessEars {
  /** An entry that changes what hosts see of a volume begins (1) or ends (-1). */
  readonly copying: (change: 1 | -1) => void;
  /** An entry has ended. */
  readonly entry: (record: TimedEntry) => void;
  /** Work outside of the model has to be done before time goes on. */
  readonly outside: (work: Promise<unknown>) => void;
  /** The run cannot go on. */
  readonly failed: (entry: InnerEntry, failure: EntryFailure) => void;
  /** The chain is over. */
  readonly ended: () => void;
}

/** What the processes of a run share. */
export interface ProcessContext {
  readonly world: TimedWorld;
  readonly laboratory: Laboratory;
  readonly machines: MachineContext;
  readonly witnesses: CopyWitnesses;
  readonly relations: Map<string, MadeRelation[]>;
  readonly ears: ProcessEars;
}

/** Kinds of entry whose run is the time of a copy; who inquires waits for one. */
const COPYING: ReadonlySet<string> = new Set(['backup', 'copy', 'inquire', 'restore']);
/** Kinds of entry that are over when the drives have done what they asked for. */
const DRIVEN: ReadonlySet<string> = new Set(['background', 'scrub', 'collect', 'destage']);

/** Runs one occurrence of a chain; begins at once. */
export function runChain(context: ProcessContext, { entries }: Occurrence): void {
  const next = (at: number): void => {
    const entry = entries[at];
    if (entry === undefined || context.world.isOver) context.ears.ended();
    else runEntry(context, entry, () => next(at + 1));
  };
  next(0);
}

/** Runs an entry, or several at once; `done` is called when the last has ended. */
function runEntry(context: ProcessContext, entry: TimelineEntry, done: () => void): void {
  if (entry.kind !== 'together') {
    runInner(context, entry, done);
    return;
  }
  let running = entry.entries.length;
  const oneDone = (): void => {
    running -= 1;
    if (running === 0) done();
  };
  for (const one of entry.entries) runInner(context, one, oneDone);
}

function runInner(context: ProcessContext, entry: InnerEntry, done: () => void): void {
  const { world, ears } = context;
  const isCopying = COPYING.has(entry.kind);
  const startNanos = world.engine.now;
  const finish = (title: string, end: Exclude<MachineEnd, { kind: 'notRun' }>): void => {
    const { outcome, failure } = judge(end, expectedRefusal(entry));
    const ended: EntryResult = end.kind === 'done' ? end.value : { result: {}, notes: [] };
    const isRefused = outcome === 'refusedAsExpected' && end.kind === 'refused';
    ears.entry({
      line: entry.place.line,
      kind: entry.kind,
      title,
      outcome,
      startNanos,
      endNanos: world.engine.now,
      result: isRefused ? { refused: end.code } : withReports(ended),
    });
    if (failure !== undefined) ears.failed(entry, failure);
    done();
    // What follows has begun: a wait for the copy goes on where the backup has ended.
    if (isCopying) ears.copying(-1);
  };
  if (isCopying) ears.copying(1);
  const timed = timedMachine(world, entry);
  if (timed === undefined) new SteppedEntry(context, entry, finish).begin();
  else beginTimed(timed, finish);
}

/** The figures of an entry, with the tables of a `report` among them. */
function withReports({ result, reports }: EntryResult): TimedEntry['result'] {
  return reports === undefined ? result : { ...result, reports: plainOf(reports) };
}

/** Records of subsystems as the plain data that they are. */
function plainOf(reports: NonNullable<EntryResult['reports']>): Plain {
  return JSON.parse(JSON.stringify(reports)) as Plain;
}

type Finish = (title: string, end: Exclude<MachineEnd, { kind: 'notRun' }>) => void;

function beginTimed(machine: TimedMachine, finish: Finish): void {
  machine.begin((end) => {
    finish(machine.title, end);
  });
}

/** An entry that is stepped, as without a clock. */
class SteppedEntry {
  readonly #context: ProcessContext;
  readonly #entry: InnerEntry;
  readonly #machine: EntryMachine;
  readonly #finish: Finish;
  /** Relations that the entry has made. */
  readonly #relations: MadeRelation[] = [];

  constructor(context: ProcessContext, entry: InnerEntry, finish: Finish) {
    this.#context = context;
    this.#entry = entry;
    this.#machine = makeMachine(context.machines, entry);
    this.#finish = finish;
  }

  begin(): void {
    if (this.#entry.kind === 'backup') {
      this.#context.relations.set(copyNameOf(this.#entry), this.#relations);
    }
    this.#step();
  }

  #step(): void {
    const { laboratory, witnesses, world, ears } = this.#context;
    if (world.isOver) return;
    const machine = this.#machine;
    laboratory.writes.tick();
    witnesses.beforeStep(machine, () => copySources(laboratory, this.#entry));
    const before = laboratory.subsystems.map((owner) => costOf(owner));
    const step = takeStep(machine);
    this.#noteRelations(witnesses.afterStep(machine));
    for (const event of laboratory.events.take()) {
      world.recorder.event(world.engine.now, event.event, { ...event.data });
    }
    if (step.kind === 'outside') ears.outside(step.work);
    const spent = laboratory.subsystems.map((owner, at) =>
      lessCost(costOf(owner), before[at] ?? NO_COST),
    );
    this.#spend(spent, 0, () => this.#goOn(step));
  }

  /** Lets the cost of a step take its time, subsystem by subsystem. */
  #spend(costs: readonly StepCost[], at: number, then: () => void): void {
    const { world, laboratory } = this.#context;
    const owner = laboratory.subsystems[at];
    const cost = costs[at];
    if (owner === undefined || cost === undefined) {
      then();
      return;
    }
    const next = (): void => this.#spend(costs, at + 1, then);
    const timed = world.timedOf(owner);
    const drives = (): void => {
      if (DRIVEN.has(this.#entry.kind)) timed.collectDriveWork(next);
      else {
        timed.collectDriveWork();
        next();
      }
    };
    if (cost.programs === 0) drives();
    else {
      const { programNanos, byteNanos } = timed.parameters.processor;
      const bytes = cost.bytesIn + cost.bytesOut;
      const processorNanos = cost.programs * programNanos + bytes * byteNanos;
      timed.perform({ ...cost, processorNanos, host: this.#hostIndex() }, drives);
    }
  }

  #goOn(step: EntryStep): void {
    const { world } = this.#context;
    switch (step.kind) {
      case 'again':
        // An inquiry that is repeated leaves the background some time in between.
        world.after(this.#entry.kind === 'inquire' ? world.timing.inquiryEvery : 0, this.#again);
        return;
      case 'outside':
        world.after(0, this.#again);
        return;
      case 'waiting':
        world.after(
          step.for === 'background' ? world.timing.inquiryEvery : RETRY_NANOS,
          this.#again,
        );
        return;
      default:
        this.#finish(this.#machine.title, step);
    }
  }

  readonly #again = (): void => this.#step();

  /** New copies change what devices hold, behind the cache's back. */
  #noteRelations(made: readonly MadeRelation[]): void {
    this.#relations.push(...made);
    for (const { owner, id } of made) {
      const target = owner.subsystem.relation(id)?.target;
      invariant(target !== undefined, 'made-relation-is-there');
      this.#context.world.timedOf(owner).purge(target);
    }
  }

  #hostIndex(): number {
    const { fields } = this.#entry;
    const name =
      typeof fields === 'object' && 'host' in fields && typeof fields.host === 'string'
        ? fields.host
        : undefined;
    return this.#context.world.hostIndex(name);
  }
}

/** What a step cost one subsystem's hosts. */
interface StepCost {
  readonly programs: number;
  readonly bytesIn: number;
  readonly bytesOut: number;
}

const NO_COST: StepCost = Object.freeze({ programs: 0, bytesIn: 0, bytesOut: 0 });

function costOf({ meter }: LaboratorySubsystem): StepCost {
  return {
    programs: meter.total('channelPrograms'),
    bytesIn: meter.total('channelBytesIn'),
    bytesOut: meter.total('channelBytesOut'),
  };
}

function lessCost(later: StepCost, earlier: StepCost): StepCost {
  return {
    programs: later.programs - earlier.programs,
    bytesIn: later.bytesIn - earlier.bytesIn,
    bytesOut: later.bytesOut - earlier.bytesOut,
  };
}

/** A track that the laboratory itself cannot read ends an entry like a refusal. */
function takeStep(machine: EntryMachine): EntryStep {
  try {
    return machine.step();
  } catch (error) {
    if (error instanceof VolumeStopped) return error.refusal;
    throw error;
  }
}
