/**
 * A line in front of a station, gate or level: one queue for each priority, first come first served
 * inside it, with the account of who waited how long.
 *
 * Totals run from the line's first day and never go back; a part that reports on a span takes
 * differences.
 *
 * @module
 */
import type { Engine } from './engine.ts';
import type { SavedNumbers } from './saved-numbers.ts';
import { TokenRing } from './token-ring.ts';

/** Who waits. What {@link take} took off besides the token stands in {@link entered} and {@link amount}. */
export class WaitingLine {
  /** When the token that was taken last had come, nanoseconds. */
  entered = 0;
  /** What it had asked for. */
  amount = 0;
  /** Tokens that wait. */
  queued = 0;
  /** Most that ever waited. */
  queuedMax = 0;
  /** Nanoseconds that those waited, all together. */
  waitNanos = 0;
  /** Integral of {@link queued} over time up to the last change, nanoseconds. */
  #area = 0;
  #changedAt: number;
  readonly #engine: Engine;
  readonly #rings: readonly TokenRing[];
  readonly #urgent: TokenRing;

  /** @param priorities - How many there are; 0 goes first. */
  constructor(engine: Engine, priorities: number) {
    this.#engine = engine;
    this.#changedAt = engine.now;
    this.#urgent = new TokenRing();
    const others = Array.from({ length: priorities - 1 }, () => new TokenRing());
    this.#rings = [this.#urgent, ...others];
  }

  /** What the next one asks for; somebody must wait. */
  get firstAmount(): number {
    return this.#next().firstAmount;
  }

  put(token: number, amount: number, priority: number): void {
    this.#advance();
    this.queued += 1;
    if (this.queued > this.queuedMax) this.queuedMax = this.queued;
    const ring = priority === 0 ? this.#urgent : (this.#rings[priority] as TokenRing);
    ring.put(token, this.#changedAt, amount);
  }

  /** Takes the next one off; somebody must wait. */
  take(): number {
    this.#advance();
    const ring = this.#next();
    const token = ring.take();
    this.entered = ring.entered;
    this.amount = ring.amount;
    this.queued -= 1;
    this.waitNanos += this.#changedAt - ring.entered;
    return token;
  }

  /** Integral of {@link queued} over time, nanoseconds. */
  area(): number {
    return this.#area + this.queued * (this.#engine.now - this.#changedAt);
  }

  /** Nanoseconds that those in line have waited so far, all together. */
  waitingSoFar(): number {
    const now = this.#engine.now;
    let sum = 0;
    for (const ring of this.#rings) sum += ring.count * now - ring.enteredSum();
    return sum;
  }

  saveTo(values: number[]): void {
    values.push(this.queued, this.queuedMax, this.waitNanos, this.#area, this.#changedAt);
    for (const ring of this.#rings) ring.saveTo(values);
  }

  /** Reads what {@link saveTo} added. */
  restoreFrom(saved: SavedNumbers): void {
    this.queued = saved.next();
    this.queuedMax = saved.next();
    this.waitNanos = saved.next();
    this.#area = saved.next();
    this.#changedAt = saved.next();
    for (const ring of this.#rings) ring.restoreFrom(saved);
  }

  #advance(): void {
    const now = this.#engine.now;
    this.#area += this.queued * (now - this.#changedAt);
    this.#changedAt = now;
  }

  #next(): TokenRing {
    if (this.#urgent.count > 0) return this.#urgent;
    for (const ring of this.#rings) if (ring.count > 0) return ring;
    return this.#urgent;
  }
}
