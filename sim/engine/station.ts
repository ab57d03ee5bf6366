/**
 * A station: c equal servers, one line for each priority, first come first served inside it, no
 * preemption.
 *
 * @module
 */
import { invariant } from '../../src/index.ts';
import {
  ACCOUNT_TOTALS,
  type AccountTotals,
  accountOf,
  assertLittlesLaw,
  type StationAccount,
} from './account.ts';
import type { Engine, EnginePart } from './engine.ts';
import { SavedNumbers } from './saved-numbers.ts';
import { WaitingLine } from './waiting-line.ts';

/** What makes a station. */
export interface StationInput {
  /** Unique within the engine. */
  readonly name: string;
  /** How many are served at once; infinite where nobody ever waits. */
  readonly servers: number;
  /** Priorities from 0, which goes first. Default 1. */
  readonly priorities?: number;
  /** Whole nanoseconds that a token keeps its server, asked when its service starts. */
  readonly serviceOf: (token: number) => number;
  /** A token left; called when the next one in line has got its server. */
  readonly done: (token: number) => void;
}

const FIRST_SLOTS = 4;
/** Stands in the place of a time where a slot serves nobody. */
const NOBODY = -1;

/** A station. Tokens are signed 32-bit numbers of the caller's; one may be here more than once. */
export class Station implements EnginePart {
  readonly name: string;
  readonly servers: number;
  readonly #engine: Engine;
  readonly #line: WaitingLine;
  readonly #serviceOf: (token: number) => number;
  readonly #done: (token: number) => void;
  readonly #handler: number;
  #busy = 0;
  #arrivals = 0;
  #completions = 0;
  #sojournNanos = 0;
  #busyArea = 0;
  #changedAt = 0;
  #slotTokens = new Int32Array(FIRST_SLOTS);
  #slotEntered: Float64Array = new Float64Array(FIRST_SLOTS).fill(NOBODY);
  /** A stack: the slots from 0 to slots - busy - 1 of it are free. */
  #freeSlots = Int32Array.from({ length: FIRST_SLOTS }, (_, at) => at);
  #base: AccountTotals;

  constructor(engine: Engine, input: StationInput) {
    const { name, servers, priorities = 1 } = input;
    invariant(servers >= 1 && priorities >= 1, 'station-has-servers', name);
    this.name = name;
    this.servers = servers;
    this.#engine = engine;
    this.#serviceOf = input.serviceOf;
    this.#done = input.done;
    this.#handler = engine.handler(name, (slot, token) => this.#complete(slot, token));
    this.#changedAt = engine.now;
    this.#line = new WaitingLine(engine, priorities);
    this.#base = this.#totals();
    engine.attach(this);
  }

  /** Servers that serve somebody. */
  get busy(): number {
    return this.#busy;
  }

  /** Tokens that wait. */
  get queued(): number {
    return this.#line.queued;
  }

  /** Nanoseconds that servers were busy, all together, since the run began. */
  get busyNanos(): number {
    return this.#busyArea + this.#busy * (this.#engine.now - this.#changedAt);
  }

  /** A token comes. It is served at once when a server is free. */
  enter(token: number, priority = 0): void {
    this.#arrivals += 1;
    if (this.#busy === this.servers) {
      this.#line.put(token, 0, priority);
    } else {
      this.#advance();
      this.#busy += 1;
      if (this.#busy > this.#slotTokens.length) this.#growSlots();
      const slot = this.#freeSlots[this.#slotTokens.length - this.#busy] as number;
      this.#slotEntered[slot] = this.#changedAt;
      this.#serve(slot, token);
    }
  }

  /** What happened since {@link resetAccount}, or since the start. */
  account(): StationAccount {
    return accountOf(this.name, this.servers, this.#base, this.#totals(), this.#line.queuedMax);
  }

  /** Begins a new account, for instance when the warm-up is over. */
  resetAccount(): void {
    this.#base = this.#totals();
  }

  /**
   * Little's law since the run began.
   *
   * @throws InvariantViolation `littles-law`
   */
  checkLittle(): void {
    const now = this.#engine.now;
    let present = this.#line.waitingSoFar();
    for (const entered of this.#slotEntered) if (entered !== NOBODY) present += now - entered;
    const integral = this.busyNanos + this.#line.area();
    assertLittlesLaw(this.name, integral, this.#sojournNanos + present);
  }

  save(): Float64Array {
    const values = [this.#busy, this.#arrivals, this.#completions, this.#sojournNanos];
    values.push(this.#busyArea, this.#changedAt, ...this.#base, this.#slotTokens.length);
    values.push(...this.#slotTokens, ...this.#slotEntered, ...this.#freeSlots);
    this.#line.saveTo(values);
    return Float64Array.from(values);
  }

  restore(values: Float64Array): void {
    const saved = new SavedNumbers(values);
    this.#busy = saved.next();
    this.#arrivals = saved.next();
    this.#completions = saved.next();
    this.#sojournNanos = saved.next();
    this.#busyArea = saved.next();
    this.#changedAt = saved.next();
    this.#base = saved.many(ACCOUNT_TOTALS);
    const slots = saved.next();
    this.#slotTokens = Int32Array.from(saved.many(slots));
    this.#slotEntered = saved.many(slots);
    this.#freeSlots = Int32Array.from(saved.many(slots));
    this.#line.restoreFrom(saved);
  }

  #serve(slot: number, token: number): void {
    this.#slotTokens[slot] = token;
    this.#engine.schedule(this.#serviceOf(token), this.#handler, slot, token);
  }

  #complete(slot: number, token: number): void {
    this.#completions += 1;
    this.#sojournNanos += this.#engine.now - (this.#slotEntered[slot] as number);
    if (this.#line.queued > 0) {
      const next = this.#line.take();
      this.#slotEntered[slot] = this.#line.entered;
      this.#serve(slot, next);
    } else {
      this.#advance();
      this.#slotEntered[slot] = NOBODY;
      this.#freeSlots[this.#slotTokens.length - this.#busy] = slot;
      this.#busy -= 1;
    }
    this.#done(token);
  }

  #advance(): void {
    const now = this.#engine.now;
    this.#busyArea += this.#busy * (now - this.#changedAt);
    this.#changedAt = now;
  }

  #growSlots(): void {
    const size = this.#slotTokens.length;
    const tokens = new Int32Array(2 * size);
    tokens.set(this.#slotTokens);
    const entered = new Float64Array(2 * size).fill(NOBODY);
    entered.set(this.#slotEntered);
    this.#slotTokens = tokens;
    this.#slotEntered = entered;
    // All old slots are taken; the new ones are free, the lowest on top.
    this.#freeSlots = Int32Array.from({ length: 2 * size }, (_, at) => 2 * size - 1 - at);
  }

  #totals(): AccountTotals {
    const now = this.#engine.now;
    const line = this.#line;
    return Float64Array.of(
      now,
      this.#arrivals,
      this.#completions,
      this.#sojournNanos,
      this.busyNanos,
      line.area(),
      line.waitNanos,
    );
  }
}
