/**
 * Retention and going back: points of a device by rule or by name, and read-only devices that show
 * them.
 *
 * A point costs what was changed since it was made and nobody else holds. Nothing that a point
 * reaches is collected; letting go of a point frees exactly what it alone held.
 *
 * Source: docs/sources.md, S-23 (old map entries kept for going back in time); the rules are ours.
 *
 * @module
 */
import type { Plain } from '../base/kept-state.ts';
import type { Clock, Journal } from '../base/ports.ts';
import { done, type Outcome, type Refusal, refuse } from '../base/refusal.ts';
import { TouchedEntries } from '../base/touched-entries.ts';
import {
  type CommitSequence,
  type DeviceIndex,
  type DeviceNumber,
  formatDeviceNumber,
  type Nanos,
} from '../base/units.ts';
import type { Device } from '../mapping/device-table.ts';
import { visitEntries } from '../mapping/directory-walk.ts';
import type { PointId } from '../mapping/retained-point.ts';
import type { RetainedPoint } from '../mapping/retained-points.ts';
import type { DeletedSpace } from './deleted-space.ts';
import type { SubsystemParts } from './parts.ts';
import { definePointDevice } from './point-device.ts';
import {
  DeviceRetention,
  type RetentionKeeper,
  type RetentionRule,
  refuseRule,
} from './retention-rule.ts';
import { type SpaceFigures, SpaceTally } from './space-tally.ts';

/** Which content of a device: that of a point, or the newest known at or before an instant. */
export type PointChoice =
  | { readonly point: PointId }
  /** As it was after this change. */
  | { readonly sequence: CommitSequence }
  /** As it was so much model time ago. */
  | { readonly ago: Nanos };

/** What a step of retention did. */
export interface RetentionReport {
  /** Points made by rules. */
  readonly taken: number;
  /** Points and holds whose time was over. */
  readonly expired: number;
}

/** Points of devices. */
export class Retention implements RetentionKeeper {
  readonly #parts: SubsystemParts;
  readonly #clock: Clock;
  readonly #deletedSpace: DeletedSpace;
  readonly #rules = new Map<DeviceIndex, DeviceRetention>();
  readonly #kept: TouchedEntries<DeviceIndex>;

