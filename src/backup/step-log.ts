/**
 * The log of one job: what each of the steps 201 to 211 did, when, and what it cost.
 *
 * Steps are entered again whenever a job comes back to them (one inquiry after the other, a source
 * located anew after a wait); each keeps one entry, from its first moment to its last. The host's
 * records are brought up to date when a job changes its step or ends, not at every track that a host
 * copy moves.
 *
 * @module
 */
import type { Clock } from '../base/ports.ts';
import type { Nanos } from '../base/units.ts';
import type { Cost, HostRecords, StepNumber, StepRecord } from '../host/host-records.ts';
import { addCost, NO_COST } from '../host/host-records.ts';
import { WorkAccount } from '../host/work-account.ts';

interface StepEntry {
  readonly startedAt: Nanos;
  endedAt: Nanos;
  readonly account: WorkAccount;
  moved: Cost;
  readonly messages: Map<string, number>;
  readonly notes: string[];
}

/** The steps of one job. */
export class StepLog {
  readonly #clock: Clock;
  readonly #records: HostRecords;
  readonly #job: number;
  readonly #entries = new Map<StepNumber, StepEntry>();
  #current: StepNumber = 201;

  /** @param job - Number of the job in the records. */
  constructor(clock: Clock, records: HostRecords, job: number) {
    this.#clock = clock;
    this.#records = records;
    this.#job = job;
    this.#entry(201);
  }

  /** The step that the job is in. */
  get current(): StepNumber {
    return this.#current;
  }

  /** Model time. */
  now(): Nanos {
    return this.#clock.now();
  }

  /** Goes on to a step, or stays in it. */
  enter(step: StepNumber): void {
    if (step === this.#current) return;
    this.#entry(this.#current).endedAt = this.#clock.now();
    this.#current = step;
    this.#entry(step);
    this.flush();
  }

  /** Where the work of the current step is charged. */
  account(): WorkAccount {
    return this.#entry(this.#current).account;
  }

  /** Counts a message that was sent or received in a step. */
  countMessage(step: StepNumber, kind: string): void {
    const entry = this.#entry(step);
    entry.messages.set(kind, (entry.messages.get(kind) ?? 0) + 1);
    entry.endedAt = this.#clock.now();
  }

  /** Moves the bytes that came in from the step that sent to the step that received. */
  moveBytesIn(from: StepNumber, to: StepNumber, bytes: number): void {
    const source = this.#entry(from);
    const target = this.#entry(to);
    source.moved = addCost(source.moved, { ...NO_COST, channelBytesIn: -bytes });
    target.moved = addCost(target.moved, { ...NO_COST, channelBytesIn: bytes });
  }

  /** Adds a remark to a step, once. */
  note(step: StepNumber, text: string): void {
    const { notes } = this.#entry(step);
    if (!notes.includes(text)) notes.push(text);
  }

  /** Brings the host's records up to date. */
  flush(): void {
    this.#entry(this.#current).endedAt = this.#clock.now();
    const steps = this.#stepRecords();
    this.#records.update(this.#job, (draft) => {
      draft.steps = steps.map((step) => ({ ...step, notes: [...step.notes] }));
    });
  }

  #stepRecords(): readonly StepRecord[] {
    return [...this.#entries]
      .toSorted(([one], [other]) => one - other)
      .map(([step, entry]) => ({
        step,
        startedAt: entry.startedAt,
        endedAt: entry.endedAt,
        cost: addCost(entry.account.cost(), entry.moved),
        messages: Object.fromEntries(entry.messages),
        notes: [...entry.notes],
      }));
  }

  #entry(step: StepNumber): StepEntry {
    let entry = this.#entries.get(step);
    if (entry === undefined) {
      const now = this.#clock.now();
      entry = {
        startedAt: now,
        endedAt: now,
        account: new WorkAccount(),
        moved: NO_COST,
        messages: new Map(),
        notes: [],
      };
      this.#entries.set(step, entry);
    }
    return entry;
  }
}
