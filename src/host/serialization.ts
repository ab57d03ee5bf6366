/**
 * Serialization of named resources among all the hosts that share them: devices, volumes, VTOCs,
 * VVDSs, data sets. One manager is passed to every data processor of a complex.
 *
 * A request names everything that it wants and gets all of it or nothing. Whoever waits holds
 * nothing, so two jobs that want each other's volumes cannot deadlock: one goes first. Waiting
 * requests are served in order of arrival; a later one may overtake only where it wants nothing that
 * an earlier one waits for, so nobody starves.
 *
 * Not here: device reserve and release, which the control unit keeps (`channel/`). Nothing of this is kept
 * when the process ends: whoever held or waited is gone with it.
 *
 * Source: docs/sources.md, S-01 (step 202 and 203: "serialized"); the names follow MVS (SYSVTOC,
 * SYSZVVDS, SYSDSN). All-or-nothing requests are our choice.
 *
 * @module
 */
import { invariant } from '../base/invariant.ts';
import { done, type Outcome, type Refusal, refuse } from '../base/refusal.ts';

/** Kinds of resource in their canonical order, from the whole device down to one data set. */
const RESOURCE_MAJORS = Object.freeze([
  'DEVICE',
  'VOLUME',
  'SYSVTOC',
  'SYSZVVDS',
  'SYSDSN',
] as const);

/** Kind of a resource. */
export type ResourceMajor = (typeof RESOURCE_MAJORS)[number];

/** Alone, or together with others that also only share. */
export type ResourceMode = 'shared' | 'exclusive';

/** One resource and how it is wanted. */
export interface ResourceNeed {
  readonly major: ResourceMajor;
  /** Name within the kind: a serial, a data set name, `subsystem.device number`. */
  readonly minor: string;
  readonly mode: ResourceMode;
}

/** What to do when something wanted is held by somebody else. */
export type OnBusy = 'wait' | 'refuse';

/** Where a request stands. */
export type EnqueueState = 'held' | 'waiting' | 'released';

/** The resources of one complex of hosts. */
export class SerializationManager {
  readonly #held = new Map<string, Map<Enqueue, ResourceMode>>();
  readonly #queue: Enqueue[] = [];

  /**
   * Asks for all of `needs` at once.
   *
   * @param owner - Who asks, for people: `backup NIGHTLY of SYSA`.
   * @returns A request that is held or waiting; with `refuse` VOLUME_BUSY instead of waiting.
   */
  request(owner: string, needs: readonly ResourceNeed[], onBusy: OnBusy): Outcome<Enqueue> {
    const wanted = canonical(needs);
    const blocker = this.blocker(wanted, undefined);
    if (blocker !== undefined && onBusy === 'refuse') return busy(blocker);
    const enqueue = new Enqueue(this, owner, wanted);
    if (blocker === undefined) this.grant(enqueue, wanted);
    else this.#queue.push(enqueue);
    return done(enqueue);
  }

  /** Who holds a resource, in order of the grants. */
  holders(major: ResourceMajor, minor: string): readonly string[] {
    return [...(this.#held.get(keyOf({ major, minor }))?.keys() ?? [])].map(({ owner }) => owner);
  }

  /** Resources held by anybody: 0 when every job has cleaned up. */
  heldCount(): number {
    return this.#held.size;
  }

  /** Requests that wait. */
  waitingCount(): number {
    return this.#queue.length;
  }

  /**
   * The first thing that keeps `needs` from being granted: a holder, or an earlier request that
   * waits for the same thing. For {@link Enqueue}.
   *
   * @internal
   */
  blocker(needs: readonly ResourceNeed[], asker: Enqueue | undefined): Blocker | undefined {
    for (const need of needs) {
      for (const [holder, mode] of this.#held.get(keyOf(need)) ?? []) {
        if (holder !== asker && conflict(mode, need.mode)) return { need, owner: holder.owner };
      }
    }
    for (const earlier of this.#queue) {
      if (earlier === asker) break;
      for (const need of needs) {
        const same = earlier.needs.find((other) => keyOf(other) === keyOf(need));
        if (same !== undefined && conflict(same.mode, need.mode)) {
          return { need, owner: earlier.owner };
        }
      }
    }
    return undefined;
  }

  /** Hands `needs` to `enqueue`. For {@link Enqueue}. @internal */
  grant(enqueue: Enqueue, needs: readonly ResourceNeed[]): void {
    for (const need of needs) {
      const key = keyOf(need);
      const holders = this.#held.get(key) ?? new Map<Enqueue, ResourceMode>();
      for (const [holder, mode] of holders) {
        invariant(holder === enqueue || !conflict(mode, need.mode), 'serialization-exclusive', key);
      }
      holders.set(enqueue, need.mode);
      this.#held.set(key, holders);
    }
    enqueue.markHeld();
  }

  /** Takes `needs` back and serves whoever can go now. For {@link Enqueue}. @internal */
  takeBack(enqueue: Enqueue, needs: readonly ResourceNeed[]): void {
    for (const need of needs) {
      const key = keyOf(need);
      const holders = this.#held.get(key);
      invariant(holders?.delete(enqueue) === true, 'serialization-held', key);
      if (holders.size === 0) this.#held.delete(key);
    }
    this.#serve();
  }

  /** Forgets a waiting request. For {@link Enqueue}. @internal */
  leaveQueue(enqueue: Enqueue): void {
    const at = this.#queue.indexOf(enqueue);
    invariant(at >= 0, 'serialization-queued', enqueue.owner);
    this.#queue.splice(at, 1);
    this.#serve();
  }

  /** Puts a request that holds nothing at the end of the queue. For {@link Enqueue}. @internal */
  enterQueue(enqueue: Enqueue): void {
    this.#queue.push(enqueue);
    this.#serve();
  }

  #serve(): void {
    for (let at = 0; at < this.#queue.length; ) {
      const next = this.#queue[at];
      invariant(next !== undefined, 'serialization-queued');
      if (this.blocker(next.needs, next) === undefined) {
        this.#queue.splice(at, 1);
        this.grant(next, next.needs);
      } else {
        at += 1;
      }
    }
  }
}

/** One owner's request: held as a whole, waiting as a whole, or released. */
export class Enqueue {
  /** Who asked. */
  readonly owner: string;
  readonly #manager: SerializationManager;
  #needs: readonly ResourceNeed[];
  #state: EnqueueState = 'waiting';

