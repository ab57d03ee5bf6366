/**
 * Runs a scenario from its setup to its record.
 *
 * The timeline runs in order until an entry fails; what comes after is recorded as not run. A refusal
 * fails an entry unless the entry says that it must be refused with that code.
 *
 * @module
 */
import { copyNameOf, copySources } from './copy-entry.ts';
import { CopyWitnesses, digestNames } from './copy-witnesses.ts';
import type { EntryResult, MadeRelation } from './entry-machine.ts';
import { type EntryFailure, expectedRefusal, judge } from './entry-outcome.ts';
import type { ScenarioFiles } from './files.ts';
import { recordSubsystems, recordVolumes } from './final-state.ts';
import { Laboratory } from './laboratory.ts';
import { type MachineContext, makeMachine } from './machines.ts';
import {
  addEntryCosts,
  type EntryRecord,
  NO_ENTRY_COST,
  type RunFailure,
  type RunRecord,
} from './run-record.ts';
import type { InnerEntry, Scenario, TimelineEntry } from './scenario.ts';
import { runMachines, type ScheduledMachine, schedule } from './scheduler.ts';
import { setUp } from './setup.ts';
import { SnapshotNames } from './snapshot-entry.ts';

/** How to run a scenario. */
export interface RunOptions {
  /** Seed to use instead of the scenario's own. */
  readonly seed?: number;
  /** SHA-256 of the scenario's text, for the record. */
  readonly sha256: string;
  /** Name of the file in the record. */
  readonly fileName: string;
  /** Told how far the run is. */
  readonly progress?: (done: number, total: number, what: string) => void;
}

/**
 * Runs a scenario.
 *
 * @throws ScenarioInvalid, InputError; everything else that can go wrong is in the record.
 */
export async function runScenario(
  scenario: Scenario,
  files: ScenarioFiles,
  options: RunOptions,
): Promise<RunRecord> {
  const laboratory = new Laboratory(scenario, options.seed ?? scenario.seed, files);
  try {
    await setUp(laboratory, (done, total, what) => options.progress?.(done, total, what));
    // What happened while volumes were loaded belongs to no entry.
    laboratory.events.take();
    laboratory.commit();
    const run = new Run(laboratory, options);
    await run.timeline();
    return run.record();
  } finally {
    laboratory.close();
  }
}

/** A run in progress. */
class Run {
  readonly #laboratory: Laboratory;
  readonly #options: RunOptions;
  readonly #witnesses: CopyWitnesses;
  readonly #context: MachineContext;
  readonly #relations = new Map<string, MadeRelation[]>();
  readonly #steps: EntryRecord[] = [];
  #failure: RunFailure | null = null;

  constructor(laboratory: Laboratory, options: RunOptions) {
    this.#laboratory = laboratory;
    this.#options = options;
    this.#witnesses = new CopyWitnesses(laboratory, digestNames(laboratory.scenario));
    this.#context = {
      laboratory,
      witnesses: this.#witnesses,
      snapshots: new SnapshotNames(),
      points: new Map(),
      releases: new Map(),
      remembered: new Map(),
      relationsOf: (name) => this.#relations.get(name) ?? [],
      writing: (file, done) => options.progress?.(done, 0, `writing ${file}`),
    };
  }

  /** Runs every entry. */
  async timeline(): Promise<void> {
    const { timeline } = this.#laboratory.scenario;
    for (const [at, entry] of timeline.entries()) {
      this.#options.progress?.(at, timeline.length, entry.kind);
      this.#steps.push(await this.#runEntry(entry));
      this.#laboratory.commit();
    }
  }

  /** What the run leaves. */
  record(): RunRecord {
    const laboratory = this.#laboratory;
    const { scenario, images, outputs, seed } = laboratory;
    return {
      scenario: {
        name: scenario.name,
        file: this.#options.fileName,
        sha256: this.#options.sha256,
      },
      seed,
      steps: this.#steps,
      totals: addEntryCosts(this.#steps.flatMap(costsOf)),
      subsystems: recordSubsystems(laboratory),
      volumes: recordVolumes(laboratory),
      inputs: [...images].map(([file, { sha256 }]) => ({ file, sha256 })),
      outputs: [...outputs],
      failure: this.#failure,
    };
  }

  async #runEntry(entry: TimelineEntry): Promise<EntryRecord> {
    const inner = entry.kind === 'together' ? entry.entries : [entry];
    const scheduled = inner.map((one) => this.#schedule(one));
    if (this.#failure === null) {
      const random = this.#laboratory.random(`order ${entry.path.join('.')}`);
      await runMachines(this.#laboratory, this.#witnesses, scheduled, random);
    }
    const records = inner.map((one, at) => this.#finish(one, scheduled[at] as ScheduledMachine));
    const [first] = records;
    if (entry.kind !== 'together' && first !== undefined) return first;
    const outcome = records.find((one) => one.outcome === 'failed')?.outcome ?? first?.outcome;
    return {
      line: entry.place.line,
      kind: 'together',
      title: `together: ${inner.map(({ kind }) => kind).join(', ')}`,
      outcome: outcome ?? 'done',
      cost: NO_ENTRY_COST,
      tracksShared: 0,
      result: {},
      notes: [],
      events: [],
      entries: records,
    };
  }

  #schedule(entry: InnerEntry): ScheduledMachine {
    const machine = makeMachine(this.#context, entry);
    return schedule(machine, () => copySources(this.#laboratory, entry));
  }

  #finish(entry: InnerEntry, scheduled: ScheduledMachine): EntryRecord {
    const { machine, cost, relations, events } = scheduled;
    const end = scheduled.end ?? { kind: 'notRun' };
    if (entry.kind === 'backup') this.#relations.set(copyNameOf(entry), relations);
    const { outcome, failure } = judge(end, expectedRefusal(entry));
    if (failure !== undefined) this.#failure ??= this.#place(entry, failure);
    const ended: EntryResult = end.kind === 'done' ? end.value : { result: {}, notes: [] };
    const refused = outcome === 'refusedAsExpected' && end.kind === 'refused';
    return {
      line: entry.place.line,
      kind: entry.kind,
      title: machine.title,
      outcome,
      cost,
      tracksShared: relations.reduce(
        (sum, { owner, id }) => sum + owner.subsystem.relationTracks(id).shared,
        0,
      ),
      result: refused ? { refused: end.code } : ended.result,
      notes: refused ? [`refused as expected: ${end.code}, ${end.what}`] : ended.notes,
      events,
      ...(ended.reports === undefined ? {} : { reports: ended.reports }),
    };
  }

  #place(entry: InnerEntry, failure: EntryFailure): RunFailure {
    const { document } = this.#laboratory.scenario;
    return { ...failure, file: document.name, ...entry.place };
  }
}

function costsOf(entry: EntryRecord): readonly EntryRecord['cost'][] {
  return [entry.cost, ...(entry.entries ?? []).flatMap(costsOf)];
}
