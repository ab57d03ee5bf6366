/**
 * What happens when a write finds no space.
 *
 * First the release queue is drained, slice by slice, until there is room: space that only waits to be
 * released is no reason for a refusal. After that the device's policy decides.
 *
 * | policy | then |
 * | --- | --- |
 * | block | the writer waits for space |
 * | failWrite | the write is refused |
 * | dropBackground | background copies under way are given up, newest first, and what they copied is shared again, until there is room; otherwise refused |
 *
 * @module
 */
import type { Trace } from '../base/ports.ts';
import { type Refusal, refuse } from '../base/refusal.ts';
import { type StepWaiting, waiting } from '../base/step.ts';
import { type DeviceIndex, formatDeviceNumber } from '../base/units.ts';
import type { SubsystemParts } from './parts.ts';

/** Slots drained between two tries. */
const SLICE_SLOTS = 4096;

/** Finds room for writes that found none. */
export class SpacePolicy {
  readonly #parts: SubsystemParts;
  readonly #trace: Trace;

  constructor(parts: SubsystemParts, trace: Trace) {
    this.#parts = parts;
    this.#trace = trace;
  }

  /** Tries again with everything that may make room. @returns Whether space was taken. */
  takeAfterRelease(device: DeviceIndex, lengthBytes: number, mayUseReserve: boolean): boolean {
    const { queue, store, relations, devices, background } = this.#parts;
    while (queue.drain(SLICE_SLOTS) > 0) {
      if (store.take(lengthBytes, mayUseReserve)) return true;
    }
    if (devices.require(device).outOfSpace !== 'dropBackground') return false;
    for (const id of Array.from(relations.pending()).toReversed()) {
      const sharedAgain = background.giveBack(id, devices.require(device).homeGroup ?? -1);
      // A copy that has taken no space gives none: its duty stays, and waits like everybody else.
      if (sharedAgain === 0) continue;
      relations.withdraw(id, 0, Number.MAX_SAFE_INTEGER);
      this.#trace.emit('backgroundDropped', { relation: id, tracks: sharedAgain });
      if (store.take(lengthBytes, mayUseReserve)) return true;
    }
    return false;
  }

  /** The answer to a write for which there is no space. */
  answer(device: DeviceIndex, lengthBytes: number): StepWaiting | Refusal {
    const { number, outOfSpace } = this.#parts.devices.require(device);
    const name = formatDeviceNumber(number);
    this.#trace.emit('outOfSpace', { device: name, policy: outOfSpace });
    if (outOfSpace === 'block') return waiting('space', `track of ${lengthBytes} bytes on ${name}`);
    const { group } = this.#parts;
    const free = group.capacitySectors - group.liveSectors - group.reserveSectors;
    return refuse('OUT_OF_SPACE', {
      what: `track of ${lengthBytes} bytes on device ${name}`,
      limit: `${Math.max(0, free)} of ${group.capacitySectors} sectors are free for host writes`,
      fix: 'discard copies, release retained points or clear devices',
    });
  }
}
