/**
 * Retention rules at work: when a point of a device is made, and when it is given up again.
 *
 * A rule listens to its device. Points are made before a change, never between the stretches of one,
 * so each shows the device at an instant.
 *
 * @module
 */
import type { CommitOrder } from '../base/commit-order.ts';
import type { Plain } from '../base/kept-state.ts';
import type { Clock } from '../base/ports.ts';
import { type Refusal, refuse } from '../base/refusal.ts';
import type { CommitSequence, DeviceIndex, Nanos } from '../base/units.ts';
import type { ChangeListener } from '../mapping/change-watch.ts';
import type { DeviceTable } from '../mapping/device-table.ts';
import type { PointId } from '../mapping/retained-point.ts';
import type { RetainedPoint, RetainedPoints } from '../mapping/retained-points.ts';

/** When points of a device are made, and how long they stay. At least one of the first two. */
export interface RetentionRule {
  /** A point after every so many changes: a track written, or a stretch copied over or cleared. */
  readonly everyWrites?: number;
  /** A point when so much model time has passed since the last, if anything has changed. */
  readonly every?: Nanos;
  /** At most so many points of the rule; the oldest goes first. */
  readonly keep?: number;
  /** Going back so far stays possible: a point goes when a later one is that old as well. */
  readonly keepFor?: Nanos;
}

/** Whoever keeps a rule at work. */
export interface RetentionKeeper {
  /** The device is gone, and its rule with it. */
  end(device: DeviceIndex): void;
  /** Something that {@link DeviceRetention.save} tells has changed. */
  touch(device: DeviceIndex): void;
}

/** What is kept of a rule at work; its points tell the rest. */
interface SavedRetention {
  readonly rule: RetentionRule;
  readonly order: number;
  readonly changesSince: number;
  readonly lastChange: CommitSequence;
  readonly lastChangeAt: Nanos;
  readonly takenAt: Nanos;
}

/** What a rule at work works with. */
export interface RetentionParts {
  readonly devices: DeviceTable;
  readonly points: RetainedPoints;
  readonly commits: CommitOrder;
}

/** A rule and the points it has made. */
export class DeviceRetention implements ChangeListener {
  /** Before any hold on released tracks. */
  readonly rank = 0;
  /** Rules are stepped in this order: that in which they were set. */
  readonly order: number;
  readonly rule: RetentionRule;
  readonly #device: DeviceIndex;
  readonly #devices: DeviceTable;
  readonly #points: RetainedPoints;
  readonly #commits: CommitOrder;
  readonly #clock: Clock;
  readonly #keeper: RetentionKeeper;
  /** Points of the rule, oldest first. */
  readonly #made: RetainedPoint[];
  #changesSince = 0;
  /** The last change of the device that is known, and when it was. */
  #lastChange: CommitSequence;
  #lastChangeAt: Nanos;
  #takenAt: Nanos;

  /** @param made - Points that an earlier rule of the device left, oldest first. */
  constructor(
    { rule, order }: { readonly rule: RetentionRule; readonly order: number },
    device: DeviceIndex,
    parts: RetentionParts,
    clock: Clock,
    made: readonly RetainedPoint[],
    keeper: RetentionKeeper,
  ) {
    this.rule = rule;
    this.order = order;
    this.#device = device;
    this.#devices = parts.devices;
    this.#points = parts.points;
    this.#commits = parts.commits;
    this.#clock = clock;
    this.#keeper = keeper;
    this.#made = [...made];
    this.#lastChange = parts.commits.last();
    this.#lastChangeAt = clock.now();
    this.#takenAt = this.#lastChangeAt;
  }

  save(): Plain {
    return {
      rule: { ...this.rule },
      order: this.order,
      changesSince: this.#changesSince,
      lastChange: this.#lastChange,
      lastChangeAt: this.#lastChangeAt,
      takenAt: this.#takenAt,
    };
  }

  /** The rule at work as it was saved. @param made - All points of rules of the device. */
  static restore(
    saved: Plain,
    device: DeviceIndex,
    parts: RetentionParts,
    clock: Clock,
    made: readonly RetainedPoint[],
    keeper: RetentionKeeper,
  ): DeviceRetention {
    const figures = saved as unknown as SavedRetention;
    const retention = new DeviceRetention(figures, device, parts, clock, made, keeper);
    retention.#changesSince = figures.changesSince;
    retention.#lastChange = figures.lastChange;
    retention.#lastChangeAt = figures.lastChangeAt;
    retention.#takenAt = figures.takenAt;
    return retention;
  }

