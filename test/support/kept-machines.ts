/**
 * A subsystem that goes down after every few operations and comes up again from what was kept of it,
 * beside the one that never went down.
 *
 * What is kept of each change goes through bytes, so that nothing of the old machine lives on in the
 * new one by accident. A machine comes up from the changes since the beginning or, in turn, from one
 * that says everything; both ways must lead to the same state, part by part.
 *
 * @module
 */
import { inspect, isDeepStrictEqual } from 'node:util';
import type { Plain } from '../../src/base/kept-state.ts';
import { KEPT_BLOCK_WORDS } from '../../src/base/kept-state.ts';
import type { Clock, Compress } from '../../src/base/ports.ts';
import { type CommitSequence, commitSequence } from '../../src/base/units.ts';
import { packPlain, unpackPlain } from '../../src/store/plain-bytes.ts';
import { type StateChange, StateKeeper, type WordChange } from '../../src/store/state-keeper.ts';
import type { SubsystemInput } from '../../src/subsystem/configuration.ts';
import { Subsystem } from '../../src/subsystem/subsystem.ts';
import { type ComparedState, compareKeptState, noState } from './compare-kept-state.ts';
import { CopiedDrives } from './copied-drives.ts';

/** A subsystem with what is kept of it. */
export interface KeptMachine {
  readonly subsystem: Subsystem;
  readonly keeper: StateKeeper;
  readonly drives: CopiedDrives;
}

/** How machines are made. */
export interface KeptMachineInput {
  readonly input: SubsystemInput;
  readonly clock: Clock;
  readonly compress?: Compress | undefined;
  /** When changes become durable: at once, or when {@link KeptMachines.flush} is called. */
  readonly durable?: 'atOnce' | 'inSteps';
}

/** What was looked at. A run that looked at nothing proves nothing. */
export interface KeptCounts {
  operations: number;
  changes: number;
  reopened: number;
  /** Operations that a machine which came up and one that never went down did side by side. */
  beside: number;
  readonly compared: ComparedState;
  /** Names of all parts, and of those of which some change but the first told something. */
  readonly kept: Set<string>;
  readonly changed: Set<string>;
}

/** Nothing was looked at yet. */
export function noCounts(): KeptCounts {
  return {
    operations: 0,
    changes: 0,
    reopened: 0,
    beside: 0,
    compared: noState(),
    kept: new Set(),
    changed: new Set(),
  };
}

/** A change on its way through bytes. */
interface PackedChange {
  readonly words: readonly WordChange[];
  readonly rest: Uint8Array;
}

/** Operations between two collections of what changed, in turn. */
const BATCHES = [1, 1, 2, 1, 5, 1, 11];
/** Operations from one coming up to the next. */
const BETWEEN = [1, 4, 9, 2, 17];
/** Operations that two machines do side by side before the older one goes. */
const BESIDE = [1, 6, 3, 12];

/** One machine, and for some time a second one beside it. */
export class KeptMachines {
  readonly #made: KeptMachineInput;
  readonly #counts: KeptCounts;
  #current: KeptMachine;
  /** Came up from what was kept of the current one. */
  #beside: KeptMachine | undefined;
  #log: PackedChange[] = [];
  #changes = 0;
  #reopened = 0;
  #uncollected = 0;
  #untilNext = 1;

