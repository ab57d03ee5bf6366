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
 * | dropBackground | all background duty is withdrawn, so that shared tracks stay shared; one more try, then refused |
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
    const { queue, store, relations, devices } = this.#parts;
    while (queue.drain(SLICE_SLOTS) > 0) {
      if (store.take(lengthBytes, mayUseReserve)) return true;
    }
    const { outOfSpace } = devices.require(device);
    if (outOfSpace !== 'dropBackground' || relations.pendingCount === 0) return false;
    const pending = Array.from(relations.pending());
    for (const id of pending) {
      const withdrawn = relations.withdraw(id, 0, Number.MAX_SAFE_INTEGER);
      this.#trace.emit('backgroundDropped', { relation: id, tracks: withdrawn });
    }
    return store.take(lengthBytes, mayUseReserve);
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
