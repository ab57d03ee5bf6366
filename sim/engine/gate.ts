/**
 * A gate: permits that are held until they are given back, such as channel paths and device-busy.
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

/** What makes a gate. */
export interface GateInput {
  /** Unique within the engine. */
  readonly name: string;
  readonly permits: number;
  /** Priorities from 0, which goes first. Default 1. */
  readonly priorities?: number;
  /** The token got its permit: inside {@link Gate.acquire}, or inside a later {@link Gate.release}. */
  readonly granted: (token: number) => void;
}

/** A gate. Tokens are signed 32-bit numbers of the caller's. */
export class Gate implements EnginePart {
  readonly name: string;
  readonly permits: number;
  readonly #engine: Engine;
  readonly #line: WaitingLine;
  readonly #granted: (token: number) => void;
  #held = 0;
  #arrivals = 0;
  #releases = 0;
  /** Sum of the times of releases less that of grants, nanoseconds. */
  #holdBalance = 0;
  #heldArea = 0;
  #changedAt: number;
  #isGranting = false;
  #base: AccountTotals;

  constructor(engine: Engine, input: GateInput) {
    const { name, permits, priorities = 1 } = input;
    invariant(permits >= 1 && priorities >= 1, 'gate-has-permits', name);
    this.name = name;
    this.permits = permits;
    this.#engine = engine;
    this.#granted = input.granted;
    this.#changedAt = engine.now;
    this.#line = new WaitingLine(engine, priorities);
    this.#base = this.#totals();
    engine.attach(this);
  }

  /** Permits that somebody holds. */
  get busy(): number {
    return this.#held;
  }

  /** Tokens that wait. */
  get queued(): number {
    return this.#line.queued;
  }

  /** Nanoseconds that permits were held, all together, since the run began. */
  get busyNanos(): number {
    return this.#heldArea + this.#held * (this.#engine.now - this.#changedAt);
  }

  /** Asks for a permit. It is granted at once when one is free and nobody waits. */
  acquire(token: number, priority = 0): void {
    this.#arrivals += 1;
    if (this.#held === this.permits || this.#line.queued > 0) {
      this.#line.put(token, 0, priority);
    } else {
      this.#hold();
      this.#granted(token);
    }
  }

  /** Gives a permit back; whoever is next gets it. */
  release(): void {
    invariant(this.#held > 0, 'gate-permit-held');
    this.#advance();
    this.#held -= 1;
    this.#releases += 1;
    this.#holdBalance += this.#changedAt;
    // Someone granted who releases at once comes here again: the loop below is still running.
    if (this.#isGranting) return;
    this.#isGranting = true;
    while (this.#line.queued > 0 && this.#held < this.permits) {
      const token = this.#line.take();
      this.#hold();
      this.#granted(token);
    }
    this.#isGranting = false;
  }

  /** What happened since {@link resetAccount}. A sojourn is the wait and the holding. */
  account(): StationAccount {
    return accountOf(this.name, this.permits, this.#base, this.#totals(), this.#line.queuedMax);
  }

  /** Begins a new account, for instance when the warm-up is over. */
  resetAccount(): void {
    this.#base = this.#totals();
  }

  /**
   * Little's law since the run began, for those who wait and for those who hold.
   *
   * @throws InvariantViolation `littles-law`
   */
  checkLittle(): void {
    const now = this.#engine.now;
    const waited = this.#line.waitNanos + this.#line.waitingSoFar();
    assertLittlesLaw(`${this.name}, waiting`, this.#line.area(), waited);
    const held = this.#holdBalance + this.#held * now;
    assertLittlesLaw(`${this.name}, holding`, this.busyNanos, held);
  }

  save(): Float64Array {
    const values = [this.#held, this.#arrivals, this.#releases, this.#holdBalance];
    values.push(this.#heldArea, this.#changedAt, ...this.#base);
    this.#line.saveTo(values);
    return Float64Array.from(values);
  }

  restore(values: Float64Array): void {
    const saved = new SavedNumbers(values);
    this.#held = saved.next();
    this.#arrivals = saved.next();
    this.#releases = saved.next();
    this.#holdBalance = saved.next();
    this.#heldArea = saved.next();
    this.#changedAt = saved.next();
    this.#base = saved.many(ACCOUNT_TOTALS);
    this.#line.restoreFrom(saved);
  }

  #hold(): void {
    this.#advance();
    this.#held += 1;
    this.#holdBalance -= this.#changedAt;
  }

  #advance(): void {
    const now = this.#engine.now;
    this.#heldArea += this.#held * (now - this.#changedAt);
    this.#changedAt = now;
  }

  #totals(): AccountTotals {
    const now = this.#engine.now;
    const held = this.busyNanos;
    const line = this.#line;
    const sojourn = line.waitNanos + held;
    const queued = line.area();
    return Float64Array.of(
      now,
      this.#arrivals,
      this.#releases,
      sojourn,
      held,
      queued,
      line.waitNanos,
    );
  }
}