  /** The last change of the device: sequence and model time. */
  get lastChange(): { readonly sequence: CommitSequence; readonly at: Nanos } {
    return { sequence: this.#lastChange, at: this.#lastChangeAt };
  }

  /** Whether the device has changed since its last point. */
  get hasChanged(): boolean {
    return this.#changesSince > 0;
  }

  noteWrite(_track: number): void {
    const now = this.#clock.now();
    // The write has its sequence already; what a point shows now is what was there before it.
    const sequence = this.#commits.last();
    if (this.#isDue(now)) this.#takeAndExpire(now);
    this.#note(sequence, now);
  }

  noteChange(_first: number, _end: number, sequence: CommitSequence): void {
    // Another stretch of a change that is under way: no point may show half of it.
    if (sequence === this.#lastChange) return;
    const now = this.#clock.now();
    if (this.#isDue(now)) this.#takeAndExpire(now);
    this.#note(sequence, now);
  }

  noteRemoval(): void {
    for (const { id } of this.#made.splice(0)) this.#points.release(id);
    this.#keeper.end(this.#device);
  }

  /** Makes a point of what the device holds now. */
  take(): RetainedPoint {
    const now = this.#clock.now();
    const point = this.#points.retain(this.#devices.require(this.#device), {
      name: '',
      kind: 'rule',
      sequence: this.#lastChange,
      since: this.#lastChangeAt,
      takenAt: now,
    });
    this.#made.push(point);
    this.#changesSince = 0;
    this.#takenAt = now;
    this.#keeper.touch(this.#device);
    return point;
  }

  /** Makes a point when one is due, and gives up those whose time is over. @returns Both numbers. */
  step(now: Nanos): { readonly taken: number; readonly expired: number } {
    const isDue = this.#isDue(now);
    if (isDue) this.take();
    return { taken: isDue ? 1 : 0, expired: this.expire(now) };
  }

  /** Gives up points that the rule does not keep. @returns How many. */
  expire(now: Nanos): number {
    const { keep = Number.MAX_SAFE_INTEGER, keepFor } = this.rule;
    let expired = 0;
    for (;;) {
      const [oldest, next] = this.#made;
      const isOutlived = keepFor !== undefined && next !== undefined && next.since <= now - keepFor;
      if (oldest === undefined || (this.#made.length <= keep && !isOutlived)) return expired;
      this.#made.shift();
      this.#points.release(oldest.id);
      expired += 1;
    }
  }

  /** Forgets a point that somebody else releases. */
  forget(id: PointId): void {
    const at = this.#made.findIndex((point) => point.id === id);
    if (at >= 0) this.#made.splice(at, 1);
  }

  #takeAndExpire(now: Nanos): void {
    this.take();
    this.expire(now);
  }

  #isDue(now: Nanos): boolean {
    if (this.#changesSince === 0) return false;
    const { everyWrites, every } = this.rule;
    return (
      (everyWrites !== undefined && this.#changesSince >= everyWrites) ||
      (every !== undefined && now - this.#takenAt >= every)
    );
  }

  #note(sequence: CommitSequence, now: Nanos): void {
    this.#changesSince += 1;
    this.#lastChange = sequence;
    this.#lastChangeAt = now;
    this.#keeper.touch(this.#device);
  }
}

/** Why a rule is none, if so. */
export function refuseRule(rule: RetentionRule, name: string): Refusal | undefined {
  const { everyWrites, every, keep, keepFor } = rule;
  const isWhole = (value: number | undefined): boolean =>
    value === undefined || (Number.isSafeInteger(value) && value >= 1);
  const isTimed = everyWrites !== undefined || every !== undefined;
  if (isTimed && [everyWrites, every, keep, keepFor].every(isWhole)) return undefined;
  return refuse('RETENTION_RULE_INVALID', {
    what: `retention rule of device ${name}`,
    limit:
      'a rule says how many writes or how much time lie between points, in whole numbers from 1',
    fix: 'give everyWrites or every, and keep and keepFor only as whole numbers',
  });
}
