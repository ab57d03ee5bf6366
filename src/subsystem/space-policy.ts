/**
 * What happens when a write finds no space.
 *
 * Order of resort, each until there is room:
 *
 * | resort | because |
 * | --- | --- |
 * | the release queue is drained, slice by slice | space that only waits to be released is no reason for a refusal |
 * | free-space collection empties cylinders | nor is space that only waits to be collected |
 * | the policy of the device | the space is in use |
 *
 * | policy | then |
 * | --- | --- |
 * | block | the writer waits for space |
 * | failWrite | the write is refused |
 * | dropBackground | background copies under way are given up, newest first, and what they copied is shared again, until there is room; otherwise refused |
 *
 * A device with a home group looks for room there alone. Nonvolatile storage that is full is no lack
 * of space: whatever the policy, the writer waits until background work has destaged. The same holds
 * for cylinders that are free but for the journal, which has still to say so.
 *
 * @module
 */
import type { Trace } from '../base/ports.ts';
import { type Refusal, refuse } from '../base/refusal.ts';
import { type StepWaiting, waiting } from '../base/step.ts';
import { type DeviceIndex, formatDeviceNumber } from '../base/units.ts';
import type { Device } from '../mapping/device-table.ts';
import { ANY_GROUP, HOST_RIGHT, METADATA_RIGHT, type PlacementKind } from '../media/placement.ts';
import type { RedundancyGroup } from '../media/redundancy-group.ts';
import type { SubsystemParts } from './parts.ts';

/** Slots drained between two tries. */
const SLICE_SLOTS = 4096;

/** Why there was no room for a write. */
export type Shortage = 'space' | 'nvs' | 'flush';

/** A write that looks for room. */
export interface RoomRequest {
  readonly device: DeviceIndex;
  readonly lengthBytes: number;
  readonly kind: PlacementKind;
  readonly right: typeof HOST_RIGHT | typeof METADATA_RIGHT;
}

/** Finds room for writes that found none. */
export class SpacePolicy {
  /** Why the last write that found no room found none. */
  shortage: Shortage = 'space';
  readonly #parts: SubsystemParts;
  readonly #trace: Trace;

  constructor(parts: SubsystemParts, trace: Trace) {
    this.#parts = parts;
    this.#trace = trace;
  }

  /**
   * Tries again with everything that may make room, after a take has failed.
   *
   * @returns Whether space was taken; if not, {@link shortage} says why.
   */
  takeWithEffort(request: RoomRequest): boolean {
    const { queue, devices } = this.#parts;
    this.shortage = this.#parts.backEnd.shortage;
    while (this.shortage === 'space' && queue.drain(SLICE_SLOTS) > 0) {
      if (this.#take(request)) return true;
    }
    if (this.#takeCollected(request)) return true;
    if (this.shortage !== 'space') return false;
    const { outOfSpace } = devices.require(request.device);
    return outOfSpace === 'dropBackground' && this.#takeFromCopies(request);
  }

  /** The answer to a write for which there is no room. */
  answer(index: DeviceIndex, lengthBytes: number): StepWaiting | Refusal {
    const device = this.#parts.devices.require(index);
    const { outOfSpace } = device;
    const name = formatDeviceNumber(device.number);
    const what = `track of ${lengthBytes} bytes on device ${name}`;
    if (this.shortage !== 'space') return waiting(this.shortage, what);
    this.#trace.emit('outOfSpace', { device: name, policy: outOfSpace });
    const groups = this.#groupsOf(device);
    if (outOfSpace === 'block') return waiting('space', what);
    const free = groups.reduce((sum, group) => sum + freeForHosts(group), 0);
    const capacity = groups.reduce((sum, { shape }) => sum + shape.capacitySectors, 0);
    const where = device.homeGroup === null ? '' : ` of group ${device.homeGroup}`;
    return groups.some(canOpen)
      ? refuse('OUT_OF_SPACE', {
          what,
          limit: `${free} of ${capacity} sectors${where} are free for host writes`,
          fix: 'discard copies, release retained points or clear devices',
        })
      : refuse('OUT_OF_SPACE', {
          what,
          limit: `${where === '' ? 'every group' : where.slice(' of '.length)} has lost more drives than its redundancy makes up for`,
          fix: 'replace or return drives',
        });
  }

  #take({ device, lengthBytes, kind, right }: RoomRequest): boolean {
    const { store, backEnd } = this.#parts;
    const isTaken = store.take(lengthBytes, this.#home(device), kind, right);
    if (!isTaken) this.shortage = backEnd.shortage;
    return isTaken;
  }

  /** Collects where that may help, most dead sectors first. Notes when only the journal is missing. */
  #takeCollected(request: RoomRequest): boolean {
    if (this.shortage !== 'space') return false;
    const { collection } = this.#parts;
    const { right } = request;
    let isFlushNeeded = false;
    for (const group of this.#roomyGroups(request)) {
      collection.makeRoom(group.number, right);
      // Even without a free cylinder there may be room now, in one that is open.
      if (this.#take(request)) return true;
      if (this.shortage !== 'space') return false;
      isFlushNeeded ||= !group.hasRoom(right) && group.quarantinedCount > 0;
    }
    if (isFlushNeeded) this.shortage = 'flush';
    return false;
  }

  /** Groups that may hold the track: where it is too much, a free cylinder is of no use. */
  #roomyGroups({ device, lengthBytes, right }: RoomRequest): readonly RedundancyGroup[] {
    const { devices, store } = this.#parts;
    return this.#groupsOf(devices.require(device))
      .filter(canOpen)
      .filter((group) => freeFor(group, right) >= store.sectorsIn(group.number, lengthBytes))
      .toSorted((one, other) => other.deadSectors - one.deadSectors || one.number - other.number);
  }

  /** Gives background copies up, newest first. */
  #takeFromCopies(request: RoomRequest): boolean {
    const { relations, background, devices } = this.#parts;
    if (!this.#groupsOf(devices.require(request.device)).some(canOpen)) return false;
    for (const id of Array.from(relations.pending()).toReversed()) {
      const sharedAgain = background.giveBack(id, this.#home(request.device));
      // A copy that has taken no space here gives none: its duty stays, and waits like everybody else.
      if (sharedAgain === 0) continue;
      relations.withdraw(id, 0, Number.MAX_SAFE_INTEGER);
      this.#trace.emit('backgroundDropped', { relation: id, tracks: sharedAgain });
      if (this.#take(request) || this.#takeCollected(request)) return true;
      if (this.shortage !== 'space') return false;
    }
    return false;
  }

  #home(device: DeviceIndex): number {
    return this.#parts.devices.require(device).homeGroup ?? ANY_GROUP;
  }

  #groupsOf({ homeGroup }: Device): readonly RedundancyGroup[] {
    const { backEnd } = this.#parts;
    return homeGroup === null ? backEnd.groups : [backEnd.groupNumbered(homeGroup)];
  }
}

function canOpen({ failedCount, shape }: RedundancyGroup): boolean {
  return failedCount <= shape.redundancyDrives;
}

function freeForHosts(group: RedundancyGroup): number {
  return Math.max(0, freeFor(group, HOST_RIGHT));
}

function freeFor(group: RedundancyGroup, right: RoomRequest['right']): number {
  const kept = right === METADATA_RIGHT ? 0 : group.reserveSectors;
  return group.capacitySectors - kept - group.liveSectors;
}
