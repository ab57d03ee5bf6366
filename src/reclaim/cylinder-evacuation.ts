/**
 * Emptying one logical cylinder: every live instance in it moves elsewhere in the same group.
 *
 * Collection empties cylinders for their space, rebuild and scrub because something in them is
 * damaged. A move changes the place of an instance and nothing else, so no directory is touched and the
 * cost does not depend on how many hold it. The last move leaves the cylinder without live sectors, and
 * with that it is free by itself.
 *
 * It can stop after any track and go on later, whatever happened in between: before every track it
 * makes sure that the cylinder still is the one it began with, and that the instance still lies there.
 * An instance that was overwritten meanwhile is passed over; a cylinder that became empty by itself, or
 * is in use for something new, ends the work.
 *
 * Instances of new data become survivors; those that survive a second time are likely to stay, and move
 * on to low-access cylinders (S-19).
 *
 * @module
 */
import { invariant } from '../base/invariant.ts';
import type { Plain } from '../base/kept-state.ts';
import type { TrackInstances } from '../mapping/track-instances.ts';
import type { TrackStore } from '../mapping/track-store.ts';
import { placeGroup } from '../media/logical-cylinder.ts';
import { LOW_ACCESS, type PlacementKind, SURVIVOR } from '../media/placement.ts';
import type { RedundancyGroup } from '../media/redundancy-group.ts';

/**
 * How a step ended: the cylinder is empty; tracks are left; there is no space to move to; or all that is
 * left cannot be read now.
 */
export type EvacuationState = 'emptied' | 'again' | 'noSpace' | 'held';

const NO_IDS = new Uint32Array(0);

/** Empties one cylinder at a time. */
export class CylinderEvacuation {
  /** Tracks that the last step moved. */
  movedCount = 0;
  readonly #instances: TrackInstances;
  readonly #store: TrackStore;
  #group: RedundancyGroup | undefined;
  #cylinder = 0;
  /** When the cylinder was closed: tells its present content from any later one. */
  #closedAt = 0;
  #kind: PlacementKind = SURVIVOR;
  #ids: Uint32Array = NO_IDS;
  /** Place in the list of the next id. */
  #at = 0;
  /** An instance that had no space at the last try. */
  #waiting = 0;
  #lostCount = 0;

  constructor(instances: TrackInstances, store: TrackStore) {
    this.#instances = instances;
    this.#store = store;
  }

  /** Whether a cylinder was begun and is not done. */
  get isActive(): boolean {
    return this.#group !== undefined;
  }

  /** The cylinder that is being emptied, or was last. */
  get cylinder(): number {
    return this.#cylinder;
  }

  /** Begins with a destaged cylinder. */
  begin(group: RedundancyGroup, cylinder: number): void {
    invariant(group.isDestaged(cylinder), 'evacuated-cylinder-destaged', String(cylinder));
    const kind = group.cylinders.kind(cylinder);
    this.#group = group;
    this.#cylinder = cylinder;
    this.#closedAt = group.cylinders.closedAt(cylinder);
    this.#kind = kind === SURVIVOR || kind === LOW_ACCESS ? LOW_ACCESS : SURVIVOR;
    this.#ids = group.instanceIds(cylinder);
    this.#at = 0;
    this.#waiting = 0;
    this.#lostCount = 0;
  }

  /** Where it stands, for keeping; nothing when no cylinder was begun. */
  save(): Plain {
    if (this.#group === undefined) return null;
    return {
      group: this.#group.number,
      cylinder: this.#cylinder,
      closedAt: this.#closedAt,
      kind: this.#kind,
      at: this.#at,
      waiting: this.#waiting,
      lost: this.#lostCount,
    };
  }

  /** Goes on where it stood when it was saved. */
  restore(saved: Plain, groups: readonly RedundancyGroup[]): void {
    if (saved === null) return;
    const { group, cylinder, closedAt, kind, at, waiting, lost } = saved as unknown as {
      readonly [name: string]: number;
    } & { readonly kind: PlacementKind };
    this.#group = groups[group as number];
    this.#cylinder = cylinder as number;
    this.#closedAt = closedAt as number;
    this.#kind = kind;
    // What was written into the cylinder stays in its list for as long as it is the same.
    this.#ids = this.#isSame() ? (this.#group?.instanceIds(this.#cylinder) ?? NO_IDS) : NO_IDS;
    this.#at = at as number;
    this.#waiting = waiting as number;
    this.#lostCount = lost as number;
  }

  /** Leaves the cylinder as it is. What was moved stays moved. */
  abandon(): void {
    this.#group = undefined;
    this.#ids = NO_IDS;
  }

  /** Moves up to so many tracks. */
  step(trackBudget: number): EvacuationState {
    this.movedCount = 0;
    for (let tried = 0; tried < trackBudget; tried += 1) {
      const id = this.#next();
      if (id === 0) return this.#end();
      const moved = this.#store.move(id, this.#kind);
      if (moved === 'noSpace') {
        this.#waiting = id;
        return 'noSpace';
      }
      if (moved === 'lost') this.#lostCount += 1;
      else this.movedCount += 1;
    }
    return this.#isSame() ? 'again' : this.#end();
  }

  /** The next instance that still lies in the cylinder; 0 when there is none. */
  #next(): number {
    if (!this.#isSame()) return 0;
    const waiting = this.#waiting;
    this.#waiting = 0;
    if (waiting !== 0 && this.#liesHere(waiting)) return waiting;
    while (this.#at < this.#ids.length) {
      const id = this.#ids[this.#at] as number;
      this.#at += 1;
      if (this.#liesHere(id)) return id;
    }
    return 0;
  }

  #isSame(): boolean {
    const group = this.#group;
    return (
      group !== undefined &&
      group.isDestaged(this.#cylinder) &&
      group.cylinders.closedAt(this.#cylinder) === this.#closedAt
    );
  }

  #liesHere(id: number): boolean {
    const instances = this.#instances;
    return (
      instances.count(id) > 0 &&
      instances.cylinder(id) === this.#cylinder &&
      placeGroup(instances.place(id)) === this.#group?.number
    );
  }

  #end(): EvacuationState {
    const isHeld = this.#isSame();
    const live = isHeld ? (this.#group?.cylinders.live(this.#cylinder) ?? 0) : 0;
    invariant(live === 0 || this.#lostCount > 0, 'evacuated-cylinder-empty', String(live));
    this.abandon();
    return isHeld && live > 0 ? 'held' : 'emptied';
  }
}