  constructor(made: KeptMachineInput, counts: KeptCounts) {
    this.#made = made;
    this.#counts = counts;
    this.#current = this.#make(new CopiedDrives());
    for (const name of this.#current.keeper.parts.keys()) counts.kept.add(name);
    this.#collect();
  }

  /** The machines that are up, one or two. */
  get machines(): readonly [KeptMachine, ...KeptMachine[]] {
    return this.#beside === undefined ? [this.#current] : [this.#current, this.#beside];
  }

  /**
   * Asks all machines that are up.
   *
   * @returns The answer, which is the same.
   * @throws Error when they answer differently.
   */
  ask<Value>(question: (machine: KeptMachine) => Value): Value {
    const answer = question(this.#current);
    if (this.#beside !== undefined) {
      const other = question(this.#beside);
      if (!isDeepStrictEqual(answer, other)) {
        throw new Error(`answers ${inspect(answer)}, after coming up ${inspect(other)}`);
      }
    }
    return answer;
  }

  /** Everything so far is durable from now on, where it is not so at once. */
  flush(): void {
    if (this.#made.durable !== 'inSteps') return;
    for (const { keeper, subsystem } of this.machines) keeper.settled = subsystem.commits.last();
  }

  /** An operation was done. @returns Whether other machines are up now. */
  noteOperation(): boolean {
    this.#counts.operations += 1;
    this.#uncollected += 1;
    if (this.#beside !== undefined) this.#counts.beside += 1;
    if (this.#uncollected >= pick(BATCHES, this.#changes)) this.#collect();
    this.#untilNext -= 1;
    if (this.#untilNext > 0) return false;
    this.#collect();
    if (this.#beside === undefined) this.#reopen();
    else this.#goDown(this.#beside);
    return true;
  }

  #collect(): void {
    this.#uncollected = 0;
    this.#changes += 1;
    this.#counts.changes += 1;
    const change = this.#current.keeper.collect();
    if (this.#changes > 1) for (const { name } of partsOf(change)) this.#counts.changed.add(name);
    if (this.#beside !== undefined) compareChanges(change, this.#beside.keeper.collect());
    this.#log.push(pack(change));
  }

  /** Another machine comes up beside the current one. */
  #reopen(): void {
    this.#reopened += 1;
    this.#counts.reopened += 1;
    // Every second time from one change that says everything.
    if (this.#reopened % 2 === 0) this.#log = [pack(everythingOf(this.#current.keeper))];
    const came = this.#make(this.#current.drives.copy());
    for (const change of this.#log) came.keeper.apply(unpack(change));
    came.keeper.restore();
    came.keeper.settled = this.#current.keeper.settled;
    refillStorage(this.#current, came);
    compareKeptState(this.#current.keeper, came.keeper, this.#counts.compared);
    this.#beside = came;
    this.ask(reportsOf);
    this.#untilNext = pick(BESIDE, this.#reopened);
  }

  /** The older machine goes down, and the other goes on alone. */
  #goDown(beside: KeptMachine): void {
    compareKeptState(this.#current.keeper, beside.keeper, this.#counts.compared);
    this.ask(reportsOf);
    this.#current = beside;
    this.#beside = undefined;
    this.#untilNext = pick(BETWEEN, this.#reopened);
    // What reports have settled belongs to the next change.
    this.#collect();
  }

  #make(drives: CopiedDrives): KeptMachine {
    const { input, clock, compress, durable = 'atOnce' } = this.#made;
    const keeper = new StateKeeper();
    if (durable === 'atOnce') keeper.settled = AT_ONCE;
    const ports = { clock, journal: keeper, drives, compress };
    return { subsystem: Subsystem.create(input, ports), keeper, drives };
  }
}

const AT_ONCE: CommitSequence = commitSequence(Number.MAX_SAFE_INTEGER);

function pick(numbers: readonly number[], at: number): number {
  return numbers[at % numbers.length] as number;
}

/** Bytes in nonvolatile storage, which a journal would have. */
function refillStorage(from: KeptMachine, to: KeptMachine): void {
  for (const { buffers, ...at } of from.subsystem.parts.backEnd.storageContents()) {
    buffers.forEach((buffer, member) => {
      if (buffer === undefined) return;
      to.subsystem.parts.backEnd.refillStorage({ ...at, member }, buffer.slice());
    });
  }
}

/** Everything as one change: what a checkpoint says. */
function everythingOf(keeper: StateKeeper): StateChange {
  const words: WordChange[] = [];
  const records: StateChange['records'][number][] = [];
  const entries: StateChange['entries'][number][] = [];
  const figures: StateChange['figures'][number][] = [];
  for (const part of keeper.parts.values()) {
    const { name } = part;
    switch (part.kind) {
      case 'words': {
        const count = Math.ceil(part.wordCount / KEPT_BLOCK_WORDS);
        const blocks = Uint32Array.from({ length: count }, (_, block) => block);
        const all = new Uint32Array(count * KEPT_BLOCK_WORDS);
        for (const block of blocks) part.copyOut(block, all, block * KEPT_BLOCK_WORDS);
        words.push({ name, blocks, words: all });
        break;
      }
      case 'records':
        for (const [key, record] of part.entries()) {
          records.push({ name, payload: { key, inserted: record } });
        }
        break;
      case 'entries':
        for (const key of part.keys()) entries.push({ name, key, saved: part.save(key) });
        break;
      default:
        figures.push({ name, saved: part.save() });
    }
  }
  return { words, records, entries, figures };
}

function partsOf({ words, records, entries, figures }: StateChange): { readonly name: string }[] {
  return [...words, ...records, ...entries, ...figures];
}

/** Two machines that are the same change in the same way. */
function compareChanges(expected: StateChange, found: StateChange): void {
  const sides = [expected, found].map((change) => ({
    words: [...change.words].toSorted(byName),
    records: change.records,
    entries: [...change.entries].toSorted(byKey),
    figures: [...change.figures].toSorted(byName),
  }));
  const [one, other] = sides as [(typeof sides)[number], (typeof sides)[number]];
  for (const kind of ['words', 'records', 'entries', 'figures'] as const) {
    if (isDeepStrictEqual(one[kind], other[kind])) continue;
    const names = (change: typeof one): string => change[kind].map(({ name }) => name).join(', ');
    throw new Error(
      `${kind} change in another way after coming up: ${names(one)}; ${names(other)}`,
    );
  }
}

function byName(one: { readonly name: string }, other: { readonly name: string }): number {
  return one.name < other.name ? -1 : 1;
}

function byKey(one: StateChange['entries'][number], other: StateChange['entries'][number]): number {
  return `${one.name} ${one.key}` < `${other.name} ${other.key}` ? -1 : 1;
}

function pack({ words, ...rest }: StateChange): PackedChange {
  return { words, rest: packPlain(rest) };
}

function unpack({ words, rest }: PackedChange): StateChange {
  return { words, ...(unpackPlain(rest) as Omit<StateChange, 'words'>) };
}

/** What a subsystem tells about itself. */
function reportsOf({ subsystem }: KeptMachine): unknown {
  const { space, drives, deletedSpace, retention } = subsystem;
  return {
    capacity: space.capacity(),
    groups: space.groups(),
    drives: drives.report(),
    lost: drives.lostTracks(),
    holds: deletedSpace.holds(),
    points: [...subsystem.points()],
    devices: subsystem.devices().map((device) => ({
      device,
      space: space.device(device.index),
      points: retention.points(device.index),
      rule: retention.rule(device.index) as Plain | undefined,
    })),
    relations: Array.from(subsystem.relations(), ({ id }) => ({
      state: subsystem.relationState(id),
      tracks: subsystem.relationTracks(id),
    })),
    check: subsystem.check(),
  };
}
