/**
 * What lets a device work on so many I/Os at once: one, on a base device.
 *
 * @module
 */
import type { Engine } from '../engine/engine.ts';
import { Gate } from '../engine/gate.ts';

/** A gate for each device. */
export class DeviceGates {
  readonly #engine: Engine;
  readonly #permits: number;
  readonly #nameOf: (device: number) => string;
  readonly #granted: (slot: number) => void;
  readonly #gates: (Gate | undefined)[] = [];

  constructor(
    engine: Engine,
    permits: number,
    nameOf: (device: number) => string,
    granted: (slot: number) => void,
  ) {
    this.#engine = engine;
    this.#permits = permits;
    this.#nameOf = nameOf;
    this.#granted = granted;
  }

  /** Asks for a device. */
  acquire(device: number, slot: number): void {
    (this.#gates[device] ?? this.add(device)).acquire(slot);
  }

  /** The device is free for the next one. */
  release(device: number): void {
    (this.#gates[device] as Gate).release();
  }

  /** Makes the gate of a device. The same devices have to have one before a state is restored. */
  add(device: number): Gate {
    const known = this.#gates[device];
    if (known !== undefined) return known;
    while (this.#gates.length < device) this.#gates.push(undefined);
    const gate = new Gate(this.#engine, {
      name: this.#nameOf(device),
      permits: this.#permits,
      granted: this.#granted,
    });
    this.#gates[device] = gate;
    return gate;
  }

  /** The gates there are. */
  all(): readonly Gate[] {
    return this.#gates.filter((gate) => gate !== undefined);
  }
}