  constructor(
    parts: SubsystemParts,
    { clock, journal }: { readonly clock: Clock; readonly journal: Journal },
    deletedSpace: DeletedSpace,
  ) {
    this.#parts = parts;
    this.#clock = clock;
    this.#deletedSpace = deletedSpace;
    this.#kept = new TouchedEntries('retentionRules', {
      keys: () => this.#rules.keys(),
      save: (device) => this.#rules.get(device)?.save(),
      restore: (saved) => this.#restore(saved),
    });
    journal.keep(this.#kept);
  }

  /**
   * Gives a device a rule in the place of the one it had, and makes its first point at once. Points
   * of an earlier rule are taken over. Refused RETENTION_RULE_INVALID.
   */
  setRule(index: DeviceIndex, rule: RetentionRule): Outcome<RetainedPoint> {
    const { devices, relations } = this.#parts;
    const device = devices.require(index);
    const refusal = refuseRule(rule, formatDeviceNumber(device.number));
    if (refusal !== undefined) return refusal;
    this.clearRule(index);
    const order = 1 + Math.max(0, ...Array.from(this.#rules.values(), (one) => one.order));
    const made = this.#madeByRules(index);
    const retention = new DeviceRetention(
      { rule, order },
      index,
      this.#parts,
      this.#clock,
      made,
      this,
    );
    this.#rules.set(index, retention);
    relations.changes.listen(index, retention);
    const first = retention.take();
    retention.expire(this.#clock.now());
    return done(first);
  }

  /** Takes the rule of a device away; its points stay until they are dropped. @returns Whether it had one. */
  clearRule(index: DeviceIndex): boolean {
    const retention = this.#rules.get(index);
    if (retention === undefined) return false;
    this.#parts.relations.changes.ignore(index, retention);
    this.end(index);
    return true;
  }

  end(device: DeviceIndex): void {
    this.#rules.delete(device);
    this.#kept.touch(device);
  }

  touch(device: DeviceIndex): void {
    this.#kept.touch(device);
  }

  /** The rule of a device. */
  rule(index: DeviceIndex): RetentionRule | undefined {
    return this.#rules.get(index)?.rule;
  }

  /** Makes a named point: what the device holds now. Costs nothing until the device is written. */
  retain(index: DeviceIndex, name: string): RetainedPoint {
    const { devices, points, commits } = this.#parts;
    const now = this.#clock.now();
    const known = this.#rules.get(index)?.lastChange;
    return points.retain(devices.require(index), {
      name,
      kind: 'named',
      sequence: known?.sequence ?? commits.last(),
      since: known?.at ?? now,
      takenAt: now,
    });
  }

  /** Points of a device, by name and by rule, oldest first. */
  points(index: DeviceIndex): readonly RetainedPoint[] {
    const { points, devices } = this.#parts;
    const { generation } = devices.require(index);
    return [...points.values()].filter(
      (point) => point.device === index && point.generation === generation && point.kind !== 'hold',
    );
  }

  /**
   * Defines a read-only device that shows a device as it was. It may be copied from and not onto,
   * and is removed like any other; the point may go before it.
   *
   * Refused POINT_UNKNOWN when no point is that old, and as defining a device is.
   */
  openAt(
    index: DeviceIndex,
    choice: PointChoice,
    as: { readonly number: DeviceNumber },
  ): Outcome<Device> {
    const device = this.#parts.devices.require(index);
    const point = this.#choose(device, choice);
    return 'code' in point ? point : definePointDevice(this.#parts, device, point, as.number);
  }

  /** Lets go of a point. Refused POINT_UNKNOWN. */
  drop(id: PointId): Outcome<null> {
    const { points } = this.#parts;
    const point = points.get(id);
    if (point === undefined || point.kind === 'hold') return refusePoint(`retained point ${id}`);
    this.#rules.get(point.device)?.forget(id);
    points.release(id);
    return done(null);
  }

  /** What a point refers to, and what of it comes back when it is dropped. Walks its whole tree. */
  held(id: PointId): SpaceFigures {
    const { points, pages, instances } = this.#parts;
    const { tree, trackCount } = points.require(id);
    const tally = new SpaceTally(instances);
    visitEntries(pages, tree, 0, trackCount, (_track, entry, isShared) =>
      tally.add(entry, isShared),
    );
    return tally.figures();
  }

  /** Makes points that are due by time, and gives up points and holds whose time is over. */
  step(now: Nanos): RetentionReport {
    let taken = 0;
    let expired = this.#deletedSpace.step(now);
    for (const retention of this.#rules.values()) {
      const did = retention.step(now);
      taken += did.taken;
      expired += did.expired;
    }
    return { taken, expired };
  }

  /** Rules listen to their devices again. */
  #restore(saved: ReadonlyMap<DeviceIndex, Plain>): void {
    const rules: [DeviceIndex, DeviceRetention][] = [];
    for (const [index, one] of saved) {
      const made = this.#madeByRules(index);
      const retention = DeviceRetention.restore(one, index, this.#parts, this.#clock, made, this);
      rules.push([index, retention]);
    }
    for (const [index, retention] of rules.toSorted(
      ([, one], [, other]) => one.order - other.order,
    )) {
      this.#rules.set(index, retention);
      this.#parts.relations.changes.listen(index, retention);
    }
  }

  #madeByRules(index: DeviceIndex): readonly RetainedPoint[] {
    return this.points(index).filter(({ kind }) => kind === 'rule');
  }

  #choose(device: Device, choice: PointChoice): RetainedPoint | Refusal {
    const name = formatDeviceNumber(device.number);
    if ('point' in choice) {
      const known = this.points(device.index).find(({ id }) => id === choice.point);
      return known ?? refusePoint(`point ${choice.point} of device ${name}`);
    }
    const isOldEnough = this.#ageTest(choice);
    // What the device holds now is the newest of all, once it is known how old it is.
    const retention = this.#rules.get(device.index);
    const { lastChange, hasChanged = false } = retention ?? {};
    if (lastChange !== undefined && hasChanged && isOldEnough(lastChange.sequence, lastChange.at)) {
      return (retention as DeviceRetention).take();
    }
    const newest = this.points(device.index).findLast(({ sequence, since }) =>
      isOldEnough(sequence, since),
    );
    if (newest !== undefined) return newest;
    const instant =
      'sequence' in choice ? `change ${choice.sequence}` : `${choice.ago} nanoseconds ago`;
    return refusePoint(`device ${name} as it was at ${instant}`);
  }

  #ageTest(
    choice: Exclude<PointChoice, { readonly point: PointId }>,
  ): (sequence: CommitSequence, since: Nanos) => boolean {
    if ('sequence' in choice) return (sequence) => sequence <= choice.sequence;
    const instant = this.#clock.now() - choice.ago;
    return (_sequence, since) => since <= instant;
  }
}

function refusePoint(what: string): Refusal {
  return refuse('POINT_UNKNOWN', {
    what,
    limit: 'no such point is kept: it was never made, or is released',
    fix: 'list the points of the device, and keep more of them',
  });
}
