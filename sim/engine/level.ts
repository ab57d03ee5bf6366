/**
 * A level: an amount with a bound, such as the bytes of a non-volatile store. Whoever finds no room
 * waits, first come first served, and nobody passes anybody.
 *
 * @module
 */
import { invariant } from '../../src/index.ts';
import { assertLittlesLaw, ratio } from './account.ts';
import type { Engine, EnginePart } from './engine.ts';
import { SavedNumbers } from './saved-numbers.ts';
import { WaitingLine } from './waiting-line.ts';

/** What makes a level. */
export interface LevelInput {
  /** Unique within the engine. */
  readonly name: string;
  /** Most that can be taken at once, for instance bytes. */
  readonly bound: number;
  /** The token got what it asked for: inside {@link Level.take}, or inside a later {@link Level.give}. */
  readonly granted: (token: number) => void;
}

/** Account of a level since it was last reset. */
export interface LevelAccount {
  readonly name: string;
  readonly bound: number;
  readonly elapsedNanos: number;
  readonly takes: number;
  /** Mean of the amount taken, weighted by time. */
  readonly levelMean: number;
  /** Most that was ever taken, whatever was reset. */
  readonly levelMax: number;
  readonly queuedMean: number;
  /** Waits of those who got what they asked for, over all who asked. */
  readonly waitNanosMean: number;
}

/** Totals of a level: time, takes, integral of the level, integral of the queued, waits. */
const TOTALS = 5;

/** A level. Tokens are signed 32-bit numbers of the caller's. */
export class Level implements EnginePart {
  readonly name: string;
  readonly bound: number;
  readonly #engine: Engine;
  readonly #line: WaitingLine;
  readonly #granted: (token: number) => void;
  #level = 0;
  #levelMax = 0;
  #takes = 0;
  #area = 0;
  #changedAt: number;
  #isGranting = false;
  #base: Float64Array;

  constructor(engine: Engine, input: LevelInput) {
    const { name, bound } = input;
    invariant(bound > 0, 'level-has-room', name);
    this.name = name;
    this.bound = bound;
    this.#engine = engine;
    this.#granted = input.granted;
    this.#changedAt = engine.now;
    this.#line = new WaitingLine(engine, 1);
    this.#base = this.#totals();
    engine.attach(this);
  }

  /** What is taken now. */
  get level(): number {
    return this.#level;
  }

  /** Tokens that wait for room. */
  get queued(): number {
    return this.#line.queued;
  }

  /** Takes `amount`, at most the bound, now or as soon as there is room. */
  take(amount: number, token: number): void {
    invariant(amount >= 0 && amount <= this.bound, 'level-amount-fits');
    this.#takes += 1;
    if (this.#line.queued > 0 || this.#level + amount > this.bound) {
      this.#line.put(token, amount, 0);
    } else {
      this.#change(amount);
      this.#granted(token);
    }
  }

  /** Gives `amount` back; those who wait get what fits, in order. */
  give(amount: number): void {
    invariant(amount >= 0 && amount <= this.#level, 'level-amount-taken');
    this.#change(-amount);
    if (this.#isGranting) return;
    this.#isGranting = true;
    while (this.#line.queued > 0 && this.#level + this.#line.firstAmount <= this.bound) {
      const token = this.#line.take();
      this.#change(this.#line.amount);
      this.#granted(token);
    }
    this.#isGranting = false;
  }

  /** What happened since {@link resetAccount}. */
  account(): LevelAccount {
    const [elapsed = 0, takes = 0, area = 0, queued = 0, wait = 0] = this.#totals().map(
      (value, at) => value - (this.#base[at] ?? 0),
    );
    return Object.freeze({
      name: this.name,
      bound: this.bound,
      elapsedNanos: elapsed,
      takes,
      levelMean: ratio(area, elapsed),
      levelMax: this.#levelMax,
      queuedMean: ratio(queued, elapsed),
      waitNanosMean: ratio(wait, takes),
    });
  }

  /** Begins a new account. */
  resetAccount(): void {
    this.#base = this.#totals();
  }

  /**
   * Little's law since the run began, for those who wait.
   *
   * @throws InvariantViolation `littles-law`
   */
  checkLittle(): void {
    const waited = this.#line.waitNanos + this.#line.waitingSoFar();
    assertLittlesLaw(this.name, this.#line.area(), waited);
  }

  save(): Float64Array {
    const values = [this.#level, this.#levelMax, this.#takes, this.#area, this.#changedAt];
    values.push(...this.#base);
    this.#line.saveTo(values);
    return Float64Array.from(values);
  }

  restore(values: Float64Array): void {
    const saved = new SavedNumbers(values);
    this.#level = saved.next();
    this.#levelMax = saved.next();
    this.#takes = saved.next();
    this.#area = saved.next();
    this.#changedAt = saved.next();
    this.#base = saved.many(TOTALS);
    this.#line.restoreFrom(saved);
  }

  #change(amount: number): void {
    const now = this.#engine.now;
    this.#area += this.#level * (now - this.#changedAt);
    this.#changedAt = now;
    this.#level += amount;
    if (this.#level > this.#levelMax) this.#levelMax = this.#level;
  }

  #totals(): Float64Array {
    const now = this.#engine.now;
    const area = this.#area + this.#level * (now - this.#changedAt);
    return Float64Array.of(now, this.#takes, area, this.#line.area(), this.#line.waitNanos);
  }
}