  /** Made by {@link SerializationManager.request}. @internal */
  constructor(manager: SerializationManager, owner: string, needs: readonly ResourceNeed[]) {
    this.#manager = manager;
    this.owner = owner;
    this.#needs = needs;
  }

  get state(): EnqueueState {
    return this.#state;
  }

  /** What is held or waited for, in canonical order. */
  get needs(): readonly ResourceNeed[] {
    return this.#needs;
  }

  /** Who stands in the way, as a sentence; `undefined` when nobody does. */
  waitsFor(): string | undefined {
    if (this.#state !== 'waiting') return undefined;
    const blocker = this.#manager.blocker(this.#needs, this);
    return blocker === undefined ? undefined : describeBlocker(blocker);
  }

  /**
   * Adds resources to those held, if that is possible at once; never waits.
   *
   * @returns `undefined` when held, otherwise why not; then nothing has changed.
   */
  extend(needs: readonly ResourceNeed[]): string | undefined {
    invariant(this.#state === 'held', 'serialization-extend-held', this.owner);
    const whole = canonical([...this.#needs, ...needs]);
    const added = whole.filter((need) => !this.#needs.some((held) => sameNeed(held, need)));
    const blocker = this.#manager.blocker(added, this);
    if (blocker !== undefined) return describeBlocker(blocker);
    this.#needs = whole;
    this.#manager.grant(this, added);
    return undefined;
  }

  /**
   * Gives everything back and queues for what was held and `needs` together: the way on when
   * {@link extend} could not. What was learnt while holding must be looked at again.
   */
  restart(needs: readonly ResourceNeed[]): void {
    invariant(this.#state === 'held', 'serialization-restart-held', this.owner);
    const held = this.#needs;
    this.#needs = canonical([...held, ...needs]);
    this.#state = 'waiting';
    this.#manager.takeBack(this, held);
    this.#manager.enterQueue(this);
  }

  /** Gives back those resources that `wants` names; the others stay held. */
  releaseSome(wants: (need: ResourceNeed) => boolean): void {
    invariant(this.#state === 'held', 'serialization-release-held', this.owner);
    const given = this.#needs.filter(wants);
    this.#needs = this.#needs.filter((need) => !given.includes(need));
    this.#manager.takeBack(this, given);
  }

  /** Gives everything back, or stops waiting. A second release does nothing. */
  release(): void {
    const before = this.#state;
    this.#state = 'released';
    if (before === 'held') this.#manager.takeBack(this, this.#needs);
    if (before === 'waiting') this.#manager.leaveQueue(this);
    this.#needs = [];
  }

  /** @internal */
  markHeld(): void {
    this.#state = 'held';
  }
}

interface Blocker {
  readonly need: ResourceNeed;
  readonly owner: string;
}

function conflict(one: ResourceMode, other: ResourceMode): boolean {
  return one === 'exclusive' || other === 'exclusive';
}

function keyOf(need: { readonly major: ResourceMajor; readonly minor: string }): string {
  return `${need.major} ${need.minor}`;
}

function sameNeed(one: ResourceNeed, other: ResourceNeed): boolean {
  return keyOf(one) === keyOf(other) && one.mode === other.mode;
}

/** Sorted, each resource once and in its strongest mode. */
function canonical(needs: readonly ResourceNeed[]): readonly ResourceNeed[] {
  const byKey = new Map<string, ResourceNeed>();
  for (const need of needs) {
    const known = byKey.get(keyOf(need));
    if (known === undefined || need.mode === 'exclusive') byKey.set(keyOf(need), need);
  }
  return [...byKey.values()].toSorted(
    (one, other) =>
      RESOURCE_MAJORS.indexOf(one.major) - RESOURCE_MAJORS.indexOf(other.major) ||
      (one.minor < other.minor ? -1 : 1),
  );
}

function describeBlocker(blocker: Blocker): string {
  return `${keyOf(blocker.need)} is held by ${blocker.owner}`;
}

function busy(blocker: Blocker): Refusal {
  return refuse('VOLUME_BUSY', {
    what: keyOf(blocker.need),
    limit: `held by ${blocker.owner}`,
    fix: 'try again later, or ask with onBusy: wait',
  });
}
